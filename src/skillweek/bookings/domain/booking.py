"""Booking places, and changing how many (B8, B10)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skillweek.activities.models import Session
from skillweek.bookings import telling, tokens
from skillweek.bookings.asking import asking_of, check_children, must_have_read
from skillweek.bookings.domain.seats import (
    fresh_session,
    lock_people,
    locked_booking,
    locked_seats,
    must_be_open,
    new_code,
    new_number,
)
from skillweek.bookings.domain.waiting import move_up
from skillweek.bookings.domain.wishes import Wish, check_party, clean_wish
from skillweek.bookings.models import Booking, Seats
from skillweek.bookings.queries import places
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, TooMuch

_S = Booking.State
_TRIES: Final = 5


def book_places(session: Session, wish: Wish, *, client_id: UUID | None = None) -> Booking:
    """Book places for one person, family or class; return the booking, confirmed or on the waiting list (B8).

    However many come at once, ``taken`` never passes the capacity: the decision is made under the lock of the session's
    seats. ``client_id`` is made before sending; the same one again returns the booking it made. Raises DomainError
    naming a field, Conflict (``details`` empty) when there is no place or the person has booked this session before,
    TooMuch beyond the edition's bookings for one person.
    """
    client_id = client_id or uuid4()
    wish = clean_wish(session, wish)
    for _attempt in range(_TRIES):
        try:
            with transaction.atomic():
                return _book(session, wish, client_id)
        except IntegrityError:
            # The code at the door is taken in this session, or the same request came twice at once. Once more.
            continue
    raise Conflict(_("现在预约的人很多，没有完成。请稍等几秒再提交一次，填写的内容都在。"))


def _book(session: Session, wish: Wish, client_id: UUID) -> Booking:
    edition_id = session.activity.edition_id
    keys = [tokens.person_key(edition_id, value) for value in (wish.phone, wish.email)]
    lock_people(keys)
    if earlier := Booking.objects.filter(client_id=client_id).first():
        return _same(earlier, session, keys)
    check_person(session, wish, keys)
    seats = locked_seats(session.pk)
    session = fresh_session(session.pk)
    state = _decide(session, seats, wish.party_size, may_wait=wish.may_wait)
    nonce = tokens.fresh_nonce()
    booking = Booking(
        session=session,
        kind=wish.kind,
        state=state,
        nonce=nonce,
        token_hash=tokens.hash_of(tokens.token_from(nonce)),
        client_id=client_id,
        code=new_code(),
        number=new_number(session, seats) if state == _S.CONFIRMED else None,
        name=wish.name,
        phone=wish.phone,
        email=wish.email,
        phone_key=keys[0],
        email_key=keys[1],
        party_size=wish.party_size,
        children=wish.children,
        guardian_name=(wish.guardian_name or wish.name) if wish.children else "",
        guardian_consent=wish.guardian_consent and wish.children > 0,
        consent_text=asking_of(session, wish.kind).consent if wish.children else "",
        consent_at=now() if wish.children else None,
        details=dict(wish.details),
        needs=wish.needs,
        group_name=wish.group_name if wish.is_group else "",
        language=wish.language,
        agreed_at=now(),
    )
    booking.save(force_insert=True)
    seats.save(update_fields=["taken", "waiting", "last_number"])
    _record("booking.book", booking, party=wish.party_size, state=state)
    telling.tell(booking, telling.CONFIRMED if state == _S.CONFIRMED else telling.WAITING)
    return booking


def _same(earlier: Booking, session: Session, keys: list[str]) -> Booking:
    """A page that came back by the back button holds the same number, but may now ask for somebody else."""
    if earlier.session_id != session.pk or [earlier.phone_key, earlier.email_key] != keys:
        raise Conflict(_("这份表单已经提交过一次预约。要再约一个，请刷新页面后重新填写。"), code="used_form")
    return earlier


def check_person(session: Session, wish: Wish, keys: list[str], *, besides: int | None = None) -> None:
    """Raise Conflict or TooMuch when the person has booked this session, or as often as the edition allows.

    ``besides`` is the booking that does not count, because it is the one that is being put right.
    """
    same = Q(pk__in=[])
    for name, key in zip(("phone_key", "email_key"), keys, strict=True):
        if key:
            same |= Q(**{name: key})
    live = Booking.objects.filter(same, state__in=Booking.LIVE, session__activity__edition=session.activity.edition_id)
    if besides is not None:
        live = live.exclude(pk=besides)
    rows = list(live.values_list("session_id", "kind", "group_name", "session__ends_at", "session__starts_at"))
    for session_id, kind, group_name, *_times in rows:
        if session_id == session.pk and kind == wish.kind and (not wish.is_group or group_name == wish.group_name):
            text = _(
                "这个手机号码或邮箱已经预约过这一场。请打开您的预约链接修改；链接丢失时，可以在“找回预约”里重新发送。"
            )
            raise Conflict(text, code="booked_before")
    if wish.is_group:
        return
    moment = now()
    held = [kind for _id, kind, _name, ends_at, starts_at in rows if not _is_past(ends_at or starts_at, moment)]
    limit = session.activity.edition.doc.booking_rules.bookings_per_person
    if held.count(Booking.Kind.PERSON) >= limit:
        text = ngettext(
            "每个手机号码或邮箱最多同时保留 %(limit)d 个预约。请先取消不去的预约，再约这一场。",
            "每个手机号码或邮箱最多同时保留 %(limit)d 个预约。请先取消不去的预约，再约这一场。",
            limit,
        )
        raise TooMuch(text % {"limit": limit}, code="too_many_bookings")


def _is_past(end: Any, moment: Any) -> bool:
    return end is not None and end <= moment


def _decide(session: Session, seats: Seats, party_size: int, *, may_wait: bool = True) -> str:
    """Confirmed where the party fits, else the waiting list; counts it in ``seats``. Raises Conflict otherwise.

    Nobody is overtaken: whatever came free before was offered at once to those waiting who fit, so where this party
    fits, nobody before it does.
    """
    state = places.state_of(session, seats, now())
    if not state.takes and state.code != places.FULL:
        raise Conflict(refusal(session, state), code=state.code)
    if session.capacity is not None and party_size > session.capacity:
        text = ngettext("这一场一共只有 %(count)d 个名额。", "这一场一共只有 %(count)d 个名额。", session.capacity)
        raise DomainError(text % {"count": session.capacity}, field="party_size")
    if state.left is None or party_size <= state.left:
        seats.taken += party_size
        return str(_S.CONFIRMED)
    if not session.has_waiting_list:
        raise Conflict(no_room(state.left), code=places.FULL, field="party_size" if state.left else "")
    if state.left and not may_wait:
        raise Conflict(wait_or_less(state.left), code="choose", field="party_size")
    seats.waiting += party_size
    return str(_S.WAITING)


def wait_or_less(left: int) -> str:
    """The question to a party that is bigger than what is left: come with fewer, or wait."""
    text = ngettext(
        "现在只剩 %(left)d 个名额。请减少人数，或勾选“加入候补”，等有人取消。",
        "现在只剩 %(left)d 个名额。请减少人数，或勾选“加入候补”，等有人取消。",
        left,
    )
    return text % {"left": left}


def no_room(left: int) -> str:
    """The sentence for a party that does not fit."""
    if left == 0:
        return _("名额已经约满，而且这一场不设候补。请看看别的场次。")
    text = ngettext(
        "现在只剩 %(left)d 个名额。请减少人数，或换一场。", "现在只剩 %(left)d 个名额。请减少人数，或换一场。", left
    )
    return text % {"left": left}


def refusal(session: Session, state: places.State) -> str:
    """Why nobody can book now, and what to do."""
    texts = {
        places.NO_NEED: _("这一场无需预约，请在活动时间直接到场。"),
        places.CANCELLED: _("这一场已经取消，不能预约。请看看别的场次。"),
        places.POSTPONED: _("这一场已延期，新的时间公布后再开放预约。"),
        places.OVER: _("这一场已经结束，不能预约。请看看别的场次。"),
        places.NOT_YET: _("预约还没有开始，请到时间再来。"),
        places.CLOSED: _("这一场的预约已经截止。请看看别的场次，或拨打咨询电话询问。"),
    }
    return texts.get(state.code, _("这一场现在不能预约。"))


@transaction.atomic
def change_party(
    booking: Booking,
    *,
    party_size: int,
    children: int = 0,
    guardian_name: str = "",
    guardian_consent: bool = False,
    consent_seen: str = "",
    needs: str | None = None,
    actor: Any = None,
) -> Booking:
    """Change how many come, by the visitor's link or (``actor``) the organiser. Fewer people free places at once.

    More people need free places now; on the waiting list the place in line stays. Raises DomainError or Conflict.
    """
    row, seats = locked_booking(booking)
    session = row.session
    must_be_open(session)
    must_be_changeable(row)
    if party_size > row.party_size:  # what was granted once may stay, though the rule is stricter now
        check_party(session, row.kind, party_size)
    elif party_size < 1:
        raise DomainError(_("人数至少是 1。不参加了请取消预约。"), field="party_size")
    asking = asking_of(session, row.kind)
    check_children(asking, party_size, children, guardian_consent)
    if children and row.consent_text != asking.consent:
        must_have_read(asking, consent_seen)
        row.consent_text, row.consent_at = asking.consent, now()
    elif not children:
        row.consent_text, row.consent_at = "", None
    old, more = row.party_size, party_size - row.party_size
    _make_room(row, seats, more)
    row.party_size, row.children = party_size, children
    row.guardian_consent = guardian_consent and children > 0
    row.guardian_name = (" ".join(guardian_name.split())[:60] or row.name) if children else ""
    if needs is not None:
        row.needs = needs.strip()[:300]
    row.save()
    seats.save(update_fields=["taken", "waiting"])
    _record("booking.change_party", row, actor=actor, old=old, new=party_size)
    if more:
        telling.tell(row, telling.CHANGED)
    if more < 0:
        move_up(session, seats)
    return row


def must_be_changeable(booking: Booking) -> None:
    """Raise Conflict for a booking that lives no longer, or whose session has begun."""
    if booking.state not in Booking.LIVE:
        raise Conflict(_("这个预约已经取消或失效，不能再修改。需要时请重新预约。"))
    if _is_past(booking.session.starts_at, now()):
        raise Conflict(_("这一场已经开始，不能再修改。有事请直接告诉现场工作人员。"))


def _make_room(booking: Booking, seats: Seats, more: int) -> None:
    """Count the difference in ``seats``. Raises Conflict when there is no room for it."""
    if booking.state == _S.WAITING:
        seats.waiting = max(0, seats.waiting + more)
        return
    if booking.state == _S.OFFERED and more > 0:
        raise Conflict(_("请先确认这次候补到的名额，再增加人数。"), field="party_size")
    capacity = booking.session.capacity
    if more > 0 and capacity is not None and seats.taken + more > capacity:
        left = max(0, capacity - seats.taken)
        text = _("增加的人数超过了剩余名额，现在还剩 %(left)d 个。人数没有改动。") % {"left": left}
        raise Conflict(text, field="party_size")
    seats.taken = max(0, seats.taken + more)


def _record(verb: str, booking: Booking, *, actor: Any = None, **data: Any) -> None:
    """The audit trail names no visitor: session and code only."""
    organisation_id = booking.session.activity.organisation_id
    audit.record(verb, booking, actor=actor, organisation_id=organisation_id, data=data)
