from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "skillweek.policies"
    label = "policies"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from skillweek.content.signals import editorial_published, editorial_withdrawn
        from skillweek.policies import receivers
        from skillweek.policies.queries.finding import search_entries
        from skillweek.search.sources import register

        editorial_published.connect(receivers.policy_published, dispatch_uid="policies.published")
        editorial_withdrawn.connect(receivers.policy_withdrawn, dispatch_uid="policies.withdrawn")
        register(receivers.KIND, _("政策法规"), search_entries, position=35)
