"""Roll-ups: totals of the units below one's own, each followed down to a school's form (C12, C13)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from skillweek.organisations.access import can_see, scope_of, visible_to
from skillweek.organisations.models import Organisation
from skillweek.reports.views.bureau import bureau_page
from skillweek.statistics.exports_rollup import rollup_as_excel
from skillweek.statistics.queries.rollup import GROUPS, figure_by_school, missing, rollup
from skillweek.statistics.views.common import edition_or_404

_PAGE_SIZE = 60
_SHOWN_MISSING = 60


def root_or_404(request: HttpRequest, organisation_id: int) -> Organisation:
    """A unit whose schools the person reviews: at or below one of their bureau roles."""
    root: Organisation = get_object_or_404(visible_to(request.user), pk=organisation_id)
    paths = scope_of(request.user).deciding_paths
    if not can_see(request.user, root) or not root.path.startswith(paths or ("\0",)):
        raise PermissionDenied
    return root


@require_GET
@bureau_page
def page(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """All figures of the schools below one unit, together and by group."""
    edition, root = edition_or_404(request), root_or_404(request, organisation_id)
    group = request.GET.get("group", "")
    group = group if group in GROUPS else "unit"
    found = rollup(edition, root, group=group)
    labels = {"unit": _("下级单位"), "district": _("区"), "line": _("条线"), "school_type": _("学校类型")}
    late = missing(edition, root)
    chosen = next((each for each in found.fields if each.code == request.GET.get("by")), None)
    if chosen is not None:
        code = chosen.code
        found.groups.sort(key=lambda each: -each.total.get(code, 0))
    context = {
        "edition": edition,
        "root": root,
        "found": found,
        "group": group,
        "groups": [(key, labels[key]) for key in GROUPS],
        "group_label": labels[group],
        "page": Paginator(found.groups, _PAGE_SIZE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "missing": list(late[:_SHOWN_MISSING]),
        "missing_count": late.count(),
        "rows": [
            (each, found.total.get(each.code), found.accepted.get(each.code, 0), found.provisional.get(each.code, 0))
            for each in found.fields
        ],
    }
    return render(request, "statistics/rollup.html", context)


@require_GET
@bureau_page
def figure(request: HttpRequest, organisation_id: int, code: str) -> HttpResponseBase:
    """One field by schools: where a total comes from, each with a way to its form."""
    edition, root = edition_or_404(request), root_or_404(request, organisation_id)
    each = next((each for each in edition.doc.statistics_form.fields if each.code == code), None)
    if each is None:
        raise Http404
    rows = figure_by_school(edition, root, code)
    if each.kind != "text":
        rows.sort(key=lambda row: -((row[1].number or 0) if row[1] is not None else 0))
    total = sum(row[1].number or 0 for row in rows if row[1] is not None)
    context = {"edition": edition, "root": root, "field": each, "total": total}
    context["page"] = Paginator(rows, _PAGE_SIZE).get_page(request.GET.get("page"))
    if each.kind == "distinct":
        context["distinct"] = rollup(edition, root, group="line").total.get(code)
    return render(request, "statistics/rollup_figure.html", context)


@require_GET
@bureau_page
def excel(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """The roll-up as a workbook with formulas and a sheet for each district."""
    edition, root = edition_or_404(request), root_or_404(request, organisation_id)
    name = _("统计汇总-%(unit)s-%(slug)s.xlsx") % {"unit": root, "slug": edition.slug}
    return FileResponse(rollup_as_excel(edition, root), as_attachment=True, filename=name)
