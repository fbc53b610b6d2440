"""What the pages of this room share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from skillweek.organisations.access import reach_q, visible_to
from skillweek.organisations.models import Invitation, Membership, Organisation


def unit_or_404(request: HttpRequest, pk: int) -> Organisation:
    """A unit that the person may look into."""
    unit: Organisation = get_object_or_404(visible_to(request.user), pk=pk)
    return unit


def membership_or_404(request: HttpRequest, pk: int) -> Membership:
    """An active role in a unit that the person may look into."""
    rows = Membership.objects.filter(reach_q(request.user), is_active=True).select_related("organisation", "user")
    return get_object_or_404(rows, pk=pk)


def invitation_or_404(request: HttpRequest, pk: int) -> Invitation:
    """An invitation of a unit that the person may look into."""
    rows = Invitation.objects.filter(reach_q(request.user)).select_related("organisation")
    return get_object_or_404(rows, pk=pk)


def to_unit(organisation_id: int) -> HttpResponse:
    """Back to the unit's page."""
    return redirect("organisations:unit", pk=organisation_id)


def act(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    """The page of one action: title, lead, the form, what the button says, where 「取消」 leads.

    Answers 400 when the form was refused, so that programs see it too.
    """
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "organisations/act.html", {"form": form, **context}, status=status)


def keep_link(request: HttpRequest, invitation: Invitation, link: str) -> None:
    """Have the unit's page show the link, once."""
    request.session["invitation_link"] = {"unit": invitation.organisation_id, "link": link}


def take_link(request: HttpRequest, unit: Organisation) -> str:
    """The link of an invitation of this unit that was just made; it is gone afterwards."""
    kept: dict[str, Any] = request.session.get("invitation_link") or {}
    if kept.get("unit") != unit.pk:
        return ""
    del request.session["invitation_link"]
    return str(kept["link"])


def typed(request: HttpRequest, name: str, limit: int = 60) -> str:
    """A word of a filter in the address, without what no database takes."""
    return request.GET.get(name, "").replace("\0", "").strip()[:limit]
