"""Public pages kept for a while: in each process or in Redis, in browsers and in a CDN.

A view says ``@public_page``. Then its answer to a stranger carries an ETag, ``Last-Modified`` and ``Cache-Control``, is
compressed once, and is kept under the content's revision (``revision.py``): any public change shows with the next
request. Whoever has a session sees their own page, always made anew. See ADR 0115.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import get_language_from_request

from skillweek.core import clock
from skillweek.core.context import TEXT_SIZE_COOKIE
from skillweek.core.public_pages import MARK, public_page
from skillweek.portal import revision

__all__ = ["KeptPage", "PublicPageMiddleware", "public_page"]
Handler = Callable[[HttpRequest], HttpResponse]
#: Never public: one look-up less for the staff's and the booking pages.
_OWN: Final = ("/w/", "/accounts/", "/uploads/", "/book/", "/static/", "/i18n/")
_LONGEST_ADDRESS: Final = 600
_WORTH_COMPRESSING: Final = 400
_A_DAY: Final = 24 * 3600
_VARY: Final = ("Cookie", "Accept-Language", "Accept-Encoding", "HX-Request")


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A finished answer."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    #: Compressed once; empty where that gains nothing.
    packed: bytes
    etag: str
    modified: int

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The whole page, or 304 when the reader has it already."""
        response: HttpResponse
        if self._is_known(request):
            response = HttpResponseNotModified()
            for name, value in self.headers:
                if name in ("Cache-Control", "Vary"):
                    response[name] = value
        else:
            packed = self.packed and "gzip" in request.headers.get("Accept-Encoding", "")
            response = HttpResponse(self.packed if packed else self.body)
            for name, value in self.headers:
                response[name] = value
            if packed:
                response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(response.content))
        response["ETag"] = self.etag
        response["Last-Modified"] = http_date(self.modified)
        return response

    def _is_known(self, request: HttpRequest) -> bool:
        if (tags := request.META.get("HTTP_IF_NONE_MATCH")) is not None:
            return self.etag in tags or "*" in parse_etags(tags)
        since = request.META.get("HTTP_IF_MODIFIED_SINCE")
        return since is not None and (parse_http_date_safe(since) or 0) >= self.modified


class PublicPageMiddleware:
    """Answers strangers from the kept pages before sessions, languages and views have any work.

    Stands behind the middleware that adds the security headers and the request log, and before everything else.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.pages = caches["pages"]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_a_strangers(request):
            return _for_one_reader(self.get_response(request))
        if settings.PUBLIC_CACHE_SECONDS <= 0:
            response = self.get_response(request)
            kept = self._finished(request, response, "")
            return kept.answer(request) if kept else response
        name = _name_of(request)
        key = f"page:{revision.recent()}:{name}"
        found: KeptPage | None = self.pages.get(key)
        if found is not None:
            return found.answer(request)
        response = self.get_response(request)
        kept = self._finished(request, response, name)
        if kept is None:
            return response
        if request.method == "GET":
            self.pages.set(key, kept, min(getattr(response, MARK), settings.PUBLIC_CACHE_SECONDS))
        return kept.answer(request)

    def _finished(self, request: HttpRequest, response: HttpResponse, name: str) -> KeptPage | None:
        """The answer as it can be kept, or None when it is not for everybody."""
        if getattr(response, MARK, None) is None or response.status_code != 200 or response.streaming:
            return None
        if response.cookies:  # a token or a session came into being: it is for this reader alone
            _for_one_reader(response)
            return None
        patch_vary_headers(response, _VARY)
        response["Cache-Control"] = f"public, max-age=0, s-maxage={settings.CDN_SECONDS}, must-revalidate"
        body = response.content
        digest = hashlib.sha256(body).hexdigest()[:32]
        packed = gzip.compress(body, 6, mtime=0) if len(body) > _WORTH_COMPRESSING and _is_text(response) else b""
        kept_headers = tuple(
            (header, value) for header, value in response.items() if header not in ("Content-Length", "ETag")
        )
        return KeptPage(
            kept_headers,
            body,
            packed if len(packed) < len(body) else b"",
            f'W/"{digest}"',
            self._first_seen(name, digest),
        )

    def _first_seen(self, name: str, digest: str) -> int:
        """Since when the page reads as it does, as far as this cache remembers."""
        now = int(clock.real_now().timestamp())
        if not name:
            return now
        before = self.pages.get(f"seen:{name}")
        if before is not None and before[0] == digest:
            return int(before[1])
        self.pages.set(f"seen:{name}", (digest, now), _A_DAY)
        return now


def _is_a_strangers(request: HttpRequest) -> bool:
    """Whether the answer can be one that everybody gets."""
    cookies = request.COOKIES
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in cookies
        and "messages" not in cookies
        and not request.path.startswith(_OWN)
        and len(request.META.get("QUERY_STRING", "")) <= _LONGEST_ADDRESS
    )


def _name_of(request: HttpRequest) -> str:
    """What tells one page for strangers from another: address, language, text size, fragment or whole, the day."""
    parts = (
        request.META.get("HTTP_HOST", ""),
        request.scheme or "",
        request.get_full_path(),
        get_language_from_request(request),
        "large" if request.COOKIES.get(TEXT_SIZE_COOKIE) == "large" else "",
        "part" if request.META.get("HTTP_HX_REQUEST") else "",
        clock.now().astimezone(clock_zone()).date().isoformat(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@functools.lru_cache(maxsize=1)
def clock_zone() -> Any:
    """The zone whose midnight turns the pages over."""
    from zoneinfo import ZoneInfo

    return ZoneInfo(settings.TIME_ZONE)


def _for_one_reader(response: HttpResponse) -> HttpResponse:
    if getattr(response, MARK, None) is not None:
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response


def _is_text(response: HttpResponse) -> bool:
    kind = response.get("Content-Type", "")
    return kind.startswith("text/") or any(word in kind for word in ("json", "xml", "javascript"))
