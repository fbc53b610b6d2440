"""Needs and positions: write, hand in, read, publish, close (E4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.partnerships import catalogue, telling
from skillweek.partnerships.access import can_verify
from skillweek.partnerships.domain.common import locked, must_be_version
from skillweek.partnerships.models import Enterprise, Need, NeedField

_S = Need.State
MOST_FIELDS: Final = 12
_NAMES: Final = ("title", "kind", "text", "number", "place", "pay", "starts_on", "ends_on")


def must_speak_for(enterprise: Enterprise, actor: Any) -> None:
    """Raise NotAllowed unless the actor is the contact of a verified enterprise."""
    if enterprise.user_id is None or enterprise.user_id != getattr(actor, "pk", None):
        raise NotAllowed(_("只有企业自己的联系人能操作。"))
    if not enterprise.is_verified:
        raise NotAllowed(_("企业核验通过后才能操作。"))


@transaction.atomic
def save_need(
    enterprise: Enterprise, *, actor: Any, need: Need | None = None, fields: Iterable[str] = (),
    expected: int | None = None, client_id: UUID | None = None, **values: Any,
) -> Need:  # fmt: skip
    """Write a need. What was public waits to be read again. The same new form sent twice makes one.

    Raises DomainError naming the field, Conflict when it changed meanwhile.
    """
    must_be_open(enterprise.edition)
    must_speak_for(enterprise, actor)
    if need is None and client_id is not None:
        known = Need.objects.filter(client_id=client_id, enterprise=enterprise).first()
        if known is not None:
            return known
    row = locked(Need, need.pk) if need is not None else Need(client_id=client_id)
    if need is not None:
        must_be_version(row, expected)
        row.version += 1
    row.edition, row.enterprise = enterprise.edition, enterprise
    codes = _clean_fields(fields)
    for name in _NAMES:
        setattr(row, name, values[name])
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        raise DomainError(_("截止日期要在开始日期之后。"), field="ends_on")
    if row.state in (_S.PUBLIC, _S.CLOSED):
        row.state = _S.WAITING
        telling.tell_verifiers(enterprise, "partner.need", text=row.title, once=f"need:{row.pk}:{row.version}")
    row.save()
    NeedField.objects.filter(need=row).exclude(code__in=codes).delete()
    NeedField.objects.bulk_create([NeedField(need=row, code=code) for code in codes], ignore_conflicts=True)
    record("need.save", row, organisation_id=enterprise.home_id, data={"fields": codes})
    return row


def _clean_fields(fields: Iterable[str]) -> list[str]:
    codes = sorted(set(fields))
    if not codes:
        raise DomainError(_("请至少选一个专业大类、专业类或专业。"), field="fields")
    if len(codes) > MOST_FIELDS:
        raise DomainError(_("最多选 %(count)d 个专业方向。") % {"count": MOST_FIELDS}, field="fields")
    majors = catalogue.all_majors()
    for code in codes:
        if not catalogue.is_known_field(code, majors):
            raise DomainError(_("专业目录里没有 %(code)s，请重新选择。") % {"code": code[:20]}, field="fields")
    return codes


@transaction.atomic
def submit(need: Need, *, actor: Any) -> Need:
    """Hand it in to be read."""
    row = locked(Need, need.pk, "enterprise__home")
    must_be_open(row.edition)
    must_speak_for(row.enterprise, actor)
    if row.state not in (_S.DRAFT, _S.REFUSED):
        raise Conflict(_("已经提交过。请刷新查看。"), code="same")
    row.state, row.reason = _S.WAITING, ""
    row.version += 1
    row.save()
    record("need.submit", row, organisation_id=row.enterprise.home_id)
    telling.tell_verifiers(row.enterprise, "partner.need", text=row.title, once=f"need:{row.pk}:{row.version}")
    return row


@transaction.atomic
def publish(need: Need, *, actor: Any, expected: int | None = None) -> Need:
    """Show what was read to the public."""
    row = _read(need, actor)
    must_be_version(row, expected)
    if row.state != _S.WAITING:
        raise Conflict(_("已经处理过，或企业撤回了。请刷新查看。"), code="same")
    row.state, row.reason, row.published_at, row.decided_by = _S.PUBLIC, "", now(), actor
    return _decided(row, "need.publish", actor)


@transaction.atomic
def refuse(need: Need, *, actor: Any, reason: str) -> Need:
    """Send it back, or take it from the public, with the reason."""
    row = _read(need, actor)
    row_reason = clean_note(reason, required=_("请写明原因，企业会看到。"), field="reason")[:500]
    if row.state not in (_S.WAITING, _S.PUBLIC):
        raise Conflict(_("已经处理过。请刷新查看。"), code="same")
    row.state, row.reason, row.decided_by = _S.REFUSED, row_reason, actor
    return _decided(row, "need.refuse", actor)


def _read(need: Need, actor: Any) -> Need:
    row = locked(Need, need.pk, "enterprise__home", "enterprise__user", "enterprise__edition")
    must_be_open(row.edition)
    if not can_verify(actor, row.enterprise):
        raise NotAllowed(_("需求由市级主办单位或邀请企业的单位审核。"))
    return row


def _decided(row: Need, verb: str, actor: Any) -> Need:
    row.version += 1
    row.save()
    record(verb, row, actor=actor, organisation_id=row.enterprise.home_id, reason=row.reason)
    telling.tell_need(row)
    return row


@transaction.atomic
def close(need: Need, *, actor: Any) -> Need:
    """Take it from the public: filled, or no longer wanted."""
    row = locked(Need, need.pk, "enterprise")
    must_be_open(row.edition)
    must_speak_for(row.enterprise, actor)
    if row.state == _S.CLOSED:
        raise Conflict(_("已经结束。请刷新查看。"), code="same")
    row.state = _S.CLOSED
    row.version += 1
    row.save()
    record("need.close", row, organisation_id=row.enterprise.home_id)
    return row
