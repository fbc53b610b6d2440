"""Reviewers' marks for feature activities, and the city's choice and order of highlights (B5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from skillweek.activities import access_running, kinds_running
from skillweek.activities.domain.common import must_be_open
from skillweek.activities.domain.telling import address_of, people_of, tell
from skillweek.activities.models import Activity, Assessment
from skillweek.activities.signals import activity_changed
from skillweek.core import audit
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition

MARKS: Final = ("substance", "distinction", "influence")
_LOWEST, _HIGHEST = 1, 5
_COMMENT: Final = 500


@transaction.atomic
def assess(
    activity: Activity, *, actor: Any, substance: int, distinction: int, influence: int, comment: str = ""
) -> Assessment:
    """Give or change one's own marks (含金量, 辨识度, 影响力, 1–5 each) for a feature activity that was handed in.

    Marks are working notes of those who decide: the organiser never reads them (ADR 0105).
    """
    activity = Activity.objects.select_related("organisation", "edition").get(pk=activity.pk)
    if not access_running.can_see_marks(actor, activity):
        raise NotAllowed(_("只有上级审核员可以评价特色亮点活动。"))
    must_be_open(activity.edition)
    if not access_running.can_assess(actor, activity):
        raise Conflict(_("只有提交审核的特色亮点活动可以评价。"))
    marks = dict(zip(MARKS, (substance, distinction, influence), strict=True))
    for name, mark in marks.items():
        if not _LOWEST <= mark <= _HIGHEST:
            raise DomainError(_("请打 1 到 5 分。"), field=name)
    comment = " ".join(comment.replace("\0", "").split())
    if len(comment) > _COMMENT:
        raise DomainError(_("评语最多 %(limit)s 个字。") % {"limit": _COMMENT}, field="comment")
    made, _new = Assessment.objects.update_or_create(
        activity=activity, reviewer=actor, defaults={**marks, "comment": comment}
    )
    audit.record("activity.assess", activity, actor=actor, organisation_id=activity.organisation_id, data=marks)
    return made


@transaction.atomic
def withdraw_assessment(activity: Activity, *, actor: Any) -> None:
    """Take one's own marks back. Safe to repeat. Raises Conflict once the edition has ended."""
    must_be_open(Edition.objects.get(pk=activity.edition_id))
    rows = Assessment.objects.filter(activity=activity, reviewer=actor)
    if rows.delete()[0]:
        audit.record("activity.assess_withdraw", activity, actor=actor, organisation_id=activity.organisation_id)


@transaction.atomic
def choose_highlight(activity: Activity, *, actor: Any) -> Activity:
    """Make an approved activity one of the city's highlights, last in their order. Tells its organiser. Safe to
    repeat. Raises NotAllowed, or Conflict when it is not approved or was called off.
    """
    fresh = _locked(activity, actor)
    if fresh.is_highlight:
        return fresh
    if fresh.state != Activity.State.APPROVED or fresh.is_cancelled or fresh.withdrawn_at is not None:
        raise Conflict(_("只有已通过、没有取消的活动可以选为亮点。"))
    last = Activity.objects.filter(edition=fresh.edition, is_highlight=True).aggregate(last=Max("highlight_rank"))
    fresh.is_highlight, fresh.highlight_rank = True, (last["last"] or 0) + 1
    _save(fresh, actor, "activity.highlight")
    tell(
        people_of([fresh.organisation_id]),
        kinds_running.HIGHLIGHT,
        {"activity": fresh.title, "organiser": fresh.organisation.name},
        url=address_of(fresh),
        dedupe_key=f"activity.highlight:{fresh.pk}",
        organisation=fresh.organisation,
        but=actor,
    )
    return fresh


@transaction.atomic
def drop_highlight(activity: Activity, *, actor: Any) -> Activity:
    """Take an activity from the highlights; those behind it move up. Safe to repeat."""
    fresh = _locked(activity, actor)
    if not fresh.is_highlight:
        return fresh
    behind = Activity.objects.filter(edition=fresh.edition, is_highlight=True, highlight_rank__gt=fresh.highlight_rank)
    behind.update(highlight_rank=F("highlight_rank") - 1)
    fresh.is_highlight, fresh.highlight_rank = False, 0
    _save(fresh, actor, "activity.highlight_drop")
    return fresh


@transaction.atomic
def move_highlight(activity: Activity, step: int, *, actor: Any) -> Activity:
    """Move a highlight one place up (``step`` -1) or down (1). At the end it stays where it is."""
    fresh = _locked(activity, actor)
    if not fresh.is_highlight:
        raise Conflict(_("这个活动已经不是亮点，请刷新页面。"))
    ordered = _ordered(fresh.edition)
    place = next(number for number, row in enumerate(ordered) if row.pk == fresh.pk)
    target = min(max(place + step, 0), len(ordered) - 1)
    if target != place:
        row = ordered.pop(place)
        ordered.insert(target, row)
        _renumber(ordered)
        audit.record("activity.highlight_move", fresh, actor=actor, organisation_id=fresh.organisation_id)
        activity_changed.send(sender=Activity, activity=fresh)
    fresh.refresh_from_db()
    return fresh


@transaction.atomic
def order_highlights(edition: Edition, ids: Sequence[int], *, actor: Any) -> list[Activity]:
    """Put all highlights of the edition into this order. Raises Conflict when ``ids`` are no longer exactly them."""
    if not access_running.can_choose_highlights(actor):
        raise NotAllowed(_("只有市级主办单位的审核员和管理员可以选亮点。"))
    # Like ``_locked``: the edition's row is the lock of the whole order.
    must_be_open(Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk))
    rows = {row.pk: row for row in _ordered(edition)}
    if sorted(ids) != sorted(rows):
        raise Conflict(_("亮点名单刚刚有变化，请刷新后再排序。"))
    ordered = [rows[pk] for pk in ids]
    _renumber(ordered)
    for row in ordered[:1]:
        audit.record("activity.highlight_order", row, actor=actor, data={"order": list(ids)})
        activity_changed.send(sender=Activity, activity=row)
    return ordered


def _ordered(edition: Edition) -> list[Activity]:
    rows = Activity.objects.select_for_update(of=("self",)).filter(edition=edition, is_highlight=True)
    return list(rows.order_by("highlight_rank", "pk"))


def _renumber(ordered: Sequence[Activity]) -> None:
    for number, row in enumerate(ordered, start=1):
        if row.highlight_rank != number:
            row.highlight_rank = number
            row.save(update_fields=["highlight_rank"])


def _locked(activity: Activity, actor: Any) -> Activity:
    if not access_running.can_choose_highlights(actor):
        raise NotAllowed(_("只有市级主办单位的审核员和管理员可以选亮点。"))
    # The edition's row is the lock of the whole order: two people moving at once wait for each other.
    must_be_open(Edition.objects.select_for_update(of=("self",)).get(pk=activity.edition_id))
    rows = Activity.objects.select_for_update(of=("self",)).select_related("edition", "organisation")
    return rows.get(pk=activity.pk)


def _save(activity: Activity, actor: Any, verb: str) -> None:
    activity.save(update_fields=["is_highlight", "highlight_rank", "updated_at"])
    audit.record(verb, activity, actor=actor, organisation_id=activity.organisation_id)
    if activity.published_at is not None:
        activity_changed.send(sender=Activity, activity=activity)
