"""Approved works as votes and juries take them: texts and addresses (E1)."""

from __future__ import annotations

from django.urls import reverse

from skillweek.contests.models import Call, Entry
from skillweek.contests.queries.gallery import cover_url, with_files
from skillweek.participation.handed import Handed


def candidates_of(call: Call) -> list[Handed]:
    """For a public vote: with author and the work's page."""
    return [
        Handed(
            source_key=entry.source_key, title=entry.title, credit=entry.credit, organisation_id=entry.organisation_id,
            text=entry.text, image_url=cover_url(entry), url=entry.get_absolute_url(), group=entry.group,
        )
        for entry in _approved(call)
    ]  # fmt: skip


def works_of(call: Call) -> list[Handed]:
    """For a jury, which may be blind: its link leads to all files of the work, not to the author."""
    return [
        Handed(
            source_key=entry.source_key, title=entry.title, credit=entry.credit, organisation_id=entry.organisation_id,
            text=entry.text, image_url=cover_url(entry), url=_for_jury(entry), group=entry.group,
        )
        for entry in _approved(call)
    ]  # fmt: skip


def _approved(call: Call) -> list[Entry]:
    rows = call.entries.filter(state=Entry.State.APPROVED).order_by("number", "pk")
    return list(with_files(rows))


def _for_jury(entry: Entry) -> str:
    """The page with everything of the work; a text alone stands on the score sheet itself."""
    return reverse("contests_public:jury", args=[entry.pk]) if entry.files.all() else ""
