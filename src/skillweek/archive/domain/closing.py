"""Ending a week and, with a reason, taking it up again (A8). What is still open is shown first; it never forbids it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, Plan
from skillweek.content.models import Editorial, Page
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.domain import close_edition, open_edition
from skillweek.editions.models import Edition
from skillweek.mailbox.models import InboundMail
from skillweek.notices.models import Notice
from skillweek.organisations.access import can_manage_edition
from skillweek.organisations.models import Kind, Organisation
from skillweek.press.models import Coverage
from skillweek.publicity.models import Story
from skillweek.reports.models import DailyReport
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.rollup import missing
from skillweek.summaries.domain.reminders import missing_units
from skillweek.summaries.models import Summary

_LONGEST: Final = 1000


@dataclass(frozen=True)
class OpenPoint:
    """Something that nobody can do any more once the week has ended. ``url`` leads to the list of it."""

    label: str
    count: int
    url: str = ""


def open_points(edition: Edition) -> list[OpenPoint]:
    """What is still open, the weightiest first; only what there is. A dozen counting queries."""
    reports = DailyReport.objects.filter(edition=edition)
    forms = FormEntry.objects.filter(edition=edition)
    summaries = Summary.objects.filter(edition=edition)
    activities = Activity.objects.filter(edition=edition, cancelled_at=None)
    root = Organisation.objects.filter(depth=1).first()
    without = missing_units(edition).filter(kind=Kind.SCHOOL)
    coverage = Coverage.objects.filter(edition=edition, state=Coverage.State.REGISTERED, merged_into=None)
    stories = Story.objects.filter(edition=edition)
    points = [
        (_("份每日报送等待审核"), reports.filter(state=DailyReport.State.SUBMITTED).count(), "reports:queue"),
        (_("份每日报送退回后没有再报"), reports.filter(state=DailyReport.State.RETURNED).count(), "reports:board"),
        (_("份统计表等待审核"), forms.filter(state=FormEntry.State.SUBMITTED).count(), "statistics:queue"),
        (_("所学校没有提交统计表"), missing(edition, root).count() if root else 0, "statistics:queue"),
        (_("份情况总结等待审核"), summaries.filter(state=Summary.State.SUBMITTED).count(), "summaries:index"),
        (_("所学校没有提交情况总结"), without.count(), "summaries:index"),
        (_("篇媒体报道等待核实"), coverage.count(), "press:index"),
        (_("份方案等待审核"), _waiting(Plan.objects.filter(edition=edition)), "activities:review"),
        (_("项活动等待审核"), _waiting(activities), "activities:review"),
        (_("封来信等待处理"), InboundMail.objects.filter(_open_mail(edition)).count(), "mailbox:index"),
        (_("篇故事等待审核"), stories.filter(review=Story.Review.WAITING).count(), "publicity:index"),
        (_("份每日报送还是草稿"), reports.filter(state=DailyReport.State.DRAFT).count(), "reports:board"),
        (_("项活动还是草稿"), activities.filter(state=Activity.State.DRAFT).count(), "activities:index"),
        (_("份通知、新闻或故事没有发布"), _unpublished(edition), "content:index"),
    ]
    return [OpenPoint(str(label), count, _url(name)) for label, count, name in points if count]


def _waiting(query: Any) -> int:
    return int(query.filter(state="submitted").count())


def _open_mail(edition: Edition) -> Q:
    return Q(edition=edition, state__in=(InboundMail.State.WAITING, InboundMail.State.RECEIVED))


def _unpublished(edition: Edition) -> int:
    waiting = Q(edition=edition, state__in=(Editorial.State.DRAFT, Editorial.State.SCHEDULED))
    return sum(model.objects.filter(waiting).count() for model in (Notice, Page, Story))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@transaction.atomic
def end_edition(edition: Edition, *, actor: Any, reason: str) -> Edition:
    """Freeze the edition: everything stays readable, nothing changes any more, no scheduled text comes out.

    Raises NotAllowed, DomainError without a reason, Conflict unless it is open.
    """
    edition = _locked(edition, actor)
    if edition.state != Edition.State.OPEN:
        raise Conflict(_("这一届现在不是进行中，没有什么可以结束。请刷新查看。"))
    return close_edition(edition, actor=actor, reason=_reason(reason))


@transaction.atomic
def take_up_again(edition: Edition, *, actor: Any, reason: str) -> Edition:
    """Open a closed edition again. Raises NotAllowed, DomainError without a reason, Conflict unless it is closed."""
    edition = _locked(edition, actor)
    if edition.state != Edition.State.CLOSED:
        raise Conflict(_("这一届没有归档，不用重新开放。请刷新查看。"))
    return open_edition(edition, actor=actor, reason=_reason(reason))


def _locked(edition: Edition, actor: Any) -> Edition:
    if not can_manage_edition(actor):
        raise NotAllowed(_("只有市级主办单位的管理员可以结束或重新开放一届。"))
    return Edition.objects.select_for_update().get(pk=edition.pk)


def _reason(text: str) -> str:
    text = text.replace("\0", "").strip()
    if not text:
        raise DomainError(_("请写明理由，它会留在记录里。"), field="reason")
    if len(text) > _LONGEST:
        raise DomainError(_("理由最多 %(limit)d 字，请精简。") % {"limit": _LONGEST}, field="reason")
    return text
