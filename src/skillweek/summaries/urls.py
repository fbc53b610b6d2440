"""Workspace addresses of summaries, below ``/w/summaries/``."""

from django.urls import path

from skillweek.summaries.views import pages, photos

app_name = "summaries"

urlpatterns = [
    path("", pages.index, name="index"),
    path("remind/", pages.remind, name="remind"),
    path("unit/<int:organisation_id>/begin/", pages.begin, name="begin"),
    path("<int:pk>/", pages.summary_page, name="summary"),
    path("<int:pk>/act/", pages.act, name="act"),
    path("<int:pk>/photos/", photos.photos, name="photos"),
    path("<int:pk>/version/<int:number>/", pages.version, name="version"),
    path("<int:pk>/word/", pages.word, name="word"),
    path("<int:pk>/pdf/", pages.pdf, name="pdf"),
]
