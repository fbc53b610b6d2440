"""The workspace's page of the questionnaire, below ``/w/careers/``."""

from django.urls import path

from skillweek.careers.views import workspace

app_name = "careers"

urlpatterns = [
    path("", workspace.index, name="index"),
    path("<int:pk>/switch/", workspace.switch, name="switch"),
    path("<int:pk>/poster/", workspace.poster, name="poster"),
]
