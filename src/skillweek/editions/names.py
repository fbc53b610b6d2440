"""How pages are called in an edition: by the notice's name, else by the product's plain word (A4, B11, E2, E8)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop

from skillweek.editions.describe_names import PLAIN
from skillweek.editions.models import Edition
from skillweek.editions.schema_names import NameKind

#: Names that return in every year's national notice, so that other languages of the interface know them. Never shown
#: unless an edition gives them.
NATIONAL: Final = (
    gettext_noop("云上活动周"), gettext_noop("线上逛校园"), gettext_noop("网上开放日"), gettext_noop("职教百家谈"),
    gettext_noop("职业教育知多少"),
)  # fmt: skip


def name_of(edition: Edition, kind: NameKind) -> str:
    """The name of the pages of this kind, in the language of the interface where that knows it."""
    own = next((row.name for row in edition.doc.own_names if row.kind == kind), "")
    return gettext(own) if own else str(PLAIN[kind])
