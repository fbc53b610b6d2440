"""云上活动周, below ``/online/``."""

from django.urls import path

from skillweek.online.views import public, taking_part

app_name = "online_public"

urlpatterns = [
    path("", public.home, name="index"),
    path("all/<slug:kind>/", public.listing, name="list"),
    path("tours/<int:pk>/", public.tour, name="tour"),
    path("rooms/<int:pk>/", public.room, name="room"),
    path("rooms/<int:pk>/now/", public.room_part, name="room_part"),
    path("rooms/<int:pk>/calendar.ics", public.calendar, name="calendar"),
    path("rooms/<int:pk>/ask/", taking_part.ask, name="ask"),
    path("rooms/<int:pk>/remind/", taking_part.remind, name="remind"),
    path("rooms/<int:pk>/thanks/", taking_part.room_thanks, name="room_thanks"),
    path("questions/<int:pk>/vote/", taking_part.vote, name="vote"),
    path("halls/<int:pk>/", public.hall, name="hall"),
    path("halls/<int:pk>/sign/", taking_part.sign, name="sign"),
    path("halls/<int:pk>/thanks/", taking_part.hall_thanks, name="hall_thanks"),
    path("panoramas/<uuid:pk>/<int:width>.jpg", public.panorama, name="panorama"),
    path("seen/<slug:kind>/<int:pk>/", taking_part.seen, name="seen"),
    path("seen/<slug:kind>/<int:pk>.gif", taking_part.seen_pixel, name="seen_pixel"),
]
