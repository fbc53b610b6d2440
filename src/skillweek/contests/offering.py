"""What this room tells the ground of participation: offers, switches, figures, one's own things, what to erase."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.contests.access import calling_organisations
from skillweek.contests.domain.erasing import erase
from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation import erasing, figures, mine, offers, switches
from skillweek.participation.figures import Figure, FigureRow
from skillweek.participation.mine import Mine
from skillweek.participation.models import Participant
from skillweek.participation.offers import Offer
from skillweek.participation.switches import Switch

_F = Call.Face
ICONS: Final = {_F.CONTEST: "camera", _F.COLLECTION: "collection", _F.RELAY: "arrow-left-right"}
#: face → (what an organisation switches on, what it brings, the mission's row).
_SWITCHES: Final = {
    _F.CONTEST: (gettext_lazy("全民美拍"), gettext_lazy("市民用手机投稿照片和短视频，评选后展示获奖作品。"), "E1"),
    _F.RELAY: (gettext_lazy("技能接力"), gettext_lazy("用短视频展示技能，点名下一位，连成一条接力。"), "E7"),
    _F.COLLECTION: (gettext_lazy("征集与展示"), gettext_lazy("征集短视频、读书感言、学生风采，分组展示。"), "E11"),
}


def register() -> None:
    """Tell everything, in ``apps.ready``."""
    offers.register(offers_of)
    mine.register(things_of)
    erasing.register(erase)
    figures.register(
        Figure("contests.entries", gettext_lazy("征集作品"), gettext_lazy("件"), entry_numbers, entry_rows),
        Figure("contests.people", gettext_lazy("征集参与"), gettext_lazy("人次"), people_numbers, people_rows),
    )
    switches.register(*(_switch(face) for face in _F))


def _switch(face: Call.Face) -> Switch:
    label, teaser, row = _SWITCHES[face]

    def count(edition: Edition, organisations: OrganisationQuerySet) -> int:
        return Call.objects.filter(edition=edition, face=face, organisation__in=organisations).count()

    def waiting(edition: Edition, user: Any) -> int:
        return waiting_for(edition, user, face)

    return Switch(
        code=f"contests.{face}", label=label, teaser=teaser, icon=ICONS[face], url_name=f"contests:{face}",
        row_ids=(row,), count=count, waiting=waiting,
    )  # fmt: skip


def waiting_for(edition: Edition, user: Any, face: str) -> int:
    """Calls of this face that the person may let become public, and works in their own calls, that wait."""
    scope = access.scope_of(user)
    own = calling_organisations(user).order_by().values("pk")
    calls = Call.objects.filter(edition=edition, face=face)
    above = calls.filter(access.subtree_q(scope.deciding_paths, "organisation__"), state=Call.State.SUBMITTED)
    entries = Entry.objects.filter(call__in=calls, call__organisation__in=own, state=Entry.State.WAITING)
    return above.exclude(organisation__in=own).count() + entries.count()


def offers_of(edition: Edition) -> list[Offer]:
    """Calls that are public, and as what they stand on the portal."""
    rows = Call.objects.public().filter(edition=edition).exclude(open_to=Call.OpenTo.SCHOOLS, show_from=None)
    zone, pictures = ZoneInfo(edition.zone), _pictures(edition)
    found = []
    for call in rows.select_related("organisation"):
        first, last = call.enter_from.astimezone(zone), call.enter_until.astimezone(zone)
        found.append(
            Offer(
                kind=f"contests.{call.face}", kind_label=str(call.get_face_display()), icon=ICONS[_F(call.face)],
                title=call.title, url=call.get_absolute_url(), organisation_name=call.organisation.name,
                starts_on=first.date(), ends_on=last.date(), state=call.phase, teaser=call.theme,
                image_url=pictures.get(call.pk, ""),
            )
        )  # fmt: skip
    return found


def _pictures(edition: Edition) -> dict[int, str]:
    """call → address of the latest shown work's first photo or still, in one query."""
    shown = Entry.objects.shown().filter(call__edition=edition)
    rows = EntryFile.objects.filter(entry__in=shown, position=0).exclude(kind=EntryFile.Kind.AUDIO)
    newest = rows.order_by().values_list("entry__call").annotate(newest=Max("pk"))
    return {call: reverse("contests_public:media", args=[pk, "thumb"]) for call, pk in newest}


def things_of(participant: Participant) -> list[Mine]:
    """What this person entered."""
    rows = Entry.objects.filter(participant=participant).select_related("call").order_by("-pk")[:100]
    return [
        Mine(
            kind_label=str(row.call.get_face_display()), icon=ICONS[_F(row.call.face)], title=f"{row.call} · {row}",
            url=reverse("contests_public:mine", args=[row.pk]), at=row.submitted_at or row.created_at,
            state=str(row.get_state_display()),
        )
        for row in rows
    ]  # fmt: skip


def _approved(edition: Edition, organisations: OrganisationQuerySet) -> QuerySet[Entry]:
    found: QuerySet[Entry] = Entry.objects.filter(
        call__edition=edition, call__organisation__in=organisations.order_by().values("pk"),
        state=Entry.State.APPROVED,
    ).order_by()  # fmt: skip
    return found


def entry_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Approved works by the organisation that called for them."""
    rows = _approved(edition, organisations).values_list("call__organisation").annotate(number=Count("pk"))
    return dict(rows)


def entry_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """The same by call."""
    return _rows(edition, organisation, "pk", _("%(number)d 件审核通过的作品"))


def people_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Verified people and schools with approved works; each once for every call."""
    rows = _approved(edition, organisations).values_list("call__organisation", "call", "participant", "organisation")
    numbers: dict[int, int] = {}
    for organisation_id, _call, _person, _school in rows.distinct():
        numbers[organisation_id] = numbers.get(organisation_id, 0) + 1
    return numbers


def people_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """The same by call."""
    units = Organisation.objects.filter(pk=organisation.pk)
    pairs = _approved(edition, units).values_list("call", "participant", "organisation").distinct()
    amounts: dict[int, int] = {}
    for call_id, _person, _school in pairs:
        amounts[call_id] = amounts.get(call_id, 0) + 1
    return _as_rows(amounts, _("每人或每校在一个活动里计一次"))


def _rows(edition: Edition, organisation: Organisation, what: str, note: str) -> list[FigureRow]:
    units = Organisation.objects.filter(pk=organisation.pk)
    amounts = dict(_approved(edition, units).values_list("call").annotate(number=Count(what)))
    return [
        FigureRow(row.label, row.amount, row.day, note % {"number": row.amount}, row.url, row.key)
        for row in _as_rows(amounts, "")
    ]


def _as_rows(amounts: dict[int, int], note: str) -> list[FigureRow]:
    calls = Call.objects.filter(pk__in=amounts).order_by("enter_from", "pk")
    return [
        FigureRow(
            call.title, amounts[call.pk], call.enter_from.date(), note, reverse("contests:call", args=[call.pk]),
            f"call:{call.pk}",
        )
        for call in calls
    ]  # fmt: skip
