"""Intentions: recorded, followed up, counted; after the edition is closed the follow-ups go on (E3, ADR 0207)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.content.access import is_open
from skillweek.core.audit import record
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.partnerships.access import acts_for, can_record, follows_up, recording_organisations
from skillweek.partnerships.domain.common import locked, must_be_version
from skillweek.partnerships.models import Enterprise, FollowDays, FollowUp, Intention, Meeting
from skillweek.partnerships.models.intentions import default_days

_S = Intention.State
MOST_DAYS: Final = 10
LAST_DAY: Final = 3 * 366
_NAMES: Final = ("kind", "text", "number", "planned_on", "state")


def days_for(organisation: Organisation) -> list[int]:
    """After how many days this unit follows up: its own, else the nearest above it that set some, else the default."""
    own = FollowDays.objects.filter(organisation=organisation).first()
    if own is not None:
        return list(own.days)
    above = Organisation.objects.get_ancestors(organisation).values("pk")
    nearest = FollowDays.objects.filter(organisation__in=above).order_by("-organisation__depth").first()
    return list(nearest.days) if nearest is not None else default_days()


@transaction.atomic
def set_days(organisation: Organisation, days: Sequence[int], *, actor: Any) -> FollowDays:
    """Change after how many days this unit and those below it follow up; planned follow-ups stay as they are."""
    if not acts_for(actor, organisation):
        raise NotAllowed(_("由本单位的管理员设置。"))
    clean = sorted(set(days))
    if not clean or len(clean) > MOST_DAYS or clean[0] < 1 or clean[-1] > LAST_DAY:
        raise DomainError(_("请写 1 到 10 个天数，每个在 1 到 1098 之间，例如 30、90、180。"), field="days")
    row, _made = FollowDays.objects.update_or_create(organisation=organisation, defaults={"days": clean})
    record("follow_days.set", row, actor=actor, organisation_id=organisation.pk, data={"days": clean})
    return row


@transaction.atomic
def record_intention(
    edition: Edition, organisation: Organisation, *, actor: Any, enterprise: Enterprise | None,
    enterprise_name: str = "", meeting: Meeting | None = None, noted_on: date | None = None,
    client_id: UUID | None = None, **values: Any,
) -> Intention:  # fmt: skip
    """Note what both sides mean to do, and plan when to ask. The same form sent twice makes one.

    Raises DomainError naming the field.
    """
    must_be_open(edition)
    if not recording_organisations(actor).filter(pk=organisation.pk).exists():
        raise NotAllowed(_("意向由学校或它的上级单位记录。"))
    known = Intention.objects.filter(client_id=client_id).first() if client_id is not None else None
    if known is not None:
        return known
    name = enterprise.name if enterprise is not None else " ".join(enterprise_name.split())[:120]
    if not name:
        raise DomainError(_("请选一家企业，或填写企业名称。"), field="enterprise_name")
    if enterprise is not None and (enterprise.edition_id != edition.pk or not enterprise.is_verified):
        raise DomainError(_("请选本届核验过的企业。"), field="enterprise")
    row = Intention(
        edition=edition, organisation=organisation, enterprise=enterprise, enterprise_name=name, meeting=meeting,
        recorded_by=actor, client_id=client_id, noted_on=noted_on or today_in(edition.zone),
    )  # fmt: skip
    _fill(row, values)
    row.save()
    days = days_for(organisation)
    FollowUp.objects.bulk_create(
        [FollowUp(intention=row, due_on=row.noted_on + timedelta(days=number)) for number in days]
    )
    record("intention.record", row, actor=actor, organisation_id=organisation.pk, data={"days": days})
    return row


def _fill(row: Intention, values: dict[str, Any]) -> None:
    for name in _NAMES:
        if name in values:
            setattr(row, name, values[name])
    row.text = clean_note(row.text, required=_("请写明要做什么。"), field="text")


@transaction.atomic
def change_intention(intention: Intention, *, actor: Any, expected: int | None, **values: Any) -> Intention:
    """Correct it while its edition is open."""
    row = locked(Intention, intention.pk, "organisation")
    must_be_open(row.edition)
    if not can_record(actor, row):
        raise NotAllowed(_("意向由学校或它的上级单位记录。"))
    must_be_version(row, expected)
    old = {name: str(getattr(row, name)) for name in _NAMES}
    _fill(row, values)
    row.version += 1
    row.save()
    changed = {name: [old[name], str(getattr(row, name))] for name in _NAMES if old[name] != str(getattr(row, name))}
    record("intention.change", row, actor=actor, organisation_id=row.organisation_id, data=changed)
    return row


def may_follow(intention: Intention, actor: Any) -> bool:
    """Whether the actor is one of the two sides, or above the school."""
    enterprise = intention.enterprise
    user = getattr(actor, "pk", None)
    own = enterprise is not None and user is not None and enterprise.user_id == user
    return own or follows_up(actor, intention)


@transaction.atomic
def answer(
    follow_up: FollowUp, *, actor: Any, state: str, note: str, number: int | None = None
) -> FollowUp:  # fmt: skip
    """Say how it went. In an open edition the intention's own state follows; a closed edition stays what it was and
    only the follow-up says more.
    """
    # The intention first: two answers to one intention, each of which ends the other's follow-up, wait in one order.
    intention = locked(Intention, follow_up.intention_id, "organisation", "enterprise")
    row = FollowUp.objects.select_for_update(of=("self",)).filter(pk=follow_up.pk).first()
    if row is None:
        raise Conflict(_("这次跟进刚刚被删除。请刷新查看。"), code="gone")
    if not may_follow(intention, actor):
        raise NotAllowed(_("由意向的双方填写进展。"))
    if row.done_at is not None:
        raise Conflict(_("这次跟进已经填过。请刷新查看。"), code="same")
    if state not in _S.values:
        raise DomainError(_("请选择现在的状态。"), field="state")
    row.state, row.number, row.done_at, row.done_by = state, number, now(), actor
    row.note = clean_note(note, required=_("请写一句进展。"), field="note")[:1000]
    row.save()
    if is_open(intention.edition) and intention.state != state:
        intention.state = state
        intention.version += 1
        intention.save()
    if state in (_S.FULFILLED, _S.DROPPED):
        FollowUp.objects.filter(intention=intention, done_at=None).delete()
    is_own = intention.enterprise is not None and intention.enterprise.user_id == getattr(actor, "pk", None)
    # An enterprise's contact is a person of the public: the trail keeps no name.
    record(
        "intention.follow", row, actor=None if is_own else actor, organisation_id=intention.organisation_id,
        data={"state": state, "number": number},
    )  # fmt: skip
    return row


@transaction.atomic
def plan(intention: Intention, *, actor: Any, due_on: date) -> FollowUp:
    """Plan one more day on which to ask; after the edition is closed too."""
    if not follows_up(actor, intention):
        raise NotAllowed(_("由学校或它的上级单位安排跟进。"))
    today = today_in(intention.edition.zone)
    if due_on < today or due_on > today + timedelta(days=LAST_DAY):
        raise DomainError(_("跟进日期应在今天以后、三年以内。"), field="due_on")
    try:
        with transaction.atomic():
            row = FollowUp.objects.create(intention=intention, due_on=due_on)
    except IntegrityError:
        raise Conflict(_("这一天已经安排了跟进。"), code="same") from None
    record("intention.plan", row, actor=actor, organisation_id=intention.organisation_id)
    return row


@transaction.atomic
def unplan(follow_up: FollowUp, *, actor: Any) -> None:
    """Take a planned day out."""
    if not follows_up(actor, follow_up.intention):
        raise NotAllowed(_("由学校或它的上级单位安排跟进。"))
    row = FollowUp.objects.select_for_update(of=("self",)).filter(pk=follow_up.pk).first()
    if row is None:
        return
    if row.done_at is not None:
        raise Conflict(_("填过进展的跟进不能删除。"), code="done")
    record("intention.unplan", row, actor=actor, organisation_id=follow_up.intention.organisation_id)
    row.delete()
