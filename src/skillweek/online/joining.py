"""What this room tells the rooms below: offers, switches, figures (B11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.content import render
from skillweek.content.editorial import public_q
from skillweek.editions.models import Edition
from skillweek.editions.names import name_of
from skillweek.online.access import spoken_for_q
from skillweek.online.models import GuestEntry, Hall, LiveRoom, Question, RoomReminder, Said, Tour, VisitCount, Work
from skillweek.online.queries.halls import public_halls
from skillweek.online.queries.rooms import Stage, end_of, phase_of, public_rooms
from skillweek.online.queries.tours import cover_urls, public_tours
from skillweek.organisations.access import scope_of, subtree_q
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import Figure, FigureRow
from skillweek.participation.mine import Mine
from skillweek.participation.models import Participant
from skillweek.participation.offers import Offer
from skillweek.participation.switches import Switch
from skillweek.publicity.queries.stories import assets_by_id

_TEASER: Final = 80


def offers_of(edition: Edition) -> list[Offer]:
    """Tours, live rooms and halls that the public sees, for the pages that gather everything."""
    tours = list(public_tours(edition))
    pictures = cover_urls(tours)
    found = [
        _offer(edition, tour, "tour", _("全景导览"), "badge-vr", image=pictures.get(tour.pk, "")) for tour in tours
    ]
    found += [_room_offer(edition, room) for room in public_rooms(edition) if not room.cancel_reason]
    halls = list(public_halls(edition))
    covers = assets_by_id(str(hall.live.get("cover") or "") for hall in halls)
    for hall in halls:
        cover = covers.get(str(hall.live.get("cover") or ""))
        image = render.asset_url(cover) if cover is not None else ""
        found.append(_offer(edition, hall, "hall", _("网上展厅"), "easel", image=image))
    return found


def _offer(edition: Edition, work: Work, kind: str, label: str, icon: str, *, image: str = "", **more: Any) -> Offer:
    return Offer(
        kind=kind,
        kind_label=label,
        icon=icon,
        title=work.title,
        url=reverse(f"online_public:{kind}", args=[work.pk]),
        organisation_name=work.organisation.name,
        teaser=str(work.live.get("intro") or "")[:_TEASER],
        image_url=image,
        **more,
    )


def _room_offer(edition: Edition, room: LiveRoom) -> Offer:
    state = {"soon": "soon", "now": "open"}.get(phase_of(room), "over")
    days: Any = {"starts_on": _day(room.starts_at, edition), "ends_on": _day(end_of(room), edition)}
    return _offer(edition, room, "room", _("直播间"), "broadcast", state=state, **days)


def _day(moment: datetime | None, edition: Edition) -> date | None:
    return moment.astimezone(ZoneInfo(edition.zone)).date() if moment is not None else None


def _counter(model: type[Work]) -> Callable[[Edition, OrganisationQuerySet], int]:
    def count(edition: Edition, organisations: OrganisationQuerySet) -> int:
        rows = model._default_manager.filter(edition=edition, organisation__in=organisations.order_by())
        return rows.count()

    return count


def _waiting(model: type[Work]) -> Callable[[Edition, Any], int]:
    """Works of this kind that wait for the person's decision, and what the public said there."""

    def count(edition: Edition, user: Any) -> int:
        below = subtree_q(scope_of(user).deciding_paths, "organisation__") & ~Q(organisation__in=scope_of(user).roles)
        total = model._default_manager.filter(below, edition=edition, review=Work.Review.WAITING).count()
        said: dict[type[Work], tuple[type[Said], str]] = {LiveRoom: (Question, "room"), Hall: (GuestEntry, "hall")}
        if model in said:
            words, place = said[model]
            mine = words._default_manager.filter(spoken_for_q(user, f"{place}__"), **{f"{place}__edition": edition})
            total += mine.filter(state=Said.State.WAITING, erased_at=None).count()
        return total

    return count


