"""Jurors: invited, reminded, removed (E1, E10)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from skillweek.bookings.tokens import fresh_nonce, hash_of, token_from
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.judging import telling
from skillweek.judging.domain.common import locked_for, must_not_be_closed
from skillweek.judging.models import Juror, Panel
from skillweek.judging.queries.progress import missing
from skillweek.organisations.models import Organisation, User

#: A juror is reminded at most so often.
PAUSE: Final = timedelta(hours=20)


@transaction.atomic
def add_juror(panel: Panel, *, actor: Any, email: str, name: str, unit: str = "") -> Juror:
    """Invite somebody by e-mail: with their account where the address has one, else by a personal link.

    Raises NotAllowed, Conflict (they are on the panel, or it is closed), DomainError (``email``, ``name``). One who was
    removed comes back with the sheets they had.
    """
    row = locked_for(actor, panel.pk)
    must_not_be_closed(row)
    email, name, unit = email.strip().lower()[:254], " ".join(name.split())[:60], " ".join(unit.split())[:120]
    try:
        validate_email(email)
    except ValidationError:
        raise DomainError(_("请填写完整的邮箱，链接会发到那里。"), field="email") from None
    if not name:
        raise DomainError(_("请填写姓名。"), field="name")
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    same = Q(user=user) if user is not None else Q(user=None, email=email)
    juror = row.jurors.filter(same | Q(email=email)).first()
    if juror is not None and juror.removed_at is None:
        raise Conflict(_("这位评委已经在名单里。"), code="same")
    juror = juror or Juror(panel=row)
    juror.user, juror.email, juror.name, juror.unit, juror.removed_at = user, email, name, unit, None
    juror.organisation = Organisation.objects.filter(Q(name=unit) | Q(short_name=unit)).first() if unit else None
    _new_link(juror)
    juror.save()
    record("juror.add", juror, actor=actor, organisation_id=row.organisation_id, data={"account": user is not None})
    if row.state == Panel.State.OPEN:
        telling.invite(juror)
    return juror


def _new_link(juror: Juror) -> None:
    juror.nonce = "" if juror.user_id else fresh_nonce()
    juror.token_hash = hash_of(token_from(juror.nonce)) if juror.nonce else ""


def juror_by_token(token: str) -> Juror | None:
    """The juror behind a personal link; None for a forged one, a removed juror, a panel that has not begun."""
    if not token.isascii() or not 10 <= len(token) <= 64:
        return None
    rows = Juror.objects.filter(token_hash=hash_of(token), removed_at=None, erased_at=None, user=None)
    found: Juror | None = rows.exclude(panel__state=Panel.State.DRAFT).select_related("panel__edition").first()
    return found


@transaction.atomic
def renew_link(juror: Juror, *, actor: Any) -> Juror:
    """Send a new personal link; the old one works no more. Raises NotAllowed, Conflict."""
    panel = locked_for(actor, juror.panel_id)
    must_not_be_closed(panel)
    row = Juror.objects.select_for_update(of=("self",)).select_related("panel__edition", "user").get(pk=juror.pk)
    if row.user_id is not None or row.removed_at is not None:
        raise Conflict(_("这位评委用账号登录，不需要链接。"), code="account")
    _new_link(row)
    row.save(update_fields=["nonce", "token_hash", "updated_at"])
    record("juror.renew", row, actor=actor, organisation_id=panel.organisation_id)
    if panel.state == Panel.State.OPEN:
        telling.invite(row)
    return row


@transaction.atomic
def remove_juror(juror: Juror, *, actor: Any) -> Juror:
    """Take somebody off the panel; their sheets count no more. Raises NotAllowed, Conflict."""
    panel = locked_for(actor, juror.panel_id)
    must_not_be_closed(panel)
    row = Juror.objects.select_for_update(of=("self",)).get(pk=juror.pk)
    if row.removed_at is not None:
        raise Conflict(_("这位评委已经移出。"), code="same")
    row.removed_at, row.token_hash, row.nonce = now(), "", ""
    row.save(update_fields=["removed_at", "token_hash", "nonce", "updated_at"])
    record("juror.remove", row, actor=actor, organisation_id=panel.organisation_id)
    return row


@transaction.atomic
def remind(panel: Panel, *, actor: Any = None) -> int:
    """Remind every juror with missing sheets, each at most once in 20 hours; returns how many were told."""
    row = Panel.objects.select_related("edition", "organisation").get(pk=panel.pk)
    if actor is not None:
        row = locked_for(actor, panel.pk)
    if row.state != Panel.State.OPEN:
        raise Conflict(_("这个评审现在不在评审中。请刷新查看。"), code="not_open")
    lacking = {pk: number for pk, number in missing(row).items() if number}
    told = 0
    for juror in (
        row.jurors.select_for_update(of=("self",)).filter(pk__in=lacking).select_related("user", "panel__edition")
    ):
        if juror.reminded_at is not None and juror.reminded_at > now() - PAUSE:
            continue
        juror.reminded_at = now()
        juror.save(update_fields=["reminded_at", "updated_at"])
        telling.remind(juror, lacking[juror.pk])
        told += 1
    if told:
        record("panel.remind", row, actor=actor, organisation_id=row.organisation_id, data={"jurors": told})
    return told
