from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "skillweek.summaries"
    label = "summaries"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.editions.signals import edition_changing
        from skillweek.summaries import edition_guard, messages, tasks

        messages.declare_kinds()
        edition_changing.connect(edition_guard.object_to_template, dispatch_uid="summaries.template")
        schedule.every(30, "summaries.remind", tasks.remind_before_due.enqueue)
