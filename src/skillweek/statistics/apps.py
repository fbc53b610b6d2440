from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "skillweek.statistics"
    label = "statistics"

    def ready(self) -> None:
        from skillweek.core import schedule
        from skillweek.editions.signals import edition_changing
        from skillweek.statistics import (
            counting_activities,
            counting_coverage,
            counting_reports,
            edition_guard,
            messages,
            sources,
            tasks,
        )

        sources.register(*counting_activities.sources(), *counting_reports.sources())
        sources.register_family("activities.outreach.", counting_activities.outreach_source)
        sources.register_family("coverage.", counting_coverage.level_source)
        sources.register_family("reports.", counting_reports.figure_source)
        messages.declare_kinds()
        edition_changing.connect(edition_guard.object_to_lost_fields, dispatch_uid="statistics.form")
        schedule.every(15, "statistics.count", tasks.count_open_editions.enqueue)
        schedule.every(30, "statistics.remind", tasks.remind_before_due.enqueue)