def mine_of(participant: Participant) -> list[Mine]:
    """The reminders that somebody of the public asked for."""
    rows = RoomReminder.objects.filter(public_q("room__"), participant=participant).select_related("room")
    return [
        Mine(
            _("直播提醒"),
            "bell",
            row.room.title,
            reverse("online_public:room", args=[row.room_id]),
            row.created_at,
            Stage.of(row.room).label,
        )
        for row in rows
    ]


SWITCHES: Final = (
    Switch(
        "online.tours",
        gettext_lazy("全景导览"),
        gettext_lazy("上传全景照片，公众在手机上逛实训室和校园。"),
        "badge-vr",
        "online:index",
        ("B11",),
        _counter(Tour),
        _waiting(Tour),
        label_of=partial(name_of, kind="tours"),
    ),
    Switch(
        "online.rooms",
        gettext_lazy("直播间"),
        gettext_lazy("直播、提问、回放。"),
        "broadcast",
        "online:rooms",
        ("B11",),
        _counter(LiveRoom),
        _waiting(LiveRoom),
        label_of=partial(name_of, kind="rooms"),
    ),
    Switch(
        "online.halls",
        gettext_lazy("网上展厅"),
        gettext_lazy("展出故事、图片和作品，公众留言。"),
        "easel",
        "online:halls",
        ("B11",),
        _counter(Hall),
        _waiting(Hall),
    ),
)


def _visitors(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    rows = VisitCount.objects.filter(edition=edition, organisation__in=organisations.order_by())
    found = rows.order_by().values("organisation").annotate(n=Sum("visitors"))
    return {row["organisation"]: row["n"] for row in found}


def _visitor_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    rows = VisitCount.objects.filter(edition=edition, organisation=organisation, visitors__gt=0)
    return [
        FigureRow(
            row.label or row.subject,
            row.visitors,
            day=row.day,
            url=_address(row.subject),
            key=f"{row.day}:{row.subject}",
            note=_("浏览 %(n)d 次") % {"n": row.views},
        )
        for row in rows.order_by("day", "subject")
    ]


def _address(subject: str) -> str:
    kind, _colon, pk = subject.partition(":")
    return reverse("online:work", args=[kind, pk]) if kind in ("tour", "room", "hall") else ""


def _tours(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    rows = Tour.objects.filter(public_q(), edition=edition, organisation__in=organisations.order_by())
    return {row["organisation"]: row["n"] for row in rows.order_by().values("organisation").annotate(n=Count("pk"))}


def _tour_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    rows = Tour.objects.filter(public_q(), edition=edition, organisation=organisation).order_by("pk")
    return [
        FigureRow(
            tour.title, 1, day=_day(tour.published_at, edition), url=_address(f"tour:{tour.pk}"), key=f"tour:{tour.pk}"
        )
        for tour in rows
    ]


def _questions(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    rows = _asked(edition).filter(room__organisation__in=organisations.order_by())
    found = rows.order_by().values("room__organisation").annotate(n=Count("pk"))
    return {row["room__organisation"]: row["n"] for row in found}


def _asked(edition: Edition) -> Any:
    return Question.objects.filter(room__edition=edition, state=Said.State.SHOWN)


def _question_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    rows = _asked(edition).filter(room__organisation=organisation).select_related("room").order_by("pk")
    return [
        FigureRow(
            row.text or row.room.title,
            1,
            day=_day(row.created_at, edition),
            note=row.room.title,
            url=_address(f"room:{row.room_id}"),
            key=f"question:{row.pk}",
        )
        for row in rows
    ]


_ONE: Final = gettext_lazy("个")
FIGURES: Final = (
    Figure("online.visitors", gettext_lazy("线上访问人次"), gettext_lazy("人次"), _visitors, _visitor_rows),
    Figure("online.tours", gettext_lazy("公开的全景导览"), _ONE, _tours, _tour_rows),
    Figure("online.questions", gettext_lazy("直播间公众提问（已显示）"), _ONE, _questions, _question_rows),
)
