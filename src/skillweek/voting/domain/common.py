"""What the verbs of this room share."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import Conflict
from skillweek.voting.models import Ballot

#: First half of the advisory lock's key: this room's own number.
_LOCK = 0x0E10


def locked(pk: int) -> Ballot:
    """The ballot as it is now, locked until the transaction ends. Raises Conflict when it is gone."""
    rows = Ballot.objects.select_for_update(of=("self",), no_key=True).select_related("edition", "organisation")
    found: Ballot | None = rows.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这个评选刚刚被删除。请刷新列表。"), code="gone")
    return found


def hold_voting(ballot_id: int, *, shared: bool) -> None:
    """Make votes and what ends them wait for each other: many votes at once (``shared``), one closing alone.

    Until the transaction ends. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        verb = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {verb}(%s, %s)", [_LOCK, ballot_id])


def must_be_version(ballot: Ballot, expected: int | None) -> None:
    """Raise Conflict when somebody changed it since it was read."""
    if expected is not None and ballot.version != expected:
        raise Conflict(_("这个评选刚刚被同事改过。请刷新，看过最新内容再保存。"), code="changed")


def moved(ballot: Ballot, verb: str, actor: Any, *, reason: str = "", data: dict[str, Any] | None = None) -> Ballot:
    """Save the row as its next version and record what was done."""
    ballot.version += 1
    ballot.save()
    record(verb, ballot, actor=actor, organisation_id=ballot.organisation_id, reason=reason, data=data)
    return ballot
