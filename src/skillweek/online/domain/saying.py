"""What the public says: taken in, let through, hidden, answered, voted for (B11)."""

from __future__ import annotations

from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from skillweek.content.reviewing import locked
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed, TooMuch
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.online import telling
from skillweek.online.access import can_moderate
from skillweek.online.models import GuestEntry, Hall, LiveRoom, Question, QuestionVote, Said, Work

S = TypeVar("S", bound=Said)
_S = Said.State
QUESTION: Final = 200
ENTRY: Final = 300
NICKNAME: Final = 20
#: More unread than this in one place, and it takes no more for now.
MAX_WAITING: Final = 500


def takes_questions(room: LiveRoom) -> bool:
    """Whether the public may ask now."""
    is_on = room.live_at is not None and bool(room.live.get("takes_questions")) and room.questions_closed_at is None
    return is_on and not room.cancel_reason


def takes_entries(hall: Hall) -> bool:
    """Whether the public may write in the guestbook."""
    return hall.live_at is not None and bool(hall.live.get("has_guestbook"))


@transaction.atomic
def ask(room: LiveRoom, *, nickname: str, text: str, client_id: UUID) -> Question:
    """Take a question in; nobody sees it before it is let through. The same ``client_id`` again gives the same one.

    Raises DomainError naming the field, Conflict (no questions now), TooMuch.
    """
    if (there := Question.objects.filter(client_id=client_id).first()) is not None:
        return there
    row = locked(room)
    must_be_open(row.edition)
    if not takes_questions(row):
        raise Conflict(_("这里现在不接受提问。"), code="closed")
    nickname, text = _words(nickname, text, QUESTION)
    waiting = _must_have_room(row.questions.filter(state=_S.WAITING).count())
    if row.questions.filter(text=text, state__in=(_S.WAITING, _S.SHOWN)).exists():
        raise DomainError(_("已经有人提过一样的问题。显示后，您可以点“我也想问”。"), field="text", code="same")
    made = Question.objects.create(room=row, nickname=nickname, text=text, client_id=client_id)
    record("online.question_ask", made, organisation_id=row.organisation_id)
    telling.tell_waiting(row, "online.questions", waiting + 1)
    return made


@transaction.atomic
def sign(hall: Hall, *, nickname: str, text: str, client_id: UUID) -> GuestEntry:
    """Take a line for the guestbook in; like ``ask``."""
    if (there := GuestEntry.objects.filter(client_id=client_id).first()) is not None:
        return there
    row = locked(hall)
    must_be_open(row.edition)
    if not takes_entries(row):
        raise Conflict(_("这里现在不接受留言。"), code="closed")
    nickname, text = _words(nickname, text, ENTRY)
    waiting = _must_have_room(row.entries.filter(state=_S.WAITING).count())
    made = GuestEntry.objects.create(hall=row, nickname=nickname, text=text, client_id=client_id)
    record("online.entry_sign", made, organisation_id=row.organisation_id)
    telling.tell_waiting(row, "online.entries", waiting + 1)
    return made


def _words(nickname: str, text: str, limit: int) -> tuple[str, str]:
    nickname, text = (" ".join(each.replace("\0", "").split()) for each in (nickname, text))
    if len(nickname) > NICKNAME:
        raise DomainError(_("称呼最多 %(limit)d 字。") % {"limit": NICKNAME}, field="nickname")
    if len(text) < 2:
        raise DomainError(_("请写几个字。"), field="text")
    if len(text) > limit:
        raise DomainError(
            _("最多 %(limit)d 字，您写了 %(count)d 字。") % {"limit": limit, "count": len(text)}, field="text"
        )
    return nickname, text


def _must_have_room(waiting: int) -> int:
    if waiting >= MAX_WAITING:
        raise TooMuch(_("现在等待审核的太多，请过一会儿再来。"), code="full")
    return waiting


def place_of(said: Said) -> Work:
    """The room or hall in which it was said."""
    if isinstance(said, Question):
        return said.room
    assert isinstance(said, GuestEntry)
    return said.hall


def _locked_said(said: S, actor: Any) -> S:
    """The row as it is now, locked. Raises NotAllowed, Conflict."""
    name = "room" if isinstance(said, Question) else "hall"
    rows = type(said)._default_manager.select_for_update(of=("self",))
    row: S | None = rows.select_related(name, f"{name}__edition", f"{name}__organisation").filter(pk=said.pk).first()
    if row is None or row.erased_at is not None:
        raise Conflict(_("它刚刚被清除了。请刷新。"), code="gone")
    place = place_of(row)
    must_be_open(place.edition)
    if not can_moderate(actor, place):
        raise NotAllowed(_("这里的留言和提问由“%(name)s”和上级单位审核。") % {"name": place.organisation})
    return row


@transaction.atomic
def decide(said: S, *, actor: Any, shows: bool) -> S:
    """Let it through, or hide it. Raises NotAllowed, Conflict (a colleague was quicker)."""
    row = _locked_said(said, actor)
    wanted = _S.SHOWN if shows else _S.HIDDEN
    if row.state == wanted:
        raise Conflict(_("同事刚刚已经这样处理过。"), code="same")
    row.state, row.decided_at, row.decided_by = wanted, now(), actor
    row.save()
    _note(row, "show" if shows else "hide", actor)
    return row


@transaction.atomic
def answer(question: Question, *, actor: Any, text: str) -> Question:
    """Answer a question for everybody, which shows it too; an answer may be written anew."""
    row = _locked_said(question, actor)
    text = clean_note(text, required=_("请写回答。"), field="answer")
    row.answer, row.answered_at, row.answered_by = text, now(), actor
    if row.state != _S.SHOWN:
        row.state, row.decided_at, row.decided_by = _S.SHOWN, now(), actor
    row.save()
    _note(row, "answer", actor)
    return row


def _note(row: Said, verb: str, actor: Any) -> None:
    """Told of the place, which is what the public's kept pages show: they are made anew at once."""
    kind = "question" if isinstance(row, Question) else "entry"
    place = place_of(row)
    record(f"online.{kind}_{verb}", place, actor=actor, organisation_id=place.organisation_id, data={kind: row.pk})


@transaction.atomic
def vote(question: Question, *, device: str) -> int:
    """This device wants to know it too; once only. Returns how many do. Raises Conflict for what is not shown."""
    row = Question.objects.select_for_update(of=("self",)).select_related("room__edition").get(pk=question.pk)
    must_be_open(row.room.edition)
    if row.state != _S.SHOWN or row.room.live_at is None:
        raise Conflict(_("这个问题现在没有显示。"), code="not_shown")
    _mark, is_new = QuestionVote.objects.get_or_create(question=row, device=device)
    if is_new:
        Question.objects.filter(pk=row.pk).update(votes=F("votes") + 1)
    return row.votes + int(is_new)


@transaction.atomic
def set_questions(room: LiveRoom, *, actor: Any, takes: bool) -> LiveRoom:
    """Stop or go on taking questions, at once."""
    row = locked(room)
    must_be_open(row.edition)
    if not can_moderate(actor, row):
        raise NotAllowed(_("您不能管理“%(title)s”的提问。") % {"title": row.title})
    if takes == (row.questions_closed_at is None):
        raise Conflict(_("同事刚刚已经这样处理过。"), code="same")
    row.questions_closed_at = None if takes else now()
    row.save(update_fields=["questions_closed_at", "updated_at"])
    verb = "online.room_open_questions" if takes else "online.room_close_questions"
    record(verb, row, actor=actor, organisation_id=row.organisation_id)
    return row
