"""The questionnaire, mounted at ``/careers/``; nobody signs in."""

from django.urls import path

from skillweek.careers.views import public

app_name = "careers_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("result/<str:code>/", public.result, name="result"),
]
