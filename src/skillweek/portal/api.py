"""Read-only JSON for other programs: ``/api/v1/``, described by ``/api/v1/openapi.json`` (B7).

Nobody signs in and nothing private is in it; answers are cached like public pages and any web page may ask for them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final, Literal

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Query, Schema
from ninja.decorators import decorate_view
from ninja.renderers import JSONRenderer
from pydantic import Field

from skillweek.activities.models import Activity, Partner, Session
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.organisations.models import Organisation
from skillweek.portal import api_schemas as out
from skillweek.portal import links, reading
from skillweek.portal.caching import public_page


class _Chinese(JSONRenderer):
    """Chinese as itself: a third of the bytes, and readable."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="职教周 Skillweek",
    version="1.0.0",
    description="What strangers may read about the current week: activities, sessions, organisations, notices.",
    docs_url=None,
    renderer=_Chinese(),
    urls_namespace="api_v1",
)
#: The database's whole numbers end here.
_LARGEST_ID: Final = 2**63 - 1
_CODE: Final = r"^[a-z0-9_-]{1,60}$"
Id = Annotated[int, Path(ge=1, le=_LARGEST_ID)]
Code = Annotated[str, Field(pattern=_CODE)]


class Paging(Schema):
    """Which page, and how many entries on one."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=100)] = 20

    def cut(self, rows: QuerySet[Any]) -> tuple[list[Any], dict[str, int]]:
        """The rows of the page, and where it stands. A page beyond the last one is empty."""
        count = rows.count()
        start = (self.page - 1) * self.page_size
        pages = max(1, -(-count // self.page_size))
        return list(rows[start : start + self.page_size]), {"count": count, "page": self.page, "pages": pages}


class ActivityQuery(Paging):
    """Which activities."""

    day: date | None = None
    district: Code | None = None
    audience: Code | None = None
    kind: Literal["regular", "feature", "city"] | None = None
    organisation: Annotated[int, Field(ge=1, le=_LARGEST_ID)] | None = None
    highlight: bool | None = None
    online: bool | None = None


class SessionQuery(Paging):
    """Which sessions."""

    day: date | None = None
    district: Code | None = None
    activity: Annotated[int, Field(ge=1, le=_LARGEST_ID)] | None = None
    online: bool | None = None


def _open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Cached like a public page, and readable from pages of other sites."""

    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    marked: Callable[..., HttpResponse] = public_page(opened)
    return marked


def _edition() -> Edition:
    edition = reading.current_edition()
    if edition is None:
        raise Http404("no edition is open")
    return edition


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return api.create_response(request, {"detail": str(error) or "not found"}, status=404)


_MISSING: Final = {404: out.Problem, 422: out.Invalid}


@api.get("/edition", response={200: out.EditionOut, **_MISSING}, summary="The current week", operation_id="edition")
@decorate_view(_open_to_all)
def edition(request: HttpRequest) -> Any:
    """Dates, theme, and the codes that the filters take."""
    found = _edition()
    return {
        **{name: getattr(found, name) for name in ("slug", "title", "theme", "city", "starts_on", "ends_on", "zone")},
        "districts": [{"code": row.code, "name": row.name} for row in found.doc.districts],
        "audiences": [{"code": row.code, "name": row.name} for row in found.doc.audiences],
    }


@api.get("/activities", response={200: out.ActivityList, **_MISSING}, summary="Activities", operation_id="activities")
@decorate_view(_open_to_all)
def activities(request: HttpRequest, query: Query[ActivityQuery]) -> Any:
    """Public activities, highlights first. Several filters narrow together."""
    found = reading.public_activities(_edition())
    sessions = Session.objects.all()
    about_sessions = Q()
    if query.day:
        about_sessions &= Q(day=query.day)
    if query.district:
        about_sessions &= Q(district=query.district)
    if query.online is not None:
        about_sessions &= Q(is_online=query.online)
    if about_sessions:
        found = found.filter(pk__in=sessions.filter(about_sessions).values("activity_id"))
    if query.audience:
        found = found.filter(tags__group="audience", tags__code=query.audience)
    if query.kind:
        found = found.filter(kind=query.kind)
    if query.organisation:
        found = found.filter(organisation_id=query.organisation)
    if query.highlight is not None:
        found = found.filter(is_highlight=query.highlight)
    rows, place = query.cut(found)
    return {**place, "items": [_activity(row) for row in rows]}


