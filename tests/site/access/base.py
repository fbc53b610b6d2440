"""What every room's world can count on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skillweek.editions.models import Edition
    from skillweek.organisations.models import Organisation, User
    from skillweek.reports.models import DailyReport
    from skillweek.uploads.models import StoredFile
    from tests.factories import Tree


class RoomWorld:
    """A part of ``World``: these are there when its methods run."""

    if TYPE_CHECKING:
        tree: Tree
        edition: Edition
        colleagues: dict[str, User]
        files: dict[str, StoredFile]
        drafts: dict[str, DailyReport]

        def unit_of(self, target: str) -> Organisation: ...
