"""What follows when a policy becomes public or leaves: the search knows it or forgets it."""

from __future__ import annotations

from typing import Any, Final

from skillweek.policies.models import Policy
from skillweek.policies.queries.finding import search_entry
from skillweek.search.domain import put_all, remove

KIND: Final = "policy"


def policy_published(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_published``."""
    if isinstance(obj, Policy):
        put_all([search_entry(obj)])


def policy_withdrawn(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_withdrawn``."""
    if isinstance(obj, Policy):
        remove(KIND, obj.pk)
