"""What the public sees: the week's online home, tours, live rooms, halls (B11)."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from skillweek.content.access import is_open
from skillweek.content.editorial import public_q
from skillweek.core.public_pages import public_page
from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.online import access, exhibits
from skillweek.online.domain import saying
from skillweek.online.domain.panoramas import shown_in
from skillweek.online.models import Hall, LiveRoom, PanoramaCopy, Tour, Work
from skillweek.online.queries import rooms
from skillweek.online.queries.cards import cards_of, gather
from skillweek.online.queries.halls import public_halls, shown_entries
from skillweek.online.queries.rooms import Stage
from skillweek.online.queries.tours import public_tours, scenes_of
from skillweek.online.works import BY_CODE, label_in
from skillweek.uploads.views.serve import send

W = TypeVar("W", bound=Work)
_PER_PAGE = 24
_ENTRIES = 30
#: How old a live room's page may be without a script: its state goes by the clock.
_FRESH = 10


def public_work(model: type[W], pk: int) -> W:
    """The work that the public sees. Raises Http404."""
    rows = model._default_manager.filter(public_q()).exclude(edition__state=Edition.State.DRAFT)
    return get_object_or_404(rows.select_related("edition", "organisation"), pk=pk)


def seen_urls(kind: str, pk: int) -> dict[str, str]:
    """Where a page tells that it was seen."""
    return {
        "seen_url": reverse("online_public:seen", args=[kind, pk]),
        "pixel_url": reverse("online_public:seen_pixel", args=[kind, pk]),
    }


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """云上活动周: what is live now and next, tours, halls, online sessions, the nation's online events."""
    edition = edition_asked(request)
    found = gather(edition)
    live = [card for card in found.rooms if card.stage and card.stage.phase in ("now", "soon")]
    context = {
        "edition": edition,
        "found": found,
        "live": live,
        "others": [card for card in found.rooms if card not in live],
        "events": edition.doc.online,
        **seen_urls("home", edition.pk),
        "zone": edition.zone,
    }
    return render(request, "online/public/home.html", context)


@public_page
@require_safe
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    """All tours, rooms or halls."""
    if kind not in BY_CODE:
        raise Http404
    edition = edition_asked(request)
    rows: QuerySet[Any] | list[Any]
    if kind == "room":
        rows = rooms.in_order(list(rooms.public_rooms(edition)))
    else:
        rows = public_tours(edition) if kind == "tour" else public_halls(edition)
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "kind": BY_CODE[kind],
        "label": label_in(edition, BY_CODE[kind]),
        "page": page,
        "cards": cards_of(page.object_list),
        "zone": edition.zone,
    }
    return render(request, "online/public/list.html", context)


@public_page
@require_safe
def tour(request: HttpRequest, pk: int) -> HttpResponse:
    """One tour: the viewer, and all scenes and hotspots as a list."""
    row = public_work(Tour, pk)
    context = {**_context(row), "scenes": scenes_of(row.live)}
    return render(request, "online/public/tour.html", context)


@public_page(seconds=_FRESH)  # type: ignore[untyped-decorator]
@require_safe
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """One live room: when, the way in, questions, replay."""
    row = public_work(LiveRoom, pk)
    context = {**_context(row), **room_now(row), "replay": rooms.replay_of(row)}
    return render(request, "online/public/room.html", context)


@public_page(seconds=_FRESH)  # type: ignore[untyped-decorator]
@require_safe
def room_part(request: HttpRequest, pk: int) -> HttpResponse:
    """What of a live room changes by itself, for the page that asks again and again."""
    row = public_work(LiveRoom, pk)
    return render(
        request, "online/public/_now.html", {**_context(row), **room_now(row), "replay": rooms.replay_of(row)}
    )


def room_now(row: LiveRoom) -> dict[str, Any]:
    """The room at this moment."""
    return {
        "stage": Stage.of(row),
        "questions": rooms.shown_questions(row)[: rooms.SHOWN],
        "takes": saying.takes_questions(row) and is_open(row.edition),
    }


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The room for the visitor's own calendar."""
    row = public_work(LiveRoom, pk)
    if row.starts_at is None:
        raise Http404
    url = request.build_absolute_uri(reverse("online_public:room", args=[row.pk]))
    response = HttpResponse(rooms.calendar_of(row, url), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="room-{row.pk}.ics"'
    return response


@public_page
@require_safe
def hall(request: HttpRequest, pk: int) -> HttpResponse:
    """One hall with its guestbook."""
    row = public_work(Hall, pk)
    hung = [one for one in exhibits.hung(row.edition, row.live.get("exhibits") or []) if one.exhibit]
    context = {
        **_context(row),
        "hung": [one for one in hung if one.exhibit and (one.kind.code != "picture" or one.exhibit.picture.is_public)],
        "entries": Paginator(shown_entries(row), _ENTRIES).get_page(request.GET.get("page")),
        "takes": saying.takes_entries(row) and is_open(row.edition),
    }
    return render(request, "online/public/hall.html", context)


def _context(row: Work) -> dict[str, Any]:
    return {
        "work": row,
        "content": row.live,
        "edition": row.edition,
        "zone": row.edition.zone,
        **seen_urls(row.kind, row.pk),
    }


@require_safe
def panorama(request: HttpRequest, pk: UUID, width: int) -> HttpResponseBase:
    """A copy of a panorama: for everybody while a public tour shows it, else for who may see the tour."""
    rows = PanoramaCopy.objects.select_related("panorama__tour__organisation")
    copy = get_object_or_404(rows, panorama_id=pk, width=width)
    owner = copy.panorama.tour
    is_public = owner.is_live and str(pk) in shown_in(owner.live)
    if not is_public and not access.visible_to(request.user, Tour).filter(pk=owner.pk).exists():
        raise Http404
    return send(
        request,
        copy.key,
        content_type="image/jpeg",
        name=f"{pk}-{width}.jpg",
        inline=True,
        tag=f"{copy.pk}-{copy.size}",
        public=is_public,
    )
