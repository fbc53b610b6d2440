"""An enterprise's own pages: what it offers, its meetings, its intentions (E3, E4)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.partnerships.access import enterprise_of
from skillweek.partnerships.domain import applying, intentions, needs, profiles
from skillweek.partnerships.forms.enterprises import NeedForm, ProfileForm, WishForm
from skillweek.partnerships.forms.meetings import FollowForm
from skillweek.partnerships.models import Enterprise, FollowUp, Meeting, Need, Party
from skillweek.partnerships.queries.matches import fits_for_need
from skillweek.partnerships.queries.schedules import is_shown, own_talks, takes_applications


def _enterprise(request: HttpRequest) -> Enterprise:
    found = enterprise_of(request.user, edition_asked(request))
    if found is None:
        raise Http404
    return found


@never_cache
@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Everything of one's own at a glance."""
    row = _enterprise(request)
    parties = row.parties.select_related("meeting", "table").order_by("meeting__day")
    invited = Meeting.objects.filter(edition=row.edition, state__in=("open", "published"), apply_until__gte=now())
    due = FollowUp.objects.filter(
        intention__enterprise=row, done_at=None, due_on__lte=today_in(row.edition.zone)
    ).select_related("intention__organisation")
    context = {
        "edition": row.edition,
        "enterprise": row,
        "change": profiles.change_of(row),
        "is_open": is_open(row.edition),
        "needs": row.needs.order_by("-pk"),
        "parties": parties,
        "meetings": invited.exclude(parties__in=parties).order_by("day"),
        "intentions": row.intentions.select_related("organisation").prefetch_related("follow_ups"),
        "due": due,
        "follow_form": FollowForm(),
    }
    return render(request, "partnerships/public/mine.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Correct what the enterprise says of itself; of a verified one the change waits for a person."""
    row = _enterprise(request)
    change = profiles.change_of(row) if row.is_verified else None
    form = ProfileForm(request.POST or None, request.FILES or None, row=row, change=change)
    if form.is_valid():
        saved = run(
            form,
            lambda: profiles.change_profile(
                row, actor=request.user, expected=form.cleaned_data["version"], **form.values()
            ),
        )
        if saved is not None:
            waits = profiles.is_waiting(saved)
            messages.success(request, _("已提交审核，通过前公众看到的是原来的资料。") if waits else _("已保存。"))
            return redirect("partnerships_public:mine")
    context = {"edition": row.edition, "enterprise": row, "form": form, "change": change}
    return render(request, "partnerships/public/profile.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def profile_back(request: HttpRequest) -> HttpResponse:
    """Take a changed profile back before, or after, somebody decided on it."""
    row = _enterprise(request)
    try:
        profiles.take_back(row, actor=request.user)
        messages.success(request, _("已撤回，资料和原来一样。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partnerships_public:mine")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def need(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a position or need; a new one without ``pk``."""
    owner = _enterprise(request)
    row = get_object_or_404(owner.needs.prefetch_related("fields"), pk=pk) if pk else None
    form = NeedForm(request.POST or None, need=row)
    if form.is_valid():
        data = form.cleaned_data
        saved = run(
            form,
            lambda: needs.save_need(
                owner, actor=request.user, need=row, expected=data["version"], client_id=data["client_id"],
                **form.values(),
            ),
        )  # fmt: skip
        if saved is not None and request.POST.get("then") == "submit" and saved.state in ("draft", "refused"):
            kept = saved
            saved = run(form, lambda: needs.submit(kept, actor=request.user))
        if saved is not None:
            messages.success(request, _("已提交审核。") if saved.state == Need.State.WAITING else _("已存为草稿。"))
            return redirect("partnerships_public:my_need", saved.pk)
    is_public = row is not None and row.state == Need.State.PUBLIC
    context: dict[str, Any] = {
        "edition": owner.edition, "enterprise": owner, "need": row, "form": form,
        "fits": fits_for_need(row)[:10] if row is not None and is_public else [],
    }  # fmt: skip
    return render(request, "partnerships/public/my_need.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def need_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in or close."""
    row = get_object_or_404(_enterprise(request).needs, pk=pk)
    try:
        if request.POST.get("do") == "close":
            needs.close(row, actor=request.user)
            messages.success(request, _("已结束，公众不再看到。"))
        else:
            needs.submit(row, actor=request.user)
            messages.success(request, _("已提交审核。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partnerships_public:my_need", pk)


def _meeting(owner: Enterprise, pk: int) -> Meeting:
    rows = Meeting.objects.filter(edition=owner.edition).exclude(state=Meeting.State.DRAFT)
    return get_object_or_404(rows.select_related("edition", "organisation"), pk=pk)


def _must_be_confirmed(meeting: Meeting, party: Party) -> None:
    """People's schools and grades are for the enterprises that come, not for everyone who applied."""
    if meeting.guests == Meeting.Guests.PEOPLE and party.state != Party.State.ACCEPTED:
        raise Conflict(_("主办单位确认您的报名后，才能选想见的人。"), code="unconfirmed")


def _can_wish(meeting: Meeting, party: Party) -> bool:
    states = ("accepted",) if meeting.guests == Meeting.Guests.PEOPLE else ("applied", "accepted")
    return takes_applications(meeting) and not meeting.is_direct and party.state in states


def _wish_form(meeting: Meeting, party: Party, data: Any) -> WishForm:
    rows = meeting.parties.filter(enterprise=None, state=Party.State.ACCEPTED)
    people = meeting.guests == Meeting.Guests.PEOPLE
    others = [
        (other.pk, other.grade or _("第 %(number)d 位") % {"number": other.pk} if people else other.label)
        for other in rows.select_related("organisation", "enterprise")
    ]
    return WishForm(data, others=others, most=meeting.most_wishes, party=party)


@never_cache
@require_GET
@login_required
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting from the enterprise's side: apply, wish, read one's own schedule."""
    owner = _enterprise(request)
    return _meeting_page(request, owner, _meeting(owner, pk), None)


def _meeting_page(
    request: HttpRequest, owner: Enterprise, row: Meeting, wishes: WishForm | None, status: int = 200
) -> HttpResponse:
    party = row.parties.filter(enterprise=owner).select_related("table", "meeting").first()
    form = (wishes or _wish_form(row, party, None)) if party is not None and _can_wish(row, party) else None
    context = {
        "edition": row.edition,
        "zone": row.edition.zone,
        "enterprise": owner,
        "meeting": row,
        "party": party,
        "takes": takes_applications(row),
        "wishes": form,
        "talks": own_talks(party) if party is not None and is_shown(row) else None,
    }
    return render(request, "partnerships/public/my_meeting.html", context, status=status)


@require_POST
@login_required
def meeting_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply, withdraw or state wishes."""
    owner = _enterprise(request)
    row = _meeting(owner, pk)
    party = row.parties.filter(enterprise=owner).first()
    do = request.POST.get("do", "")
    try:
        if do == "apply":
            applying.apply_enterprise(row, owner, actor=request.user, note=request.POST.get("note", ""))
            messages.success(request, _("已报名，主办单位确认后会通知您。"))
        elif party is None:
            raise Http404
        elif do == "withdraw":
            applying.withdraw(party, actor=request.user)
            messages.success(request, _("已退出，桌位让给别的企业。"))
        else:
            _must_be_confirmed(row, party)
            wishes = _wish_form(row, party, request.POST)
            if not wishes.is_valid():
                return _meeting_page(request, owner, row, wishes, 400)
            choosy = wishes.cleaned_data["is_choosy"]
            applying.set_wishes(party, wishes.others(), is_choosy=choosy, actor=request.user)
            messages.success(request, _("志愿已保存。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partnerships_public:my_meeting", pk)


@require_POST
@login_required
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how an intention went, also after the week."""
    row = get_object_or_404(
        FollowUp.objects.select_related("intention__edition"), pk=pk, intention__enterprise__user=request.user.pk
    )
    form = FollowForm(request.POST)
    try:
        if not form.is_valid():
            raise DomainError(_("请选择状态，并写一句进展。"))
        data = form.cleaned_data
        intentions.answer(row, actor=request.user, state=data["state"], note=data["note"], number=data["number"])
        messages.success(request, _("已记下进展，学校会看到。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    response = redirect("partnerships_public:mine")
    response["Location"] += f"?edition={row.intention.edition.slug}"
    return response
