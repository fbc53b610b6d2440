"""The city brings the catalogue of majors up to date by Excel: dry run, then confirmation (E3)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import IO, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.core.audit import record
from skillweek.core.errors import NotAllowed
from skillweek.core.tables.plan import Outcome, as_shown, locked
from skillweek.core.tables.reading import Column, Layout, Row, read_rows
from skillweek.core.tables.writing import Book
from skillweek.partnerships import catalogue
from skillweek.partnerships.access import is_host_decider
from skillweek.partnerships.models import CityMajor, MajorUpload
from skillweek.partnerships.rules.fields import class_of

#: A file format, so Chinese in every language of the interface.
LAYOUT: Final = Layout(
    columns=(
        Column("code", "专业代码", ("代码",), 12),
        Column("name", "专业名称", ("名称",), 28),
        Column("dropped", "停用", (), 8),
    ),
    required=("code", "name"),
    missing=gettext_lazy("没有找到表头。表头要有「专业代码」和「专业名称」。"),
    most_rows=5000,
    longest=200,
    example="",
)
_EXTRA: Final = (("层次", 12), ("专业类", 24), ("专业大类", 24))
_WRITES: Final = ("new", "rename", "drop")


def _must(actor: Any) -> None:
    if not is_host_decider(actor):
        raise NotAllowed(_("专业目录由市级主办单位更新。"))


@transaction.atomic
def keep_upload(actor: Any, *, name: str, content: bytes) -> MajorUpload:
    """Read the table and keep its rows until they are confirmed. Raises DomainError (``file``)."""
    _must(actor)
    return MajorUpload.objects.create(user=actor, name=name[:200], rows=read_rows(content, LAYOUT))


def dry_run(upload: MajorUpload) -> list[Outcome]:
    """What each row would do now: ``new``, ``rename``, ``drop``, ``same`` or ``error``."""
    known, seen = catalogue.all_majors(), set[str]()
    return [_plan(row, known, seen) for row in upload.rows]


def _plan(row: Row, known: Mapping[str, catalogue.Major], seen: set[str]) -> Outcome:
    found = Outcome.of(LAYOUT, row)
    # The ministry marks majors under control by a K after the code.
    code = unicodedata.normalize("NFKC", found.get("code")).replace(" ", "").upper()
    code = code.removesuffix("K").removesuffix(".0")[:20]
    found.title = name = found.get("name").replace(" ", "")[:60]
    found.values = {"code": code, "name": name}
    major, is_dropped = known.get(code), found.get("dropped") in ("是", "停用", "1", "Y", "y")
    if not catalogue.name_of_group(class_of(code)):
        found.fail("code", _("代码应是 6 位数字，前两位是层次和大类，中间两位是专业类。"))
    elif code in seen:
        found.fail("code", _("表格里这个代码出现了两次。"))
    elif is_dropped:
        found.action = "drop" if major else "same"
    elif not name:
        found.fail("name", _("没有专业名称。"))
    elif major is not None and major.name == name:
        found.action = "same"
    elif major is not None:
        found.action, found.note = "rename", _("改名，原来是“%(old)s”") % {"old": major.name}
    seen.add(code)
    return found


@transaction.atomic
def confirm(upload: MajorUpload, *, seen: str) -> int:
    """Carry out what was shown, rows with errors left out. Returns how many majors changed. Raises NotAllowed, Conflict
    when the catalogue is another by now.
    """
    _must(upload.user)
    kept = locked(MajorUpload.objects.select_related("user"), upload.pk)
    stale = _("专业目录刚刚有变化，结果与您看到的不同。请看过新的预检结果再确认。")
    changes = [row for row in as_shown(dry_run(kept), seen, stale=stale) if row.action in _WRITES]
    names = catalogue.national_majors()
    for row in changes:
        code = row.values["code"]
        name = row.values["name"] or names.get(code, code)
        CityMajor.objects.update_or_create(
            code=code, defaults={"name": name, "is_dropped": row.action == "drop", "changed_by": kept.user}
        )
    kept.mark_entered()
    record("majors.import", kept, actor=kept.user, data={"changed": len(changes)})
    return len(changes)


def write() -> IO[bytes]:
    """The whole catalogue as a workbook that the import reads back."""
    lines = (
        (major.code, major.name, "", major.level_name, major.class_name, major.category_name)
        for major in catalogue.all_majors().values()
    )
    book = Book()
    book.table("专业目录", LAYOUT, lines, extra=_EXTRA, freeze=(1, 0))
    return book.close()
