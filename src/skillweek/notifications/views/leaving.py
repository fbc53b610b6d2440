"""What the link in a contact's mail opens: no more optional messages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from skillweek.core.limits import rate_limited
from skillweek.notifications.domain.addresses import address_key_in
from skillweek.notifications.domain.leaving import come_back, has_left
from skillweek.notifications.domain.leaving import leave as leave_for_good


@csrf_exempt  # mail programs post it by themselves (RFC 8058); the token alone is the right to do so
@rate_limited("leave", "30/10m")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first: opening the link changes nothing, since mail scanners open links too."""
    address_key = address_key_in(token)
    if not address_key:
        raise Http404
    if request.method == "POST":
        if request.POST.get("back"):
            come_back(address_key)
        else:
            leave_for_good(address_key)
        return redirect(request.path)
    return render(request, "notifications/leave.html", {"left": has_left(address_key)})
