"""Proving a contact with a code sent to it (E1, E2, E10)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from skillweek.content.access import is_open
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed, TooMuch
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify_contact
from skillweek.participation import telling
from skillweek.participation.domain.contacts import Contact
from skillweek.participation.kinds import CODE
from skillweek.participation.models import ContactCode, Participant

MINUTES: Final = 10
_PAUSE: Final = timedelta(seconds=60)
_PER_DAY: Final = 8
_TRIES: Final = 5


@transaction.atomic
def send_code(edition: Edition, contact: Contact) -> ContactCode:
    """Send a six-digit code. Raises TooMuch when one was sent less than a minute ago, or too many today.

    The caller has made the browser work for it (``bookings.proof``) and limits the address.
    """
    if not is_open(edition):
        raise NotAllowed(_("“%(name)s”已归档，不再接受参与。") % {"name": edition})
    moment, key = now(), contact.key(edition)
    # Two requests at once wait here for each other.
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    today = ContactCode.objects.filter(edition=edition, contact_key=key, made_at__gt=moment - timedelta(days=1))
    if today.filter(made_at__gt=moment - _PAUSE).exists():
        raise TooMuch(_("验证码刚刚发过，请先查收；一分钟后可以再发。"))
    if today.count() >= _PER_DAY:
        raise TooMuch(_("这个号码或邮箱今天的验证码已用完，请明天再试。"))
    code = f"{secrets.randbelow(1_000_000):06d}"
    made = ContactCode.objects.create(
        edition=edition, contact_key=key, code_hash=_hash(key, code), made_at=moment,
        expires_at=moment + timedelta(minutes=MINUTES),
    )  # fmt: skip
    is_mail = contact.channel == Participant.Channel.EMAIL
    notify_contact(
        email=contact.value if is_mail else "", phone="" if is_mail else contact.value, kind=CODE.code,
        context={"code": code, "minutes": str(MINUTES)}, url="", dedupe_key=f"{telling.prefix(edition)}code:{made.pk}",
        language=get_language() or "",
    )  # fmt: skip
    return made


def check_code(
    edition: Edition, contact: Contact, code: str, *, network_key: str = "", device_key: str = ""
) -> Participant:
    """The person who reads the contact. Raises DomainError (field ``code``) for a wrong, old or missing code.

    A wrong try counts although it raises; after five the code is dead.
    """
    with transaction.atomic():
        wrong, participant = _judge(edition, contact, code, network_key, device_key)
    if participant is None:
        raise DomainError(wrong, field="code")
    return participant


def _judge(
    edition: Edition, contact: Contact, code: str, network_key: str, device_key: str
) -> tuple[str, Participant | None]:
    key = contact.key(edition)
    rows = ContactCode.objects.select_for_update().filter(edition=edition, contact_key=key)
    found = rows.order_by("-made_at", "-pk").first()
    if found is None or found.expires_at < now() or found.wrong_tries >= _TRIES or not found.code_hash:
        return _("验证码已失效，请重新发送。"), None
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    if not constant_time_compare(found.code_hash, _hash(key, digits)):
        found.wrong_tries += 1
        found.save(update_fields=["wrong_tries"])
        left = _TRIES - found.wrong_tries
        if left <= 0:
            return _("验证码已连续输错，请重新发送。"), None
        return _("验证码不对，请核对最新收到的那一条。还可以试 %(left)d 次。") % {"left": left}, None
    # The row stays until the day is over, so that the number of codes a day is known; its code is used up.
    rows.update(code_hash="")
    return "", _known(edition, contact, network_key, device_key)


def _known(edition: Edition, contact: Contact, network_key: str, device_key: str) -> Participant:
    fields = {
        "verified_at": now(), "network_key": network_key, "device_key": device_key, "contact": contact.value,
        "masked": contact.masked, "language": (get_language() or "")[:10],
    }  # fmt: skip
    first = {**fields, "channel": contact.channel, "nonce": secrets.token_hex(16)}
    made, _is_new = Participant.objects.update_or_create(
        edition=edition, contact_key=contact.key(edition), defaults=fields, create_defaults=first
    )
    return made


@transaction.atomic
def set_name(participant: Participant, name: str) -> Participant:
    """What they want to be called on certificates and lists. Raises DomainError (field ``name``) when it is empty."""
    cleaned = " ".join(name.replace("\0", "").split())
    if not cleaned or len(cleaned) > 60:
        raise DomainError(_("请填写姓名或称呼，最多 60 个字。"), field="name")
    row = Participant.objects.select_for_update().get(pk=participant.pk)
    if row.erased_at is not None:
        raise Conflict(_("您的信息已按期清除。请重新验证。"), code="erased")
    row.name = participant.name = cleaned
    row.save(update_fields=["name", "updated_at"])
    return row


def _hash(key: str, code: str) -> str:
    return salted_hmac(f"skillweek.participation.code.{key}", code, algorithm="sha256").hexdigest()
