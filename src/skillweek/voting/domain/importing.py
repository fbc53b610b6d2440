"""A table of candidates: kept, looked at, and entered exactly as it was shown (E10)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.core.tables.plan import Outcome, as_shown, locked
from skillweek.core.tables.reading import Row, read_rows
from skillweek.editions.frozen import must_be_open
from skillweek.voting.access import can_write
from skillweek.voting.domain import common
from skillweek.voting.domain.candidates import MOST, next_number
from skillweek.voting.models import Ballot, Candidate, CandidateUpload
from skillweek.voting.transfer import LAYOUT

_LONGEST = {"title": 120, "credit": 120, "group": 40, "text": 4000, "url": 500}


def keep_upload(actor: Any, ballot: Ballot, *, name: str, content: bytes) -> CandidateUpload:
    """Read the file and keep its rows. Raises NotAllowed, Conflict, DomainError (field ``file``)."""
    must_be_open(ballot.edition)
    _must_write(actor, ballot)
    rows = read_rows(content, LAYOUT)
    return CandidateUpload.objects.create(user=actor, ballot=ballot, name=name[:200], rows=rows)


def _must_write(actor: Any, ballot: Ballot) -> None:
    if not can_write(actor, ballot):
        raise NotAllowed(_("您不能修改“%(title)s”的候选。") % {"title": ballot.title})
    if not ballot.is_writable:
        raise Conflict(_("评选已经送审或公开，候选不能再改，只能退出。"), code="not_draft")


def dry_run(upload: CandidateUpload) -> list[Outcome]:
    """What would become of each row now. Writes nothing."""
    ballot = upload.ballot
    known = set(ballot.candidates.values_list("title", "credit", "group"))
    room = MOST - ballot.candidates.count()
    outcomes = []
    for row in upload.rows:
        found = _plan(row, ballot)
        mark = (found.values["title"], found.values["credit"], found.values["group"])
        if found.action == "new" and mark in known:
            found.action, found.note = "same", _("候选里已有，不重复导入。")
        elif found.action == "new" and room <= 0:
            found.fail("title", _("一个评选最多 %(limit)d 个候选。") % {"limit": MOST})
        elif found.action == "new":
            room -= 1
            known.add(mark)
        outcomes.append(found)
    return outcomes


def _plan(row: Row, ballot: Ballot) -> Outcome:
    found = Outcome.of(LAYOUT, row)
    found.values = {column.key: found.get(column.key) for column in LAYOUT.columns}
    found.need("title")
    for key, longest in _LONGEST.items():
        if len(found.get(key)) > longest:
            found.fail(key, _("最多 %(limit)d 个字。") % {"limit": longest})
    if ballot.groups and found.get("group") not in ballot.groups:
        found.fail("group", _("请填：%(words)s。") % {"words": "、".join(ballot.groups)})
    if not ballot.groups and found.get("group"):
        found.values["group"] = ""
        found.note = _("这个评选不分组，组别没有导入。")
    if found.get("url") and not found.get("url").lower().startswith(("http://", "https://")):
        found.fail("url", _("这不是完整的网址，应以 http:// 或 https:// 开头。"))
    return found


@transaction.atomic
def confirm_import(upload: CandidateUpload, *, seen: str) -> int:
    """Enter what was shown; return how many rows. Raises Conflict when the plan is another by now, NotAllowed."""
    ballot = common.locked(upload.ballot_id)
    must_be_open(ballot.edition)
    fresh = locked(CandidateUpload.objects.select_related("user"), upload.pk)
    fresh.ballot = ballot
    _must_write(fresh.user, ballot)
    stale = _("候选刚刚有变化，结果与您看到的不同。请看过新的预检结果再确认。")
    rows = [each for each in as_shown(dry_run(fresh), seen, stale=stale) if each.action == "new"]
    first = next_number(ballot)
    Candidate.objects.bulk_create(
        [Candidate(ballot=ballot, number=number, **each.values) for number, each in enumerate(rows, start=first)], 200
    )
    fresh.mark_entered()
    record(
        "candidate.import", ballot, actor=fresh.user, organisation_id=ballot.organisation_id, data={"made": len(rows)}
    )
    return len(rows)
