"""Bureau people set up a second factor before anything else (A6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from skillweek.organisations.access import is_bureau_person

#: What stays reachable until the second factor is set up: signing in and out, setting it up, and what is public anyway.
_OPEN_NAMESPACES = frozenset(
    {
        "portal",
        "api_v1",
        "notices_public",
        "policies_public",
        "careers_public",
        "classes_public",
        "interviews_public",
        "press_public",
        "partnerships_public",
        "publicity_public",
        "quiz_public",
        "statistics_public",
        "voting_public",
        "judging_public",
        "content_public",
        "content_media",
        "bookings_public",
        "contests_public",
        "online_public",
        "participation_public",
        "notifications_public",
        "archive_public",
    }
)
_OPEN_NAMES = frozenset({"invitation_accept", "set_language"})
_OPEN_PREFIXES = ("account_", "mfa_")


class TwoFactorMiddleware:
    """Sends bureau people without a second factor to its set-up page, when settings require it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Stop the request before its view; unknown addresses have none and stay what they are."""
        if not settings.REQUIRE_TWO_FACTOR or _is_open(request) or not request.user.is_authenticated:
            return None
        if not is_bureau_person(request.user) or is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            return None
        messages.warning(request, _("部门账号须先开启两步验证，再使用工作台。请按本页提示操作。"))
        return redirect("mfa_activate_totp")


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    name = match.url_name or ""
    if match.namespace:
        return match.namespace in _OPEN_NAMESPACES
    return name in _OPEN_NAMES or name.startswith(_OPEN_PREFIXES)
