"""What the public does without an account: ask, want to know too, write in a guestbook, be counted (B11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.bookings import proof
from skillweek.bookings.domain.erasure import erase_on
from skillweek.content.access import is_open
from skillweek.core.forms import run
from skillweek.core.limits import rate_limited
from skillweek.editions.models import Edition
from skillweek.online.domain import reminding, saying, visiting
from skillweek.online.domain.visiting import Subject
from skillweek.online.forms import SayForm
from skillweek.online.models import Hall, LiveRoom, Question, RoomReminder, Said, Work
from skillweek.online.queries.rooms import phase_of
from skillweek.online.queries.visits import subject_of
from skillweek.online.views.public import public_work
from skillweek.online.works import BY_CODE
from skillweek.organisations.access import scope_of
from skillweek.participation.models import Participant
from skillweek.participation.networks import keep_device
from skillweek.participation.who import participant_required

#: One transparent pixel, for browsers without scripts.
_PIXEL: Final = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this site sent it. Kept pages carry no CSRF token; this tells what is sent from them."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.get_host()


@rate_limited("online_say", settings.ONLINE_SAY_RATE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask something in a live room."""
    room = public_work(LiveRoom, pk)
    takes = saying.takes_questions(room) and is_open(room.edition)
    form = SayForm(
        request.POST or None,
        label=_("您的问题"),
        limit=saying.QUESTION,
        initial={"client_id": uuid4()},
        help_text=_("学校审核后显示。请不要写电话、身份证号等个人信息。"),
    )
    return _said(request, room, form, takes=takes, verb=saying.ask, model=Question)


@rate_limited("online_say", settings.ONLINE_SAY_RATE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write in a hall's guestbook."""
    from skillweek.online.models import GuestEntry

    hall = public_work(Hall, pk)
    takes = saying.takes_entries(hall) and is_open(hall.edition)
    form = SayForm(
        request.POST or None,
        label=_("您的留言"),
        limit=saying.ENTRY,
        initial={"client_id": uuid4()},
        help_text=_("审核后显示。请不要写电话、身份证号等个人信息。"),
    )
    return _said(request, hall, form, takes=takes, verb=saying.sign, model=GuestEntry)


def _said(
    request: HttpRequest, work: Any, form: SayForm, *, takes: bool, verb: Callable[..., Said], model: type[Said]
) -> HttpResponseBase:
    context: dict[str, Any] = {"work": work, "edition": work.edition, "form": form, "takes": takes}
    if not takes:
        return render(request, "online/public/say.html", context, status=200 if request.method != "POST" else 409)
    if form.is_valid() and run(form, lambda: _keep(work, form, verb, model)) is not None:
        return redirect(reverse(f"online_public:{work.kind}_thanks", args=[work.pk]))
    context |= {
        **proof.for_page(),
        "erase_on": erase_on(work.edition),
    }
    return render(request, "online/public/say.html", context, status=400 if form.is_bound else 200)


@transaction.atomic
def _keep(work: Work, form: SayForm, verb: Callable[..., Said], model: type[Said]) -> Said:
    data = form.cleaned_data
    # The same form sent again after a broken connection has spent its proof already.
    if not model._default_manager.filter(client_id=data["client_id"]).exists():
        proof.spend(data["proof"])
    return verb(work, nickname=data["nickname"], text=data["text"], client_id=data["client_id"])


@never_cache
@require_GET
def room_thanks(request: HttpRequest, pk: int) -> HttpResponse:
    """The question arrived."""
    return render(request, "online/public/thanks.html", {"work": public_work(LiveRoom, pk)})


@never_cache
@require_GET
def hall_thanks(request: HttpRequest, pk: int) -> HttpResponse:
    """The line arrived."""
    return render(request, "online/public/thanks.html", {"work": public_work(Hall, pk)})


@rate_limited("online_remind", settings.ONLINE_SAY_RATE)
@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """A message before it begins, for who proved a contact."""
    room = public_work(LiveRoom, pk)
    who: Participant = request.participant  # type: ignore[attr-defined]
    if request.method == "POST":
        if request.POST.get("do") == "stop":
            reminding.no_reminder(room, who)
        else:
            reminding.remind(room, who)
        return redirect("online_public:remind", pk)
    has = RoomReminder.objects.filter(room=room, participant=who).exists()
    context = {"work": room, "who": who, "has": has, "phase": phase_of(room), "zone": room.edition.zone}
    return render(request, "online/public/remind.html", context)


@csrf_exempt
@rate_limited("online_vote", settings.ONLINE_VOTE_RATE)
@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponseBase:
    """我也想问: once for each device. Kept pages have no CSRF token; the sender must be a page of this site."""
    if not is_from_here(request):
        raise Http404
    question = get_object_or_404(Question.objects.select_related("room"), pk=pk)
    room = public_work(LiveRoom, question.room_id)
    wants_json = "application/json" in request.headers.get("Accept", "")
    answer: HttpResponse = (
        HttpResponse() if wants_json else redirect(f"{reverse('online_public:room', args=[room.pk])}#questions")
    )
    device = keep_device(answer, request)
    votes = saying.vote(question, device=device)
    if wants_json:
        said = JsonResponse({"ok": True, "votes": votes})
        said.cookies = answer.cookies
        return said
    return answer


@csrf_exempt
@rate_limited("online_seen", settings.ONLINE_SEEN_RATE)
@never_cache
@require_POST
def seen(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The beacon of a public page, also of one that came from the kept pages."""
    if is_from_here(request):
        _count(request, kind, pk)
    return HttpResponse(status=204)


@rate_limited("online_seen", settings.ONLINE_SEEN_RATE, methods=("GET",))
@never_cache
@require_GET
def seen_pixel(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The same for browsers without scripts."""
    if is_from_here(request):
        _count(request, kind, pk)
    return HttpResponse(_PIXEL, content_type="image/gif")


def _count(request: HttpRequest, kind: str, pk: int) -> None:
    """Count a view of something public in an open edition. Programs, prefetching and the week's staff do not count."""
    if "prefetch" in request.headers.get("Sec-Purpose", "") or scope_of(request.user).roles:
        return
    subject = _subject(kind, pk)
    if subject is None or not is_open(subject.edition):
        return
    address = get_adapter(request).get_client_ip(request) or ""
    visiting.count(subject, address=address, agent=request.headers.get("User-Agent", ""))


def _subject(kind: str, pk: int) -> Subject | None:
    if kind == "home":
        edition = Edition.objects.exclude(state=Edition.State.DRAFT).filter(pk=pk).first()
        return Subject(f"home:{pk}", edition, None, edition.title) if edition is not None else None
    if kind not in BY_CODE:
        raise Http404
    try:
        work = public_work(BY_CODE[kind].model, pk)
    except Http404:
        return None
    return Subject(subject_of(work), work.edition, work.organisation_id, work.title)
