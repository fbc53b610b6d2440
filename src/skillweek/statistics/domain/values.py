"""Correcting figures (C12): a correction needs a reason, keeps both values, and can be taken back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.errors import Conflict, DomainError
from skillweek.core.notes import clean_note
from skillweek.editions.schema_closing import FormField
from skillweek.statistics.domain.common import locked, must_write, note_in_trail
from skillweek.statistics.models import FigureChange, FormEntry, FormFigure

_REASON_LENGTH = 300
#: Longest text of a field, in characters, when the edition sets no limit.
_TEXT_LENGTH = 20_000


@transaction.atomic
def save_figure(
    entry: FormEntry, code: str, typed: str, *, reason: str = "", seen: str | None = None, by: Any
) -> FormFigure:
    """Write what was typed into one field and return it; an empty number goes back to what the platform counted.

    ``seen`` is what the field said when the person began: when it says something else by now, Conflict is raised with
    ``details`` ``[{"value": …}]`` and nothing is lost on either side. Raises DomainError (``field`` is the code) for
    what is no number or lacks a reason, NotAllowed, Conflict when the form was handed in.
    """
    fresh = locked(entry.pk)
    must_write(by, fresh)
    each = _field(fresh, code)
    figure, _made = FormFigure.objects.select_for_update().get_or_create(entry=fresh, code=code)
    before = shown(each, figure)
    if seen is not None and seen != before and typed.strip() != before:
        message = _("“%(name)s”刚刚变成了“%(value)s”（同事修改，或平台重新统计）。请核对后再填。")
        raise Conflict(
            message % {"name": each.name, "value": before or _("空")}, field=code, details=[{"value": before}]
        )
    was = _said(figure)
    if each.kind == "text":
        figure.text = _text(each, typed)
    else:
        _correct(each, figure, typed, reason)
    after = shown(each, figure)
    if _said(figure) == was:
        return figure
    figure.save()
    FigureChange.objects.create(
        entry=fresh,
        code=code,
        counted=figure.counted,
        old=before or None,
        new=after or None,
        reason=figure.reason,
        actor=by,
    )
    _touch(fresh)
    if each.kind != "text":
        note_in_trail(
            "form.correct", fresh, by, figure.reason, code=code, old=before, new=after, counted=figure.counted
        )
    return figure


@transaction.atomic
def save_note(entry: FormEntry, text: str, *, by: Any) -> FormEntry:
    """Write the remark that goes with the form."""
    fresh = locked(entry.pk)
    must_write(by, fresh)
    text = clean_note(text, field="note")
    if text != fresh.note:
        fresh.note = text
        _touch(fresh)
    return fresh


def shown(each: FormField, figure: FormFigure) -> str:
    """What the field says, as text; empty for nothing."""
    if each.kind == "text":
        return figure.text
    return "" if figure.number is None else str(figure.number)


def _said(figure: FormFigure) -> tuple[int | None, str, str]:
    """What the organisation says itself, as against what the platform counted."""
    return figure.corrected, figure.text, figure.reason


def _field(entry: FormEntry, code: str) -> FormField:
    for each in entry.edition.doc.statistics_form.fields:
        if each.code == code:
            return each
    raise DomainError(_("统计表里没有这一项。请刷新页面后再试。"), field="code")


def _text(each: FormField, typed: str) -> str:
    text = typed.replace("\0", "").replace("\r\n", "\n").strip()
    if len(text) > _TEXT_LENGTH:
        raise DomainError(_("“%(name)s”太长，请精简。") % {"name": each.name}, field=each.code)
    return text


def _correct(each: FormField, figure: FormFigure, typed: str, reason: str) -> None:
    number = _number(each, typed)
    reason = " ".join(reason.replace("\0", "").split())
    if number is None or (number == figure.counted):
        figure.corrected, figure.number, figure.reason = None, figure.counted, ""
        return
    if figure.counted is not None and not reason:
        message = _("“%(name)s”与平台统计的 %(counted)d 不同，请写明修改理由。")
        raise DomainError(message % {"name": each.name, "counted": figure.counted}, field=each.code, code="reason")
    if len(reason) > _REASON_LENGTH:
        raise DomainError(_("修改理由最多 %(limit)d 字。") % {"limit": _REASON_LENGTH}, field=each.code, code="reason")
    figure.corrected = figure.number = number
    figure.reason = reason


def _number(each: FormField, typed: str) -> int | None:
    text = typed.strip().replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        number = int(text) if len(text) <= 12 else -1
    except ValueError:
        number = -1
    if not 0 <= number <= each.maximum:
        message = _("“%(name)s”请填 0 到 %(limit)d 之间的整数，例如 12。")
        raise DomainError(message % {"name": each.name, "limit": each.maximum}, field=each.code)
    return number


def _touch(entry: FormEntry) -> None:
    if entry.state == FormEntry.State.COUNTED:
        entry.state = FormEntry.State.DRAFT
    entry.version += 1
    entry.save()
