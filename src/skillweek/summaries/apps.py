from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "skillweek.summaries"
    label = "summaries"

    def ready(self) -> None:
        from skillweek.summaries import messages

        messages.declare_kinds()
