"""The library of policies for the public, below ``/policies/``."""

from django.urls import path

from skillweek.policies.views import public

app_name = "policies_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("<int:pk>/", public.policy, name="policy"),
]
