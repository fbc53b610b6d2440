"""The organisation's own week and its plan (B3)."""

from django.urls import path

from skillweek.activities.views import plans

urlpatterns = [
    path("", plans.index, name="index"),
]
