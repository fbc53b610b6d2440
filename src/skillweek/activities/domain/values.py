"""What may be written into an activity, checked once for the form, the table upload and the copy (B3–B5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, ActivityTag
from skillweek.content.html import sanitise
from skillweek.content.models import Asset
from skillweek.core.errors import DomainError
from skillweek.organisations.models import Kind

#: Fields that people write.
FIELDS: Final = (
    "title", "kind", "summary", "description", "cover", "idea_code", "city_code", "enquiry_phone", "how_to_join",
    "person_in_charge", "phone_in_charge", "safety_plan", "is_free", "funding_source", "public_benefit",
    "expected_people", "publish_on",
)  # fmt: skip
#: Longest texts where the column sets no bound, in characters.
_LONG: Final = {"how_to_join": 4000, "safety_plan": 10_000, "description": 200_000}


def clean_text(value: str) -> str:
    """Without what no database or page can carry: control characters, lone surrogates; line ends are ``\\n``."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in value if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))


def put_values(activity: Activity, values: Mapping[str, Any]) -> set[str]:
    """Set fields, not saved, and return the names of those that changed.

    Raises DomainError with ``field`` for an unknown field, a text too long, or a code that the edition does not have.
    """
    changed = set()
    for name, given in values.items():
        if name not in FIELDS:
            raise DomainError(_("没有这一项，请刷新页面。"), field=name)
        value = clean_text(given) if isinstance(given, str) else given
        if isinstance(value, str):
            value = sanitise(value) if name == "description" else value.strip()
            _must_fit(name, value)
        if value != getattr(activity, name):
            setattr(activity, name, value)
            changed.add(name)
    if changed:
        _must_be_valid(activity, changed)
    return changed


def _must_fit(name: str, value: str) -> None:
    if len(value) > (limit := _LONG.get(name, 10_000)):
        text = _("内容有 %(count)s 个字符，最多 %(limit)s 个。请精简。")
        raise DomainError(text % {"count": len(value), "limit": limit}, field=name)


def _must_be_valid(activity: Activity, changed: set[str]) -> None:
    others = [field.name for field in activity._meta.fields if field.name not in changed]
    try:
        activity.clean_fields(exclude=[*others, "title"] if not activity.title else others)
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise DomainError(problems[0], field=name) from error
    if "kind" in changed and activity.kind == Activity.Kind.CITY and activity.organisation.kind != Kind.HOST:
        raise DomainError(_("市级活动由市级主办单位填写，请改选其他类别。"), field="kind")
    doc = activity.edition.doc
    for name, list_name in (("idea_code", "ideas"), ("city_code", "city_activities")):
        code = getattr(activity, name)
        if name in changed and code and code not in {row.code for row in getattr(doc, list_name)}:
            raise DomainError(_("通知的清单里没有这一项，请重新选择。"), field=name)
    if "cover" in changed and (cover := activity.cover) is not None:
        own = (
            cover.organisation_id == activity.organisation_id or cover.is_public
        ) and cover.kind == Asset.Kind.PICTURE
        if not own:
            raise DomainError(_("封面图要从本单位的图片中选择。"), field="cover")


def put_tags(activity: Activity, tags: Mapping[str, Sequence[str]]) -> set[str]:
    """Tick exactly these codes in the groups that are named; other groups stay. Returns the groups that changed."""
    doc = activity.edition.doc
    changed = set()
    for group, codes in tags.items():
        list_name = ActivityTag.LISTS.get(group)
        if list_name is None:
            raise DomainError(_("没有这一项，请刷新页面。"), field=group)
        known = {row.code for row in getattr(doc, list_name)}
        wanted = list(dict.fromkeys(codes))
        if strange := [code for code in wanted if code not in known]:
            text = _("通知的清单里没有“%(code)s”，请重新选择。")
            raise DomainError(text % {"code": strange[0][:60]}, field=group)
        have = set(activity.tags.filter(group=group).values_list("code", flat=True))
        if have != set(wanted):
            activity.tags.filter(group=group).exclude(code__in=wanted).delete()
            new = [code for code in wanted if code not in have]
            ActivityTag.objects.bulk_create([ActivityTag(activity=activity, group=group, code=code) for code in new])
            changed.add(group)
    return changed
