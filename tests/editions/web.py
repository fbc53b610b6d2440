"""What tests of the pages share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from skillweek.editions.models import Edition


def url(name: str, edition: Edition, *more: object) -> str:
    """The address of a page of this edition."""
    return reverse(f"editions:{name}", args=[edition.pk, *more])


def as_shown(web: Client, address: str) -> dict[str, Any]:
    """What a browser would send if nothing were changed on the page."""
    form = web.get(address).context["form"]
    found: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if hasattr(bound.field.widget, "decompress"):
            found |= {f"{bound.html_name}_{n}": part for n, part in enumerate(bound.field.widget.decompress(value))}
        elif value is True:
            found[bound.html_name] = "on"
        elif value not in (None, False, ""):
            found[bound.html_name] = value
    return found


def save(web: Client, address: str, **changes: Any) -> HttpResponse:
    """Send the page's form with some fields written anew."""
    answer: Any = web.post(address, {**as_shown(web, address), **changes})
    return answer


def fresh(edition: Edition) -> Edition:
    """The edition as the database has it now."""
    return Edition.objects.get(pk=edition.pk)
