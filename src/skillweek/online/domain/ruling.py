"""Setting an edition's rules (B11)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.online.access import can_set_rules
from skillweek.online.links import read_hosts
from skillweek.online.models import OnlineRules


@transaction.atomic
def set_rules(edition: Edition, *, actor: Any, **values: Any) -> OnlineRules:
    """Write the rules. Raises NotAllowed, DomainError (``link_hosts``)."""
    must_be_open(edition)
    if not can_set_rules(actor):
        raise NotAllowed(_("线上规则由主办单位的管理员设置。"))
    row, _made = OnlineRules.objects.select_for_update().get_or_create(edition=edition)
    values["link_hosts"] = "\n".join(read_hosts(values.get("link_hosts", row.link_hosts)))
    old = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record("online.rules", row, actor=actor, data={"old": old, "new": values})
    return row
