"""Write the template and the activities themselves as workbooks that Excel, WPS and our own import read back (B3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from xlsxwriter.utility import xl_col_to_name

from skillweek.activities.models import Activity, Session
from skillweek.activities.transfer.layout import COLUMNS, EXAMPLE_MARK, choices_of, words_of
from skillweek.content.html import plain_text
from skillweek.core.tables.writing import Book
from skillweek.editions.models import Edition
from skillweek.editions.schema import EditionDocument

SHEET: Final = "活动"
#: What stands behind the table in an export; the import passes it over.
_EXTRA: Final = (("单位名称", 24), ("状态", 10), ("检查结果", 40))
_EMPTY_ROWS: Final = 500
_BATCH: Final = 200
_HEAD: Final = {"bold": True, "bg_color": "#D8EEEE", "border": 1, "valign": "vcenter", "text_wrap": True}
_HOW: Final = (
    "怎样填写",
    "1. 每行一场。同一活动有几场的，另起一行，活动名称相同，其余活动信息可留空。",
    "2. 上传后先看预检结果，逐行写明会怎样；确认后才会写入，都存成草稿，检查后再提交审核。",
    "3. 再次导入同一份表格不会重复：按活动名称找活动，按时间和地点找场次。空白格表示不改。",
    "4. 已提交或已通过的活动不能用表格修改。",
    "5. 一格里填多项的，用顿号隔开。可填内容见「选项」表，来自本届活动周的通知。",
    "6. 时间地点未定的，日期、时间、地点留空，以后用补充通知另行公布。",
)


def write_template(edition: Edition) -> IO[bytes]:
    """The empty table with headings, the edition's own lists to choose from, an example row and instructions."""
    words = words_of(edition.doc)
    first = {key: next(iter(entries), "") for key, entries in words.items()}
    example = {
        "title": f"{EXAMPLE_MARK}茶艺体验（这一行不会导入，可删去）",
        "kind": first["kind"],
        "summary": "跟着同学学泡一杯茶",
        "description": "由茶艺专业学生带领，认识茶具，学习冲泡。",
        "outreach": first["outreach"],
        "form": first["form"],
        "audience": first["audience"],
        "expected": "40",
        "person": "张老师",
        "phone": "13800138000",
        "safety": "现场配备安全员，用电设备专人看管，设医疗点。",
        "fee": "不收费",
        "funding": "学校专项经费",
        "benefit": "是",
        "day": edition.starts_on.isoformat(),
        "from": "09:00",
        "to": "11:00",
        "place": "示例职业学校",
        "room": "茶艺室",
        "district": first["district"],
        "booking": list(words["booking"])[1],
        "capacity": "20",
    }
    return _write(edition.doc, [example], example=True)


def write_activities(edition: Edition, activities: QuerySet[Activity]) -> IO[bytes]:
    """These activities, one row a session, in the template's layout; imports back unchanged."""
    return _write(edition.doc, _rows(edition, activities), example=False)


def _rows(edition: Edition, activities: QuerySet[Activity]) -> Iterator[dict[str, str]]:
    words = {key: {code: word for word, code in entries.items()} for key, entries in words_of(edition.doc).items()}
    rows = activities.select_related("organisation").prefetch_related("tags", "sessions")
    for activity in rows.iterator(chunk_size=_BATCH):
        about = _activity_cells(activity, words)
        sessions: list[Session | None] = list(activity.sessions.all()) or [None]
        for session in sessions:
            yield {**about, **(_session_cells(session, words, ZoneInfo(edition.zone)) if session else {})}


def _activity_cells(activity: Activity, words: dict[str, dict[str, str]]) -> dict[str, str]:
    cells = {
        "unit": activity.organisation.code,
        "description": plain_text(activity.description),
        "fee": {None: "", True: "不收费", False: "收费"}[activity.is_free],
        "benefit": "是" if activity.public_benefit else "否",
        "单位名称": activity.organisation.name,
        "状态": str(activity.get_state_display()) + ("（已取消）" if activity.is_cancelled else ""),
        "检查结果": "\n".join(str(row.get("message", "")) for row in activity.findings),
    }
    for column in COLUMNS:
        if column.group:
            cells[column.key] = "、".join(words[column.key].get(c, c) for c in activity.codes(column.group))
        elif column.key not in cells and not column.is_session:
            value = getattr(activity, column.field)
            cells[column.key] = words.get(column.key, {}).get(value, "" if value is None else str(value))
    return cells


