"""The city brings the catalogue of majors up to date by Excel: dry run, then confirmation (E3)."""

from __future__ import annotations

import tempfile
import unicodedata
from dataclasses import dataclass
from typing import IO, Any, Final

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.organisations.roster.reading import MAX_BYTES, read_tables
from skillweek.partnerships import catalogue
from skillweek.partnerships.access import is_host_decider
from skillweek.partnerships.models import CityMajor, MajorUpload
from skillweek.partnerships.rules.fields import class_of

MAX_ROWS: Final = 5000
#: key → headings in the file: a file format, so Chinese in every language of the interface.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("专业代码", "代码"),
    "name": ("专业名称", "名称"),
    "dropped": ("停用",),
}
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Outcome:
    """What one row of the table would do: ``new``, ``rename``, ``drop``, ``same`` or ``error`` with ``text``."""

    row: int
    code: str
    name: str
    action: str
    text: str = ""


def _must(actor: Any) -> None:
    if not is_host_decider(actor):
        raise NotAllowed(_("专业目录由市级主办单位更新。"))


@transaction.atomic
def keep_upload(actor: Any, *, name: str, content: bytes) -> MajorUpload:
    """Read the table and keep its rows until they are confirmed. Raises DomainError (``file``)."""
    _must(actor)
    return MajorUpload.objects.create(user=actor, name=name[:255], rows=read(content))


def read(content: bytes) -> list[dict[str, Any]]:
    """``[{"row": 2, "code": …, "name": …, "dropped": bool}, …]`` of the first sheet with our headings."""
    if len(content) > MAX_BYTES:
        raise DomainError(_("文件超过 5 MB，请删去图片和多余的工作表后再上传。"), field="file")
    if not content.strip():
        raise DomainError(_("文件是空的，请重新选择。"), field="file")
    for table in read_tables(content, cell=200):
        for index, head in enumerate(table[:10]):
            columns = {
                key: place
                for key, names in COLUMNS.items()
                for place, text in enumerate(head)
                if unicodedata.normalize("NFKC", text).strip(" *:\n") in names
            }
            if {"code", "name"} <= columns.keys():
                return _rows(table, index + 1, columns)
    raise DomainError(_("没有找到表头。表头要有「专业代码」和「专业名称」。"), field="file")


def _rows(table: list[list[str]], start: int, columns: dict[str, int]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, cells in enumerate(table[start:], start=start + 1):
        found = {key: "".join(cells[at].replace("\0", "").split()) for key, at in columns.items() if at < len(cells)}
        if not found.get("code") and not found.get("name"):
            continue
        if len(rows) >= MAX_ROWS:
            raise DomainError(_("表格超过 %(limit)s 行，请分成几个文件上传。") % {"limit": MAX_ROWS}, field="file")
        # The ministry marks majors under control by a K after the code.
        code = unicodedata.normalize("NFKC", found.get("code", "")).upper().removesuffix("K").removesuffix(".0")
        is_dropped = found.get("dropped", "") in ("是", "停用", "1", "Y", "y")
        rows.append({"row": number, "code": code[:20], "name": found.get("name", "")[:60], "dropped": is_dropped})
    if not rows:
        raise DomainError(_("表头下面没有内容。请填写后再上传。"), field="file")
    return rows


def dry_run(upload: MajorUpload) -> list[Outcome]:
    """What each row would do now."""
    known, seen, found = catalogue.all_majors(), set[str](), []
    for line in upload.rows:
        number, code, name = line["row"], line["code"], line["name"]
        major = known.get(code)
        if not catalogue.name_of_group(class_of(code)):
            text = _("代码应是 6 位数字，前两位是层次和大类，中间两位是专业类。")
            found.append(Outcome(number, code, name, "error", text))
        elif code in seen:
            found.append(Outcome(number, code, name, "error", _("表格里这个代码出现了两次。")))
        elif line["dropped"]:
            found.append(Outcome(number, code, name, "drop" if major else "same"))
        elif not name:
            found.append(Outcome(number, code, name, "error", _("没有专业名称。")))
        elif major is None:
            found.append(Outcome(number, code, name, "new"))
        else:
            action = "same" if major.name == name else "rename"
            found.append(Outcome(number, code, name, action, "" if action == "same" else major.name))
        seen.add(code)
    return found


@transaction.atomic
def confirm(upload: MajorUpload, *, actor: Any) -> int:
    """Carry out what the dry run shows, rows with errors left out. Returns how many majors changed."""
    _must(actor)
    row = MajorUpload.objects.select_for_update().get(pk=upload.pk)
    if row.confirmed_at is not None:
        raise Conflict(_("这份表格已经导入过。"), code="same")
    count = 0
    names = catalogue.national_majors()
    for outcome in dry_run(row):
        if outcome.action not in ("new", "rename", "drop"):
            continue
        is_dropped = outcome.action == "drop"
        name = outcome.name or names.get(outcome.code, outcome.code)
        CityMajor.objects.update_or_create(
            code=outcome.code, defaults={"name": name, "is_dropped": is_dropped, "changed_by": actor}
        )
        count += 1
    row.confirmed_at = now()
    row.save()
    record("majors.import", row, actor=actor, data={"changed": count})
    return count


def write() -> IO[bytes]:
    """The whole catalogue as a workbook that the import reads back."""
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = book.add_worksheet("专业目录")
    head = book.add_format({"bold": True, "bg_color": "#D8EEEE", "border": 1})
    for index, (name, width) in enumerate(
        (("专业代码", 12), ("专业名称", 28), ("停用", 8), ("层次", 12), ("专业类", 24), ("专业大类", 24))
    ):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, name, head)
    sheet.freeze_panes(1, 0)
    for number, major in enumerate(catalogue.all_majors().values(), start=1):
        cells = (major.code, major.name, "", major.level_name, major.class_name, major.category_name)
        for index, text in enumerate(cells):
            sheet.write_string(number, index, text)
    book.close()
    target.seek(0)
    return target
