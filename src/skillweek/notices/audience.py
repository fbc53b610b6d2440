"""Whom a notice goes to: a rule of lines, districts, kinds, school types and single units, within the issuer's area.

A rule is JSON: ``{"all": bool, "lines": [...], "districts": [...], "kinds": [...], "school_types": [...],
"organisations": [ids]}``. ``all`` is everybody below the issuer. Else the conditions that are set must all hold, and
single units come on top. School types narrow schools only, so 「各区教育局，各中职学校」 is one rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.organisations.models import Kind, Line, Organisation, OrganisationQuerySet, SchoolType

CONDITIONS: Final = ("lines", "districts", "kinds", "school_types")
_FIELDS: Final = {"lines": "line", "districts": "district", "kinds": "kind"}
_KNOWN: Final = {"lines": Line.values, "kinds": Kind.values, "school_types": SchoolType.values}
#: Single units in one rule; a whole country's schools are reached by conditions.
MAX_UNITS: Final = 2000
#: Words in a list of conditions.
_MAX_WORDS: Final = 200


def area_of(issuer: Organisation) -> OrganisationQuerySet:
    """Active units strictly below ``issuer``: whom it may address (A5)."""
    below: OrganisationQuerySet = Organisation.objects.filter(path__startswith=issuer.path, is_active=True).exclude(
        pk=issuer.pk
    )
    return below


def is_empty(rule: Mapping[str, Any]) -> bool:
    """Whether the rule reaches nobody whoever the issuer is."""
    return not rule.get("all") and not any(rule.get(key) for key in (*CONDITIONS, "organisations"))


def units_of(rule: Mapping[str, Any], issuer: Organisation) -> OrganisationQuerySet:
    """The active units below ``issuer`` that the rule reaches, in the tree's order. A unit elsewhere is never reached,
    whatever the rule says.
    """
    area = area_of(issuer)
    if rule.get("all"):
        return area
    chosen = Q(pk__in=_numbers(rule.get("organisations", ())))
    if any(rule.get(key) for key in CONDITIONS):
        chosen |= _condition(rule)
    reached: OrganisationQuerySet = area.filter(chosen)
    return reached


def _condition(rule: Mapping[str, Any]) -> Q:
    condition = Q()
    for key, field in _FIELDS.items():
        if words := rule.get(key):
            condition &= Q(**{f"{field}__in": words})
    if types := rule.get("school_types"):
        of_type = Q(kind=Kind.SCHOOL, school_type__in=types)
        condition &= of_type | ~Q(kind=Kind.SCHOOL) if rule.get("kinds") else of_type
    return condition


def clean_audience(given: Any, issuer: Organisation) -> dict[str, Any]:
    """Return the rule in its stored form. Raises DomainError for unknown words and units outside the issuer's area."""
    rule = given if isinstance(given, Mapping) else {}
    clean: dict[str, Any] = {"all": bool(rule.get("all"))}
    for key in CONDITIONS:
        words = rule.get(key) or []
        if not isinstance(words, (list, tuple)) or len(words) > _MAX_WORDS:
            raise DomainError(_("发送范围有误，请重新选择。"), field="audience")
        words = list(dict.fromkeys(str(word).replace("\0", "").strip() for word in words))
        if key in _KNOWN and not set(words) <= set(_KNOWN[key]):
            raise DomainError(_("发送范围里有不认识的选项，请重新选择。"), field="audience")
        clean[key] = [word for word in words if word]
    clean["organisations"] = _units_within(rule.get("organisations") or [], issuer)
    return clean


def _units_within(given: Any, issuer: Organisation) -> list[int]:
    if not isinstance(given, (list, tuple)) or len(given) > MAX_UNITS:
        text = _("单独选择的单位最多 %(limit)s 个。请改用条线、区或学校类型来选。") % {"limit": MAX_UNITS}
        raise DomainError(text, field="audience")
    wanted = set(_numbers(given))
    rows = Organisation.objects.filter(pk__in=wanted).values_list("pk", "name", "path", "is_active")
    foreign = [name for _pk, name, path, _active in rows if not path.startswith(issuer.path) or path == issuer.path]
    if foreign or len(rows) < len(wanted) or len(wanted) < len(set(map(str, given))):
        names = "、".join(foreign[:5]) or _("有的单位")
        text = _("%(names)s不在“%(issuer)s”所辖范围内，不能发给它。请从列表中重新选择。")
        raise DomainError(text % {"names": names, "issuer": issuer}, field="audience")
    return sorted(pk for pk, _name, _path, active in rows if active)


def _numbers(given: Any) -> list[int]:
    """Row numbers among what was sent; anything else is left out."""
    numbers = []
    for value in given:
        text = str(value)
        if text.isascii() and text.isdigit() and len(text) <= 18:
            numbers.append(int(text))
    return list(dict.fromkeys(numbers))


def describe(rule: Mapping[str, Any], issuer: Organisation) -> str:
    """The rule in words: 「教育、人社 · 学校 · 另加 2 个单位」."""
    if rule.get("all"):
        return _("%(issuer)s所辖全部单位") % {"issuer": issuer}
    labels: dict[str, dict[Any, Any]] = {
        "lines": dict(Line.choices),
        "kinds": dict(Kind.choices),
        "school_types": dict(SchoolType.choices),
        "districts": {},
    }
    parts = ["、".join(str(labels[key].get(word, word)) for word in rule.get(key, ())) for key in CONDITIONS]
    parts = [part for part in parts if part]
    if single := len(rule.get("organisations", ())):
        parts.append(_("单独选择 %(count)s 个单位") % {"count": single})
    return " · ".join(parts) or _("还没有选择")
