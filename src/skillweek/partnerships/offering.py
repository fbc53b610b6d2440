"""What the portal shows of this room, and what an organisation switches on (E3, E4)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.organisations.models import OrganisationQuerySet
from skillweek.participation.mine import Mine
from skillweek.participation.models import Participant
from skillweek.participation.offers import Offer
from skillweek.participation.switches import Switch
from skillweek.partnerships.models import Meeting, Party
from skillweek.partnerships.queries.matches import public_needs
from skillweek.partnerships.queries.waiting import waiting


def offers(edition: Edition) -> list[Offer]:
    """Meetings that were announced, and the list of positions while there is one."""
    today = today_in(edition.zone)
    found = []
    rows = Meeting.objects.filter(edition=edition, state__in=(Meeting.State.OPEN, Meeting.State.PUBLISHED))
    for row in rows.select_related("organisation"):
        state = "over" if row.day < today else "open" if now() <= row.apply_until else "soon"
        found.append(
            Offer(
                "partnerships", _("校企对接"), "people", row.title,
                reverse("partnerships_public:meeting", args=[row.pk]), str(row.organisation), row.day, row.day, state,
                row.place,
            )
        )  # fmt: skip
    count = public_needs(edition).count()
    if count:
        found.append(
            Offer(
                "positions", _("岗位与合作需求"), "briefcase", _("企业岗位与合作需求"),
                reverse("partnerships_public:index"), "", edition.starts_on, None, "open",
                _("%(count)d 条岗位和合作需求") % {"count": count},
            )
        )  # fmt: skip
    return found


def _count(edition: Edition, organisations: OrganisationQuerySet) -> int:
    return Meeting.objects.filter(edition=edition, organisation__in=organisations.order_by().values("pk")).count()


SWITCH = Switch(
    "partnerships", gettext_lazy("校企对接与面对面"),
    gettext_lazy("请企业来，和学校对接、和学生面谈，记下合作意向并跟进。"),
    "people", "partnerships:index", ("E3", "E4"), _count, waiting,
)  # fmt: skip


def mine(participant: Participant) -> list[Mine]:
    """The talks and meetings of one person."""
    rows = Party.objects.filter(participant=participant).exclude(state=Party.State.WITHDRAWN)
    return [
        Mine(
            _("校企对接"), "people", row.meeting.title, reverse("partnerships_public:meeting", args=[row.meeting_id]),
            row.created_at, str(row.get_state_display()),
        )
        for row in rows.select_related("meeting")
    ]  # fmt: skip
