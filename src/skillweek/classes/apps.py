from django.apps import AppConfig


class ClassesConfig(AppConfig):
    name = "skillweek.classes"
    label = "classes"

    def ready(self) -> None:
        from skillweek.classes import parts
        from skillweek.participation import figures, offers, switches

        switches.register(*parts.SWITCHES)
        figures.register(*parts.FIGURES)
        offers.register(parts.offers_of)
