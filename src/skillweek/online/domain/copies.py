"""Erasing the public copies of panoramas."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from skillweek.online.models import Panorama, PanoramaCopy
from skillweek.uploads import storage


def erase_copies(rows: Iterable[Panorama]) -> None:
    """Erase the copies' bytes once the running transaction is committed; the rows go with their panorama."""
    keys = list(PanoramaCopy.objects.filter(panorama__in=list(rows)).values_list("key", flat=True))

    def erase() -> None:
        for key in keys:
            storage.erase(key)

    transaction.on_commit(erase)
