"""Activities, calendar, search and organisations for the public."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
