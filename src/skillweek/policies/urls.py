"""The workspace's pages of this room, below ``/w/policies/``."""

from django.urls import path

from skillweek.policies.views import deciding, history, writing

app_name = "policies"

urlpatterns = [
    path("", writing.index, name="index"),
    path("add/<int:organisation>/", writing.add, name="add"),
    path("load/<int:organisation>/", deciding.load, name="load"),
    path("<int:pk>/", writing.edit, name="edit"),
    path("<int:pk>/preview/", writing.preview, name="preview"),
    path("<int:pk>/publish/", deciding.publish, name="publish"),
    path("<int:pk>/unschedule/", deciding.unschedule, name="unschedule"),
    path("<int:pk>/withdraw/", deciding.withdraw, name="withdraw"),
    path("<int:pk>/check/", deciding.check, name="check"),
    path("<int:pk>/delete/", deciding.delete, name="delete"),
    path("<int:pk>/versions/", history.versions, name="versions"),
    path("<int:pk>/versions/<int:number>/", history.changes, name="changes"),
    path("<int:pk>/versions/<int:number>/restore/", history.restore, name="restore"),
]
