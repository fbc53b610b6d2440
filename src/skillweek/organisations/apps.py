from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "skillweek.organisations"
    label = "organisations"

    def ready(self) -> None:
        from skillweek.core.schedule import every
        from skillweek.organisations.tasks import sweep_rosters

        every(60, "organisations.sweep_rosters", sweep_rosters.enqueue)
