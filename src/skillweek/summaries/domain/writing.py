"""Composing, editing and handing in a summary (C11). Composing anew keeps what stood there as a version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.activities.domain.common import deciders_for
from skillweek.content.html import plain_text, sanitise
from skillweek.core import audit
from skillweek.core.clock import end_of, now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify
from skillweek.organisations.models import Organisation
from skillweek.summaries import access
from skillweek.summaries.compose import compose_body, compose_title
from skillweek.summaries.figures import with_present_numbers
from skillweek.summaries.material import accepted_photos
from skillweek.summaries.models import Summary, SummaryPhoto, SummaryVersion

_MAX_PHOTOS: Final = 60


def due_at(edition: Edition) -> datetime:
    """Until when a summary is on time, aware: the end of the day that the notice names."""
    return end_of(edition.doc.summary_due_on, edition.zone)


def locked(pk: int) -> Summary:
    """The summary as it is now, locked until the surrounding transaction ends."""
    return Summary.objects.select_for_update(of=("self",)).select_related("organisation", "edition").get(pk=pk)


@transaction.atomic
def begin_summary(edition: Edition, organisation: Organisation, *, by: Any) -> Summary:
    """The unit's summary; composed from its accepted material when there is none yet. Raises NotAllowed."""
    found = Summary.objects.filter(edition=edition, organisation=organisation).first()
    if found is not None:
        return found
    if not access.can_write_for(by, organisation) or not access.is_open(edition):
        raise NotAllowed(_("只有本单位的人员可以写情况总结。"))
    summary = Summary(edition=edition, organisation=organisation, edited_by=by)
    _compose(summary)
    try:
        with transaction.atomic():
            summary.save()
    except IntegrityError:  # a colleague began at the same moment
        return Summary.objects.get(edition=edition, organisation=organisation)
    _choose_first_photos(summary)
    note("summary.compose", summary, by)
    return summary


@transaction.atomic
def compose_again(summary: Summary, *, by: Any, expected_version: int) -> Summary:
    """Compose the text anew; the text and photos until now stay as a version. Raises NotAllowed, Conflict."""
    fresh = locked(summary.pk)
    _must_edit(fresh, by)
    _must_be_version(fresh, expected_version)
    keep_version(fresh, SummaryVersion.Why.REPLACED, by)
    _compose(fresh)
    fresh.version += 1
    fresh.edited_by = by
    fresh.save()
    if not fresh.photos.exists():
        _choose_first_photos(fresh)
    note("summary.compose", fresh, by)
    return fresh


@transaction.atomic
def save_summary(summary: Summary, *, title: str, body: str, by: Any, expected_version: int) -> Summary:
    """Write title and text (sanitised). Raises Conflict with ``details`` ``[{"version", "edited_by"}]``.

    Nothing is lost then: the caller has what was typed. Drafts decide nothing; the audit trail begins with handing in.
    """
    fresh = locked(summary.pk)
    _must_edit(fresh, by)
    title, body = " ".join(title.replace("\0", "").split())[:200], sanitise(body)
    if (title, body) == (fresh.title, fresh.body):
        return fresh
    _must_be_version(fresh, expected_version)
    if not title:
        raise DomainError(_("请写明总结的标题。"), field="title")
    fresh.title, fresh.body, fresh.edited_by = title, body, by
    fresh.version += 1
    fresh.save()
    return fresh


@transaction.atomic
def refresh_figures(summary: Summary, *, by: Any, expected_version: int) -> Summary:
    """Bring every figure of the text in line with the statistics as they are now. Raises NotAllowed, Conflict."""
    fresh = locked(summary.pk)
    _must_edit(fresh, by)
    _must_be_version(fresh, expected_version)
    body = sanitise(with_present_numbers(fresh.edition, fresh.organisation, fresh.body))
    if body != fresh.body:
        keep_version(fresh, SummaryVersion.Why.FIGURES, by)
        fresh.body, fresh.edited_by = body, by
        fresh.version += 1
        fresh.save()
    return fresh


@transaction.atomic
def choose_photos(
    summary: Summary, chosen: Sequence[tuple[int, str]], *, by: Any, expected_version: int | None = None
) -> Summary:
    """Show exactly these photos, (item id, caption) in their order. Ids that are no accepted photos of the unit are
    passed over. Raises NotAllowed, DomainError when there are too many, Conflict when somebody changed it meanwhile.
    """
    fresh = locked(summary.pk)
    _must_edit(fresh, by)
    if len(chosen) > _MAX_PHOTOS:
        raise DomainError(
            _("最多选 %(limit)d 张照片，您选了 %(count)d 张。") % {"limit": _MAX_PHOTOS, "count": len(chosen)}
        )
    ids = [pk for pk, _caption in chosen]
    allowed = accepted_photos(fresh.edition, fresh.organisation).filter(pk__in=ids)
    captions = dict(allowed.values_list("pk", "caption"))
    rows = [
        SummaryPhoto(summary=fresh, item_id=pk, position=number, caption=_caption(caption) or captions[pk])
        for number, (pk, caption) in enumerate(pair for pair in dict(chosen).items() if pair[0] in captions)
    ]
    before = list(fresh.photos.values_list("item_id", "caption"))
    if before == [(row.item_id, row.caption) for row in rows]:
        return fresh
    if expected_version is not None:
        _must_be_version(fresh, expected_version)
    if before:
        keep_version(fresh, SummaryVersion.Why.PHOTOS, by)
    fresh.photos.all().delete()
    SummaryPhoto.objects.bulk_create(rows)
    fresh.version += 1
    fresh.edited_by = by
    fresh.save()
    return fresh


