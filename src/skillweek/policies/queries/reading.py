"""A policy as one reads it: facts, text with its places, downloads (D5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from skillweek.content.models import Asset
from skillweek.content.render import render_rich_text
from skillweek.policies.articles import Place, with_places
from skillweek.policies.models import Policy, date_in
from skillweek.uploads.models import StoredFile


@dataclass(frozen=True)
class Reading:
    """What a page shows of a draft or a live text."""

    title: str
    summary: str
    facts: list[tuple[str, str]]
    source_url: str
    html: SafeString
    places: list[Place]
    files: list[Asset]
    has_shots: bool


def reading_of(policy: Policy, content: Mapping[str, Any], user: Any = None) -> Reading:
    """``content`` is the policy's draft or live."""
    html, places = with_places(render_rich_text(str(content.get("body") or ""), user))
    return Reading(
        str(content.get("title") or ""),
        str(content.get("summary") or ""),
        facts_of(content),
        str(content.get("source_url") or ""),
        html,
        places,
        _files(content, public=user is None),
        "data-shot" in html,
    )


def facts_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what is known, in the order of an official record."""
    rows = [
        (_("文号"), str(content.get("number") or "")),
        (_("发布机关"), str(content.get("issuer") or "")),
        (_("发布日期"), _day(content.get("issued_on"))),
        (_("施行日期"), _day(content.get("effective_on"))),
        (_("层级"), _label(Policy.Level, content.get("level"))),
        (_("种类"), _label(Policy.Kind, content.get("kind"))),
        (_("效力"), _label(Policy.Status, content.get("status"))),
    ]
    return [(label, value) for label, value in rows if value]


def _day(value: object) -> str:
    day = date_in(value)
    return date_format(day) if day else ""


def _label(choices: Any, value: object) -> str:
    return str(choices(value).label) if value in choices.values else ""


def _files(content: Mapping[str, Any], *, public: bool) -> list[Asset]:
    """The attachments in order; the public sees those that were checked and are public."""
    ids = []
    for each in content.get("attachments") or []:
        try:
            ids.append(UUID(str(each)))
        except ValueError:
            continue
    rows = Asset.objects.filter(pk__in=ids, kind=Asset.Kind.ATTACHMENT).select_related("file")
    if public:
        rows = rows.filter(is_public=True, file__state=StoredFile.State.READY)
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in ids if pk in found]
