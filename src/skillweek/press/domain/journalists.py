"""Journalists: sign-up, confirmed address, accreditation, erasure (D3)."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from skillweek.bookings.domain.erasure import is_due
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.notifications.domain import erase_contacts, notify, notify_contact
from skillweek.notifications.models import Message
from skillweek.organisations import light_accounts
from skillweek.organisations.domain.people import clean_email, clean_name, clean_phone
from skillweek.organisations.models import Kind, Organisation, User
from skillweek.press import files
from skillweek.press.access import is_accreditor
from skillweek.press.models import Journalist, Lead
from skillweek.press.telling import accreditors, tell_decision
from skillweek.uploads.domain import release_file
from skillweek.uploads.models import StoredFile

_S = Journalist.State
_PURPOSE = "press"


def token_of(journalist: Journalist) -> str:
    """The link's token: derived, never stored."""
    return light_accounts.token_of(journalist, _PURPOSE)


def _prefix(edition: Edition) -> str:
    return f"press:{edition.pk}:"


@transaction.atomic
def sign_up(
    edition: Edition, *, name: str, outlet: str, phone: str, email: str, card_number: str = "",
    card: UploadedFile[Any] | None = None,
) -> Journalist:  # fmt: skip
    """Keep what somebody says of themselves and mail them a link; who is known is told to sign in.

    Says nothing about whether the address is known. Raises DomainError naming the field.
    """
    must_be_open(edition)
    email, phone, name = clean_email(email), clean_phone(phone), clean_name(name)
    if not email or not phone or not name:
        field = "email" if not email else "phone" if not phone else "name"
        raise DomainError(_("姓名、手机号码和邮箱都要填写。"), field=field)
    if not card_number.strip() and card is None:
        raise DomainError(_("请填写记者证号，或上传记者证、单位介绍信的照片。"), field="card_number")
    found = Journalist.objects.select_for_update().filter(edition=edition, email=email).first()
    if found is not None and found.state != _S.UNCONFIRMED:
        key = f"{_prefix(edition)}known:{found.pk}:{now():%Y%m%d}"
        notify_contact(email=email, name=name, kind="journalist.known", url=_sign_in(), dedupe_key=key)
        return found
    row = found or Journalist(edition=edition, email=email)
    old, row.card = row.card, _keep(edition, card) if card is not None else row.card
    row.name, row.phone, row.outlet = name, phone, " ".join(outlet.split())[:120]
    row.card_number, row.language = card_number.strip()[:40], (get_language() or "")[:10]
    light_accounts.renew_link(row, _PURPOSE)
    row.save()
    if old is not None and old != row.card:
        release_file(old)
    url = reverse("press_public:confirm", args=[token_of(row)])
    key = f"{_prefix(edition)}confirm:{row.pk}:{row.nonce[:8]}"
    notify_contact(
        email=email, name=name, kind="journalist.confirm", url=url, dedupe_key=key, language=row.language
    )  # fmt: skip
    return row


def _sign_in() -> str:
    return f"{reverse('account_login')}?next={reverse('press_public:index')}"


def _keep(edition: Edition, card: UploadedFile[Any]) -> StoredFile:
    host = Organisation.objects.get(kind=Kind.HOST)
    return files.keep(
        card, edition=edition, organisation=host, user=None, kind=StoredFile.Kind.COVERAGE, field="card_file"
    )


def behind(token: str) -> Journalist | None:
    """Whom a mailed link is for; None for a forged, used or old one."""
    return light_accounts.behind(Journalist, token)


@transaction.atomic
def confirm_address(token: str, *, password: str = "", user: User | None = None) -> Journalist:
    """Make the account with this password, or give the link's application to the signed-in ``user``.

    Raises Conflict for a link that works no more and for an address whose account is another.
    """
    found = behind(token)
    if found is None:
        raise Conflict(_("链接已失效。请重新注册，或直接登录。"), code="gone")
    row = Journalist.objects.select_for_update(of=("self",)).select_related("edition").get(pk=found.pk)
    must_be_open(row.edition)
    known = light_accounts.account_for(row, password=password, user=user)
    row.user, row.state, row.token_hash, row.nonce = known, _S.APPLIED, "", ""
    row.save()
    record("journalist.apply", row)
    notify(
        accreditors(), kind="journalist.applied", context={"who": row.label}, url=reverse("press:journalists"),
        dedupe_key=f"{_prefix(row.edition)}applied:{row.pk}",
    )  # fmt: skip
    return row


@transaction.atomic
def accredit(journalist: Journalist, *, actor: Any) -> Journalist:
    """Let them see contacts, ask, claim and visit."""
    return _decide(journalist, _S.ACCREDITED, actor, "")


@transaction.atomic
def refuse(journalist: Journalist, *, actor: Any, remark: str) -> Journalist:
    """Refuse, or take an accreditation back, with the reason."""
    remark = clean_note(remark, required=_("请写明原因，对方会看到。"), field="remark")
    return _decide(journalist, _S.REFUSED, actor, remark[:500])


def _decide(journalist: Journalist, state: str, actor: Any, remark: str) -> Journalist:
    if not is_accreditor(actor):
        raise NotAllowed(_("记者由市级主办单位的审核员核验。"))
    row = Journalist.objects.select_for_update(of=("self",)).select_related("edition", "user").get(pk=journalist.pk)
    must_be_open(row.edition)
    if row.state == _S.UNCONFIRMED or row.erased_at is not None:
        raise Conflict(_("对方还没有确认邮箱，不能核验。"), code="unconfirmed")
    if row.state == state:
        raise Conflict(_("已是这个结果。请刷新查看。"), code="same")
    row.state, row.remark, row.decided_at, row.decided_by = state, remark, now(), actor
    row.save()
    record(f"journalist.{'accredit' if state == _S.ACCREDITED else 'refuse'}", row, actor=actor, reason=remark)
    tell_decision(row)
    return row


def tidy() -> int:
    """Forget applications whose address was never confirmed; erase those of editions that are due. Returns how many."""
    late = Journalist.objects.filter(state=_S.UNCONFIRMED, link_until__lt=now(), erased_at=None)
    count = 0
    for row in late.select_related("card"):
        card = row.card
        row.delete()
        if card is not None:
            release_file(card)
        count += 1
    return count + sum(erase_journalists(edition) for edition in Edition.objects.all() if is_due(edition))


def erase_journalists(edition: Edition) -> int:
    """Take everything personal out of the edition's journalists and leads; accounts used for nothing else go (D3)."""
    rows = list(Journalist.objects.filter(edition=edition, erased_at=None).select_related("user", "card"))
    for row in rows:
        _erase(row)
    with_contacts = Lead.objects.filter(edition=edition).exclude(contact_name="", contact_phone="")
    leads = with_contacts.update(contact_name="", contact_phone="")
    messages = erase_contacts(prefix=_prefix(edition))
    # Staff's copies name journalists too.
    messages += Message.objects.filter(dedupe_key__startswith=_prefix(edition)).exclude(recipient=None).delete()[0]
    if rows or leads or messages:
        record("journalist.erase", edition, data={"journalists": len(rows), "leads": leads, "messages": messages})
    return len(rows)


@transaction.atomic
def _erase(row: Journalist) -> None:
    user, card = row.user, row.card
    row.name = row.phone = row.email = row.card_number = row.nonce = row.token_hash = ""
    row.user = row.card = None
    row.erased_at = now()
    row.save()
    if card is not None:
        release_file(card)
    light_accounts.drop_account(user)
