"""Public pages, below ``/pages/``."""

from django.urls import path

from skillweek.content.views import public

app_name = "content_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("<slug:slug>/", public.page, name="page"),
]
