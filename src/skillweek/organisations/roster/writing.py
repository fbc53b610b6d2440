"""Write the template and the roster itself as workbooks that Excel, WPS and our own import read back (A6)."""

from __future__ import annotations

import io
from collections import defaultdict
from typing import Any, Final

import xlsxwriter
from django.db.models import Q

from skillweek.core.tables.writing import OPTIONS
from skillweek.organisations.access import subtree_q
from skillweek.organisations.models import Invitation, Membership, Organisation, Role
from skillweek.organisations.roster.layout import COLUMNS, WORDS, word_of

SHEET: Final = "名册"
_EMPTY_ROWS: Final = 500
_EXAMPLE: Final = {
    "code": "示例-001",
    "name": "示例职业学校（这一行不会导入，可删去）",
    "short_name": "示例职校",
    "kind": "学校",
    "line": "教育",
    "school_type": "中职学校",
    "district": "思明区",
    "parent": "示例-上级代码",
    "liaison": "示例：张三",
    "phone": "13800138000",
    "email": "zhangsan@example.com",
}
_HOW: Final = (
    "怎样填写",
    "1. 每行一个单位。同一单位有几位联络员的，另起一行，单位代码相同，其余单位信息可留空。",
    "2. 上传后先看预检结果：新增、更新、不变、错误，逐行写明原因；确认后才会写入。",
    "3. 再次导入同一份名册不会重复：按单位代码找单位，按手机或邮箱找联络员。",
    "4. 已有单位的空白格表示不改；要清空某一项，请在网页上改。",
    "5. 名册只增加和更新，不会删除单位或人员；停用单位、结束角色、交接请在网页上办理。",
    "6. 联络员收到邀请后自己设置密码；没有邮箱的，在单位页面复制链接发给本人。",
    "7. 手机一列已设为文本格式，请不要改成数字，以免末尾变成 0。",
    "",
    "各列说明",
)
#: Titles of a workbook that read as one block.
_HEAD: Final = {"bold": True, "bg_color": "#D8EEEE", "border": 1, "valign": "vcenter"}


def write_template() -> bytes:
    """The empty roster with headings, drop-down lists, an example row and a sheet of instructions."""
    return _write([_EXAMPLE], example=True)


def write_roster(user_paths: tuple[str, ...]) -> bytes:
    """The roster of all units at or below these tree paths, one row per unit and liaison; imports back unchanged."""
    return _write(roster_rows(user_paths), example=False)


def roster_rows(paths: tuple[str, ...]) -> list[dict[str, str]]:
    """The same rows as dictionaries of text. Constant number of queries."""
    units = list(Organisation.objects.filter(subtree_q(paths), is_active=True).order_by("path"))
    codes = dict(Organisation.objects.filter(_parents(units)).values_list("path", "code"))
    people = _liaisons(paths)
    rows = []
    for unit in units:
        row = {
            "code": unit.code,
            "name": unit.name,
            "short_name": unit.short_name,
            "kind": word_of("kind", unit.kind),
            "line": word_of("line", unit.line),
            "school_type": word_of("school_type", unit.school_type),
            "district": unit.district,
            "parent": codes.get(unit.path[: -Organisation.steplen], ""),
        }
        found = people.get(unit.pk) or [{}]
        rows += [{**row, **person} for person in found]
    return rows


def _parents(units: list[Organisation]) -> Q:
    return Q(path__in={unit.path[: -Organisation.steplen] for unit in units})


def _liaisons(paths: tuple[str, ...]) -> dict[int, list[dict[str, str]]]:
    """Unit id → its liaisons, those who still have to accept after those who have."""
    people: dict[int, list[dict[str, str]]] = defaultdict(list)
    here = subtree_q(paths, "organisation__")
    members = Membership.objects.filter(here, role=Role.LIAISON, is_active=True).select_related("user").order_by("pk")
    for row in members:
        people[row.organisation_id].append(_person(row.user.name, row.user.phone, row.user.email))
    pending = Invitation.objects.pending().filter(here, role=Role.LIAISON).exclude(email="", phone="").order_by("pk")
    for invitation in pending:
        person = _person(invitation.name, invitation.phone, invitation.email)
        if not any(_same_person(person, other) for other in people[invitation.organisation_id]):
            people[invitation.organisation_id].append(person)
    return people


def _person(name: str, phone: str | None, email: str | None) -> dict[str, str]:
    return {"liaison": name, "phone": phone or "", "email": email or ""}


def _same_person(one: dict[str, str], other: dict[str, str]) -> bool:
    return any(one[key] and one[key] == other[key] for key in ("phone", "email"))


def _write(rows: list[dict[str, str]], *, example: bool) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {**OPTIONS, "in_memory": True})
    sheet = book.add_worksheet(SHEET)
    head = book.add_format(_HEAD)
    text = book.add_format({"num_format": "@"})
    faded = book.add_format({"num_format": "@", "italic": True, "font_color": "#767676"})
    for index, column in enumerate(COLUMNS):
        sheet.set_column(index, index, column.width, text)
        sheet.write_string(0, index, column.heading, head)
        sheet.write_comment(0, index, column.help, {"x_scale": 1.4})
    sheet.freeze_panes(1, 2)
    for number, row in enumerate(rows, start=1):
        for index, column in enumerate(COLUMNS):
            sheet.write_string(number, index, row.get(column.key, ""), faded if example else text)
    _validate(sheet, len(rows) + _EMPTY_ROWS)
    _instructions(book, head)
    book.close()
    return target.getvalue()


def _validate(sheet: Any, last: int) -> None:
    """Drop-down lists for the columns of fixed words."""
    for index, column in enumerate(COLUMNS):
        if column.key in WORDS:
            rule = {
                "validate": "list",
                "source": list(WORDS[column.key]),
                "error_title": column.heading,
                "error_message": "请从下拉列表里选。",
            }
            sheet.data_validation(1, index, last, index, rule)


def _instructions(book: Any, head: Any) -> None:
    sheet = book.add_worksheet("填写说明")
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18, wrap)
    sheet.set_column(1, 1, 70, wrap)
    for number, line in enumerate(_HOW):
        sheet.merge_range(number, 0, number, 1, line, head if line in (_HOW[0], _HOW[-1]) else wrap)
    for number, column in enumerate(COLUMNS, start=len(_HOW)):
        sheet.write_string(number, 0, column.heading)
        words = f"可填：{'、'.join(WORDS[column.key])}。" if column.key in WORDS else ""
        sheet.write_string(number, 1, f"{column.help}{words}")
