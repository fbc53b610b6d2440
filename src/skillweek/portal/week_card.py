"""What stands on the share card of the week itself: of the first page, and of every page without a card of its own."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skillweek.core.templatetags import ui
from skillweek.editions.models import Edition
from skillweek.portal import links
from skillweek.portal.share_card import Card


def week_card(edition: Edition) -> Card:
    """The card of an edition: its title, its theme, its days."""
    days = {"first": ui.day(edition.starts_on, "long"), "last": ui.day(edition.ends_on, "plain")}
    return Card(
        heading=edition.theme,
        title=edition.title,
        lines=(_("%(first)s至%(last)s") % days, _("扫码看全部活动")),
        mark="",
        url=links.absolute("/"),
    )
