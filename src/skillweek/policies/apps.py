from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "skillweek.policies"
    label = "policies"
