"""Leads: written, offered, taken down, closed (D3)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.press import telling
from skillweek.press.access import can_offer, can_take_down, can_write_lead
from skillweek.press.models import Lead

_S = Lead.State


def locked_lead(pk: int) -> Lead:
    """The lead as it is now, locked until the surrounding transaction ends."""
    return Lead.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=pk)


@transaction.atomic
def save_lead(lead: Lead, *, actor: Any, expected: int | None = None, **values: Any) -> Lead:
    """Save a new lead or a known one. Raises NotAllowed, Conflict (changed meanwhile), DomainError naming the field."""
    must_be_open(lead.edition)
    row = locked_lead(lead.pk) if lead.pk else lead
    if not can_write_lead(actor, row):
        raise NotAllowed(_("您不能为“%(name)s”写线索。") % {"name": row.organisation})
    if row.pk and expected is not None and row.version != expected:
        raise Conflict(_("这条线索刚刚被同事改过。请刷新，看过最新内容再保存。"), code="changed")
    for name, value in values.items():
        setattr(row, name, value)
    if row.topic and row.topic not in {topic.code for topic in row.edition.doc.topics}:
        raise DomainError(_("这不是本届的宣传重点。请重新选择。"), field="topic")
    if row.activity is not None and row.activity.organisation_id != row.organisation_id:
        raise DomainError(_("请选择本单位的活动。"), field="activity")
    if row.session is not None and row.session.activity_id != row.activity_id:
        row.session = None
    row.version += bool(row.pk)
    row.save()
    record("lead.save", row, actor=actor, organisation_id=row.organisation_id)
    return row


@transaction.atomic
def offer(lead: Lead, *, actor: Any) -> Lead:
    """Show it to journalists; also puts back what was closed or, by who may, taken down."""
    row = locked_lead(lead.pk)
    must_be_open(row.edition)
    if not can_offer(actor, row):
        if row.state == _S.TAKEN_DOWN:
            raise NotAllowed(_("这条线索由上级单位撤下，只有上级单位能恢复。"))
        raise NotAllowed(_("只有联络员和管理员可以发布线索。您写的内容都已保存。"))
    if row.state == _S.OFFERED:
        raise Conflict(_("这条线索已经发布。"), code="same")
    for name, words in (("what", _("请写明看点。")), ("contact_name", _("请填写联系人。")),
                        ("contact_phone", _("请填写联系电话。"))):  # fmt: skip
        if not str(getattr(row, name)).strip():
            raise DomainError(words, field=name)
    row.state, row.reason, row.offered_at = _S.OFFERED, "", row.offered_at or now()
    return _moved(row, "lead.offer", actor)


@transaction.atomic
def take_down(lead: Lead, *, actor: Any, reason: str) -> Lead:
    """Take it from journalists, with the reason; the organisation and those who claimed it are told."""
    row = locked_lead(lead.pk)
    must_be_open(row.edition)
    if not can_take_down(actor, row):
        raise NotAllowed(_("线索由上级单位的审核员撤下。"))
    reason = clean_note(reason, required=_("请写明撤下的原因，对方会看到。"), field="reason")[:500]
    if row.state != _S.OFFERED:
        raise Conflict(_("这条线索现在没有发布。请刷新查看。"), code="not_offered")
    row.state, row.reason = _S.TAKEN_DOWN, reason
    _moved(row, "lead.take_down", actor, reason)
    once = str(row.version)
    telling.tell_organisation(row, "lead.down", who=str(actor), text=reason, once=once)
    for claim in row.claims.filter(withdrawn_at=None).select_related("journalist__user"):
        telling.tell_journalist(claim.journalist, row, "lead.down", who=row.organisation.name, text=reason, once=once)
    return row


@transaction.atomic
def close(lead: Lead, *, actor: Any) -> Lead:
    """End it: no new claims, who claimed it may still hand in coverage."""
    row = locked_lead(lead.pk)
    must_be_open(row.edition)
    if not can_write_lead(actor, row):
        raise NotAllowed(_("您不能结束“%(title)s”。") % {"title": row.title})
    if row.state != _S.OFFERED:
        raise Conflict(_("这条线索现在没有发布。请刷新查看。"), code="not_offered")
    row.state = _S.CLOSED
    return _moved(row, "lead.close", actor)


def _moved(row: Lead, verb: str, actor: Any, reason: str = "") -> Lead:
    row.version += 1
    row.save()
    record(verb, row, actor=actor, organisation_id=row.organisation_id, reason=reason)
    return row


@transaction.atomic
def delete_lead(lead: Lead, *, actor: Any) -> None:
    """Delete a draft that no journalist ever saw."""
    row = locked_lead(lead.pk)
    must_be_open(row.edition)
    if not can_write_lead(actor, row):
        raise NotAllowed(_("您不能删除“%(title)s”。") % {"title": row.title})
    if row.offered_at is not None:
        raise Conflict(_("发布过的线索不能删除，可以结束它。"), code="was_offered")
    record("lead.delete", row, actor=actor, organisation_id=row.organisation_id)
    row.delete()
