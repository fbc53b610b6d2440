"""The organiser's lists: sessions with their counts, who booked, and what is done on somebody's behalf (B8)."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.activities.models import Session
from skillweek.bookings.access import bookings_visible_to
from skillweek.bookings.bookings_export import export_bookings
from skillweek.bookings.domain import cancel_booking, erase_early, may_be_erased
from skillweek.bookings.domain.desk import book_for
from skillweek.bookings.domain.desk import move_up_one as move_up_verb
from skillweek.bookings.forms import BookForm
from skillweek.bookings.models import Booking
from skillweek.bookings.queries.door import session_totals
from skillweek.bookings.queries.places import places_left
from skillweek.bookings.views.staff import is_organiser, session_run_by, sessions_run_by, staff_page
from skillweek.core import audit
from skillweek.core.clock import today_in
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition

_SESSIONS: Final = 30
_ROWS: Final = 50
_SHEET: Final = 2000
_WHEN: Final = {
    "today": gettext_lazy("今天"),
    "coming": gettext_lazy("之后"),
    "past": gettext_lazy("已过"),
}
#: filter → (label, condition).
_STATES: Final[dict[str, tuple[Any, Q]]] = {
    "": (gettext_lazy("全部有效预约"), Q(state__in=Booking.LIVE)),
    "absent": (
        gettext_lazy("还没到场"),
        Q(state__in=Booking.HOLDING) & ~Q(check_in__isnull=False, check_in__undone_at=None),
    ),
    "inside": (gettext_lazy("已签到"), Q(check_in__isnull=False, check_in__undone_at=None)),
    "waiting": (gettext_lazy("候补中"), Q(state="waiting")),
    "ended": (gettext_lazy("已取消或过期"), ~Q(state__in=Booking.LIVE)),
}


@require_GET
@staff_page
def index(request: HttpRequest) -> HttpResponseBase:
    """Sessions of my units: today's first, with who booked, waits and came."""
    edition = Edition.objects.current() or Edition.objects.filter(state=Edition.State.CLOSED).first()
    if edition is None:
        return render(request, "bookings/index.html", {"edition": None})
    today = today_in(edition.zone)
    mine = sessions_run_by(request.user).filter(activity__edition=edition)
    parts = {
        "today": mine.filter(day=today).order_by("starts_at", "pk"),
        "coming": mine.filter(Q(day__gt=today) | Q(day=None)).order_by("day", "starts_at", "pk"),
        "past": mine.filter(day__lt=today).order_by("-day", "starts_at", "pk"),
    }
    counts = {name: rows.count() for name, rows in parts.items()}
    asked = request.GET.get("when", "")
    when = asked if asked in parts else next((name for name in parts if counts[name]), "today")
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows = parts[when]
    if text:
        rows = rows.filter(Q(activity__title__icontains=text) | Q(label__icontains=text) | Q(place__icontains=text))
    page = Paginator(rows, _SESSIONS).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "times": [(name, label, counts[name]) for name, label in _WHEN.items()],
        "when": when,
        "query": text,
        "page": page,
        "rows": _with_totals(list(page)),
        "has_any": any(counts.values()),
    }
    return render(request, "bookings/index.html", context)


def _with_totals(sessions: list[Session]) -> list[dict[str, Any]]:
    totals = session_totals([session.pk for session in sessions])
    left = places_left(sessions)
    return [
        {"session": session, "activity": session.activity, "left": left[session.pk], **totals[session.pk]}
        for session in sessions
    ]


