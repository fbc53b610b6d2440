from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "skillweek.notices"
    label = "notices"

    def ready(self) -> None:
        from skillweek.content.signals import editorial_held, editorial_published, editorial_withdrawn
        from skillweek.core import schedule
        from skillweek.notices import indexing
        from skillweek.notices.domain.publishing import on_held, on_published, on_withdrawn
        from skillweek.notices.kinds import declare_kinds
        from skillweek.notices.signals import notice_published, notice_withdrawn
        from skillweek.notices.tasks import keep_up

        declare_kinds()
        editorial_published.connect(on_published, dispatch_uid="notices.on_published")
        editorial_held.connect(on_held, dispatch_uid="notices.on_held")
        editorial_withdrawn.connect(on_withdrawn, dispatch_uid="notices.on_withdrawn")
        indexing.register()
        notice_published.connect(indexing.follow, dispatch_uid="notices.index")
        notice_withdrawn.connect(indexing.follow, dispatch_uid="notices.unindex")
        schedule.every(5, "notices.keep_up", keep_up.enqueue)
