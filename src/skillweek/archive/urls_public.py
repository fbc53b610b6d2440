"""Past weeks for the public."""

from django.urls import path

from skillweek.archive.views import public

app_name = "archive_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("<slug:slug>/", public.edition, name="edition"),
]