@require_GET
@staff_page
def session(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who booked one session."""
    found = session_run_by(request, pk)
    wanted = request.GET.get("state", "")
    state = wanted if wanted in _STATES else ""
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows = _rows(found, state, text)
    page = Paginator(rows, _ROWS).get_page(request.GET.get("page"))
    context = {
        **_about(request, found),
        "states": [(name, label) for name, (label, _condition) in _STATES.items()],
        "state": state,
        "query": text,
        "page": page,
        "bookings": _with_inside(list(page), found),
    }
    return render(request, "bookings/session.html", context)


def _rows(found: Session, state: str, text: str) -> QuerySet[Booking]:
    rows = Booking.objects.filter(_STATES[state][1], session=found).select_related("check_in__by").order_by("pk")
    if text:
        plain = "".join(text.split())
        by_phone = Q(phone__endswith=plain) if plain.isdigit() and len(plain) >= 4 else Q(pk__in=[])
        rows = rows.filter(Q(name__icontains=text) | Q(group_name__icontains=text) | Q(code=plain) | by_phone)
    return rows


def _with_inside(bookings: list[Booking], of: Session) -> list[dict[str, Any]]:
    found = []
    for row in bookings:
        held = getattr(row, "check_in", None)
        row.session = of
        inside = held if held is not None and held.undone_at is None else None
        erasable = row.erased_at is None and may_be_erased(row)
        found.append({"booking": row, "inside": inside, "erasable": erasable})
    return found


def _about(request: HttpRequest, found: Session) -> dict[str, Any]:
    [row] = _with_totals([found])
    return {**row, "session_row": row, "edition": found.activity.edition, "numbers": is_organiser(request.user, found)}


@require_GET
@staff_page
def sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list on paper, to tick off when everything else fails."""
    found = session_run_by(request, pk)
    rows = list(_rows(found, "", "")[:_SHEET])
    return render(request, "bookings/print.html", {**_about(request, found), "bookings": _with_inside(rows, found)})


@require_GET
@staff_page
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list as a workbook. Who took it away stands in the audit trail."""
    found = session_run_by(request, pk)
    whole = is_organiser(request.user, found)
    audit.record(
        "booking.export",
        found,
        actor=request.user,
        organisation_id=found.activity.organisation_id,
        data={"numbers": whole, "bookings": Booking.objects.filter(session=found).count()},
    )
    return FileResponse(export_bookings(found, with_numbers=whole), as_attachment=True, filename=f"bookings-{pk}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def add(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Book for somebody who called."""
    found = session_run_by(request, pk)
    kind = request.POST.get("kind") or request.GET.get("kind") or ""
    groups_only = found.booking == Session.Booking.GROUPS
    kind = Booking.Kind.GROUP if groups_only or (kind == "group" and found.allows_groups) else Booking.Kind.PERSON
    data = request.POST if request.method == "POST" else None
    form = BookForm(data, session=found, kind=kind, initial={"client_id": uuid4()})
    form.fields["agreed"].label = _("已向对方说明个人信息的用途，对方同意。")
    if form.is_valid():
        try:
            made = book_for(found, form.wish(), client_id=form.cleaned_data["client_id"], actor=request.user)
        except DomainError as error:
            form.refuse(error)
        else:
            said = _("已预约，取票码 %(code)s。") if made.state == Booking.State.CONFIRMED else _("已加入候补。")
            messages.success(request, said % {"code": made.code} if "%(code)s" in said else said)
            return redirect("bookings:session", pk=pk)
    context = {**_about(request, found), "form": form, "kind": kind, "groups_only": groups_only}
    return render(request, "bookings/add.html", context, status=400 if form.is_bound else 200)


@require_POST
@staff_page
def cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Cancel somebody's booking, with the reason that they are told."""
    booking = get_object_or_404(bookings_visible_to(request.user), pk=pk)
    reason = " ".join(request.POST.get("reason", "").replace("\0", "").split())[:200]
    if not reason:
        messages.error(request, _("请写明取消的原因，预约人会看到。"))
    else:
        try:
            cancel_booking(booking, actor=request.user, reason=reason)
            messages.success(request, _("预约已取消，已通知预约人。"))
        except DomainError as error:
            messages.error(request, error.message)
    return _back(request, booking)


@require_POST
@staff_page
def erase(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take somebody's data out early, who asked for it by telephone."""
    booking = get_object_or_404(bookings_visible_to(request.user), pk=pk)
    try:
        erase_early(booking, actor=request.user)
        messages.success(request, _("个人信息已删除，只留下人数。"))
    except DomainError as error:
        messages.error(request, error.message)
    return _back(request, booking)


@require_POST
@staff_page
def move_up(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a waiting booking free places out of turn."""
    booking = get_object_or_404(bookings_visible_to(request.user), pk=pk)
    try:
        move_up_verb(booking, actor=request.user)
        messages.success(request, _("已递补成功，已通知预约人。"))
    except DomainError as error:
        messages.error(request, error.message)
    return _back(request, booking)


def _back(request: HttpRequest, booking: Booking) -> HttpResponseBase:
    """To the list as it was filtered."""
    kept = {name: request.POST.get(name, "")[:60] for name in ("state", "q", "page")}
    query = urlencode({name: value for name, value in kept.items() if value})
    response = redirect("bookings:session", pk=booking.session_id)
    if query:
        response["Location"] += f"?{query}"
    return response
