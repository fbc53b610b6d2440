"""What a receiving unit does with a notice: sees it, acknowledges it (签收), passes it on (转发) (A2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notices.access import can_acknowledge, can_pass_on
from skillweek.notices.audience import clean_audience, is_empty, units_of
from skillweek.notices.domain.publishing import deliver
from skillweek.notices.models import Notice, PassOn, Receipt
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Organisation

MAX_NOTE = 500


@dataclass(frozen=True)
class PassedOn:
    """What became of passing on: units that now have it, and how many had it before."""

    reached: list[Organisation]
    had_it: int


def mark_seen(notice: Notice, *, by: Any) -> int:
    """Note that the units in which ``by`` holds a role have seen the notice; the first look counts."""
    own = list(scope_of(by).roles)
    unseen = Receipt.objects.filter(notice=notice, organisation__in=own, seen_at=None)
    return unseen.update(seen_at=now(), seen_by=by) if own else 0


@transaction.atomic
def acknowledge(notice: Notice, organisation: Organisation, *, by: Any, version: int | None = None) -> Receipt:
    """Sign for the notice in the name of ``organisation`` and return the receipt. Doing it twice changes nothing.

    ``version`` is the one that the person read. Raises Receipt.DoesNotExist when the unit never received it,
    NotAllowed, or Conflict when the notice was withdrawn or corrected meanwhile.
    """
    rows = Receipt.objects.select_for_update(of=("self",)).select_related("notice__edition", "organisation")
    receipt = rows.get(notice=notice, organisation=organisation)
    if not can_acknowledge(by, receipt.organisation):
        raise NotAllowed(_("请由“%(unit)s”的联络员、审核员或管理员签收。") % {"unit": receipt.organisation})
    if receipt.acknowledged_at is not None:
        return receipt
    _must_be_current(receipt.notice, version)
    moment = now()
    receipt.acknowledged_at, receipt.acknowledged_by = moment, by
    receipt.version = receipt.notice.version
    if receipt.seen_at is None:
        receipt.seen_at, receipt.seen_by = moment, by
    receipt.save()
    data = {"notice": receipt.notice_id, "version": receipt.version, "late": receipt.is_late}
    audit.record("receipt.acknowledge", receipt, actor=by, organisation_id=receipt.organisation_id, data=data)
    return receipt


def _must_be_current(notice: Notice, version: int | None) -> None:
    if notice.live_at is None:
        raise Conflict(_("这份通知已被发文单位撤下，不需要签收。"), code="withdrawn")
    if notice.edition.state == Edition.State.CLOSED:
        raise NotAllowed(_("这一届已经归档，不能再签收。"))
    if version is not None and version != notice.version:
        raise Conflict(_("这份通知在您阅读期间有更正。请先看更正后的内容，再签收。"), code="corrected")


@transaction.atomic
def pass_on(
    notice: Notice, organisation: Organisation, *, by: Any, audience: Mapping[str, Any], note: str = ""
) -> PassedOn:
    """Pass a received notice on to units below ``organisation`` with a note; they acknowledge it too (转发).

    Units that have it already keep their copy. Units that join later and match get it as well. Raises
    Receipt.DoesNotExist when the unit never received it, NotAllowed, Conflict, or DomainError naming the field.
    """
    fresh = Notice.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=notice.pk)
    Receipt.objects.get(notice=fresh, organisation=organisation)
    if not can_pass_on(by, organisation):
        raise NotAllowed(_("请由“%(unit)s”的联络员、审核员或管理员转发。") % {"unit": organisation})
    _must_be_current(fresh, None)
    note = note.replace("\0", "").strip()
    if len(note) > MAX_NOTE:
        text = _("转发说明最多 %(limit)s 个字，现在有 %(count)s 个，请缩短。")
        raise DomainError(text % {"limit": MAX_NOTE, "count": len(note)}, field="note")
    rule = clean_audience(audience, organisation)
    if is_empty(rule):
        raise DomainError(_("请选择转发给哪些单位。"), field="audience")
    if not (chosen := units_of(rule, organisation).count()):
        raise DomainError(_("按这个条件没有下级单位。请换一个条件。"), field="audience")
    passing = PassOn(notice=fresh, organisation=organisation, audience=rule, note=note, actor=by)
    reached = _pass_to(passing)
    if reached:
        passing.save()
        data = {"units": len(reached), "note": note}
        audit.record("notice.pass_on", fresh, actor=by, organisation_id=organisation.pk, data=data)
        _tell_later(fresh)
    return PassedOn(reached, chosen - len(reached))


def _pass_to(passing: PassOn) -> list[Organisation]:
    """Make the receipts that units below still lack."""
    have = passing.notice.receipts.values("organisation_id")
    missing = list(units_of(passing.audience, passing.organisation).exclude(pk__in=have))
    rows = [
        Receipt(
            notice=passing.notice,
            organisation=unit,
            passed_on_by=passing.organisation,
            passed_on_note=passing.note,
            version=passing.notice.version,
        )
        for unit in missing
    ]
    Receipt.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return missing


def deliver_to_newcomers() -> int:
    """Give units that joined, came back or moved since publication the notices that reach them now; return how many.

    Only notices that still stand, in open editions. Safe to run twice and at once.
    """
    made = 0
    standing = Notice.objects.filter(live_at__isnull=False, edition__state=Edition.State.OPEN)
    for pk in standing.values_list("pk", flat=True):
        made += _deliver_again(pk)
    return made


@transaction.atomic
def _deliver_again(pk: int) -> int:
    notice = Notice.objects.select_for_update(of=("self",)).select_related("organisation", "edition").get(pk=pk)
    if notice.live_at is None or notice.is_expired:
        return 0
    made = deliver(notice)
    for passing in notice.pass_ons.select_related("organisation", "notice"):
        if passing.organisation.is_active:
            made += len(_pass_to(passing))
    if made:
        audit.record("notice.newcomers", notice, organisation_id=notice.organisation_id, data={"units": made})
        _tell_later(notice)
    return made


def _tell_later(notice: Notice) -> None:
    from skillweek.notices.tasks import tell_recipients

    tell_recipients.enqueue(notice.pk)
