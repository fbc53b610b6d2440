"""Awards in the workspace: define, give, announce (E1)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.contests import access
from skillweek.contests.domain import awarding, following
from skillweek.contests.forms import AwardForm
from skillweek.contests.models import AwardGiven, Call, Entry
from skillweek.contests.queries.gallery import with_files
from skillweek.contests.queries.ranking import ranked
from skillweek.contests.views.common import workspace_call
from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed

_PER_PAGE = 50


def _call(request: HttpRequest, pk: int) -> Call:
    row = workspace_call(request, pk)
    if not access.may_look_at_entries(request.user, row):
        raise PermissionDenied
    return row


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The call's awards, the joint ranking, and who gets what."""
    return _page(request, _call(request, pk), AwardForm(), 200)


def _page(request: HttpRequest, row: Call, form: AwardForm, status: int) -> HttpResponse:
    ranking = ranked(row)
    shown = Paginator(ranking.places, _PER_PAGE).get_page(request.GET.get("page"))
    works = with_files(row.entries.all()).in_bulk([place.entry_id for place in shown])
    given = dict(AwardGiven.objects.filter(award__call=row, withdrawn_at=None).values_list("entry_id", "award_id"))
    awards = list(row.awards.all())
    counts = {award.pk: sum(each == award.pk for each in given.values()) for award in awards}
    context = {
        "edition": row.edition,
        "call": row,
        "zone": row.edition.zone,
        "tab": "awards",
        "looks": True,
        "can_write": access.can_write(request.user, row),
        "form": form,
        "awards": [(award, counts[award.pk]) for award in awards],
        "ranking": ranking,
        "ballot": following.ballot_of(row),
        "panel": following.panel_of(row),
        "page": shown,
        "rows": [
            (place, works[place.entry_id], given.get(place.entry_id)) for place in shown if place.entry_id in works
        ],
    }
    return render(request, "contests/awards.html", context, status=status)


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """``do=add``, ``delete``, ``give``, ``weigh``, ``vote``, ``jury`` or ``announce``."""
    row = _call(request, pk)
    if not access.can_write(request.user, row):
        raise Http404
    if request.POST.get("do") == "add":
        form = AwardForm(request.POST)
        if not form.is_valid():
            return _page(request, row, form, 400)
    try:
        messages.success(request, _act(request, row))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("contests:awards", pk)


def _due(text: str, row: Call) -> datetime:
    """When jurors must be done; of no account once there is a panel. Raises DomainError."""
    panel = following.panel_of(row)
    if panel is not None:
        return panel.due_at
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise DomainError(_("请填写评分截止时间。"))
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(row.edition.zone))


def _act(request: HttpRequest, row: Call) -> str:
    said, actor = request.POST, request.user
    match said.get("do"):
        case "add":
            form = AwardForm(said)
            form.is_valid()
            awarding.save_award(row, actor=actor, **form.cleaned_data)
            return _("已添加奖项。")
        case "delete":
            awarding.delete_award(row, number_in(said.get("award")) or 0, actor=actor)
            return _("已删除奖项。")
        case "give":
            work = get_object_or_404(Entry, pk=number_in(said.get("entry")), call=row)
            awarding.give_award(row, work, number_in(said.get("award")), actor=actor)
            return _("已记下。公布前都可以改。")
        case "weigh":
            jury, votes = number_in(said.get("jury")), number_in(said.get("votes"))
            following.weigh(row, actor=actor, jury=-1 if jury is None else jury, votes=-1 if votes is None else votes)
            return _("权重已保存。")
        case "vote":
            _ballot, synced = following.open_vote(row, actor=actor)
            if synced.late:
                text = _("投票已经送审，%(number)d 件作品没能再加入。")
                raise DomainError(text % {"number": synced.late})
            return _("作品已交给公众投票。请打开投票，核对后提交审核。")
        case "jury":
            following.open_jury(row, actor=actor, due_at=_due(said.get("due_at", ""), row))
            return _("作品已交给评委评审。请打开评审，添加评委后开始。")
        case "announce":
            awarding.announce(row, actor=actor, text=said.get("text", ""))
            return _("获奖结果已公布，证书已颁发，获奖者会收到消息。")
    raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
