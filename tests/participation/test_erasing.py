"""A room that breaks while it erases holds up nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.participation import erasing
from skillweek.participation.domain.erasure import NotErased, erase_due
from tests.participation import make


def _breaks(edition: Edition) -> int:
    raise ValueError("示例故障")


@pytest.fixture
def _broken_room() -> Iterator[None]:
    erasing.register(_breaks)
    yield
    del erasing._erasers[f"{__name__}._breaks"]


@pytest.mark.requirement("E2")
@pytest.mark.usefixtures("_broken_room")
def test_a_broken_room_is_told_after_everything_else_is_erased(edition: Edition) -> None:
    person = make.participant(edition, "lin@example.org", name="林女士")
    with pytest.raises(NotErased, match=f"{edition.slug}: .*_breaks"):
        erase_due()
    person.refresh_from_db()
    assert (person.contact, person.name) == ("", "")
    assert AuditEvent.objects.filter(verb="participation.erase").count() == 1
