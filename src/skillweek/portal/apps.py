from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "skillweek.portal"
    label = "portal"

    def ready(self) -> None:
        from skillweek.portal import revision

        revision.listen()
