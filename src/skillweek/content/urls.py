"""The workspace's pages of this room, below ``/w/content/``."""

from django.urls import path

from skillweek.content.views import library, library_json, pages, versions

app_name = "content"

urlpatterns = [
    path("", pages.index, name="index"),
    path("add/<int:organisation>/<slug:kind>/", pages.add, name="add"),
    path("<int:pk>/", pages.edit, name="edit"),
    path("<int:pk>/preview/", pages.preview, name="preview"),
    path("<int:pk>/publish/", pages.publish, name="publish"),
    path("<int:pk>/unschedule/", pages.unschedule, name="unschedule"),
    path("<int:pk>/withdraw/", pages.withdraw, name="withdraw"),
    path("<int:pk>/delete/", pages.delete, name="delete"),
    path("<int:pk>/versions/", versions.versions, name="versions"),
    path("<int:pk>/versions/<int:number>/", versions.changes, name="changes"),
    path("<int:pk>/versions/<int:number>/restore/", versions.restore, name="restore"),
    path("assets/", library.assets, name="assets"),
    path("assets/<uuid:pk>/", library.asset, name="asset"),
    path("assets/<uuid:pk>/delete/", library.asset_delete, name="asset_delete"),
    path("library/<int:organisation>.json", library_json.library, name="library"),
    path("assets/<uuid:pk>.json", library_json.asset, name="asset_json"),
]
