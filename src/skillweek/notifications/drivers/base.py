"""What every driver promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from skillweek.notifications.models import Delivery


@dataclass(frozen=True)
class Receipt:
    """It was taken. ``note`` is the other side's number of it, where there is one."""

    note: str = ""


class Driver(Protocol):
    """One way out."""

    #: Whether a second copy is recognised at the other end, so that a lost answer may be answered by sending again.
    folds_copies: bool

    def send(self, delivery: Delivery) -> Receipt:
        """Hand it over. Raises TryLater, Refused or NoAnswer."""
        ...


class NotSent(Exception):
    """It did not go out. ``reason`` is a ``Delivery.Reason``, ``code`` and ``note`` the other side's codes."""

    def __init__(self, reason: str, code: int = 0, note: str = "") -> None:
        super().__init__(f"{reason} {code} {note}".strip())
        self.reason, self.code, self.note = reason, code, note


class TryLater(NotSent):
    """Certainly not sent, and worth another attempt. With ``at`` it waits until then, and the wait is no attempt."""

    def __init__(self, reason: str, code: int = 0, note: str = "", *, at: datetime | None = None) -> None:
        super().__init__(reason, code, note)
        self.at = at


class Refused(NotSent):
    """Not sent, and another attempt would end the same way."""


class NoAnswer(NotSent):
    """It may have been sent: the line broke before the answer."""
