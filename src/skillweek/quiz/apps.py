from django.apps import AppConfig


class QuizConfig(AppConfig):
    name = "skillweek.quiz"
    label = "quiz"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.notifications.kinds import declare
        from skillweek.participation import erasing, figures, mine, offers, switches
        from skillweek.policies import citing
        from skillweek.quiz import kinds, offering, tasks
        from skillweek.quiz.domain.erasure import erase_edition
        from skillweek.quiz.queries import counting

        declare(*kinds.KINDS)
        offers.register(offering.offers_of)
        switches.register(offering.SWITCH)
        figures.register(*counting.FIGURES)
        mine.register(offering.mine_of)
        erasing.register(erase_edition)
        citing.register("quiz", offering.citations_of)
        schedule.every(5, "quiz.overdue", tasks.finish_rounds.enqueue)
