"""Public pages of this room, below ``/contests/``."""

from django.urls import path

from skillweek.contests.views import entering, jury, media, public

app_name = "contests_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("<int:pk>/", public.call, name="call"),
    path("<int:pk>/works/", public.works, name="works"),
    path("<int:pk>/enter/", entering.enter, name="enter"),
    path("works/<int:pk>/", public.entry, name="entry"),
    path("works/<int:pk>/jury/", jury.work, name="jury"),
    path("relays/<int:pk>/", public.relay, name="relay"),
    path("mine/<int:pk>/", entering.mine, name="mine"),
    path("mine/<int:pk>/act/", entering.act, name="act"),
    path("pass/<str:token>/", entering.passed, name="passed"),
    path("media/<int:pk>/<slug:role>/", media.media, name="media"),
]
