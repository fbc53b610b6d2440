"""Jurors' pages, below ``/jury/``: by account, or by a personal link."""

from django.urls import path

from skillweek.judging.views import jury

app_name = "judging_public"

urlpatterns = [
    path("", jury.index, name="index"),
    path("t/<str:token>/", jury.enter, name="enter"),
    path("<int:pk>/", jury.panel, name="panel"),
    path("<int:pk>/work/<int:number>/", jury.work, name="work"),
    path("<int:pk>/work/<int:number>/picture.jpg", jury.picture, name="picture"),
    path("<int:pk>/work/<int:number>/conflict/", jury.conflict, name="conflict"),
]
