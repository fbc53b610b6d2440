"""The public shell; it only composes what the rooms offer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from skillweek.editions.models import Edition


def home(request: HttpRequest) -> HttpResponse:
    """The week at a glance: theme, dates, the notice, and the way in for schools."""
    return render(request, "portal/home.html", {"edition": Edition.objects.current()})


@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language in a cookie.

    Exempt from CSRF because it changes nothing of worth: so public pages need no token and no cookie.
    """
    return django_set_language(request)
