"""Where somebody comes from, as keyed hashes: enough to see that many are one, too little to say who (E2, E10)."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Final

from allauth.account.adapter import get_adapter
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from skillweek.core.clock import now

_COOKIE: Final = "device"
_YEAR: Final = 365 * 24 * 3600


def network_key(request: HttpRequest) -> str:
    """A keyed hash of the caller's network (/24, /48), another one every day; ``""`` where there is no address."""
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request) or "")
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    network = ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False)
    return _hash(f"{now():%Y-%m-%d}:{network}")


def device_key(request: HttpRequest) -> str:
    """A keyed hash of the browser's own random number; ``""`` on its first visit: see ``keep_device``."""
    try:
        number = _signer().unsign(request.COOKIES.get(_COOKIE, ""))
    except BadSignature:
        return ""
    return _hash(f"device:{number}")


def keep_device(response: HttpResponseBase, request: HttpRequest) -> str:
    """Give the browser a random number where it has none, and return its key."""
    if known := device_key(request):
        return known
    number = secrets.token_hex(16)
    response.set_cookie(
        _COOKIE, _signer().sign(number), max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return _hash(f"device:{number}")


def _signer() -> Signer:
    return Signer(salt="skillweek.participation.device")


def _hash(text: str) -> str:
    return salted_hmac("skillweek.participation.network", text, algorithm="sha256").hexdigest()
