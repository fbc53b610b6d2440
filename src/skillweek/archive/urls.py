"""Past editions, ending a week, archives, copies, figures through the years."""

from django.urls import path

from skillweek.archive.views import copying, editions, export, years

app_name = "archive"

urlpatterns = [
    path("", editions.index, name="index"),
    path("leave/", editions.leave, name="leave"),
    path("years/", years.own, name="years_own"),
    path("years/<int:organisation_id>/", years.table, name="years"),
    path("years/<int:organisation_id>/excel/", years.excel, name="years_excel"),
    path("renew/<int:organisation_id>/", copying.renew, name="renew"),
    path("renew/<int:organisation_id>/undo/", copying.renew_undo, name="renew_undo"),
    path("<int:pk>/look/", editions.look, name="look"),
    path("<int:pk>/close/", editions.close, name="close"),
    path("<int:pk>/reopen/", editions.reopen, name="reopen"),
    path("<int:pk>/export/", export.page, name="export"),
    path("<int:pk>/download/", export.download, name="download"),
    path("<int:pk>/copy/", copying.copy, name="copy"),
    path("<int:pk>/copy/undo/", copying.undo, name="copy_undo"),
]
