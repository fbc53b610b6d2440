"""Handing an interview in, returning it, publishing it, taking it down (E8): each with who, when, why."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.models import Version
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.interviews.access import can_hand_in, can_publish, can_take_back, can_withdraw
from skillweek.interviews.domain.writing import locked, must_be_publishable
from skillweek.interviews.models import Episode
from skillweek.notifications.domain import notify
from skillweek.organisations.access import FILING_ROLES
from skillweek.organisations.models import User

_W = Episode.Review.WAITING


@transaction.atomic
def hand_in(episode: Episode, *, actor: Any, expected_revision: int | None = None) -> Episode:
    """Give a school's interview to the line above. Raises NotAllowed, Conflict, DomainError with what is missing."""
    row = locked(episode.pk)
    if not can_hand_in(actor, row):
        if row.review == _W:
            raise Conflict(_("这期访谈已经提交，正在等待审核。"), code="waiting")
        raise NotAllowed(_("只有学校的联络员和管理员可以提交。您写的内容都已保存。"))
    _must_be(row, expected_revision)
    must_be_publishable(row)
    row.review, row.review_note, row.is_handed_in = _W, "", True
    row.submitted_at, row.submitted_by = now(), actor
    row.save()
    record("interview.submit", row, actor=actor, organisation_id=row.organisation_id)
    return row


@transaction.atomic
def take_back(episode: Episode, *, actor: Any) -> Episode:
    """Take one back that nobody has decided on. Raises NotAllowed, Conflict."""
    row = locked(episode.pk)
    if not can_take_back(actor, row):
        if row.review != _W:
            raise Conflict(_("这期访谈现在不在等待审核，不需要撤回。"), code="not_waiting")
        raise NotAllowed(_("只有学校的联络员和管理员可以撤回。"))
    row.review = ""
    row.save(update_fields=["review", "updated_at"])
    record("interview.take_back", row, actor=actor, organisation_id=row.organisation_id)
    return row


@transaction.atomic
def give_back(episode: Episode, *, actor: Any, note: str) -> Episode:
    """Send a waiting interview back with a reason. Raises NotAllowed, Conflict, DomainError without one."""
    row = locked(episode.pk)
    _must_decide(row, actor)
    note = clean_note(note, required=_("请写明退回原因，学校才知道要改什么。"), field="note")
    if row.review != _W:
        raise Conflict(_("这期访谈现在不在等待审核。请刷新查看。"), code="not_waiting")
    row.review, row.review_note, row.reviewed_by = Episode.Review.RETURNED, note, actor
    row.save()
    record("interview.return", row, actor=actor, organisation_id=row.organisation_id, reason=note)
    _tell(row, "interview.returned", actor, note)
    return row


@transaction.atomic
def publish(episode: Episode, *, actor: Any, reason: str = "", expected_revision: int | None = None) -> Version | None:
    """Make the draft public; the school is told. Raises NotAllowed, Conflict (changed since), DomainError."""
    row = locked(episode.pk)
    _must_decide(row, actor)
    Episode.objects.filter(pk=row.pk).update(reviewed_by=actor, review="", review_note="", is_handed_in=True)
    version = editorial.publish(row, actor=actor, reason=reason, expected_revision=expected_revision)
    _tell(row, "interview.published", actor, reason)
    return version


@transaction.atomic
def withdraw(episode: Episode, *, actor: Any, reason: str) -> Episode:
    """Take it from the public, with a reason. Raises NotAllowed, DomainError without one."""
    row = locked(episode.pk)
    if not can_withdraw(actor, row):
        raise NotAllowed(_("您不能撤下“%(title)s”。") % {"title": row.title})
    reason = clean_note(reason, required=_("请写明撤下的原因。"), field="reason")
    return editorial.withdraw(row, actor=actor, reason=reason)


def _must_decide(row: Episode, actor: Any) -> None:
    if not can_publish(actor, row):
        raise NotAllowed(_("“%(title)s”由上级单位的审核员发布。您可以提交审核。") % {"title": row.title})


def _must_be(row: Episode, expected: int | None) -> None:
    if expected is not None and expected != row.revision:
        raise Conflict(_("这期访谈刚刚被同事改过。请刷新，看过最新内容再提交。"), code="changed")


def _tell(row: Episode, kind: str, actor: Any, note: str) -> None:
    if not row.organisation.is_school:
        return
    doer = getattr(actor, "pk", None) or 0
    people = User.objects.filter(
        is_active=True, memberships__organisation=row.organisation, memberships__is_active=True,
        memberships__role__in=FILING_ROLES,
    ).exclude(pk=doer)  # fmt: skip
    notify(
        list(people.distinct()), kind=kind, context={"title": row.title, "who": str(actor or ""), "note": note},
        url=reverse("interviews:edit", args=[row.pk]),
        dedupe_key=f"{kind}:{row.pk}:{row.revision}:{now().isoformat()}", organisation=row.organisation,
    )  # fmt: skip