def _session_cells(session: Session, words: dict[str, dict[str, str]], zone: ZoneInfo) -> dict[str, str]:
    start = session.starts_at.astimezone(zone) if session.starts_at else None
    end = session.ends_at.astimezone(zone) if session.ends_at else None
    return {
        "label": session.label,
        "day": f"{start:%Y-%m-%d}" if start else "",
        "from": f"{start:%H:%M}" if start else "",
        "to": f"{end:%H:%M}" if end else "",
        "online": "是" if session.is_online else "否",
        "url": session.online_url,
        "place": session.place,
        "address": session.address,
        "room": session.room,
        "district": words["district"].get(session.district, session.district),
        "booking": words["booking"].get(session.booking, ""),
        "capacity": "" if session.capacity is None else str(session.capacity),
    }


def _write(doc: EditionDocument, rows: Iterable[dict[str, str]], *, example: bool) -> IO[bytes]:
    made = Book(in_memory=True)
    book = made.raw
    sheet = book.add_worksheet(SHEET)
    head = book.add_format(_HEAD)
    text = book.add_format({"num_format": "@", "valign": "top"})
    faded = book.add_format({"num_format": "@", "valign": "top", "italic": True, "font_color": "#767676"})
    for index, column in enumerate(COLUMNS):
        sheet.set_column(index, index, column.width, text)
        sheet.write_string(0, index, column.heading, head)
        sheet.write_comment(0, index, column.help, {"x_scale": 1.4})
    extra = () if example else _EXTRA
    for index, (heading, width) in enumerate(extra, start=len(COLUMNS)):
        sheet.set_column(index, index, width, text)
        sheet.write_string(0, index, heading, head)
    sheet.freeze_panes(1, 2)
    keys = [*(column.key for column in COLUMNS), *(heading for heading, _width in extra)]
    last = 0
    for last, row in enumerate(rows, start=1):
        for index, key in enumerate(keys):
            sheet.write_string(last, index, row.get(key, ""), faded if example else text)
    _choices(book, sheet, doc, head, last + _EMPTY_ROWS)
    _instructions(book, head)
    return made.close()


def _choices(book: Any, sheet: Any, doc: EditionDocument, head: Any, last: int) -> None:
    """The sheet 「选项」 with the edition's lists, and drop-downs that point there. Columns for several entries offer
    the list too, but let people write more than one.
    """
    options = book.add_worksheet("选项")
    choices = choices_of(words_of(doc))
    place = 0
    for index, column in enumerate(COLUMNS):
        entries = choices.get(column.key)
        if not entries:
            continue
        options.set_column(place, place, 26)
        options.write_string(0, place, column.heading, head)
        for number, entry in enumerate(entries, start=1):
            options.write_string(number, place, entry)
        letter = xl_col_to_name(place)
        rule = {"validate": "list", "source": f"=选项!${letter}$2:${letter}${len(entries) + 1}"}
        if column.group:
            rule |= {"error_type": "information", "error_title": column.heading, "error_message": "多项请用顿号隔开。"}
        else:
            rule |= {"error_title": column.heading, "error_message": "请从下拉列表里选。"}
        sheet.data_validation(1, index, last, index, rule)
        place += 1


def _instructions(book: Any, head: Any) -> None:
    sheet = book.add_worksheet("填写说明")
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 20, wrap)
    sheet.set_column(1, 1, 80, wrap)
    for number, line in enumerate(_HOW):
        sheet.merge_range(number, 0, number, 1, line, wrap if number else head)
    for number, column in enumerate(COLUMNS, start=len(_HOW) + 1):
        sheet.write_string(number, 0, column.heading)
        sheet.write_string(number, 1, column.help)
