"""The workspace's pages of this room, below ``/w/online/``."""

from django.urls import path
from django.views.generic import RedirectView

from skillweek.online.views import figures, halls, moderating, tours, works

app_name = "online"

urlpatterns = [
    path("", works.index, name="index"),
    path("rooms/", RedirectView.as_view(url="/w/online/?kind=room", permanent=False), name="rooms"),
    path("halls/", RedirectView.as_view(url="/w/online/?kind=hall", permanent=False), name="halls"),
    path("visits/", figures.visits, name="visits"),
    path("rules/", figures.rules, name="rules"),
    path("moderation/", moderating.queue, name="moderation"),
    path("moderation/<slug:what>/<int:pk>/", moderating.act, name="moderate"),
    path("add/<slug:kind>/", works.add, name="add"),
    path("tour/<int:pk>/scenes/", tours.scenes, name="scenes"),
    path("tour/<int:pk>/panoramas/<uuid:panorama>/remove/", tours.panorama_remove, name="panorama_remove"),
    path("hall/<int:pk>/hang/", halls.hang, name="hang"),
    path("hall/<int:pk>/arrange/", halls.arrange, name="arrange"),
    path("<slug:kind>/<int:pk>/", works.work, name="work"),
    path("<slug:kind>/<int:pk>/act/", works.act, name="act"),
    path("<slug:kind>/<int:pk>/preview/", tours.preview, name="preview"),
]
