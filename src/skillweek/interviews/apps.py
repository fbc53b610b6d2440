from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    name = "skillweek.interviews"
    label = "interviews"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from skillweek.content.signals import editorial_published, editorial_withdrawn
        from skillweek.core import schedule
        from skillweek.interviews import kinds, parts, receivers, tasks
        from skillweek.interviews.queries.finding import KIND, search_entries
        from skillweek.notifications.kinds import declare
        from skillweek.participation import figures, offers, switches
        from skillweek.search.sources import register

        declare(*kinds.KINDS)
        switches.register(parts.SWITCH)
        figures.register(parts.FIGURE)
        offers.register(parts.offers_of)
        editorial_published.connect(receivers.published, dispatch_uid="interviews.published")
        editorial_withdrawn.connect(receivers.withdrawn, dispatch_uid="interviews.withdrawn")
        register(KIND, _("访谈"), search_entries, position=28)
        schedule.every(60, "interviews.sounds", tasks.make_missing_sounds.enqueue)
