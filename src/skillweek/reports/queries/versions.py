"""What changed between two submissions of one report (C10)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from skillweek.reports.models import ReportItem

#: Unchanged text longer than this many characters is shown shortened at both ends.
_CONTEXT = 40
_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A stretch of text: ``same``, ``removed``, ``added``, or ``gap`` for unchanged text left out."""

    what: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One field's old and new text as parts in reading order."""

    label: str
    parts: list[Part]


@dataclass(frozen=True)
class Change:
    """One piece of material that was added, removed or changed (``what``)."""

    what: str
    label: str
    fields: list[FieldChange] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What happened, for people."""
        return {"added": _("新增"), "removed": _("移除"), "changed": _("有改动")}[self.what]

    @property
    def icon(self) -> str:
        """The icon that goes with it."""
        return {"added": "plus-circle", "removed": "dash-circle", "changed": "pencil"}[self.what]

    @property
    def tone(self) -> str:
        """The tone that goes with it."""
        return {"added": "leaf", "removed": "flame", "changed": "sky"}[self.what]


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two snapshots (``domain.snapshot``), the whole first, then item by item."""
    changes = []
    if whole := list(_whole(old, new)):
        changes.append(Change("changed", _("参与数据和备注"), whole))
    before, after = _by_id(old), _by_id(new)
    for key, item in after.items():
        if key not in before:
            changes.append(Change("added", _label(item), _added(item)))
        elif fields := list(_fields(before[key], item)):
            changes.append(Change("changed", _label(item), fields))
    changes += [Change("removed", _label(item)) for key, item in before.items() if key not in after]
    return changes


def text_parts(old: str, new: str) -> list[Part]:
    """Diff two texts by characters (Latin words and numbers whole); long unchanged stretches are shortened."""
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    parts: list[Part] = []
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    for number, (what, i1, i2, j1, j2) in enumerate(blocks):
        removed, added = "".join(left[i1:i2]), "".join(right[j1:j2])
        if what == "equal":
            parts += _shortened(added, first=number == 0, last=number == len(blocks) - 1)
            continue
        if removed:
            parts.append(Part("removed", removed))
        if added:
            parts.append(Part("added", added))
    return parts


def _shortened(text: str, *, first: bool, last: bool) -> Iterator[Part]:
    if len(text) <= 2 * _CONTEXT + 10:
        yield Part("same", text)
        return
    if not first:
        yield Part("same", text[:_CONTEXT])
    yield Part("gap", "")
    if not last:
        yield Part("same", text[-_CONTEXT:])


def _by_id(snapshot: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(item.get("client_id") or item.get("id")): item for item in snapshot.get("items", [])}


def _label(item: Mapping[str, Any]) -> str:
    kinds = {str(kind.value): str(kind.label) for kind in ReportItem.Kind}
    name = item.get("title") or item.get("caption") or _file_name(item.get("file")) or _("未命名")
    return f"{kinds.get(str(item.get('kind')), '')}《{name}》"


def _file_name(file: Any) -> str:
    return str(file.get("name", "")) if isinstance(file, Mapping) else ""


def _whole(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    for label, name in ((_("备注"), "note"), (_("带问题报送的理由"), "error_reason")):
        before, after = str(old.get(name) or ""), str(new.get(name) or "")
        if before != after:
            yield FieldChange(label, text_parts(before, after))
    figures_before, figures_after = old.get("figures") or {}, new.get("figures") or {}
    for code in sorted({*figures_before, *figures_after}):
        if figures_before.get(code) != figures_after.get(code):
            before, after = figures_before.get(code, ""), figures_after.get(code, "")
            yield FieldChange(_figure_label(new, code), text_parts(str(before), str(after)))


def _figure_label(snapshot: Mapping[str, Any], code: str) -> str:
    labels = snapshot.get("figure_labels") or {}
    return str(labels.get(code, code))


def _item_fields() -> list[tuple[str, str]]:
    return [
        ("title", _("标题")),
        ("caption", _("文字说明")),
        ("text", _("正文")),
        ("source", _("引用来源")),
        ("outlet", _("媒体名称")),
        ("level", _("媒体级别")),
        ("published_on", _("发布日期")),
        ("link", _("链接")),
    ]


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    for name, label in _item_fields():
        before, after = str(old.get(name) or ""), str(new.get(name) or "")
        if before != after:
            yield FieldChange(label, text_parts(before, after))
    for name, label in (("file", _("文件")), ("photo_file", _("照片"))):
        if _identity(old.get(name)) != _identity(new.get(name)):
            before, after = _file_name(old.get(name)), _file_name(new.get(name))
            replaced = [Part(what, text) for what, text in (("removed", before), ("added", after)) if text]
            yield FieldChange(label, replaced)


def _identity(file: Any) -> str:
    """What tells two files apart: their bytes."""
    if isinstance(file, Mapping):
        return str(file.get("sha256") or file.get("id") or "")
    return str(file or "")


def _added(item: Mapping[str, Any]) -> list[FieldChange]:
    text = str(item.get("text") or "")
    return [FieldChange(_("正文"), [Part("added", text)])] if text else []
