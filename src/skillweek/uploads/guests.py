"""Senders without an account: who they are is told by a room above, which has verified them (E1, ADR 0200).

A guest is known by a key that names one verified person in one edition. Whoever has no key sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from skillweek.editions.models import Edition

#: Told the request and the edition; answers the guest's key, or an empty text for a stranger.
Resolver = Callable[[HttpRequest, Edition], str]
_resolvers: list[Resolver] = []
#: The longest key that is kept.
KEY_LENGTH = 64


def register(resolver: Resolver) -> None:
    """Let a room above say who its verified people are. Called once, in ``apps.ready``."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


def unregister(resolver: Resolver) -> None:
    """Take it back (tests)."""
    if resolver in _resolvers:
        _resolvers.remove(resolver)


def guest_of(request: HttpRequest, edition: Edition | None) -> str:
    """The key of the verified person who asks, or an empty text."""
    if edition is None:
        return ""
    for resolver in _resolvers:
        if key := resolver(request, edition)[:KEY_LENGTH]:
            return key
    return ""
