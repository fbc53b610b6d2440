"""Who may see, write, hand in, publish and take down reviewed texts (A5). The default answer is no.

- *Schools*: filers write; liaisons and managers hand in, take back and take down; the line above publishes or returns.
- *Bureaus*: their reviewers and managers write and publish their own.
- The line above sees what was handed in once, and writes in it where the kind of text says so.

In an archived edition nobody does anything (A8).
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.content.models import ReviewedText
from skillweek.organisations import access

R = TypeVar("R", bound=ReviewedText)


def visible_to(user: Any, model: type[R]) -> QuerySet[R]:
    """Texts of one kind: of the person's own units, and those handed in of the units they review."""
    return model._default_manager.filter(reach_q(user))


def reach_q(user: Any, prefix: str = "") -> Q:
    """The same as a filter; ``prefix`` as in ``"room__"``."""
    return Q(**{f"{prefix}organisation__in": list(access.scope_of(user).roles)}) | _below_q(user, prefix)


def spoken_for_q(user: Any, prefix: str = "") -> Q:
    """Texts of the units for which the person speaks, and those handed in of the units they review, as a filter."""
    return Q(**{f"{prefix}organisation__in": access.answers_for(user).order_by().values("pk")}) | _below_q(user, prefix)


def _below_q(user: Any, prefix: str) -> Q:
    below = access.subtree_q(access.scope_of(user).deciding_paths, f"{prefix}organisation__")
    return below & Q(**{f"{prefix}is_handed_in": True})


def can_write(user: Any, text: ReviewedText) -> bool:
    """Whether the person may change the draft now. What waits for review or for its time is the reviewer's."""
    if not is_open(text.edition):
        return False
    if access.can_write_for(user, text.organisation):
        return not text.is_settled or can_publish(user, text)
    return text.line_above_writes and text.is_handed_in and access.can_review(user, text.organisation)


def can_hand_in(user: Any, text: ReviewedText) -> bool:
    """Whether the person may give this school's text to the line above now."""
    return text.organisation.is_school and not text.is_settled and _speaks(user, text)


def can_take_back(user: Any, text: ReviewedText) -> bool:
    """Whether the person may take it back before anybody decided."""
    return text.organisation.is_school and text.is_waiting and _speaks(user, text)


def can_publish(user: Any, text: ReviewedText) -> bool:
    """Whether the person publishes and returns it: the line above a school, a bureau its own."""
    above = text.is_handed_in and access.can_review(user, text.organisation)
    own = not text.organisation.is_school and access.can_write_for(user, text.organisation)
    return is_open(text.edition) and (above or own)


def can_withdraw(user: Any, text: ReviewedText) -> bool:
    """Whether the person may take it from the public: whoever publishes it, and its school."""
    return can_publish(user, text) or _speaks(user, text)


def rights_of(user: Any, text: ReviewedText) -> dict[str, bool]:
    """What the person may do with the text now, as its pages ask before they offer it."""
    is_news = text.has_changes or not text.is_live
    is_out = text.is_live or text.state == text.State.SCHEDULED
    return {
        "can_write": can_write(user, text),
        "can_hand_in": is_news and can_hand_in(user, text),
        "can_take_back": can_take_back(user, text),
        "can_publish": can_publish(user, text),
        "can_withdraw": is_out and can_withdraw(user, text),
    }


def _speaks(user: Any, text: ReviewedText) -> bool:
    return is_open(text.edition) and access.can_answer_for(user, text.organisation)
