"""The workspace's pages of this room, below ``/w/publicity/``."""

from django.urls import path

from skillweek.publicity.views import composing, deciding, stories

app_name = "publicity"

urlpatterns = [
    path("", stories.index, name="index"),
    path("add/", stories.add, name="add"),
    path("table/", composing.table, name="table"),
    path("bulk/", deciding.bulk, name="bulk"),
    path("from-report/<int:pk>/", composing.compose, name="compose"),
    path("<int:pk>/", stories.edit, name="edit"),
    path("<int:pk>/preview/", stories.preview, name="preview"),
    path("<int:pk>/submit/", deciding.submit, name="submit"),
    path("<int:pk>/take-back/", deciding.take_back, name="take_back"),
    path("<int:pk>/return/", deciding.give_back, name="return"),
    path("<int:pk>/publish/", deciding.publish, name="publish"),
    path("<int:pk>/unschedule/", deciding.unschedule, name="unschedule"),
    path("<int:pk>/withdraw/", deciding.withdraw, name="withdraw"),
    path("<int:pk>/delete/", deciding.delete, name="delete"),
    path("<int:pk>/drop/", deciding.drop, name="drop"),
    path("<int:pk>/versions/", deciding.versions, name="versions"),
    path("<int:pk>/versions/<int:number>/", deciding.changes, name="changes"),
    path("<int:pk>/versions/<int:number>/restore/", deciding.restore, name="restore"),
]
