"""URLs under ``/messages/``: what contacts reach from a mail."""

from django.urls import path

from skillweek.notifications.views import leaving

app_name = "notifications_public"

urlpatterns = [
    path("leave/<str:token>/", leaving.leave, name="leave"),
]