def _caption(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:500]


@transaction.atomic
def submit_summary(summary: Summary, *, by: Any, expected_version: int) -> Summary:
    """Hand the summary in. Raises NotAllowed, Conflict, DomainError when it is empty."""
    fresh = locked(summary.pk)
    _must_edit(fresh, by)
    if not access.can_hand_in(by, fresh.organisation):
        raise NotAllowed(_("提交情况总结需要联络员或管理员。您写的内容都已保存，请他们来提交。"))
    _must_be_version(fresh, expected_version)
    if not plain_text(fresh.body):
        raise DomainError(_("总结还没有内容，请先写好再提交。"), field="body")
    moment = now()
    fresh.state = Summary.State.SUBMITTED
    fresh.submitted_at, fresh.submitted_by = moment, by
    fresh.decided_at = fresh.decided_by = None
    fresh.decision_note = ""
    fresh.version += 1
    if fresh.first_submitted_at is None:
        fresh.first_submitted_at = moment
        fresh.is_late = moment > due_at(fresh.edition)
    fresh.save()
    version = keep_version(fresh, SummaryVersion.Why.SUBMITTED, by)
    note("summary.submit", fresh, by, submission=version.number, late=fresh.is_late)
    _tell_above(fresh, version.number)
    return fresh


def _tell_above(summary: Summary, submission: int) -> None:
    """Tell those who decide on it."""
    notify(
        deciders_for(summary.organisation),
        kind="summary.submitted",
        context={"unit": summary.organisation.name, "title": summary.title},
        url=reverse("summaries:summary", args=[summary.pk]),
        dedupe_key=f"summary.submitted:{summary.pk}:{submission}",
    )


@transaction.atomic
def withdraw_summary(summary: Summary, *, by: Any) -> Summary:
    """Take back what was handed in, as long as nobody has decided. Raises NotAllowed, Conflict."""
    fresh = locked(summary.pk)
    must_be_open(fresh)
    if not access.can_hand_in(by, fresh.organisation):
        raise NotAllowed(_("撤回情况总结需要本单位的联络员或管理员。"))
    if fresh.state != Summary.State.SUBMITTED:
        raise Conflict(_("总结现在是“%(state)s”，不能撤回。") % {"state": fresh.get_state_display()}, code="decided")
    fresh.state = Summary.State.DRAFT
    fresh.version += 1
    fresh.save()
    note("summary.withdraw", fresh, by)
    return fresh


def keep_version(summary: Summary, why: SummaryVersion.Why, by: Any) -> SummaryVersion:
    """Keep the summary as it is now as its next version."""
    latest = summary.versions.order_by("-number").values_list("number", flat=True).first() or 0
    photos = [{"item": photo.item_id, "caption": photo.caption} for photo in summary.photos.all()]
    return SummaryVersion.objects.create(
        summary=summary, number=latest + 1, why=why, title=summary.title, body=summary.body, photos=photos, actor=by
    )


def must_be_open(summary: Summary) -> None:
    """Raise NotAllowed when the edition is not open."""
    if not access.is_open(summary.edition):
        raise NotAllowed(_("本届活动周不在进行中，情况总结不能再改动。"))


def note(verb: str, summary: Summary, by: Any, reason: str = "", **data: Any) -> None:
    """Write the audit trail with what the summary is at this moment."""
    seen = {"state": summary.state, "version": summary.version}
    audit.record(
        verb, summary, actor=by, organisation_id=summary.organisation_id, reason=reason, data={**seen, **data}
    )  # fmt: skip


def _compose(summary: Summary) -> None:
    summary.title = compose_title(summary.edition, summary.organisation)
    summary.body = compose_body(summary.edition, summary.organisation)
    summary.composed_at = now()


def _choose_first_photos(summary: Summary) -> None:
    sections = summary.edition.doc.summary_template.sections
    limit = next((section.limit for section in sections if section.source == "photos"), 0)
    photos = accepted_photos(summary.edition, summary.organisation)[:limit]
    SummaryPhoto.objects.bulk_create(
        [SummaryPhoto(summary=summary, item=item, position=n, caption=item.caption) for n, item in enumerate(photos)]
    )


def _must_edit(summary: Summary, by: Any) -> None:
    if not access.can_write_for(by, summary.organisation):
        raise NotAllowed(_("只有本单位的人员可以修改情况总结。"))
    must_be_open(summary)
    if not summary.is_editable:
        text = _("总结已经是“%(state)s”，不能再改。需要修改的请先撤回，或请上级退回。")
        raise Conflict(text % {"state": summary.get_state_display()}, code="handed_in")


def _must_be_version(summary: Summary, expected: int) -> None:
    if summary.version != expected:
        who = str(summary.edited_by) if summary.edited_by else _("同事")
        text = _("%(who)s刚刚改过这份总结，您写的还没有保存。请先复制您的文字，刷新后再改。")
        details = [{"version": summary.version, "edited_by": who}]
        raise Conflict(text % {"who": who}, code="changed", details=details)
