"""Who of the public stands behind a request: a signed cookie for each edition (E1, E2, E10)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.participation.models import Participant

_DAYS: Final = 30
View = Callable[..., HttpResponseBase]


def current(request: HttpRequest, edition: Edition) -> Participant | None:
    """The verified person behind the request, or None."""
    value = request.COOKIES.get(_cookie(edition), "")
    try:
        pk, nonce = _signer().unsign(value).split(".")
    except (BadSignature, ValueError):
        return None
    rows = Participant.objects.filter(edition=edition, erased_at=None).select_related("edition")
    found: Participant | None = rows.filter(pk=pk, nonce=nonce).first()
    return found


def remember(response: HttpResponseBase, request: HttpRequest, participant: Participant) -> None:
    """Have this browser be the participant's for a month."""
    response.set_cookie(
        _cookie(participant.edition), _signer().sign(f"{participant.pk}.{participant.nonce}"),
        max_age=_DAYS * 24 * 3600, httponly=True, samesite="Lax", secure=request.is_secure(),
    )  # fmt: skip


def forget(response: HttpResponseBase, edition: Edition) -> None:
    """Have this browser be nobody's again."""
    response.delete_cookie(_cookie(edition), samesite="Lax")


def who_url(back: str = "", edition: Edition | None = None) -> str:
    """The page on which a contact is proved, and where it leads afterwards."""
    asked = {"next": back} if back else {}
    if edition is not None:
        asked["edition"] = edition.slug
    return f"{reverse('participation_public:who')}{'?' + urlencode(asked) if asked else ''}"


def participant_required(view: View) -> View:
    """Let only verified people in: the view finds ``request.participant``; others prove their contact first.

    The edition is the one asked for (``edition_asked``). What was posted without a proof is not kept: let pages ask for
    the proof before they show their form.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        edition = edition_asked(request)
        participant = current(request, edition)
        if participant is None:
            back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
            return redirect(who_url(back, edition if request.GET.get("edition") else None))
        request.participant = participant  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    return checked


def _cookie(edition: Edition) -> str:
    return f"participant_{edition.pk}"


def _signer() -> Signer:
    return Signer(salt="skillweek.participation.who")
