"""An edition that has ended is frozen: its verbs refuse (A8, ADR 0172)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skillweek.core.errors import NotAllowed
from skillweek.editions.models import Edition


def must_be_open(edition: Edition) -> None:
    """Raise NotAllowed when the edition is archived."""
    if edition.state == Edition.State.CLOSED:
        raise NotAllowed(_("“%(name)s”已归档，不能再修改。") % {"name": edition})
