from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "skillweek.voting"
    label = "voting"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.notifications.kinds import declare
        from skillweek.participation import erasing, figures, mine, offers, switches
        from skillweek.voting import hooks, kinds, tasks

        declare(*kinds.KINDS)
        offers.register(hooks.offers)
        mine.register(hooks.mine)
        figures.register(*hooks.FIGURES)
        switches.register(hooks.SWITCH)
        erasing.register(hooks.erase)
        schedule.every(1, "voting.close", tasks.close_ballots.enqueue)
        schedule.every(5, "voting.watch", tasks.watch_votes.enqueue)
