"""What one person wants to get, how, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.notifications.domain.routing import has_sms, wants_sms
from skillweek.notifications.kinds import Kind, all_kinds
from skillweek.notifications.models import Preference, ReaderSettings
from skillweek.organisations.models import User


@dataclass(frozen=True)
class Wish:
    """One kind as the person has it now. ``fixed``: the mail cannot be switched off."""

    kind: Kind
    email: bool
    sms: bool
    fixed: bool

    def with_choice(self, email: bool, sms: bool) -> Wish:
        """The same with another choice."""
        return replace(self, email=email or self.fixed, sms=sms)


def wishes_of(user: User) -> list[Wish]:
    """Every kind that people get, with what this person wants."""
    rows = {row.kind: row for row in Preference.objects.filter(user=user)}
    found = []
    for kind in all_kinds():
        if "person" not in kind.audiences:
            continue
        row = rows.get(kind.code)
        email = kind.mandatory or (row.email if row else kind.email)
        found.append(Wish(kind, email, has_sms() and wants_sms(user, kind, row), kind.mandatory))
    return found


@transaction.atomic
def save_preferences(
    user: User,
    wishes: Mapping[str, tuple[bool, bool]],
    *,
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    digest: str = ReaderSettings.Digest.OFF,
    digest_at: time | None = None,
) -> ReaderSettings:
    """Keep what the person chose. ``wishes``: kind → (by mail, by short message). Kinds left as they were by default
    keep no row, so that they follow the product. Raises DomainError when quiet hours have one end only.
    """
    if (quiet_from is None) != (quiet_until is None):
        raise DomainError(_("免打扰时间请填写开始和结束，或都留空。"), field="quiet_until")
    kept = {row.kind: row.sms for row in Preference.objects.filter(user=user)}
    for wish in wishes_of(user):
        if wish.kind.code not in wishes:
            continue
        email, sms = wishes[wish.kind.code]
        email = email or wish.fixed
        if not has_sms():  # not asked: what was chosen while there were short messages stays
            sms = kept.get(wish.kind.code, False)
            if email == wish.email:
                continue
        if (email, sms) == (wish.email, wish.sms):
            continue
        Preference.objects.update_or_create(user=user, kind=wish.kind.code, defaults={"email": email, "sms": sms})
    chosen = {"quiet_from": quiet_from, "quiet_until": quiet_until, "digest": digest, "digest_at": digest_at}
    reader, _created = ReaderSettings.objects.update_or_create(user=user, defaults=chosen)
    return reader
