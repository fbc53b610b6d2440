"""What the workspace's pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.editions.models import Edition
from skillweek.policies.access import can_edit, can_withdraw, policies_visible_to
from skillweek.policies.models import Policy


def chosen_edition(request: HttpRequest) -> Edition:
    """The edition named by ``?edition=``, else the current one, else the latest. Raises Http404 where there is none."""
    if slug := request.GET.get("edition", "").replace("\0", ""):
        return get_object_or_404(Edition, slug=slug)
    return current()


def current() -> Edition:
    """The edition that the public pages show. Raises Http404 before the first one."""
    found = Edition.objects.current() or Edition.objects.exclude(state=Edition.State.DRAFT).first()
    if found is None:
        raise Http404
    return found


def policy_of(request: HttpRequest, pk: int) -> Policy:
    """The policy, if the person works on it in the workspace. Raises Http404."""
    rows = policies_visible_to(request.user).select_related("edition", "organisation", "edited_by", "checked_by")
    return get_object_or_404(rows, pk=pk)


def editable_policy(request: HttpRequest, pk: int) -> Policy:
    """The policy, if the person may change it. Raises Http404 for others."""
    policy = policy_of(request, pk)
    if not can_edit(request.user, policy):
        raise Http404
    return policy


def policy_context(request: HttpRequest, policy: Policy) -> dict[str, Any]:
    """What every page about a policy shows."""
    return {
        "policy": policy,
        "edition": policy.edition,
        "can_edit": can_edit(request.user, policy),
        "can_withdraw": can_withdraw(request.user, policy) and (policy.is_live or policy.state == "scheduled"),
    }
