"""A room above that takes files for the place "test", and people who send them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from skillweek.core.errors import Conflict, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.uploads.models import StoredFile
from skillweek.uploads.signals import file_checked, upload_completed, upload_requested
from tests.factories import Tree, person
from tests.uploads.protocol import Sender


class Room:
    """What a room above does: it accepts purposes, takes files, and may refuse either."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, Any], StoredFile]] = []
        self.checked: list[StoredFile] = []
        self.refuses_requests = False
        self.refuses_files = False

    def asked(self, *, purpose: dict[str, Any], **_more: Any) -> bool:
        """Receiver of ``upload_requested``."""
        if purpose.get("place") != "test":
            return False
        if self.refuses_requests:
            raise NotAllowed("这份报送已提交，不能再添加照片。")
        return True

    def arrived(self, *, upload: Any, file: StoredFile, **_more: Any) -> None:
        """Receiver of ``upload_completed``."""
        if upload.purpose.get("place") == "test":
            if self.refuses_files:
                raise Conflict("这份报送刚刚已提交。", code="locked")
            self.taken.append((upload.purpose, file))

    def judged(self, *, file: StoredFile, **_more: Any) -> None:
        """Receiver of ``file_checked``."""
        self.checked.append(file)


@pytest.fixture(autouse=True)
def room() -> Iterator[Room]:
    """The room above, connected for one test."""
    made = Room()
    pairs = ((upload_requested, made.asked), (upload_completed, made.arrived), (file_checked, made.judged))
    for signal, receiver in pairs:
        signal.connect(receiver, weak=False)
    yield made
    for signal, receiver in pairs:
        signal.disconnect(receiver)


@pytest.fixture
def sender(tree: Tree, edition: Edition, liaison: User) -> Sender:
    """The liaison of school A."""
    return Sender(liaison, tree.school_a, edition)


@pytest.fixture
def stranger(tree: Tree, edition: Edition) -> Sender:
    """The liaison of school B, who speaks of school B."""
    return Sender(person(tree.school_b, "liaison"), tree.school_b, edition)
