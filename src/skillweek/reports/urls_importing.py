"""The addresses of package imports (C7); ``urls.py`` includes them under the app name ``reports``."""

from django.urls import path

from skillweek.reports.views import importing

urlpatterns = [
    path("imports/<int:pk>/", importing.progress, name="import_progress"),
    path("imports/<int:pk>/live/", importing.live, name="import_live"),
]
