"""The workspace's pages of classes, below ``/w/classes/``."""

from django.urls import path

from skillweek.classes.views import workspace

app_name = "classes"

urlpatterns = [
    path("", workspace.index, name="index"),
    path("youth/", workspace.youth, name="youth"),
    path("timetable/", workspace.timetable, name="timetable"),
    path("<int:pk>/", workspace.settings, name="settings"),
]
