"""What this room tells ``participation``: its switch, erasing (E1, E10)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.judging.models import Declared, Juror, Panel
from skillweek.judging.telling import prefix
from skillweek.notifications.domain import erase_contacts
from skillweek.organisations.models import OrganisationQuerySet
from skillweek.participation.switches import Switch


def _panels(edition: Edition, organisations: OrganisationQuerySet) -> int:
    return Panel.objects.filter(edition=edition, organisation__in=organisations.order_by().values("pk")).count()


SWITCH = Switch(
    code="judging", label=gettext_lazy("评审"),
    teaser=gettext_lazy("请评委在手机上盲评打分，自动回避本单位，消除松紧，算出名次。"), icon="clipboard-check",
    url_name="judging:index", row_ids=("E1", "E10"), count=_panels,
)  # fmt: skip


@transaction.atomic
def erase(edition: Edition) -> int:
    """Take names, addresses and links of jurors without an account out of the edition's panels; scores stay."""
    rows = list(Juror.objects.select_for_update(of=("self",)).filter(panel__edition=edition, user=None, erased_at=None))
    for row in rows:
        row.name, row.email, row.unit, row.nonce, row.token_hash, row.erased_at = "—", "", "", "", "", now()
    Juror.objects.bulk_update(rows, ["name", "email", "unit", "nonce", "token_hash", "erased_at"], 500)
    reasons = Declared.objects.filter(juror__panel__edition=edition).exclude(reason="").update(reason="")
    return len(rows) + reasons + erase_contacts(prefix=prefix(edition))
