"""Public addresses that programs read: calendars, feeds, sitemap, robots.txt, share cards."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from skillweek.activities.models import Activity, Session
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.portal import feeds, links, reading, sitemap
from skillweek.portal.activity_card import activity_card
from skillweek.portal.caching import public_page
from skillweek.portal.calendars import calendar_of
from skillweek.portal.share_card import Card, card_png
from skillweek.portal.story_card import story_card
from skillweek.portal.week_card import week_card
from skillweek.publicity.views.public import public_story


def _edition() -> Edition:
    edition = reading.current_edition()
    if edition is None:
        raise Http404
    return edition


@public_page
@require_safe
def week_calendar(request: HttpRequest) -> HttpResponse:
    """The whole week."""
    edition = _edition()
    return _calendar(edition, reading.public_sessions(edition), name=edition.title, file="week.ics")


@public_page
@require_safe
def organisation_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything one organisation does."""
    edition = _edition()
    organisation = get_object_or_404(Organisation, pk=pk)
    sessions = reading.public_sessions(edition).filter(activity__organisation=organisation)
    if not sessions.exists() and not reading.public_activities(edition).filter(organisation=organisation).exists():
        raise Http404
    return _calendar(edition, sessions, name=f"{organisation.name} · {edition.title}", file=f"organisation-{pk}.ics")


@public_page
@require_safe
def activity_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """All sessions of one activity."""
    edition = _edition()
    activity: Activity = get_object_or_404(reading.public_activities(edition), pk=pk)
    sessions = reading.public_sessions(edition).filter(activity=activity)
    return _calendar(edition, sessions, name=activity.title, file=f"activity-{pk}.ics")


@public_page
@require_safe
def session_calendar(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One session; 404 while its time is to be announced."""
    edition = _edition()
    session: Session = get_object_or_404(reading.public_sessions(edition).exclude(starts_at=None), uid=uid)
    return _calendar(edition, [session], name=session.activity.title, file=f"session-{session.pk}.ics")


def _calendar(edition: Edition, sessions: Any, *, name: str, file: str) -> HttpResponse:
    response = HttpResponse(calendar_of(edition, sessions, name=name), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(False, file) or "inline"
    return response


@public_page
@require_safe
def feed(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """RSS or Atom of activities, notices, news, stories or policies."""
    if kind not in feeds.kinds() or form not in feeds.FORMATS:
        raise Http404(_("没有这个订阅源。"))
    text, content_type = feeds.feed_of(kind, form, _edition(), self_path=request.path)
    return HttpResponse(text, content_type=content_type)


@public_page
@require_safe
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    """Every public page with when it last changed."""
    return HttpResponse(sitemap.sitemap_of(reading.current_edition()), content_type="application/xml; charset=utf-8")


@public_page
@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone: the workspace, accounts, personal links."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in sitemap.PRIVATE_PATHS),
        "",
        f"Sitemap: {links.absolute(reverse('portal:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def share_week(request: HttpRequest) -> HttpResponse:
    """The picture of the first page and of pages without one of their own."""
    edition = _edition()
    return _card(request, f"week-{edition.pk}", week_card(edition))


@require_safe
def share_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture that a shared link to an activity shows."""
    edition = _edition()
    activity: Activity = get_object_or_404(reading.public_activities(edition), pk=pk)
    return _card(request, f"activity-{pk}", activity_card(edition, activity))


@require_safe
def share_story(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture that a shared link to a story shows."""
    return _card(request, f"story-{pk}", story_card(public_story(pk)))


def _card(request: HttpRequest, owner: str, card: Card) -> HttpResponse:
    etag = f'"{card.digest}"'
    not_modified = get_conditional_response(request, etag=etag)
    if not_modified is None:
        response = HttpResponse(card_png(owner, card), content_type="image/png")
        response["ETag"] = etag
    else:
        response = HttpResponseNotModified()
        response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age=300, s-maxage={settings.CDN_SECONDS}"
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response
