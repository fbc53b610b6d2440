"""What the pages about approved activities share: edition, session, refusals at their fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.activities import access
from skillweek.activities.models import Activity, Session
from skillweek.core.errors import DomainError, NotAllowed, TooMuch
from skillweek.editions.models import Edition

T = TypeVar("T")


def chosen_edition(request: HttpRequest) -> Edition | None:
    """The edition named by ``edition`` in the address or form, else the current one, else the last closed one."""
    shown = Edition.objects.exclude(state=Edition.State.DRAFT)
    slug = (request.GET.get("edition") or request.POST.get("edition", "")).replace("\0", "")
    named = shown.filter(slug=slug).first() if slug else None
    return named or Edition.objects.current() or shown.first()


def session_of(request: HttpRequest, pk: int) -> Session:
    """A session of an activity that the person may see, with its activity. Raises Http404."""
    rows = Session.objects.filter(activity__in=access.visible_to(request.user)).select_related(
        "activity__edition", "activity__organisation"
    )
    return get_object_or_404(rows, pk=pk)


def handed_in_or_own(request: HttpRequest, pk: int) -> Activity:
    """An activity that the person may see, with organiser and edition. Raises Http404."""
    rows = access.visible_to(request.user).select_related("organisation", "edition")
    return get_object_or_404(rows, pk=pk)


def run(form: forms.Form, verb: Callable[[], T], renamed: dict[str, str] | None = None) -> T | None:
    """Call a verb for a valid form. What it refuses is shown at its field or above the form; the input stays.

    Lack of a right and rate limits get their own pages.
    """
    try:
        return verb()
    except (NotAllowed, TooMuch):
        raise
    except DomainError as error:
        field = (renamed or {}).get(error.field, error.field)
        form.add_error(field if field in form.fields else None, error.message)
        return None


def posted(request: HttpRequest) -> Any:
    """What a form was sent, even when it was sent empty; None for a page that is only read."""
    return request.POST if request.method == "POST" else None


def status_of(form: forms.Form) -> int:
    """400 when the form was refused, so that programs see it too."""
    return 400 if form.is_bound and form.errors else 200


def as_number(text: Any) -> int:
    """A whole number from a form or an address, -1 for anything else."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def numbers(values: list[str], limit: int = 5000) -> list[int]:
    """The whole numbers among what a form sent."""
    found = [as_number(value) for value in values[:limit]]
    return [number for number in found if number >= 0]
