"""What this room tells ``participation``: offers, its switch, figures, one's own votes, erasing (E10)."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import Figure, FigureRow
from skillweek.participation.mine import Mine
from skillweek.participation.models import Certificate, Participant
from skillweek.participation.offers import Offer
from skillweek.participation.switches import Switch
from skillweek.voting.access import can_decide, leads
from skillweek.voting.models import Ballot, CandidateUpload, Hold, Vote, VoteSheet

_PHASES = {"soon": "soon", "open": "open", "counting": "over", "over": "over"}


def offers(edition: Edition) -> list[Offer]:
    """Every public ballot of the edition."""
    zone = ZoneInfo(edition.zone)
    rows = Ballot.objects.filter(edition=edition, state__in=Ballot.PUBLIC).select_related("organisation")
    return [
        Offer(
            kind="voting", kind_label=_("网络评选"), icon="hand-thumbs-up", title=row.title,
            url=reverse("voting_public:ballot", args=[row.pk]), organisation_name=row.organisation.name,
            starts_on=row.opens_at.astimezone(zone).date(), ends_on=row.closes_at.astimezone(zone).date(),
            state=_PHASES[row.phase], teaser=row.teaser,
        )
        for row in rows
    ]  # fmt: skip


def mine(participant: Participant) -> list[Mine]:
    """The person's sheets."""
    rows = VoteSheet.objects.filter(participant=participant).select_related("ballot")
    return [
        Mine(
            kind_label=_("网络评选"), icon="hand-thumbs-up", title=row.ballot.title,
            url=reverse("voting_public:receipt", args=[row.ballot_id, row.receipt]), at=row.sent_at, state=_("已投票"),
        )
        for row in rows
    ]  # fmt: skip


def _counted(edition: Edition) -> Q:
    return Q(ballot__edition=edition, state=Vote.State.COUNTED)


def _votes(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    rows = Vote.objects.filter(_counted(edition), ballot__organisation__in=organisations.order_by().values("pk"))
    return dict(rows.order_by().values_list("ballot__organisation").annotate(n=Count("pk")))


def _voters(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    rows = Vote.objects.filter(_counted(edition), ballot__organisation__in=organisations.order_by().values("pk"))
    found: dict[int, int] = {}
    per_ballot = rows.order_by().values_list("ballot__organisation", "ballot")
    for organisation, _ballot, number in per_ballot.annotate(n=Count("participant", distinct=True)):
        found[organisation] = found.get(organisation, 0) + number
    return found


def _rows(edition: Edition, organisation: Organisation, *, voters: bool) -> list[FigureRow]:
    rows = Vote.objects.filter(_counted(edition), ballot__organisation=organisation).order_by()
    counted = Count("participant", distinct=True) if voters else Count("pk")
    numbers = dict(rows.values_list("ballot").annotate(n=counted))
    return [
        FigureRow(
            label=ballot.title, amount=numbers[ballot.pk], day=_day(ballot),
            note=str(ballot.get_state_display()), url=reverse("voting:ballot", args=[ballot.pk]),
            key=f"voting:{ballot.pk}",
        )
        for ballot in Ballot.objects.filter(pk__in=numbers).select_related("edition").order_by("opens_at", "pk")
    ]  # fmt: skip


def _day(ballot: Ballot) -> date:
    return ballot.opens_at.astimezone(ZoneInfo(ballot.edition.zone)).date()


def _voter_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    return _rows(edition, organisation, voters=True)


def _vote_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    return _rows(edition, organisation, voters=False)


def _ballots(edition: Edition, organisations: OrganisationQuerySet) -> int:
    return Ballot.objects.filter(edition=edition, organisation__in=organisations.order_by().values("pk")).count()


def _waiting(edition: Edition, user: Any) -> int:
    """Ballots that the person approves, and batches of held votes in the ballots they answer for."""
    rows = Ballot.objects.filter(edition=edition).select_related("edition", "organisation")
    submitted = sum(can_decide(user, row) for row in rows.filter(state=Ballot.State.SUBMITTED))
    held = rows.filter(holds__state=Hold.State.OPEN).annotate(batches=Count("holds"))
    return submitted + sum(row.batches for row in held if leads(user, row))


FIGURES = (
    Figure("voting.voters", gettext_lazy("网络评选投票"), gettext_lazy("人次"), _voters, _voter_rows),
    Figure("voting.votes", gettext_lazy("网络评选有效票"), gettext_lazy("票"), _votes, _vote_rows),
)
SWITCH = Switch(
    code="voting", label=gettext_lazy("网络评选"),
    teaser=gettext_lazy("请公众投票选出最美职校生、最佳作品；防刷票，结果可核对。"), icon="hand-thumbs-up",
    url_name="voting:index", row_ids=("E10",), count=_ballots, waiting=_waiting,
)  # fmt: skip


@transaction.atomic
def erase(edition: Edition) -> int:
    """Take the keys of networks and devices out of the edition's sheets and holds, authors out of certificates, and
    the tables that candidates were read from.
    """
    sheets = VoteSheet.objects.filter(ballot__edition=edition).exclude(network_key="", device_key="")
    number = sheets.update(network_key="", device_key="")
    holds = [
        row for row in Hold.objects.filter(ballot__edition=edition) if row.key.startswith(("device:", "network:"))
    ]  # fmt: skip
    for row in holds:
        row.key = f"erased:{row.pk}"
    Hold.objects.bulk_update(holds, ["key"], 500)
    given = Certificate.objects.filter(edition=edition, key__startswith="voting:candidate:", erased_at=None)
    papers = [paper for paper in given if len(paper.lines) > 1]
    for paper in papers:
        paper.lines = paper.lines[:1]
    Certificate.objects.bulk_update(papers, ["lines"], 500)
    tables, _by_model = CandidateUpload.objects.filter(ballot__edition=edition).delete()
    return number + len(holds) + len(papers) + tables
