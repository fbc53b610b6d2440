from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "skillweek.partnerships"
    label = "partnerships"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.notifications.kinds import declare
        from skillweek.organisations.light_accounts import account_in_use
        from skillweek.participation import erasing, figures, mine, offers, switches
        from skillweek.partnerships import kinds, offering, receivers, tasks
        from skillweek.partnerships.domain.erasure import erase
        from skillweek.partnerships.queries.figures import FIGURES

        declare(*kinds.KINDS)
        account_in_use.connect(receivers.needs_account, dispatch_uid="partnerships.needs_account")
        offers.register(offering.offers)
        mine.register(offering.mine)
        switches.register(offering.SWITCH)
        figures.register(*FIGURES)
        erasing.register(erase)
        schedule.every(60, "partnerships.remind", tasks.remind.enqueue)
        schedule.every(24 * 60, "partnerships.tidy", tasks.tidy.enqueue)
