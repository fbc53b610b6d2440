"""Visits to schools: open for them, ask, answer, agree, cancel (E9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.organisations.phones import normalise_phone
from skillweek.press import telling_visits as telling
from skillweek.press.access_visits import Visitor, can_answer, can_open
from skillweek.press.models import Journalist, SchoolVisit, VisitOffer

_S = SchoolVisit.State
#: A visit is over on the day it begins, or the next one after a long evening.
LONGEST: Final = timedelta(hours=24)


@transaction.atomic
def open_visits(
    organisation: Organisation, edition: Edition, *, actor: Any, what: str, rules: str = "", max_people: int = 10,
    days_before: int = 1, is_open: bool = True, expected: int | None = None,
) -> VisitOffer:  # fmt: skip
    """Welcome visits to the unit, change what is said, or close them. Raises NotAllowed, Conflict, DomainError."""
    must_be_open(edition)
    if not can_open(actor, organisation, edition):
        raise NotAllowed(_("您不能为“%(name)s”安排探校。") % {"name": organisation})
    if not what.strip():
        raise DomainError(_("请写下看点：有什么可看、可拍、可采访的人。"), field="what")
    # Two colleagues at once: one of them makes the row, the other finds it.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    row = VisitOffer.objects.filter(edition=edition, organisation=organisation).first()
    if row is not None and expected is not None and expected != row.version:
        raise Conflict(_("探校安排刚刚被同事改过。请刷新查看最新内容。"), code="changed")
    row = row or VisitOffer(edition=edition, organisation=organisation, version=0)
    row.what, row.rules, row.is_open = what.strip()[:2000], rules.strip()[:2000], is_open
    row.max_people, row.days_before, row.version = max_people, days_before, row.version + 1
    row.save()
    record("visit.offer", row, actor=actor, organisation_id=organisation.pk, data={"open": is_open})
    return row


@transaction.atomic
def ask(
    offer: VisitOffer, visitor: Visitor, *, client_id: UUID, name: str, phone: str, starts_at: datetime,
    ends_at: datetime, people: int, crew: str = "", wishes: str = "", equipment: str = "", platform: str = "",
    handle: str = "", account_url: str = "", followers: int | None = None,
) -> SchoolVisit:  # fmt: skip
    """Send an application; the same ``client_id`` again returns the one it made.

    Raises NotAllowed for people who are nobody here, Conflict (closed, one waits already), DomainError by field.
    """
    row = VisitOffer.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=offer.pk)
    must_be_open(row.edition)
    _must_be_somebody(visitor, row.edition)
    earlier = SchoolVisit.objects.filter(visitor.mine, client_id=client_id).first()
    if earlier is not None:
        return earlier
    if not row.is_open:
        raise Conflict(_("这所学校现在不接受探校申请。"), code="closed")
    _must_fit(row, starts_at, ends_at, people)
    open_ones = SchoolVisit.objects.filter(
        visitor.mine, organisation=row.organisation, state__in=(_S.WAITING, _S.PROPOSED)
    )
    if open_ones.exists():
        raise Conflict(_("您已有一个等待这所学校答复的申请。要改时间，请先取消它。"), code="waiting")
    visit = SchoolVisit(
        edition=row.edition, organisation=row.organisation, client_id=client_id, **visitor.values, starts_at=starts_at,
        ends_at=ends_at, people=people, crew=crew.strip()[:300], wishes=wishes.strip()[:1000],
        equipment=equipment.strip()[:300],
    )  # fmt: skip
    _put_contact(visit, visitor, name, phone)
    if visitor.participant is not None:
        _put_account(visit, platform, handle, account_url, followers)
    visit.save(force_insert=True)
    record("visit.ask", visit, organisation_id=visit.organisation_id, data={"creator": visit.is_creator})
    telling.tell_school(visit, "visit.asked", text=visit.wishes[:200], once="asked")
    return visit


def _must_be_somebody(visitor: Visitor, edition: Edition) -> None:
    if visitor.journalist is not None:
        ok = Journalist.objects.filter(pk=visitor.journalist.pk, edition=edition, state=Journalist.State.ACCREDITED)
        if not ok.exists():
            raise NotAllowed(_("主办单位核验您的记者身份后才能申请。"))
    elif visitor.participant is None or visitor.participant.edition_id != edition.pk:
        raise NotAllowed(_("请先验证手机或邮箱，再申请探校。"))


def _must_fit(offer: VisitOffer, starts_at: datetime, ends_at: datetime, people: int) -> None:
    zone = ZoneInfo(offer.edition.zone)
    first = today_in(offer.edition.zone) + timedelta(days=offer.days_before)
    if starts_at <= now():
        raise DomainError(_("到校时间已经过去，请选以后的时间。"), field="starts_at")
    if starts_at.astimezone(zone).date() < first:
        text = _("请至少提前 %(days)d 天申请，最早可选 %(day)s。")
        raise DomainError(text % {"days": offer.days_before, "day": first.isoformat()}, field="starts_at")
    must_be_span(starts_at, ends_at)
    if not 1 <= people <= offer.max_people:
        raise DomainError(_("人数请填 1 到 %(most)d。") % {"most": offer.max_people}, field="people")


def must_be_span(starts_at: datetime, ends_at: datetime, field: str = "ends_at") -> None:
    """Raise DomainError unless a visit can last so long."""
    if ends_at <= starts_at:
        raise DomainError(_("离校时间要晚于到校时间。"), field=field)
    if ends_at - starts_at > LONGEST:
        raise DomainError(_("一次探校最长 24 小时。多天的请分几次申请。"), field=field)


def _put_contact(visit: SchoolVisit, visitor: Visitor, name: str, phone: str) -> None:
    known = visitor.journalist
    visit.name = " ".join((name or (known.name if known else "")).replace("\0", "").split())[:60]
    if not visit.name:
        raise DomainError(_("请填写联系人姓名。"), field="name")
    try:
        visit.phone = normalise_phone(phone or (known.phone if known else ""))
    except ValueError:
        raise DomainError(_("手机号码不对：请填写 11 位手机号码，境外号码以 + 开头。"), field="phone") from None
    if not visit.phone:
        raise DomainError(_("请填写手机号码，当天好联系。"), field="phone")


def _put_account(visit: SchoolVisit, platform: str, handle: str, url: str, followers: int | None) -> None:
    if platform not in SchoolVisit.Platform.values:
        raise DomainError(_("请选择平台。"), field="platform")
    visit.platform, visit.handle = platform, " ".join(handle.replace("\0", "").split())[:80]
    if not visit.handle:
        raise DomainError(_("请填写账号名称，学校会先看看您的作品。"), field="handle")
    if url and not url.lower().startswith(("http://", "https://")):
        raise DomainError(_("账号主页要以 http:// 或 https:// 开头。"), field="account_url")
    visit.account_url, visit.followers = url[:300], followers


@transaction.atomic
def approve(visit: SchoolVisit, *, actor: Any, words: str = "", expected: int | None = None) -> SchoolVisit:
    """Say yes to the time that was asked for. Raises NotAllowed, Conflict, DomainError for a time that is over."""
    row = _answering(visit, actor, expected)
    if row.state not in (_S.WAITING, _S.PROPOSED, _S.REFUSED):
        raise Conflict(_("这个申请已经同意或取消。请刷新查看。"), code="over")
    if row.ends_at <= now():
        raise DomainError(_("申请的时间已经过去。请建议别的时间。"))
    return _answer(row, _S.APPROVED, actor, words)


@transaction.atomic
def propose(
    visit: SchoolVisit, *, actor: Any, starts_at: datetime, ends_at: datetime, words: str = "",
    expected: int | None = None,
) -> SchoolVisit:  # fmt: skip
    """Suggest another time; the visitor takes it or cancels. Raises as ``approve``."""
    row = _answering(visit, actor, expected)
    if row.state == _S.CANCELLED:
        raise Conflict(_("对方已取消申请。"), code="cancelled")
    if starts_at <= now():
        raise DomainError(_("建议的时间已经过去，请选以后的时间。"), field="starts_at")
    must_be_span(starts_at, ends_at)
    row.proposed_starts_at, row.proposed_ends_at = starts_at, ends_at
    return _answer(row, _S.PROPOSED, actor, words)


@transaction.atomic
def refuse(visit: SchoolVisit, *, actor: Any, words: str, expected: int | None = None) -> SchoolVisit:
    """Say no, with the reason; also takes an approval back. Raises as ``approve``."""
    row = _answering(visit, actor, expected)
    if not words.strip():
        raise DomainError(_("不能接待的，请写明原因，对方会看到。"), field="words")
    if row.state in (_S.CANCELLED, _S.REFUSED):
        raise Conflict(_("这个申请已经结束。请刷新查看。"), code="over")
    return _answer(row, _S.REFUSED, actor, words)


def _answering(visit: SchoolVisit, actor: Any, expected: int | None) -> SchoolVisit:
    row = locked_visit(visit.pk)
    must_be_open(row.edition)
    if not can_answer(actor, row):
        raise NotAllowed(_("由学校的联络员或管理员答复。"))
    must_be_version(row, expected)
    return row


def _answer(row: SchoolVisit, state: str, actor: Any, words: str) -> SchoolVisit:
    row.state, row.words = state, words.strip()[:500]
    row.decided_at, row.decided_by, row.version = now(), actor, row.version + 1
    if state != _S.PROPOSED:
        row.proposed_starts_at = row.proposed_ends_at = None
    row.save()
    record("visit.answer", row, actor=actor, organisation_id=row.organisation_id, reason=row.words, data={"is": state})
    telling.tell_visitor(row, "visit.decided", text=row.words)
    return row


@transaction.atomic
def take_proposal(visit: SchoolVisit, visitor: Visitor, *, expected: int | None = None) -> SchoolVisit:
    """The visitor takes the time that the school suggested: it is agreed. Raises NotAllowed, Conflict."""
    row = _own(visit, visitor, expected)
    if row.state != _S.PROPOSED or row.proposed_starts_at is None or row.proposed_ends_at is None:
        raise Conflict(_("学校现在没有建议别的时间。请刷新查看。"), code="no_proposal")
    if row.proposed_ends_at <= now():
        raise Conflict(_("学校建议的时间已经过去。请重新申请。"), code="late")
    by = row.proposed_starts_at - row.starts_at
    for stop in row.stops.all():
        stop.at += by
        stop.save(update_fields=["at"])
    row.starts_at, row.ends_at = row.proposed_starts_at, row.proposed_ends_at
    row.proposed_starts_at = row.proposed_ends_at = None
    row.state, row.version, row.reminded_at = _S.APPROVED, row.version + 1, None
    row.save()
    record("visit.agree", row, organisation_id=row.organisation_id)
    telling.tell_school(row, "visit.moved", text=lambda: _("对方接受了您建议的时间。"))
    return row


@transaction.atomic
def cancel(visit: SchoolVisit, visitor: Visitor, *, expected: int | None = None) -> SchoolVisit:
    """The visitor does not come after all. Raises NotAllowed, Conflict."""
    row = _own(visit, visitor, expected)
    if row.state not in SchoolVisit.LIVE:
        raise Conflict(_("这个申请已经结束。"), code="over")
    if row.ends_at <= now():
        raise Conflict(_("探校已经结束，不能取消。"), code="late")
    row.state, row.version = _S.CANCELLED, row.version + 1
    row.save()
    record("visit.cancel", row, organisation_id=row.organisation_id)
    telling.tell_school(row, "visit.moved", text=lambda: _("对方取消了探校。"))
    return row


def _own(visit: SchoolVisit, visitor: Visitor, expected: int | None) -> SchoolVisit:
    row = locked_visit(visit.pk)
    must_be_open(row.edition)
    if not SchoolVisit.objects.filter(visitor.mine, pk=row.pk).exists():
        raise NotAllowed(_("这不是您的探校申请。"))
    must_be_version(row, expected)
    return row


def locked_visit(pk: int) -> SchoolVisit:
    """The application as it is now, locked until the transaction ends."""
    rows = SchoolVisit.objects.select_for_update(of=("self",))
    return rows.select_related("edition", "organisation", "journalist__user", "participant__edition").get(pk=pk)


def must_be_version(row: SchoolVisit, expected: int | None) -> None:
    """Raise Conflict when it changed since it was read."""
    if expected is not None and expected != row.version:
        raise Conflict(_("这个申请刚刚有变化。请刷新，看过最新内容再操作。"), code="changed")
