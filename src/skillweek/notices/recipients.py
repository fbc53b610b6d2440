"""Who is told when a unit receives something: those who sign for it, and where there is nobody, everybody in it."""

from __future__ import annotations

from collections.abc import Collection

from skillweek.notices.access import SIGNING_ROLES
from skillweek.organisations.models import Membership, User


def people_of(organisation_ids: Collection[int]) -> dict[int, list[User]]:
    """organisation id → the active people to tell, each once. Two queries whatever the number of units."""
    rows = Membership.objects.filter(
        organisation__in=organisation_ids, organisation__is_active=True, is_active=True, user__is_active=True
    ).values_list("organisation_id", "user_id", "role")
    signing: dict[int, set[int]] = {}
    others: dict[int, set[int]] = {}
    for organisation_id, user_id, role in rows:
        (signing if role in SIGNING_ROLES else others).setdefault(organisation_id, set()).add(user_id)
    chosen = {key: signing.get(key) or others[key] for key in {*signing, *others}}
    users = User.objects.in_bulk({user_id for ids in chosen.values() for user_id in ids})
    return {key: [users[user_id] for user_id in sorted(ids) if user_id in users] for key, ids in chosen.items()}
