"""What tours, live rooms and halls have in common: a draft, the review by the line above, what is public."""

from __future__ import annotations

from typing import Any

from skillweek.content.models import ReviewedText


class Work(ReviewedText):
    """Base of everything a unit shows online. Changed only by the verbs in ``domain``.

    ``draft`` and ``live`` hold ``title``, ``intro`` (plain text), ``cover`` (an asset's id) and what the subclass adds.
    Schools hand in, the line above publishes; a change of what is public goes the same way and shows only then.
    """

    rich_fields = ()
    #: Names the kind in addresses and figures.
    kind: str = ""

    class Meta:
        abstract = True

    def has_text(self, content: dict[str, Any]) -> bool:
        """What must be in it is asked by ``must_be_publishable``."""
        return True

    def must_be_publishable(self) -> None:
        """Complete, and its links lead to listed places. Raises DomainError."""
        from skillweek.online.domain.completeness import must_be_complete

        must_be_complete(self)
