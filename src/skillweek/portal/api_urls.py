"""The interface for programs, below ``/api/``."""

from django.urls import path

from skillweek.portal.api import api

urlpatterns = [path("v1/", api.urls)]
