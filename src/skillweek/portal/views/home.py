"""The first page, and what strangers choose for themselves: language and size of text."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from skillweek.core.context import TEXT_SIZE_COOKIE
from skillweek.portal import links, reading
from skillweek.portal.caching import public_page
from skillweek.portal.feeds import kinds
from skillweek.portal.home import home_of

_A_YEAR = 365 * 24 * 3600


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The week at a glance: how long until then, what is on today, highlights, where, and what is new."""
    edition = reading.current_edition()
    if edition is None and (past := reading.latest_past()) is not None:
        return HttpResponseRedirect(links.to("archive_public:edition", past))  # between two weeks
    context = {"edition": edition, "home": home_of(edition) if edition else None, "feed_kinds": kinds().items()}
    return render(request, "portal/home.html", context)


@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language in a cookie.

    Exempt from CSRF because it changes nothing of worth: so public pages need no token and no cookie.
    """
    return django_set_language(request)


@csrf_exempt
@require_POST
def set_text_size(request: HttpRequest) -> HttpResponse:
    """Remember whether the reader wants large text, in a cookie; exempt from CSRF for the same reason."""
    next_page = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(next_page, {request.get_host()}, require_https=request.is_secure()):
        next_page = "/"
    response = HttpResponseRedirect(next_page)
    if request.POST.get("size") == "large":
        response.set_cookie(TEXT_SIZE_COOKIE, "large", max_age=_A_YEAR, secure=request.is_secure(), samesite="Lax")
    else:
        response.delete_cookie(TEXT_SIZE_COOKIE)
    return response
