"""Activities as a table, and copies (B3)."""

from django.urls import path

from skillweek.activities.views import transfer

urlpatterns = [
    path("import/", transfer.start, name="import"),
    path("import/template/", transfer.template, name="import_template"),
    path("import/<int:pk>/", transfer.upload, name="import_upload"),
    path("import/<int:pk>/confirm/", transfer.confirm, name="import_confirm"),
    path("import/<int:pk>/discard/", transfer.discard, name="import_discard"),
    path("export/", transfer.export, name="export"),
    path("copy/", transfer.copy_week, name="copy_week"),
    path("<int:pk>/copy/", transfer.copy, name="copy"),
]
