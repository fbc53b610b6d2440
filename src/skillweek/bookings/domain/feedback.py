"""What visitors say afterwards by their ticket's link, and what the organiser shows of it (B6)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.activities.models import Session
from skillweek.bookings.access import can_manage_bookings
from skillweek.bookings.domain.seats import fresh_session, must_be_open
from skillweek.bookings.models import Booking, Feedback
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition

#: What was gained (人人有收获), in the order of the form.
GAINS: Final[dict[str, Promise]] = {
    "skill": gettext_lazy("学到一门手艺"),
    "careers": gettext_lazy("了解职业和专业"),
    "choice": gettext_lazy("对升学或就业有帮助"),
    "service": gettext_lazy("得到实用的服务"),
    "family": gettext_lazy("和家人一起动手"),
    "craft": gettext_lazy("感受到工匠精神"),
}
#: A visitor may change their words for so long after the session began.
OPEN_FOR: Final = timedelta(days=14)
COMMENT_MAX: Final = 200


def can_leave_feedback(booking: Booking) -> bool:
    """Whether this ticket may say something now: it held a place, and the session began, not long ago."""
    return _why_not(booking, booking.session) == ""


def _why_not(booking: Booking, session: Session) -> str:
    if booking.state != Booking.State.CONFIRMED or booking.erased_at is not None:
        return _("这个预约没有参加活动，不能评价。")
    if session.state != Session.State.PLANNED or session.activity.is_cancelled:
        return _("这一场没有举行，不能评价。")
    if session.starts_at is None or session.starts_at > now():
        return _("活动开始以后才能评价，到时再来。")
    if session.starts_at + OPEN_FOR < now() or session.activity.edition.state == Edition.State.CLOSED:
        return _("评价已经截止。")
    return ""


@transaction.atomic
def leave_feedback(booking: Booking, *, stars: int, gains: Iterable[str] = (), comment: str = "") -> Feedback:
    """Say how it was, once per ticket; saying it again changes it. Raises Conflict outside the time, DomainError.

    A changed comment is hidden again until the organiser has read it.
    """
    row = Booking.objects.select_for_update().get(pk=booking.pk)
    session = fresh_session(row.session_id)
    if reason := _why_not(row, session):
        raise Conflict(reason)
    if not 1 <= stars <= 5:
        raise DomainError(_("请选一到五颗星。"), field="stars")
    text = _one_line(comment)
    if len(text) > COMMENT_MAX:
        raise DomainError(_("一句话最多 %(most)d 字。") % {"most": COMMENT_MAX}, field="comment")
    wanted = set(gains)
    said = Feedback.objects.filter(booking=row).first() or Feedback(booking=row, session=session)
    if said.is_shown and said.comment != text:
        said.is_shown = False
        _tell_pages("feedback.hide", said, session)
    said.stars, said.gains, said.comment = stars, [code for code in GAINS if code in wanted], text
    said.save()
    return said


def _one_line(text: str) -> str:
    return " ".join("".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text).split())


def show_comment(feedback: Feedback, *, actor: Any) -> Feedback:
    """Show the comment on the activity's public page. Raises NotAllowed, Conflict when there is none."""
    return _set_shown(feedback, True, actor)


def hide_comment(feedback: Feedback, *, actor: Any) -> Feedback:
    """Take the comment off the public page again. Raises NotAllowed."""
    return _set_shown(feedback, False, actor)


@transaction.atomic
def _set_shown(feedback: Feedback, is_shown: bool, actor: Any) -> Feedback:
    row = Feedback.objects.select_for_update().get(pk=feedback.pk)
    session = fresh_session(row.session_id)
    if not can_manage_bookings(actor, session):
        raise NotAllowed(_("只有活动的承办单位和联合举办单位可以决定展示哪些评价。"))
    must_be_open(session)
    if is_shown and not row.comment:
        raise Conflict(_("这条评价没有文字，不用展示。"))
    if row.is_shown != is_shown:
        row.is_shown = is_shown
        row.save(update_fields=["is_shown", "updated_at"])
        _tell_pages("feedback.show" if is_shown else "feedback.hide", row, session, actor)
    return row


def _tell_pages(verb: str, row: Feedback, session: Session, actor: Any = None) -> None:
    """Into the trail of the activity, because it is the activity's public page that changes; kept pages hear of it."""
    data = {"feedback": row.pk, "session": session.pk}
    activity = session.activity
    audit.record(verb, activity, actor=actor, organisation_id=activity.organisation_id, data=data)
