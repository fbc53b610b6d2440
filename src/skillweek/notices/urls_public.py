"""Public addresses of notices, below ``/notices/``."""

from django.urls import path

from skillweek.notices.views import public

app_name = "notices_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("contacts/", public.contacts, name="contacts"),
    path("<int:pk>/", public.notice, name="notice"),
    path("<int:pk>/history/", public.history, name="history"),
]
