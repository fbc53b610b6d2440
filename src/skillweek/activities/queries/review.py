"""What waits for the line above: plans and single activities (B3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from skillweek.activities.integrity import error_count
from skillweek.activities.models import Activity, ActivityComment, Plan
from skillweek.editions.models import Edition
from skillweek.organisations.access import DECIDING_ROLES, scope_of, subtree_q, visible_to
from skillweek.organisations.models import Kind, Line, SchoolType

_S = Activity.State
PAGE_SIZE = 25
STATES = (_S.SUBMITTED, _S.RETURNED, _S.APPROVED)


@dataclass(frozen=True)
class QueueFilter:
    """What the queue is narrowed to; empty means all. ``what`` is ``plans`` or ``activities``."""

    what: str = "plans"
    state: str = _S.SUBMITTED
    district: str = ""
    line: str = ""
    school_type: str = ""
    kind: str = ""
    text: str = ""
    late: bool = False
    flagged: bool = False

    @classmethod
    def from_query(cls, query: QueryDict) -> QueueFilter:
        """Read the filter from a page's address; nonsense counts as not given."""

        def one_of(name: str, known: Sequence[str], default: str = "") -> str:
            return value if (value := query.get(name, "")) in known else default

        return cls(
            what=one_of("what", ("plans", "activities"), "plans"),
            state=one_of("state", [*STATES, "all"], _S.SUBMITTED),
            district=query.get("district", "")[:30].replace("\0", ""),
            line=one_of("line", Line.values),
            school_type=one_of("school_type", SchoolType.values),
            kind=one_of("kind", Activity.Kind.values),
            text=query.get("q", "")[:60].replace("\0", "").strip(),
            late=query.get("late") == "1",
            flagged=query.get("flagged") == "1",
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed beside what and state."""
        return self != QueueFilter(self.what, self.state)


def decided_q(user: Any) -> Q:
    """Rows of organisations on which the person decides: below their bureau roles, and the host's own (B2)."""
    scope = scope_of(user)
    below = Q(pk__in=[])
    for path in scope.deciding_paths:
        below |= Q(organisation__path__startswith=path) & ~Q(organisation__path=path)
    own = [pk for pk, roles in scope.roles.items() if roles & DECIDING_ROLES]
    return below | Q(organisation__in=own, organisation__kind=Kind.HOST)


def reviewable_plans(user: Any, edition: Edition) -> QuerySet[Plan]:
    """Plans that were handed in and that the person decides on, the longest waiting first."""
    query = Plan.objects.filter(decided_q(user), edition=edition, first_submitted_at__isnull=False)
    return query.select_related("organisation", "edition").order_by("submitted_at", "pk")


def reviewable_activities(user: Any, edition: Edition) -> QuerySet[Activity]:
    """The same for activities."""
    query = Activity.objects.filter(decided_q(user), edition=edition, first_submitted_at__isnull=False)
    return query.select_related("organisation", "edition").order_by("submitted_at", "pk")


def _organisations(chosen: QueueFilter) -> Q:
    condition = Q()
    for name in ("district", "line", "school_type"):
        if value := getattr(chosen, name):
            condition &= Q(**{f"organisation__{name}": value})
    if chosen.text:
        named = Q(organisation__name__icontains=chosen.text) | Q(organisation__short_name__icontains=chosen.text)
        condition &= named | Q(title__icontains=chosen.text)
    return condition


def plans(user: Any, edition: Edition, chosen: QueueFilter) -> QuerySet[Plan]:
    """The queue of plans with ``waiting`` and ``activity_count`` of each, in one query."""
    query = reviewable_plans(user, edition).filter(_organisations(chosen))
    if chosen.state != "all":
        query = query.filter(state=chosen.state)
    if chosen.late:
        query = query.filter(is_late=True)
    if chosen.flagged:
        broken = Activity.objects.filter(plan=OuterRef("pk"), state=_S.SUBMITTED).exclude(findings=[])
        query = query.filter(Exists(broken))
    return query.annotate(
        activity_count=Count("activities", filter=~Q(activities__state=_S.DRAFT)),
        waiting=Count("activities", filter=Q(activities__state=_S.SUBMITTED)),
    )


def activities(user: Any, edition: Edition, chosen: QueueFilter) -> QuerySet[Activity]:
    """The queue of activities."""
    query = reviewable_activities(user, edition).filter(_organisations(chosen))
    if chosen.state != "all":
        query = query.filter(state=chosen.state)
    if chosen.kind:
        query = query.filter(kind=chosen.kind)
    if chosen.late:
        query = query.filter(plan__is_late=True)
    if chosen.flagged:
        query = query.exclude(findings=[])
    return query.annotate(
        open_comments=Count("comments", filter=Q(comments__resolved_at=None)),
    ).prefetch_related("sessions")


def waiting_counts(user: Any, edition: Edition) -> dict[str, int]:
    """How many plans and activities wait for the person: ``{"plans": 3, "activities": 12}``."""
    if not scope_of(user).deciding_paths:
        return {"plans": 0, "activities": 0}
    return {
        "plans": reviewable_plans(user, edition).filter(state=_S.SUBMITTED).count(),
        "activities": reviewable_activities(user, edition).filter(state=_S.SUBMITTED).count(),
    }


def next_waiting(user: Any, thing: Plan | Activity) -> Plan | Activity | None:
    """What to read after this one: the next longest waiting of the same sort, or the first again."""
    query: QuerySet[Any] = (
        reviewable_plans(user, thing.edition) if isinstance(thing, Plan) else reviewable_activities(user, thing.edition)
    )
    others = query.filter(state=_S.SUBMITTED).exclude(pk=thing.pk)
    if thing.submitted_at is not None:
        after = Q(submitted_at__gt=thing.submitted_at) | Q(submitted_at=thing.submitted_at, pk__gt=thing.pk)
        if (following := others.filter(after).first()) is not None:
            return following  # type: ignore[no-any-return]
    return others.first()


def districts_of(user: Any) -> list[str]:
    """District names to filter by."""
    below = visible_to(user).filter(subtree_q(scope_of(user).deciding_paths))
    return sorted(set(below.exclude(district="").values_list("district", flat=True)))


@dataclass(frozen=True)
class ReadActivity:
    """One activity of a plan as the reviewer reads it."""

    activity: Activity
    errors: int
    comments: list[ActivityComment]


def read_activities(plan: Plan) -> list[ReadActivity]:
    """The plan's activities that were handed in, with sessions, tags and remarks: five queries."""
    found = (
        plan.activities.filter(first_submitted_at__isnull=False)
        .exclude(state=_S.DRAFT)
        .select_related("organisation", "edition", "cover")
        .prefetch_related("sessions", "tags", "partners__organisation", "comments__author")
        .order_by("state", "title", "pk")
    )
    return [ReadActivity(row, error_count(row.findings), list(row.comments.all())) for row in found]
