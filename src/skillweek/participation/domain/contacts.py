"""A contact of the public: cleaned, keyed, masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from skillweek.bookings.domain.wishes import clean_email, clean_phone
from skillweek.bookings.tokens import person_key
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.notifications.domain.routing import has_sms
from skillweek.participation.models import Participant

#: Services where ``name+anything@`` reaches ``name@``; elsewhere these may be two people.
_TAGGING: Final = frozenset(
    {
        "fastmail.com", "gmail.com", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mac.com", "me.com",
        "msn.com", "outlook.com", "pm.me", "proton.me", "protonmail.com", "zoho.com",
    }
)  # fmt: skip
#: Of these, the services that pass over dots in the name too.
_DOTLESS: Final = frozenset({"gmail.com", "googlemail.com"})


@dataclass(frozen=True)
class Contact:
    """A phone number or an e-mail address in the form in which it is kept."""

    channel: str
    value: str

    @property
    def masked(self) -> str:
        """What organisers may see of it."""
        if self.channel == Participant.Channel.PHONE:
            return f"{self.value[:3]}****{self.value[-4:]}"
        name, _at, host = self.value.partition("@")
        return f"{name[:2]}***@{host}"[:60]

    def key(self, edition: Edition) -> str:
        """The keyed hash by which it is found again in this edition; one for all spellings of one mailbox."""
        return person_key(edition.pk, _mailbox(self.value))


def _mailbox(value: str) -> str:
    """The address under which its owner has the mailbox; anything else as it is."""
    name, at, host = value.lower().rpartition("@")
    if host not in _TAGGING:
        return value
    name = name.partition("+")[0] or name
    if host in _DOTLESS:
        name, host = name.replace(".", "") or name, "gmail.com"
    return f"{name}{at}{host}"


def clean_contact(text: str) -> Contact:
    """The contact that was typed. Raises DomainError (field ``contact``) saying what to do."""
    text = text.strip()
    if not text:
        raise DomainError(_("请填写手机号码或电子邮箱，验证码会发到那里。"), field="contact")
    try:
        contact = (
            Contact(Participant.Channel.EMAIL, clean_email(text))
            if "@" in text
            else Contact(Participant.Channel.PHONE, clean_phone(text))
        )
    except DomainError as error:
        raise DomainError(error.message, field="contact") from error
    if contact.channel == Participant.Channel.PHONE and not has_sms():
        raise DomainError(_("本站没有开通短信，收不到验证码。请改填电子邮箱。"), field="contact")
    return contact
