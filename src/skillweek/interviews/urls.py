"""The workspace's pages of interviews, below ``/w/interviews/``."""

from django.urls import path

from skillweek.interviews.views import workspace

app_name = "interviews"

urlpatterns = [
    path("", workspace.index, name="index"),
    path("add/", workspace.add_series, name="series_add"),
    path("series/<int:pk>/", workspace.series, name="series"),
    path("series/<int:pk>/edit/", workspace.edit_series, name="series_edit"),
    path("<int:pk>/", workspace.edit, name="edit"),
    path("<int:pk>/preview/", workspace.preview, name="preview"),
    path("<int:pk>/act/", workspace.act, name="act"),
]
