"""The workspace's pages of this room, below ``/w/contests/``."""

from django.urls import path

from skillweek.contests.views import awards, calls, exports, moderating

app_name = "contests"

urlpatterns = [
    path("", calls.index, name="index"),
    path("snaps/", calls.index, {"face": "contest"}, name="contest"),
    path("collections/", calls.index, {"face": "collection"}, name="collection"),
    path("relays/", calls.index, {"face": "relay"}, name="relay"),
    path("add/", calls.edit, name="add"),
    path("<int:pk>/", calls.page, name="call"),
    path("<int:pk>/edit/", calls.edit, name="edit"),
    path("<int:pk>/preview/", calls.preview, name="preview"),
    path("<int:pk>/act/", calls.act, name="act"),
    path("<int:pk>/works/", moderating.queue, name="queue"),
    path("<int:pk>/works/approve/", moderating.decide_many, name="decide_many"),
    path("<int:pk>/awards/", awards.page, name="awards"),
    path("<int:pk>/awards/act/", awards.act, name="awards_act"),
    path("<int:pk>/list.xlsx", exports.table, name="table"),
    path("<int:pk>/originals.zip", exports.originals, name="originals"),
    path("entries/<int:pk>/", moderating.entry, name="entry"),
    path("entries/<int:pk>/decide/", moderating.decide, name="decide"),
]
