"""Certificates: issued once for each thing, checked by anybody, revoked with a reason (E1, E2, E10)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.participation.access import can_revoke
from skillweek.participation.models import Certificate, Participant

#: Without 0, O, 1, I, L, U and V, which are misread or misheard.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTWXYZ"
_LENGTH: Final = 12


@transaction.atomic
def issue(
    edition: Edition,
    organisation: Organisation,
    *,
    kind: str,
    key: str,
    holder: str,
    title: str,
    lines: Iterable[str] = (),
    participant: Participant | None = None,
    actor: Any = None,
) -> Certificate:
    """The certificate for ``key`` (what it is for, in the room's words); the one that exists when there is one.

    Raises DomainError (field ``name``) without a name to print.
    """
    holder = " ".join(holder.split())[:60]
    if not holder:
        raise DomainError(_("请先填写姓名，证书上要印。"), field="name")
    made, is_new = Certificate.objects.get_or_create(
        edition=edition, key=key,
        defaults={
            "organisation": organisation, "kind": kind, "holder": holder, "title": title[:120], "lines": list(lines),
            "participant": participant, "code": _new_code(), "issued_at": now(),
        },
    )  # fmt: skip
    if is_new:
        record("certificate.issue", made, actor=actor, organisation_id=organisation.pk, data={"key": key})
    return made


@transaction.atomic
def revoke(certificate: Certificate, *, actor: Any, reason: str, by_rule: bool = False) -> Certificate:
    """Say that it counts no more, and why; the page says so too. ``by_rule``: the room that issued it decided.

    Raises NotAllowed and, when it is revoked already, Conflict.
    """
    if not by_rule and not can_revoke(actor, certificate):
        raise NotAllowed(_("只有颁发单位或上级审核员可以撤销证书。"))
    reason = clean_note(reason, required=_("请写明撤销原因，查验证书的人会看到。"), field="reason")
    row = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if row.revoked_at is not None:
        raise Conflict(_("这张证书已经撤销。请刷新查看。"), code="same")
    row.revoked_at, row.revoke_reason = now(), reason[:300]
    row.save(update_fields=["revoked_at", "revoke_reason", "updated_at"])
    record("certificate.revoke", row, actor=actor, organisation_id=row.organisation_id, reason=reason)
    return row


def clean_code(text: str) -> str:
    """The code that somebody typed: any spacing, small letters, a whole address."""
    text = text.strip().rstrip("/").rpartition("/")[2]
    return "".join(sign for sign in text.upper() if sign in _ALPHABET)[: _LENGTH + 1]


def _new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _each in range(_LENGTH))
