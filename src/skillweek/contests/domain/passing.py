"""The relay: an entry names the next, who accepts with one tap (E7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.contests import kinds, telling
from skillweek.contests.domain.common import locked_entry
from skillweek.contests.domain.entries import Owner, begin_entry
from skillweek.contests.models import Entry, Pass
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.frozen import must_be_open

_S = Entry.State


@transaction.atomic
def name_next(entry: Entry, *, to_name: str, message: str = "", actor: Any = None) -> Pass:
    """Name whom one passes it to; until they took it, one may name somebody else (the old link then ends).

    Whoever took it and withdrew left it free again. Raises DomainError (field ``to_name``), Conflict.
    """
    row = locked_entry(entry.pk)
    must_be_open(row.call.edition)
    if not row.call.is_relay or row.state not in (_S.WAITING, _S.APPROVED):
        raise Conflict(_("提交作品后才能传给下一棒。"), code="not_entered")
    to_name = " ".join(to_name.replace("\0", "").split())[:60]
    if not to_name:
        raise DomainError(_("请写明传给谁：人名或学校。"), field="to_name")
    known = Pass.objects.select_related("accepted").filter(entry=row).first()
    if known is not None and known.accepted is not None and known.accepted.state != _S.WITHDRAWN:
        raise Conflict(_("下一棒已经接住了，不能再换人。"), code="taken")
    if known is not None:
        if known.to_name == to_name and known.accepted is None:
            return known
        known.delete()
    made = Pass.objects.create(entry=row, to_name=to_name, message=" ".join(message.split())[:120])
    record("relay.name", row, actor=actor, organisation_id=row.call.organisation_id)
    return made


@transaction.atomic
def accept(passed: Pass, owner: Owner, *, client_id: UUID) -> Entry:
    """Take it: a draft that follows the one who named them. Asked twice by the same person, the same draft.

    Raises Conflict when somebody else took it.
    """
    row = (
        Pass.objects.select_for_update(of=("self",))
        .select_related("entry__call", "accepted")
        .filter(pk=passed.pk)
        .first()
    )
    if row is None:
        raise Conflict(_("这个接力邀请已经换人或取消了。"), code="gone")
    taken = row.accepted
    if taken is not None and taken.state != _S.WITHDRAWN:
        mine = taken.participant == owner.participant and taken.organisation == owner.organisation
        if mine:
            return taken
        raise Conflict(_("这一棒已经有人接住了。"), code="taken")
    if row.entry.participant_id is not None and row.entry.participant == owner.participant:
        raise Conflict(_("不能传给自己。请把链接发给下一位。"), code="self")
    made = begin_entry(row.entry.call, owner, client_id=client_id, previous=row.entry)
    row.accepted, row.accepted_at = made, now()
    row.save(update_fields=["accepted", "accepted_at", "updated_at"])
    record("relay.accept", made, actor=owner.user, organisation_id=made.call.organisation_id)
    telling.entrant(row.entry, kinds.PASSED, once=str(made.pk))
    return made
