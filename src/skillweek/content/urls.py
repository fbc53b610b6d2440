"""The workspace's pages of this room, below ``/w/content/``."""

from django.urls import path

from skillweek.content.views import library_json

app_name = "content"

urlpatterns = [
    path("library.json", library_json.library, name="library"),
    path("assets/<uuid:pk>.json", library_json.asset, name="asset_json"),
]
