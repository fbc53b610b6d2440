"""The roll-up as a workbook: a sheet of totals whose numbers are formulas over a sheet for each district (C13)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from skillweek.core.clock import now
from skillweek.core.tables.writing import LISTS, Book
from skillweek.editions.models import Edition
from skillweek.editions.schema_closing import FormField
from skillweek.organisations.models import Organisation
from skillweek.statistics.models import FormEntry, FormFigure
from skillweek.statistics.queries.rollup import schools_below

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
#: Longest name of a sheet.
_NAME_LENGTH = 31
_FIRST_ROW = 2


def rollup_as_excel(edition: Edition, root: Organisation) -> IO[bytes]:
    """Every school below ``root`` with its figures, a sheet for each district, and one with the totals.

    Totals are formulas, with the value that they have now, so that programs which do not calculate show numbers too.
    Provisional figures (not accepted) are grey and marked. Returns an open temporary workbook.
    """
    made = Book(colour=LISTS)
    book, head = made.raw, made.head
    styles = {
        "head": head,
        "plain": book.add_format({"border": 1}),
        "waiting": book.add_format({"border": 1, "font_color": "#767676", "italic": True}),
        "bold": book.add_format({"border": 1, "bold": True}),
    }
    fields = [each for each in edition.doc.statistics_form.fields if each.kind != "text"]
    schools = list(schools_below(root).order_by("district", "path"))
    figures = _figures(edition, root)
    totals = book.add_worksheet(_("汇总"))
    names = _sheet_names([school.district for school in schools])
    rows: dict[str, list[Organisation]] = {}
    for school in schools:
        rows.setdefault(school.district, []).append(school)
    for district, members in rows.items():
        _district_sheet(book, names[district], styles, fields, members, figures)
    _totals_sheet(totals, edition, root, styles, fields, rows, names, figures)
    return made.close()


_Figures = dict[int, tuple[str, dict[str, int]]]


def _figures(edition: Edition, root: Organisation) -> _Figures:
    """organisation id → (state of its form, number by field code). Two queries."""
    entries = FormEntry.objects.filter(edition=edition, organisation__in=schools_below(root))
    found: _Figures = {pk: (state, {}) for pk, state in entries.values_list("organisation_id", "state")}
    rows = FormFigure.objects.filter(entry__in=entries, number__isnull=False)
    for pk, code, number in rows.values_list("entry__organisation_id", "code", "number").iterator(chunk_size=5000):
        found[pk][1][code] = number or 0
    return found


def _sheet_names(districts: Sequence[str]) -> dict[str, str]:
    """district → a name of a sheet: allowed, not too long, and different from the others."""
    names: dict[str, str] = {}
    for district in districts:
        if district in names:
            continue
        name = _FORBIDDEN.sub("", district).strip()[: _NAME_LENGTH - 4] or _("未填写所在区")
        while name in names.values() or name == _("汇总"):
            name += "·"
        names[district] = name
    return names


def _titles(fields: Sequence[FormField]) -> list[str]:
    return [f"{each.name}（{each.unit}）" if each.unit else each.name for each in fields]


def _district_sheet(
    book: Any,
    name: str,
    styles: dict[str, Any],
    fields: Sequence[FormField],
    schools: list[Organisation],
    figures: _Figures,
) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1 + len(fields), 12)
    sheet.freeze_panes(_FIRST_ROW, 1)
    sheet.write_string(0, 0, name)
    for column, text in enumerate([_("学校"), _("状态"), *_titles(fields)]):
        sheet.write_string(_FIRST_ROW - 1, column, text, styles["head"])
    for row, school in enumerate(schools, start=_FIRST_ROW):
        state, numbers = figures.get(school.pk, (FormEntry.State.COUNTED.value, {}))
        style = styles["plain"] if state == FormEntry.State.ACCEPTED else styles["waiting"]
        sheet.write_string(row, 0, school.name, style)
        label = FormEntry.State(state).label
        sheet.write_string(row, 1, str(label), style)
        for column, each in enumerate(fields, start=2):
            if each.code in numbers:
                sheet.write_number(row, column, numbers[each.code], style)
            else:
                sheet.write_blank(row, column, None, style)
    last = _FIRST_ROW + len(schools)
    sheet.write_string(last, 0, _("合计"), styles["bold"])
    for column, each in enumerate(fields, start=2):
        letter = xl_col_to_name(column)
        formula = f"=SUM({letter}{_FIRST_ROW + 1}:{letter}{last})"
        sheet.write_formula(last, column, formula, styles["bold"], _sum(schools, each, figures))


def _sum(schools: Sequence[Organisation], each: FormField, figures: _Figures) -> int:
    return sum(figures.get(school.pk, ("", {}))[1].get(each.code, 0) for school in schools)


def _totals_sheet(
    sheet: Any, edition: Edition, root: Organisation, styles: dict[str, Any], fields: Sequence[FormField],
    rows: dict[str, list[Organisation]], names: dict[str, str], figures: _Figures,
) -> None:  # fmt: skip
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 3 + len(fields), 12)
    sheet.freeze_panes(_FIRST_ROW, 1)
    at = date_format(now(), "DATETIME_FORMAT")
    text = _("%(unit)s · %(title)s · 截至%(at)s · 灰色为未审核的暂时数据；去重的项目在这里按学校相加")
    sheet.write_string(0, 0, text % {"unit": root, "title": edition.doc.statistics_form.title, "at": at})
    for column, title in enumerate([_("所在区"), _("学校数"), _("已通过"), *_titles(fields)]):
        sheet.write_string(_FIRST_ROW - 1, column, title, styles["head"])
    row = _FIRST_ROW
    for district, members in rows.items():
        sheet.write_string(row, 0, names[district], styles["plain"])
        sheet.write_number(row, 1, len(members), styles["plain"])
        accepted = sum(figures.get(school.pk, ("", {}))[0] == FormEntry.State.ACCEPTED for school in members)
        sheet.write_number(row, 2, accepted, styles["plain"])
        last = _FIRST_ROW + len(members)
        for column, each in enumerate(fields, start=3):
            letter = xl_col_to_name(column - 1)
            formula = f"=SUM('{names[district]}'!{letter}{_FIRST_ROW + 1}:{letter}{last})"
            sheet.write_formula(row, column, formula, styles["plain"], _sum(members, each, figures))
        row += 1
    sheet.write_string(row, 0, _("合计"), styles["bold"])
    everybody = [school for members in rows.values() for school in members]
    counts = [len(everybody), sum(state == FormEntry.State.ACCEPTED for state, _numbers in figures.values())]
    values = [*counts, *(_sum(everybody, each, figures) for each in fields)]
    for column, value in enumerate(values, start=1):
        letter = xl_col_to_name(column)
        sheet.write_formula(row, column, f"=SUM({letter}{_FIRST_ROW + 1}:{letter}{row})", styles["bold"], value)
