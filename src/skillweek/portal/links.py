"""Addresses of public pages of all rooms, relative and absolute."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse


def to(name: str, *args: Any) -> str:
    """The path of a named page; empty where that room has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def absolute(path: str) -> str:
    """The address as people type it, by ``BASE_URL``; the same in mails, feeds and calendars."""
    return f"{settings.BASE_URL}{path}" if path.startswith("/") else path


def activity(pk: int) -> str:
    """Page of an activity."""
    return to("portal:activity", pk)


def organisation(code: str) -> str:
    """Public page of an organisation, by its code."""
    return to("portal:organisation", code)


def notice(pk: int) -> str:
    """Public page of a notice."""
    return to("notices_public:notice", pk)


def page(slug: str) -> str:
    """A page of news, a topic, or a static one."""
    return to("content_public:page", slug)


def policy(pk: int) -> str:
    """Page of a policy."""
    return to("policies_public:policy", pk)


def story(pk: int) -> str:
    """Page of a story."""
    return to("publicity_public:story", pk)
