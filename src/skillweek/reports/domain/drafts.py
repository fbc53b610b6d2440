"""Saving what people type, from several phones at once, without overwriting anybody silently (C1).

A change names the text that its writer started from. Where that is still there, the new text takes its place; where a
colleague changed the same field meanwhile, nothing is written and both texts come back for the person to choose.
Changes of different fields never meet. Every change may arrive twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from skillweek.core import audit
from skillweek.core.errors import DomainError, TooMuch
from skillweek.reports.domain.filing import must_be_editable
from skillweek.reports.domain.items import insert_item, remove_locked, restore_locked
from skillweek.reports.domain.review import locked
from skillweek.reports.domain.values import clean_text, must_know, put_value, text_of
from skillweek.reports.findings import refresh_findings
from skillweek.reports.models import DailyReport, ReportItem

#: So many changes one request may carry.
MAX_CHANGES = 1000
#: Cleaned before anything looks at it, and of any length: what cannot be kept of one text (half an emoji, a whole book)
#: must not keep the other changes from being saved.
Text = Annotated[str, BeforeValidator(lambda value: clean_text(value) if isinstance(value, str) else value)]


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SetText(_Change):
    """Set ``field`` of an item (of the report itself without one) from ``base`` to ``value``."""

    op: Literal["set"]
    item: UUID | None = None
    field: Annotated[str, Field(max_length=80)]
    base: Text = ""
    value: Text


class AddItem(_Change):
    """Add an empty item for text or coverage; photos and videos come with their files."""

    op: Literal["add"]
    item: UUID
    kind: Literal["case", "manuscript", "coverage"]


class RemoveItem(_Change):
    """Take an item out; it can be brought back."""

    op: Literal["remove"]
    item: UUID


class RestoreItem(_Change):
    """Bring a removed item back."""

    op: Literal["restore"]
    item: UUID


class OrderItems(_Change):
    """Put the items of a kind into this order; those not named stay behind them."""

    op: Literal["order"]
    kind: Literal["case", "manuscript", "photo", "video", "coverage"]
    items: Annotated[tuple[UUID, ...], Field(max_length=1000)]


Change = Annotated[SetText | AddItem | RemoveItem | RestoreItem | OrderItems, Field(discriminator="op")]
_CHANGES: TypeAdapter[list[Change]] = TypeAdapter(Annotated[list[Change], Field(max_length=MAX_CHANGES)])


@dataclass
class Saved:
    """What became of a set of changes. ``conflicts``: ``{item, field, yours, theirs}``; ``problems``: ``{item, field,
    message}``: not written, and for the person to mend.
    """

    report: DailyReport
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)


def parse_changes(data: Any) -> list[Change]:
    """Read changes from JSON. Raises DomainError when they are malformed, which no form of ours sends."""
    try:
        return _CHANGES.validate_python(data)
    except ValidationError as error:
        raise DomainError(_("保存的内容格式不对，请刷新页面。您填写的内容仍在本机。"), code="malformed") from error


@transaction.atomic
def save_changes(report: DailyReport, changes: Sequence[Change], *, by: Any) -> Saved:
    """Apply the changes in order, judge the material again, and say what could not be written and why.

    Raises NotAllowed or Conflict (``not_editable``) when the report cannot be changed at all; then nothing is written.
    """
    fresh = locked(report.pk)
    must_be_editable(by, fresh)
    keeper = _Keeper(fresh, by)
    for change in changes:
        keeper.apply(change)
    if keeper.changed:
        keeper.write()
        refresh_findings(fresh)
        fresh.version += 1
        fresh.save()
        data = {"fields": sorted(keeper.changed)[:50], "version": fresh.version}
        audit.record("report.save", fresh, actor=by, organisation_id=fresh.organisation_id, data=data)
    return keeper.saved


class _Keeper:
    """Applies changes to one locked report, item rows read once and written once."""

    def __init__(self, report: DailyReport, by: Any) -> None:
        self.report = report
        self.by = by
        self.saved = Saved(report)
        self.changed: set[str] = set()
        self._items: dict[UUID, ReportItem] = {}
        self._dirty: set[UUID] = set()
        for item in report.items.select_related("file", "photo_file"):
            item.report = report
            self._items[item.client_id] = item

    def apply(self, change: Change) -> None:
        match change:
            case SetText():
                self._set(change)
            case AddItem():
                self._add(change)
            case RemoveItem():
                self._toggle(change.item, removed=True)
            case RestoreItem():
                self._toggle(change.item, removed=False)
            case OrderItems():
                self._order(change)

    def write(self) -> None:
        """Store the changed items."""
        for key in self._dirty:
            self._items[key].save()

    def _add(self, change: AddItem) -> None:
        if change.item in self._items:
            return
        try:
            self._items[change.item], _new = insert_item(self.report, kind=change.kind, client_id=change.item)
            self.changed.add("items")
        except TooMuch as error:
            # Not raised: what would make room may well stand among the changes that follow.
            self.saved.problems.append({"item": str(change.item), "field": "", "message": error.message})

    def _set(self, change: SetText) -> None:
        owner = self._owner(change)
        if owner is None:
            return
        try:
            must_know(owner, change.field)
            before = text_of(owner, change.field)
            put_value(owner, change.field, change.value)
        except DomainError as error:
            self.saved.problems.append({**self._where(change), "message": error.message})
            return
        # Compared as the field itself reads it, so that "１２" and "12" are the same.
        if text_of(owner, change.field) == before:
            return
        if before != change.base:
            put_value(owner, change.field, before)
            self._conflict(change, before)
            return
        self.changed.add(change.field)
        if isinstance(owner, ReportItem):
            self._dirty.add(owner.client_id)

    def _owner(self, change: SetText) -> DailyReport | ReportItem | None:
        if change.item is None:
            return self.report
        item = self._items.get(change.item)
        if item is None or item.removed_at is not None:
            message = _("这一项已被移除，您写的内容没有保存。可以先恢复它。")
            self.saved.problems.append({**self._where(change), "message": message, "removed": item is not None})
            return None
        return item

    def _where(self, change: SetText) -> dict[str, Any]:
        return {"item": str(change.item) if change.item else None, "field": change.field}

    def _conflict(self, change: SetText, theirs: str) -> None:
        self.saved.conflicts.append({**self._where(change), "yours": change.value, "theirs": theirs})

    def _toggle(self, key: UUID, *, removed: bool) -> None:
        item = self._items.get(key)
        if item is None or (item.removed_at is not None) == removed:
            return
        if key in self._dirty:
            item.save()
            self._dirty.discard(key)
        (remove_locked if removed else restore_locked)(self.report, item, self.by)
        self.changed.add("items")

    def _order(self, change: OrderItems) -> None:
        mine = [item for item in self._items.values() if item.kind == change.kind]
        wanted = {key: place for place, key in enumerate(change.items)}
        mine.sort(key=lambda item: (wanted.get(item.client_id, len(change.items)), item.position, item.pk))
        for place, item in enumerate(mine):
            if item.position != place:
                item.position = place
                self._dirty.add(item.client_id)
                self.changed.add("order")
