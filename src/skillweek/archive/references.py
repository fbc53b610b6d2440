"""Columns that name other rows without a foreign key, and columns with people's data: how they pass an archive.

Every conversion works both ways. Going out, a translator turns an organisation's id into its code; coming in, it turns
codes and the archive's keys into the ids that the rows have got here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final, Protocol
from uuid import UUID

from skillweek.content.html import sanitise
from skillweek.editions.models import Edition
from skillweek.policies.models import Policy
from skillweek.uploads.storage import key_of

_FIGURE_LINK: Final = re.compile(r"(/w/statistics/(?:rollup/)?)(\d+|@[A-Za-z0-9._-]+)(/figure/)")


class Translator(Protocol):
    """Turns names of rows from one side's into the other's. None: the row is not in the archive."""

    #: Whether rows come in; only then is their content cleaned.
    incoming: bool
    #: The edition's slug.
    slug: str

    def organisation(self, name: Any) -> Any:
        """Going out: id → code. Coming in: code → id."""

    def outlet(self, value: Any) -> Any:
        """Going out: id → name and level of a medium. Coming in: those → its id, made when nobody knows it."""

    def key(self, label: str, key: Any) -> Any:
        """The key of a row of the model ``label`` (lower case, ``reports.dailyreport``) on the other side."""


def generic(type_field: str) -> Any:
    """A key as text or number beside a column that holds the model's label."""

    def convert(value: Any, row: dict[str, Any], names: Translator) -> Any:
        found = names.key(str(row[type_field]), value)
        return type(value)(found) if found is not None else None

    return convert


def rich(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """Rich text is cleaned on its way in: an archive may come from anywhere."""
    return sanitise(str(value or "")) if names.incoming else value


def figure_links(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """Figures in a summary are links that hold an organisation's id; in the archive they hold ``@CODE``."""

    def turned(match: re.Match[str]) -> str:
        name: Any = match[2][1:] if names.incoming else int(match[2]) if match[2].isdigit() else 0
        found = names.organisation(name)
        word = (str(found) if names.incoming else f"@{found}") if found is not None else match[2]
        return f"{match[1]}{word}{match[3]}"

    return rich(_FIGURE_LINK.sub(turned, str(value or "")), row, names)


def audience(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """Whom a notice goes to: single units stand in it by id."""
    if not isinstance(value, Mapping) or not value.get("organisations"):
        return value
    return {**value, "organisations": _organisations(value["organisations"], names)}


def editorial(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """Draft or live content of a notice or page."""
    if not isinstance(value, Mapping):
        return value
    content = dict(value)
    if "audience" in content:
        content["audience"] = audience(content["audience"], row, names)
    if names.incoming and isinstance(content.get("body"), str):
        content["body"] = sanitise(content["body"])
    return content


def story(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """Draft or live content of a story: credits by id, an activity by id."""
    content = editorial(value, row, names)
    if not isinstance(content, dict):
        return content
    if content.get("credits"):
        content["credits"] = _organisations(content["credits"], names)
    if content.get("activity"):
        content["activity"] = names.key("activities.activity", content["activity"])
    if content.get("policies"):
        rows = [{**one, "policy": names.key("policies.policy", one["policy"])} for one in content["policies"]]
        content["policies"] = [one for one in rows if one["policy"] is not None]
    return content


def related_policies(edition: Edition, names: Translator) -> None:
    """Once every policy is there, let each name the ones related to it by their ids here."""
    for one in Policy.objects.filter(edition=edition):
        for content in (one.draft, one.live):
            if content and content.get("related"):
                found = [names.key("policies.policy", key) for key in content["related"]]
                content["related"] = [pk for pk in found if pk is not None]
        Policy.objects.filter(pk=one.pk).update(draft=one.draft, live=one.live)


def outlet(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """A medium belongs to no edition: it goes by name and level, and is the one of that name here, or a new one."""
    return names.outlet(value) if value is not None else None


def without_contact(row: dict[str, Any]) -> None:
    """A lead without the person to ring: the week is over."""
    row["contact_name"] = row["contact_phone"] = ""


def editorial_version(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """A published state of a notice, page, story or hall."""
    if row["object_type"] == "online.hall":
        from skillweek.archive.references_online import hall

        return hall(value, row, names)
    return story(value, row, names) if row["object_type"] == "publicity.story" else editorial(value, row, names)


def activity_snapshot(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """An activity as it was handed in."""
    if not isinstance(value, Mapping):
        return value
    content = dict(value)
    if "id" in content:
        content["id"] = names.key("activities.activity", content["id"])
    if names.incoming and isinstance(content.get("description"), str):
        content["description"] = sanitise(content["description"])
    return content


def version_photos(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """The photos of a summary's version, as ``{item, caption}``: one whose material is gone is left."""
    found = [{**one, "item": names.key("reports.reportitem", one["item"])} for one in value or []]
    return [one for one in found if one["item"] is not None]


def plan_snapshot(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """A plan as it was handed in, with its activities."""
    if not isinstance(value, Mapping) or not isinstance(value.get("activities"), list):
        return value
    return {**value, "activities": [activity_snapshot(one, row, names) for one in value["activities"]]}


def foreign_digest(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """A digest of ids of the other side: kept apart from digests made here, so that the two never clash."""
    return hashlib.sha256(f"{names.slug}:{value}".encode()).hexdigest() if value and names.incoming else value


def file_place(row: dict[str, Any], names: Translator) -> None:
    """Where a file's bytes lie follows from its id: nothing that an archive says is used as a path."""
    row["key"] = key_of(names.slug, UUID(str(row["id"])))


def booking_link(row: dict[str, Any], names: Translator) -> None:
    """The personal link of an imported booking leads nowhere: its hash is of a text that nobody holds."""
    row["token_hash"] = hashlib.sha256(f"{names.slug}:booking:{row['client_id']}".encode()).hexdigest()


def without_visitor(row: dict[str, Any]) -> None:
    """A booking as it is once its visitor's data has been erased; the figures stay (``bookings.domain.erasure``)."""
    texts = ("name", "phone", "email", "phone_key", "email_key", "guardian_name", "needs", "group_name", "nonce")
    for name in (*texts, "consent_text"):
        row[name] = ""
    row["details"], row["consent_at"] = {}, None
    row["erased_at"] = row["erased_at"] or row["updated_at"]


def without_unshown(row: dict[str, Any]) -> None:
    """A visitor's words that the organiser never showed stay home; the stars and gains are figures."""
    if not row["is_shown"]:
        row["comment"] = ""


def without_addresses(row: dict[str, Any]) -> None:
    """An audit event names people, never by the address or number they sign in with."""
    label = str(row["actor_label"])
    if "@" in label or label.lstrip("+").isdigit():
        row["actor_label"] = ""


def _organisations(given: Any, names: Translator) -> list[Any]:
    return [found for name in given if (found := names.organisation(name)) is not None]
