from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "skillweek.organisations"
    label = "organisations"
