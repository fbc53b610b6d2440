from django.apps import AppConfig


class CareersConfig(AppConfig):
    name = "skillweek.careers"
    label = "careers"

    def ready(self) -> None:
        from skillweek.careers import parts
        from skillweek.careers.queries.matching import offers_of
        from skillweek.participation import figures, offers, switches

        switches.register(parts.SWITCH)
        figures.register(parts.FIGURE)
        offers.register(offers_of)
