"""The contact table (A7)."""

from __future__ import annotations

import io

import xlsxwriter
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from skillweek.core.tables.writing import OPTIONS
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Kind
from skillweek.organisations.queries import Contact, contact_units, contacts_of
from skillweek.organisations.views.common import typed
from skillweek.organisations.views.roster import as_workbook

_PAGE = 100


def _chosen(request: HttpRequest) -> tuple[str, str]:
    if not scope_of(request.user).roles:
        raise PermissionDenied
    kind = request.GET.get("kind", "")
    return typed(request, "q"), kind if kind in Kind.values else ""


@login_required
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Who to call: the line above, one's own unit, and everyone below."""
    text, kind = _chosen(request)
    page = Paginator(contact_units(request.user, text, kind), _PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "contacts": contacts_of(list(page.object_list)),
        "text": text,
        "kind": kind,
        "kinds": Kind.choices,
    }
    return render(request, "organisations/contacts.html", context)


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same table as a workbook, all pages."""
    text, kind = _chosen(request)
    rows = contacts_of(list(contact_units(request.user, text, kind)))
    return as_workbook(_workbook(rows), _("联系表.xlsx"))


def _workbook(rows: list[Contact]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {**OPTIONS, "in_memory": True})
    sheet = book.add_worksheet(_("联系表"))
    titles = [
        _("单位"),
        _("单位性质"),
        _("条线"),
        _("所在区"),
        _("姓名"),
        _("角色"),
        _("手机"),
        _("邮箱"),
        _("单位电话"),
        _("说明"),
    ]
    sheet.write_row(0, 0, titles, book.add_format({"bold": True, "bg_color": "#D8EEEE", "border": 1}))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(titles) - 1, 16)
    sheet.freeze_panes(1, 1)
    notes = {"active": "", "invited": _("已邀请，待接受"), "none": _("缺联络员")}
    for number, row in enumerate(rows, start=1):
        unit = row.unit
        line = unit.get_line_display() if unit.line else ""
        values = [unit.name, unit.get_kind_display(), line, unit.district, row.name, row.role, row.phone, row.email]
        for column, value in enumerate([*values, unit.contact_note, notes[row.state]]):
            sheet.write_string(number, column, str(value))
    book.close()
    return target.getvalue()
