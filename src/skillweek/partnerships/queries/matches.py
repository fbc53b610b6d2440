"""Whose majors fit what an enterprise looks for, with the reason (E3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import rjieba
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from skillweek.core.clock import today_in
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.partnerships import catalogue
from skillweek.partnerships.models import Enterprise, Meeting, Need, Party, SchoolMajor
from skillweek.partnerships.rules.fields import Match, match

#: Words that stand in most majors and say nothing.
_COMMON = frozenset(
    ("技术", "应用", "管理", "服务", "工程", "设计", "制造", "生产", "运营", "经营", "运行", "维护", "检测",
     "专业", "现代")
)  # fmt: skip


def public_needs(edition: Edition, *, day: date | None = None) -> QuerySet[Need]:
    """What the public sees today: read, of verified enterprises, within its dates."""
    today = day or today_in(edition.zone)
    rows = Need.objects.filter(edition=edition, state=Need.State.PUBLIC, enterprise__state=Enterprise.State.VERIFIED)
    return rows.filter(Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today))


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """The telling words of a text: two characters and more, none of those that stand everywhere."""
    return frozenset(word for word in rjieba.cut(text) if len(word) > 1 and word not in _COMMON)


def with_names(needs: Iterable[Need]) -> list[Need]:
    """The needs, each with ``field_names``: what its fields are called. One query for all."""
    rows = list(needs)
    names = catalogue.names_of({field.code for need in rows for field in need.fields.all()})
    for row in rows:
        row.field_names = [names[field.code] for field in row.fields.all()]  # type: ignore[attr-defined]
    return rows


def explain(found: Match, names: dict[str, str]) -> str:
    """Why they fit, for people: ``因为同属装备制造大类``."""
    words = _("、").join(found.words)
    name = names.get(found.field) or catalogue.name_of_group(found.field)
    if found.by == "major":
        reason = _("因为都是“%(name)s”专业") % {"name": name}
    elif found.by:
        reason = _("因为同属“%(name)s”") % {"name": name}
    elif words:
        return _("因为都提到“%(words)s”") % {"words": words}
    else:
        return ""
    return _("%(reason)s，都提到“%(words)s”") % {"reason": reason, "words": words} if words else reason


@dataclass(frozen=True)
class Fit:
    """One need that fits a school, or one school that fits a need."""

    need: Need
    organisation: Organisation | None
    score: int
    reason: str
    major: str


def _shared(need: Need, majors: Iterable[SchoolMajor]) -> set[str]:
    said = words_of(f"{need.title} {need.text}"[:2000])
    return {word for major in majors for word in words_of(major.name) if word in said}


def fits_for_school(edition: Edition, organisation: Organisation) -> list[Fit]:
    """Public needs that have to do with what the school teaches, the best first."""
    majors = list(SchoolMajor.objects.filter(edition=edition, organisation=organisation))
    needs = public_needs(edition).select_related("enterprise").prefetch_related("fields").defer("enterprise__logo")
    return _fits(((need, organisation, majors) for need in needs), majors)


def fits_for_need(need: Need) -> list[Fit]:
    """Schools that teach what the need is about, the best first."""
    by_school: dict[int, list[SchoolMajor]] = defaultdict(list)
    schools: dict[int, Organisation] = {}
    rows = SchoolMajor.objects.filter(edition=need.edition, organisation__is_active=True)
    every = list(rows.select_related("organisation"))
    for row in every:
        by_school[row.organisation_id].append(row)
        schools[row.organisation_id] = row.organisation
    return _fits(((need, schools[pk], majors) for pk, majors in by_school.items()), every)


def _fits(rows: Iterable[tuple[Need, Organisation, list[SchoolMajor]]], majors: list[SchoolMajor]) -> list[Fit]:
    names = {row.code: row.name for row in majors}
    found = []
    for need, organisation, taught in rows:
        wanted = {field.code for field in need.fields.all()}
        result = match(wanted, [row.code for row in taught], _shared(need, taught))
        if result.score:
            reason = explain(result, names)
            found.append(Fit(need, organisation, result.score, reason, names.get(result.major, "")))
    return sorted(found, key=lambda fit: (-fit.score, fit.need.pk, fit.organisation.pk if fit.organisation else 0))


def scores_of_parties(meeting: Meeting, parties: Iterable[Party]) -> dict[tuple[int, int], int]:
    """(enterprise party, school party) → the best score of any of the enterprise's public needs. Three queries."""
    parties = list(parties)
    enterprises = {party.enterprise_id: party.pk for party in parties if party.enterprise_id}
    schools = {party.organisation_id: party.pk for party in parties if party.organisation_id}
    majors: dict[Any, list[SchoolMajor]] = defaultdict(list)
    for row in SchoolMajor.objects.filter(edition=meeting.edition_id, organisation__in=schools):
        majors[row.organisation_id].append(row)
    needs = public_needs(meeting.edition).filter(enterprise__in=enterprises).prefetch_related("fields")
    found: dict[tuple[int, int], int] = {}
    for need in needs:
        wanted = {field.code for field in need.fields.all()}
        for school, taught in majors.items():
            key = (enterprises[need.enterprise_id], schools[school])
            score = match(wanted, [row.code for row in taught], _shared(need, taught)).score
            found[key] = max(found.get(key, 0), score)
    return found
