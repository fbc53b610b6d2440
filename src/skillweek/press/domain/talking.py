"""Between journalists and organisations: questions, claims, visits, the coverage that came of it (D3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.press import telling
from skillweek.press.access import can_write_lead, leads_for
from skillweek.press.domain.leads import locked_lead
from skillweek.press.domain.register import register
from skillweek.press.models import Claim, Coverage, Journalist, Lead, Question, Visit

_V = Visit.State


def _may(journalist: Journalist, lead: Lead, *, offered: bool = True) -> Lead:
    """The lead, locked. Raises NotAllowed for those not accredited, Conflict when it is over."""
    row = locked_lead(lead.pk)
    must_be_open(row.edition)
    if not Journalist.objects.filter(pk=journalist.pk, state=Journalist.State.ACCREDITED, edition=row.edition).exists():
        raise NotAllowed(_("主办单位核验您的记者身份后才能这样做。"))
    if not leads_for(journalist).filter(pk=row.pk).exists() or (offered and row.state != Lead.State.OFFERED):
        raise Conflict(_("这条线索已经结束或撤下。"), code="not_offered")
    return row


@transaction.atomic
def ask(lead: Lead, journalist: Journalist, *, text: str) -> Question:
    """Ask the organisation something."""
    row = _may(journalist, lead)
    text = text.strip()[:1000]
    if not text:
        raise DomainError(_("请写下您的问题。"), field="text")
    made = Question.objects.create(lead=row, journalist=journalist, text=text)
    telling.tell_organisation(row, "lead.question", who=journalist.label, text=text, once=str(made.pk))
    return made


@transaction.atomic
def answer(question: Question, *, actor: Any, text: str, is_shared: bool) -> Question:
    """Answer, for all accredited journalists or for who asked; an answer may be corrected."""
    row = Question.objects.select_for_update(of=("self",)).select_related("journalist__user").get(pk=question.pk)
    lead = locked_lead(row.lead_id)
    must_be_open(lead.edition)
    if not can_write_lead(actor, lead):
        raise NotAllowed(_("由线索的单位回答。"))
    text = text.strip()[:2000]
    if not text:
        raise DomainError(_("请写下回答。"), field="text")
    row.answer, row.is_shared, row.answered_by, row.answered_at = text, is_shared, actor, now()
    row.save()
    record("lead.answer", lead, actor=actor, organisation_id=lead.organisation_id, data={"question": row.pk})
    once = f"{row.pk}:{row.answered_at.isoformat()}"
    telling.tell_journalist(row.journalist, lead, "lead.answer", who=lead.organisation.name, text=text, once=once)
    return row


@transaction.atomic
def claim(lead: Lead, journalist: Journalist) -> Claim:
    """Say that one will report on it. Again is no error."""
    row = _may(journalist, lead)
    made, is_new = Claim.objects.get_or_create(lead=row, journalist=journalist)
    if not is_new and made.withdrawn_at is not None:
        made.withdrawn_at = None
        made.save()
    if is_new:
        telling.tell_organisation(row, "lead.claim", who=journalist.label, text="", once=str(made.pk))
    return made


@transaction.atomic
def withdraw_claim(lead: Lead, journalist: Journalist) -> None:
    """Take it back; visits that are to come are cancelled."""
    row = _may(journalist, lead, offered=False)
    Claim.objects.filter(lead=row, journalist=journalist, withdrawn_at=None).update(withdrawn_at=now())
    Visit.objects.filter(lead=row, journalist=journalist, state__in=(_V.WAITING, _V.ACCEPTED), at__gt=now()).update(
        state=_V.CANCELLED
    )


@transaction.atomic
def ask_visit(lead: Lead, journalist: Journalist, *, at: datetime, people: int, note: str = "") -> Visit:
    """Ask to come; also claims the lead."""
    row = _may(journalist, lead)
    if at <= now():
        raise DomainError(_("到访时间已经过去，请选以后的时间。"), field="at")
    if not 1 <= people <= 20:
        raise DomainError(_("人数请填 1 到 20。"), field="people")
    if row.visits.filter(journalist=journalist, state=_V.WAITING).exists():
        raise Conflict(_("您已有一个待答复的采访请求。要改时间，请先取消它。"), code="waiting")
    Claim.objects.update_or_create(lead=row, journalist=journalist, defaults={"withdrawn_at": None})
    made = Visit.objects.create(lead=row, journalist=journalist, at=at, people=people, note=note.strip()[:500])
    local = at.astimezone(ZoneInfo(row.edition.zone))
    text = f"{local:%Y-%m-%d %H:%M}　{people}　{made.note}".strip()
    telling.tell_organisation(row, "lead.visit", who=journalist.label, text=text, once=str(made.pk))
    return made


@transaction.atomic
def cancel_visit(visit: Visit, journalist: Journalist) -> Visit:
    """The journalist does not come after all."""
    row = Visit.objects.select_for_update(of=("self",)).select_related("lead").get(pk=visit.pk)
    if row.journalist_id != journalist.pk:
        raise NotAllowed(_("这不是您的采访请求。"))
    if row.state not in (_V.WAITING, _V.ACCEPTED):
        raise Conflict(_("这个采访请求已经结束。"), code="over")
    lead = locked_lead(row.lead_id)
    must_be_open(lead.edition)
    row.state = _V.CANCELLED
    row.save()
    words = lambda: _("已取消到访。")  # noqa: E731
    telling.tell_organisation(lead, "lead.visit", who=journalist.label, text=words, once=f"{row.pk}:cancelled")
    return row


@transaction.atomic
def decide_visit(visit: Visit, *, actor: Any, accepts: bool, words: str = "") -> Visit:
    """Accept or decline, with words; a decline needs them. May be changed while the visit is to come."""
    row = Visit.objects.select_for_update(of=("self",)).select_related("journalist__user").get(pk=visit.pk)
    lead = locked_lead(row.lead_id)
    must_be_open(lead.edition)
    if not can_write_lead(actor, lead):
        raise NotAllowed(_("由线索的单位答复。"))
    if row.state == _V.CANCELLED:
        raise Conflict(_("记者已取消这次到访。"), code="cancelled")
    words = words.strip()[:500]
    if not accepts and not words:
        raise DomainError(_("不能接待的，请写明原因，或建议别的时间。"), field="words")
    row.state, row.words, row.decided_by = _V.ACCEPTED if accepts else _V.DECLINED, words, actor
    row.save()
    record("lead.visit", lead, actor=actor, organisation_id=lead.organisation_id, reason=words,
           data={"visit": row.pk, "state": row.state})  # fmt: skip
    telling.tell_journalist(
        row.journalist, lead, "lead.visit_decided", who=lambda: str(row.get_state_display()), text=words,
        once=f"{row.pk}:{now().isoformat()}",
    )  # fmt: skip
    return row


@transaction.atomic
def hand_in(
    lead: Lead, journalist: Journalist, *, title: str, published_on: date, link: str = "", level: str = "",
    medium: str = "", outlet: str = "",
) -> Coverage:  # fmt: skip
    """Enter what was published about the lead; the organisation confirms it. Raises like ``register``."""
    row = _may(journalist, lead, offered=False)
    if row.embargo_until is not None:
        zone = ZoneInfo(row.edition.zone)
        if published_on < row.embargo_until.astimezone(zone).date():
            raise DomainError(_("发布日期早于解禁时间，请核对。"), field="published_on")
    Claim.objects.update_or_create(lead=row, journalist=journalist, defaults={"withdrawn_at": None})
    made = register(
        row.edition, row.organisation, actor=None, source=Coverage.Source.LEAD, source_label=row.title, lead=row,
        journalist=journalist, title=title, published_on=published_on, link=link, level=level, media=medium,
        outlet=outlet or journalist.outlet,
    )  # fmt: skip
    telling.tell_organisation(row, "lead.coverage", who=journalist.label, text=title, once=str(made.pk))
    return made
