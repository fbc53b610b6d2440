"""Press kits for download: of a story, a topic, the week. Public, and limited, since a kit is large."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from skillweek.core.limits import rate_limited
from skillweek.editions.asked import edition_of_the_moment
from skillweek.publicity.kit import Kit
from skillweek.publicity.queries.stories import public_stories
from skillweek.publicity.views.common import topics_of
from skillweek.publicity.views.public import public_story
from skillweek.reports.archive_names import safe_name

_ONE, _MANY = "30/h", "6/h"


@rate_limited("press-kit", _ONE, methods=("GET",))
@require_safe
def of_story(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One story with its film."""
    story = public_story(pk)
    return _sent(Kit(story.edition, story.title, [story.pk], with_video=True), story.title)


@rate_limited("press-kit-many", _MANY, methods=("GET",))
@require_safe
def of_topic(request: HttpRequest, code: str) -> HttpResponseBase:
    """All stories of a focus topic."""
    edition = edition_of_the_moment()
    name = dict(topics_of(edition)).get(code)
    ids = list(public_stories(edition).filter(topic=code).values_list("pk", flat=True)) if name else []
    if not name or not ids:
        raise Http404
    return _sent(Kit(edition, name, ids), f"{edition.title}-{name}")


@rate_limited("press-kit-many", _MANY, methods=("GET",))
@require_safe
def of_week(request: HttpRequest) -> HttpResponseBase:
    """Everything told of the week."""
    edition = edition_of_the_moment()
    ids = list(public_stories(edition).values_list("pk", flat=True))
    if not ids:
        raise Http404
    return _sent(Kit(edition, edition.title, ids), edition.title)


def _sent(kit: Kit, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(iter(kit), content_type="application/zip")
    filename = safe_name(f"{name}-媒体素材包.zip", "press-kit.zip")
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response
