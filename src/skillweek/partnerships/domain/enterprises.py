"""Enterprises: sign-up, confirmed address, verification (E3). Their profiles: ``profiles``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify_contact
from skillweek.organisations import light_accounts
from skillweek.organisations.domain.people import clean_email, clean_name, clean_phone
from skillweek.organisations.models import Kind, Organisation, User
from skillweek.partnerships import telling
from skillweek.partnerships.access import can_verify
from skillweek.partnerships.domain import profiles
from skillweek.partnerships.domain.applying import send_away
from skillweek.partnerships.domain.common import locked, prefix
from skillweek.partnerships.models import Enterprise

_S = Enterprise.State
PURPOSE: Final = "partnerships"


def token_of(enterprise: Enterprise) -> str:
    """The mailed link's token: derived, never stored."""
    return light_accounts.token_of(enterprise, PURPOSE)


def host() -> Organisation:
    """Who verifies where nobody invited."""
    found: Organisation = Organisation.objects.get(kind=Kind.HOST)
    return found


@transaction.atomic
def sign_up(
    edition: Edition, *, home: Organisation | None = None, name: str, credit_code: str, contact_name: str, phone: str,
    email: str, logo: UploadedFile[Any] | None = None, **profile: str,
) -> Enterprise:  # fmt: skip
    """Keep what an enterprise says of itself and mail its contact a link; who is known is told to sign in.

    Says nothing about whether the address is known. Raises DomainError naming the field.
    """
    must_be_open(edition)
    email, phone, contact_name = clean_email(email), clean_phone(phone), clean_name(contact_name)
    if not email or not phone or not contact_name:
        field = "email" if not email else "phone" if not phone else "contact_name"
        raise DomainError(_("联系人、手机号码和邮箱都要填写。"), field=field)
    code = profiles.clean_code(credit_code)
    found = Enterprise.objects.select_for_update().filter(edition=edition, email=email).first()
    if found is not None and found.state != _S.UNCONFIRMED:
        key = f"{prefix(edition.pk)}known:{found.pk}:{now():%Y%m%d}"
        notify_contact(email=email, name=contact_name, kind="partner.known", url=_sign_in(), dedupe_key=key)
        return found
    row = found or Enterprise(edition=edition, email=email)
    row.home = home or host()
    row.contact_name, row.phone, row.language = contact_name, phone, (get_language() or "")[:10]
    profiles.fill(row, {"name": name, "credit_code": code, **profile}, logo)
    light_accounts.renew_link(row, PURPOSE)
    row.save()
    url = reverse("partnerships_public:confirm", args=[token_of(row)])
    key = f"{prefix(edition.pk)}confirm:{row.pk}:{row.nonce[:8]}"
    notify_contact(
        email=email, name=contact_name, kind="partner.confirm", url=url, dedupe_key=key, language=row.language
    )
    return row


def _sign_in() -> str:
    return f"{reverse('account_login')}?next={reverse('partnerships_public:mine')}"


def behind(token: str) -> Enterprise | None:
    """Whom a mailed link is for; None for a forged, used or old one."""
    return light_accounts.behind(Enterprise, token)


@transaction.atomic
def confirm_address(token: str, *, password: str = "", user: User | None = None) -> Enterprise:
    """Make the account with this password, or give the link's application to the signed-in ``user``.

    Raises Conflict for a link that works no more and for an address whose account is another.
    """
    found = behind(token)
    if found is None:
        raise Conflict(_("链接已失效。请重新注册，或直接登录。"), code="gone")
    row = locked(Enterprise, found.pk, "home")
    must_be_open(row.edition)
    row.user = light_accounts.account_for(_named(row), password=password, user=user)
    row.state, row.token_hash, row.nonce = _S.APPLIED, "", ""
    row.save()
    record("enterprise.apply", row, organisation_id=row.home_id)
    telling.tell_verifiers(row, "partner.applied", text="", once="applied")
    return row


def _named(row: Enterprise) -> Any:
    """The row as ``light_accounts`` reads it: an enterprise's contact is the account's name."""
    return SimpleNamespace(name=row.contact_name, email=row.email, phone=row.phone)


@transaction.atomic
def verify(enterprise: Enterprise, *, actor: Any) -> Enterprise:
    """Let it offer positions, come to meetings and be seen by the public."""
    return _decide(enterprise, _S.VERIFIED, actor, "")


@transaction.atomic
def refuse(enterprise: Enterprise, *, actor: Any, remark: str) -> Enterprise:
    """Refuse, or take a verification back, with the reason."""
    remark = clean_note(remark, required=_("请写明原因，对方会看到。"), field="remark")
    return _decide(enterprise, _S.REFUSED, actor, remark[:500])


def _decide(enterprise: Enterprise, state: str, actor: Any, remark: str) -> Enterprise:
    row = locked(Enterprise, enterprise.pk, "home", "user")
    must_be_open(row.edition)
    if not can_verify(actor, row):
        raise NotAllowed(_("企业由市级主办单位或邀请它的单位核验。"))
    if row.state == _S.UNCONFIRMED or row.erased_at is not None:
        raise Conflict(_("对方还没有确认邮箱，不能核验。"), code="unconfirmed")
    if row.state == state:
        raise Conflict(_("已是这个结果。请刷新查看。"), code="same")
    change = profiles.change_of(row)
    if change is not None:
        # Nothing of it is public any more: what it wanted to say is what it corrects and hands in again.
        profiles.take_in(row, change)
    row.state, row.remark, row.decided_at, row.decided_by = state, remark, now(), actor
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(_("这个信用代码的企业已经核验过一家，请先核对是不是重复注册。"), code="twice") from None
    verb = "verify" if state == _S.VERIFIED else "refuse"
    if state == _S.REFUSED:
        send_away(row, actor=actor, reason=remark)
    record(f"enterprise.{verb}", row, actor=actor, organisation_id=row.home_id, reason=remark)
    telling.tell_decision(row)
    return row
