from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "skillweek.portal"
    label = "portal"
