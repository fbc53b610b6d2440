"""What the workspace's pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.policies.access import can_edit, can_withdraw, policies_visible_to
from skillweek.policies.models import Policy


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
