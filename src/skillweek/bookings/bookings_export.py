"""One session's bookings as a workbook for the organiser (B8)."""

from __future__ import annotations

from typing import IO, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from skillweek.activities.models import Session
from skillweek.activities.session_words import facts_of, place_words, time_words
from skillweek.bookings.asking import GRADE_NAMES
from skillweek.bookings.models import Booking, CheckIn
from skillweek.core.tables.writing import LISTS, Book
from skillweek.organisations.phones import mask_email, mask_phone


def export_bookings(session: Session, *, with_numbers: bool) -> IO[bytes]:
    """Write every booking and the walk-ins; phone and e-mail masked unless ``with_numbers``. Returns the open file."""
    made = Book(colour=LISTS, constant_memory=True)
    book, head = made.raw, made.head
    sheet = book.add_worksheet(_("预约名单"))
    titles = [
        _("取票码"),
        _("排队号"),
        _("状态"),
        _("姓名"),
        _("手机号码"),
        _("电子邮箱"),
        _("人数"),
        _("其中未成年人"),
    ]
    titles += [
        _("监护人姓名"),
        _("学校和班级"),
        _("年级"),
        _("到校方式"),
        _("特殊需要"),
        _("监护人同意时间"),
        _("签到人数"),
        _("签到时间"),
    ]
    sheet.set_column(0, len(titles) - 1, 14)
    sheet.freeze_panes(2, 0)
    zone = ZoneInfo(session.activity.edition.zone)
    facts = facts_of(session)
    about = (session.activity.title, session.label, time_words(facts, zone.key), place_words(facts))
    sheet.write_string(0, 0, " · ".join(part for part in about if part))
    sheet.write_row(1, 0, titles, head)
    line = 2
    for booking in Booking.objects.filter(session=session).select_related("check_in").order_by("pk").iterator(500):
        sheet.write_row(line, 0, _row(booking, zone, with_numbers))
        line += 1
    names = {row.code: row.name for row in session.activity.edition.doc.audiences}
    for held in CheckIn.objects.filter(session=session, booking=None, undone_at=None).order_by("at").iterator(500):
        who = names.get(held.audience, "")
        blank = [""] * 10
        row = ["", "", _("现场参加"), who, *blank, held.people, f"{held.at.astimezone(zone):%Y-%m-%d %H:%M}"]
        sheet.write_row(line, 0, row)
        line += 1
    return made.close()


def _row(booking: Booking, zone: ZoneInfo, with_numbers: bool) -> list[Any]:
    held = getattr(booking, "check_in", None)
    inside = held if held is not None and held.undone_at is None else None
    return [
        booking.code,
        booking.number or "",
        str(booking.get_state_display()),
        booking.name,
        booking.phone if with_numbers else mask_phone(booking.phone),
        booking.email if with_numbers else mask_email(booking.email),
        booking.party_size,
        booking.children,
        booking.guardian_name,
        booking.group_name,
        str(GRADE_NAMES.get(booking.details.get("grade", 0), "")),
        booking.details.get("arrival", ""),
        booking.needs,
        f"{booking.consent_at.astimezone(zone):%Y-%m-%d %H:%M}" if booking.consent_at else "",
        inside.people if inside else "",
        f"{inside.at.astimezone(zone):%Y-%m-%d %H:%M}" if inside else "",
    ]
