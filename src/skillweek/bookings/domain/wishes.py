"""What somebody asks for when booking, and whether the edition's rules let them (B8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skillweek.activities.models import Session
from skillweek.bookings.asking import asking_of, check_children, clean_details, must_have_read
from skillweek.bookings.models import Booking
from skillweek.core.errors import DomainError
from skillweek.organisations.phones import normalise_phone

_GROUP = Booking.Kind.GROUP


@dataclass(frozen=True)
class Wish:
    """One request for places. ``children`` are those below the edition's age who need a guardian's consent."""

    name: str
    phone: str = ""
    email: str = ""
    party_size: int = 1
    children: int = 0
    guardian_name: str = ""
    guardian_consent: bool = False
    needs: str = ""
    kind: str = Booking.Kind.PERSON
    group_name: str = ""
    language: str = ""
    #: The person agreed to the note about personal data.
    agreed: bool = False
    #: What a class's preset asks more, and the wording of the consent that stood on the page (E5, E6).
    details: Mapping[str, Any] = field(default_factory=dict)
    consent_seen: str = ""
    #: A party that does not fit joins the waiting list; else it is asked first.
    may_wait: bool = True

    @property
    def is_group(self) -> bool:
        """Whether a class or another group comes."""
        return self.kind == _GROUP


def clean_wish(session: Session, wish: Wish) -> Wish:
    """The wish in the form in which it is kept. Raises DomainError naming the field that must change."""
    wish = replace(
        wish,
        name=" ".join(wish.name.split())[:60],
        phone=clean_phone(wish.phone),
        email=clean_email(wish.email),
        guardian_name=" ".join(wish.guardian_name.split())[:60],
        needs=wish.needs.strip()[:300],
        group_name=" ".join(wish.group_name.split())[:120],
    )
    if not wish.name:
        raise DomainError(_("请填写姓名，方便现场核对。"), field="name")
    if not (wish.phone or wish.email):
        raise DomainError(_("请填写手机号码或电子邮箱，活动有变动时好通知您。"), field="phone")
    if not wish.agreed:
        raise DomainError(_("请先阅读个人信息说明，并勾选同意。"), field="agreed")
    check_kind(session, wish)
    asking = asking_of(session, wish.kind)
    if wish.is_group and asking.asks("teacher") and not wish.phone:
        raise DomainError(_("请填写带队老师的手机号码，当天好联系。"), field="phone")
    details = clean_details(asking, wish.details, children=wish.children)
    if asking.asks("school"):
        wish = replace(wish, group_name=f"{details['school']} {details['class']}"[:120])
    if wish.is_group and not wish.group_name:
        raise DomainError(_("请填写学校和班级，例如“某某小学三（2）班”。"), field="group_name")
    check_party(session, wish.kind, wish.party_size)
    check_children(asking, wish.party_size, wish.children, wish.guardian_consent)
    if wish.children:
        must_have_read(asking, wish.consent_seen)
    return replace(wish, details=details, needs=wish.needs if asking.asks("needs") else "")


def clean_phone(text: str) -> str:
    """The number as it is stored. Raises DomainError."""
    try:
        return normalise_phone(text)
    except ValueError:
        raise DomainError(_("手机号码不对：请填写 11 位手机号码，境外号码以 + 开头。"), field="phone") from None


def clean_email(text: str) -> str:
    """The address as it is stored. Raises DomainError."""
    address = text.strip().lower()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        raise DomainError(_("电子邮箱的格式不对，请检查，例如 name@example.com。"), field="email") from None
    if len(address) > 254:
        raise DomainError(_("电子邮箱太长，请换一个。"), field="email")
    return address


def check_kind(session: Session, wish: Wish) -> None:
    """Raise DomainError where groups, or single people, do not book this session."""
    groups_only = session.booking == Session.Booking.GROUPS
    if wish.is_group and not (groups_only or session.allows_groups):
        raise DomainError(_("这一场不接受团体预约，请按个人或家庭预约，或换一场。"), field="kind")
    if not wish.is_group and groups_only:
        raise DomainError(_("这一场只接受班级等团体预约。个人和家庭请换一场。"), field="kind")


def largest_party(session: Session, kind: str) -> int:
    """How many people one booking may bring: the session's limit or the edition's, never more than its places."""
    rules = session.activity.edition.doc.booking_rules
    limit = rules.max_group if kind == _GROUP else session.max_party or rules.max_party
    return limit if session.capacity is None else min(limit, session.capacity)


def check_party(session: Session, kind: str, party_size: int) -> None:
    """Raise DomainError for nobody, or for more than one booking may bring."""
    limit = largest_party(session, kind)
    if party_size < 1:
        raise DomainError(_("人数至少是 1。"), field="party_size")
    if party_size > limit:
        text = ngettext("这一场每次预约最多 %(limit)d 人。", "这一场每次预约最多 %(limit)d 人。", limit)
        raise DomainError(text % {"limit": limit}, field="party_size")
