"""The reviewer's list of forms: every school below, also those that have none yet (C12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, CharField, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.statistics.access import reviewed_schools
from skillweek.statistics.models import FormEntry

_S = FormEntry.State
MISSING: Final = "missing"
#: What the list can be narrowed to; the order is that of urgency.
STATES: Final = {
    "": _("全部"),
    _S.SUBMITTED.value: _("待审核"),
    MISSING: _("未提交"),
    _S.RETURNED.value: _("已退回"),
    _S.ACCEPTED.value: _("已通过"),
}
_UNTOUCHED = (_S.COUNTED, _S.DRAFT)


@dataclass(frozen=True)
class FormFilter:
    """What the list is narrowed to. Nonsense counts as not given."""

    state: str = ""
    district: str = ""
    search: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> FormFilter:
        """Read it from a page's query string or form."""
        state = query.get("state", "")
        clean = {name: query.get(name, "").replace("\0", "").strip()[:60] for name in ("district", "q")}
        return cls(state if state in STATES else "", clean["district"], clean["q"])

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.state or self.district or self.search)


def forms_of(user: Any, edition: Edition, chosen: FormFilter) -> QuerySet[Organisation]:
    """Schools below the person with ``form_state``, ``form_version``, ``form_submitted_at`` and ``form_is_late``.

    Those that wait for a decision come first, then those that owe something. One query.
    """
    entry = FormEntry.objects.filter(edition=edition, organisation=OuterRef("pk"))
    schools = reviewed_schools(user).annotate(
        form_state=Coalesce(Subquery(entry.values("state")[:1]), Value(_S.COUNTED.value), output_field=CharField()),
        form_submitted_at=Subquery(entry.values("submitted_at")[:1]),
        form_version=Subquery(entry.values("version")[:1]),
        form_is_late=Subquery(entry.values("is_late")[:1]),
    )
    if chosen.state == MISSING:
        schools = schools.filter(form_state__in=[*_UNTOUCHED, _S.RETURNED])
    elif chosen.state:
        schools = schools.filter(form_state=chosen.state)
    if chosen.district:
        schools = schools.filter(district=chosen.district)
    if chosen.search:
        schools = schools.filter(name__icontains=chosen.search)
    urgency = Case(
        When(form_state=_S.SUBMITTED, then=Value(0)),
        When(form_state=_S.RETURNED, then=Value(1)),
        When(form_state__in=_UNTOUCHED, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    found: QuerySet[Organisation] = schools.order_by(urgency, "form_submitted_at", "path")
    return found


def counts_of(user: Any, edition: Edition) -> dict[str, int]:
    """How many schools stand in each state of ``STATES``, ``""`` for all of them. Two queries."""
    schools = reviewed_schools(user)
    total = schools.count()
    states = list(FormEntry.objects.filter(edition=edition, organisation__in=schools).values_list("state", flat=True))
    counted = {state: states.count(state) for state in (_S.SUBMITTED.value, _S.RETURNED.value, _S.ACCEPTED.value)}
    missing = total - counted[_S.SUBMITTED.value] - counted[_S.ACCEPTED.value]
    return {"": total, MISSING: missing, **counted}
