"""The addresses of package imports (C7); ``urls.py`` includes them under the app name ``reports``."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
