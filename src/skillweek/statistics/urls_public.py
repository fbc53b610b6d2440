"""Figures for everybody, below ``/statistics/``: open data, and screens in halls by their links."""

from django.urls import path

from skillweek.statistics.views import public, wall

app_name = "statistics_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("wall/<str:token>/", wall.kiosk, name="wall"),
    path("wall/<str:token>/live/", wall.kiosk_live, name="wall_live"),
    path("<slug:slug>.csv", public.csv_file, name="csv"),
    path("<slug:slug>.json", public.json_file, name="json"),
    path("<slug:slug>/", public.edition, name="edition"),
]