@api.get(
    "/activities/{id}", response={200: out.ActivityDetail, **_MISSING}, summary="One activity", operation_id="activity"
)
@decorate_view(_open_to_all)
def activity(request: HttpRequest, id: Id) -> Any:
    """An activity with its whole text."""
    row = reading.public_activities(_edition()).filter(pk=id).first()
    if row is None:
        raise Http404("no public activity has this id")
    partners = row.partners.filter(state=Partner.State.ACCEPTED).select_related("organisation")
    return {
        **_activity(row),
        "description_html": row.description,
        "how_to_join": row.how_to_join,
        "enquiry_phone": row.enquiry_phone,
        "cancel_reason": row.cancel_reason,
        "partners": [str(partner) for partner in partners],
    }


@api.get("/sessions", response={200: out.SessionList, **_MISSING}, summary="Sessions", operation_id="sessions")
@decorate_view(_open_to_all)
def sessions(request: HttpRequest, query: Query[SessionQuery]) -> Any:
    """Sessions of public activities in order of time; those "to be announced" have no ``starts_at``."""
    found = reading.public_sessions(_edition(), day=query.day)
    if query.district:
        found = found.filter(district=query.district)
    if query.activity:
        found = found.filter(activity_id=query.activity)
    if query.online is not None:
        found = found.filter(is_online=query.online)
    rows, place = query.cut(found)
    return {**place, "items": [_session(row) for row in rows]}


@api.get(
    "/organisations",
    response={200: out.OrganisationList, **_MISSING},
    summary="Organisations",
    operation_id="organisations",
)
@decorate_view(_open_to_all)
def organisations(request: HttpRequest, query: Query[Paging]) -> Any:
    """Organisations that have public activities."""
    visible = reading.public_activities(_edition()).prefetch_related(None).select_related(None).order_by()
    found = (
        Organisation.objects.filter(activities__in=visible)
        .annotate(activity_count=Count("activities", distinct=True))
        .order_by("path")
    )
    rows, place = query.cut(found)
    items = [
        {
            **{name: getattr(row, name) for name in ("id", "name", "kind", "district", "school_type")},
            "activities": row.activity_count,
        }
        for row in rows
    ]
    return {**place, "items": items}


@api.get("/notices", response={200: out.NoticeList, **_MISSING}, summary="Notices", operation_id="notices")
@decorate_view(_open_to_all)
def notices(request: HttpRequest, query: Query[Paging]) -> Any:
    """Public notices, newest first."""
    rows, place = query.cut(reading.public_notices(_edition()))
    return {**place, "items": [_notice(row) for row in rows]}


@api.get("/notices/{id}", response={200: out.NoticeDetail, **_MISSING}, summary="One notice", operation_id="notice")
@decorate_view(_open_to_all)
def notice(request: HttpRequest, id: Id) -> Any:
    """A notice with its text."""
    row = reading.public_notices(_edition()).filter(pk=id).first()
    if row is None:
        raise Http404("no public notice has this id")
    return {**_notice(row), "body_html": str(row.live.get("body", ""))}


def _activity(row: Activity) -> dict[str, Any]:
    tags: dict[str, list[str]] = {}
    for tag in row.tags.all():
        tags.setdefault(tag.group, []).append(tag.code)
    return {
        **{name: getattr(row, name) for name in ("id", "title", "summary", "kind", "is_highlight", "is_cancelled")},
        "organisation": {"id": row.organisation_id, "name": row.organisation.name},
        "audiences": tags.pop("audience", []),
        "tags": tags,
        "url": links.absolute(links.activity(row.pk)),
        "updated_at": row.updated_at,
        "sessions": [_session(session) for session in row.sessions.all()],
    }


def _session(row: Session) -> dict[str, Any]:
    names = (
        "activity_id",
        "label",
        "state",
        "starts_at",
        "ends_at",
        "is_online",
        "place",
        "room",
        "address",
        "district",
    )
    more = ("latitude", "longitude", "booking", "capacity")
    return {
        "id": str(row.uid),
        **{name: getattr(row, name) for name in (*names, *more)},
        "ical_url": links.absolute(links.to("portal:ical_session", row.uid)) if row.starts_at else "",
    }


def _notice(row: Notice) -> dict[str, Any]:
    return {
        **{
            name: getattr(row, name) for name in ("id", "title", "kind", "document_number", "issued_on", "published_at")
        },
        "updated_at": row.live_at or row.updated_at,
        "url": links.absolute(links.notice(row.pk)),
    }
