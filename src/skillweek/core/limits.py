"""Limits on how often one may ask for something costly. Signing in has its own, by allauth; nothing else limits."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from skillweek.core.errors import TooMuch
from skillweek.core.errors_views import domain_error

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RATE: Final = re.compile(r"(\d+)/(\d*)([smhd])")
View = Callable[..., HttpResponseBase]


def parse_rate(rate: str) -> tuple[int, int]:
    """``"30/m"`` → (30, 60); ``"5/10m"`` → (5, 600). Raises ValueError for anything else."""
    match = _RATE.fullmatch(rate)
    if match is None or match[2] == "0" or match[1] == "0":
        raise ValueError(f"not a rate: {rate!r}; write for example '30/m' or '5/10m'")
    return int(match[1]), int(match[2] or 1) * _SECONDS[match[3]]


def rate_limited(name: str, rate: str, *, methods: tuple[str, ...] = ("POST",)) -> Callable[[View], View]:
    """Let one person (one address, when not signed in) call a view so often: ``rate_limited("upload", "60/m")``.

    ``name`` names the counter, so views may share one. Only ``methods`` are counted. Beyond it the answer is 429 with
    ``Retry-After``, as page or as JSON. Counters live in the cache: with several processes they need a shared one.
    """
    limit, seconds = parse_rate(rate)

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods and _count(name, _who(request), seconds) > limit:
                wait = seconds - int(time.time()) % seconds
                response = domain_error(request, TooMuch(_refusal(wait)))
                response["Retry-After"] = str(wait)
                return response
            return view(request, *args, **kwargs)

        return limited

    return decorate


def _refusal(wait: int) -> str:
    if wait <= 60:
        return _("操作太频繁，请等 1 分钟再试。已保存的内容都在。")
    return _("操作太频繁，请等 %(minutes)d 分钟再试。已保存的内容都在。") % {"minutes": -(-wait // 60)}


def _who(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{get_adapter(request).get_client_ip(request)}"


def _count(name: str, who: str, seconds: int) -> int:
    """Count this call in the present span of time and return how many there were."""
    key = f"limit:{name}:{who}:{int(time.time()) // seconds}"
    cache.add(key, 0, timeout=seconds + 1)
    try:
        return int(cache.incr(key))
    except ValueError:  # thrown out of the cache just now
        return 1
