"""Home, map, feeds and what else surrounds the activities."""

from django.urls import path

from skillweek.portal.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("language/", home.set_language, name="set_language"),
]
