from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "skillweek.publicity"
    label = "publicity"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from skillweek.activities.signals import activity_published, activity_withdrawn
        from skillweek.content.signals import editorial_published, editorial_withdrawn
        from skillweek.notifications.kinds import declare
        from skillweek.policies import citing
        from skillweek.publicity import kinds, receivers, texts
        from skillweek.publicity.queries.policies import stories_explaining
        from skillweek.publicity.queries.stories import search_entries
        from skillweek.reports.signals import report_state_changed
        from skillweek.search.sources import register

        citing.register("stories", stories_explaining)
        declare(*kinds.KINDS)
        texts.register()
        report_state_changed.connect(receivers.report_moved, dispatch_uid="publicity.report_moved")
        activity_withdrawn.connect(receivers.activity_gone, dispatch_uid="publicity.activity_gone")
        activity_published.connect(receivers.activity_back, dispatch_uid="publicity.activity_back")
        editorial_published.connect(receivers.story_published, dispatch_uid="publicity.published")
        editorial_withdrawn.connect(receivers.story_withdrawn, dispatch_uid="publicity.withdrawn")
        register("story", _("故事"), search_entries, position=25)
