"""Workspace addresses of notices, below ``/w/notices/``."""

from django.urls import path

from skillweek.notices.views import editing, issued, receipts, received

app_name = "notices"

urlpatterns = [
    path("", received.index, name="index"),
    path("issued/", issued.index, name="issued"),
    path("issued/new/", editing.new, name="new"),
    path("issued/import/", issued.import_text, name="import"),
    path("audience/<int:organisation_id>/", editing.audience_count, name="audience"),
    path("audience/<int:organisation_id>/units/", editing.audience_units, name="audience_units"),
    path("<int:pk>/", received.read, name="read"),
    path("<int:pk>/acknowledge/", received.sign, name="acknowledge"),
    path("<int:pk>/pass-on/<int:organisation_id>/", received.forward, name="pass_on"),
    path("<int:pk>/attachments/<uuid:asset_id>/", received.attachment, name="attachment"),
    path("<int:pk>/versions/", issued.versions, name="versions"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/preview/", editing.preview, name="preview"),
    path("<int:pk>/sheet/", editing.sheet, name="sheet"),
    path("<int:pk>/publish/", issued.publish, name="publish"),
    path("<int:pk>/unschedule/", issued.unschedule, name="unschedule"),
    path("<int:pk>/withdraw/", issued.withdraw, name="withdraw"),
    path("<int:pk>/discard/", issued.discard, name="discard"),
    path("<int:pk>/receipts/", receipts.table, name="receipts"),
    path("<int:pk>/receipts/remind/", receipts.remind_units, name="remind"),
    path("<int:pk>/receipts/export/", receipts.export, name="receipts_export"),
]
