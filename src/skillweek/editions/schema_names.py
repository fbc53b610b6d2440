"""What the notice calls the online pages, the interviews and the quiz (B11, E2, E8)."""

from __future__ import annotations

from typing import Final, Literal

from skillweek.editions.schema_base import Code, Line, Part

NameKind = Literal["online", "tours", "rooms", "interviews", "quiz"]
NAME_KINDS: Final[tuple[NameKind, ...]] = ("online", "tours", "rooms", "interviews", "quiz")


class OwnName(Part):
    """The name that pages of one kind carry in this edition; without one they carry the product's plain word."""

    code: Code
    kind: NameKind
    name: Line
