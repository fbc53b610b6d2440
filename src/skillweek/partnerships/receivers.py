"""What this room answers others."""

from __future__ import annotations

from typing import Any

from skillweek.partnerships.models import Enterprise


def needs_account(*, user: Any, **_more: Any) -> bool:
    """Receiver of ``account_in_use``: True while the account speaks for an enterprise."""
    return Enterprise.objects.filter(user=user).exists()
