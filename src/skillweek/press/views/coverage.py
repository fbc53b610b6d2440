"""The register: find, enter, correct, decide, merge (D4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.core.acts import Act, perform
from skillweek.core.asked import number_in
from skillweek.core.audit import history_of
from skillweek.core.errors import NotAllowed
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.editions.specs import LEVELS
from skillweek.organisations.access import can_see
from skillweek.organisations.models import Organisation
from skillweek.press import access, files
from skillweek.press.domain import merging, register
from skillweek.press.forms import CoverageForm
from skillweek.press.models import Coverage, MediaOutlet
from skillweek.press.queries.coverage import DUPLICATES, SORTS, CoverageFilter, districts_of, figures_of
from skillweek.press.views.common import tabs

_PER_PAGE = 30


def visible(request: HttpRequest) -> QuerySet[Coverage]:
    """What the person finds, ready for lists."""
    rows = access.coverage_visible_to(request.user)
    return rows.select_related("outlet", "home", "edition", "merged_into", "proposed")


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The register of one edition with its filters, and how many articles count."""
    edition = edition_asked(request)
    rows = visible(request).filter(edition=edition)
    asked = CoverageFilter.from_query(request.GET)
    page = Paginator(asked.apply(rows).prefetch_related("organisations"), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **tabs(request),
        "tab": "coverage",
        "edition": edition,
        "page": page,
        "asked": asked,
        "figures": figures_of(rows, edition),
        "waiting": rows.filter(proposed__isnull=False).count(),
        "levels": LEVELS,
        "states": Coverage.State.choices,
        "duplicates": DUPLICATES,
        "sorts": [(value, label) for value, (label, _order) in SORTS.items()],
        "districts": districts_of(rows),
        "can_add": is_open(edition) and access.registering_organisations(request.user).exists(),
    }
    return render(request, "press/coverage/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Enter an article by hand."""
    homes = access.registering_organisations(request.user)
    if not homes.exists():
        raise PermissionDenied
    edition = edition_asked(request)
    form = CoverageForm(request.POST or None, request.FILES or None, homes=homes)
    if form.is_valid():
        home = form.cleaned_data["home"]
        made = run(form, lambda: _enter(request, form, edition, home))
        if made is not None:
            if made.merged_into is not None:
                text = _("已登记。同一链接已有登记，自动合并计为一篇，贵单位仍计入。")
            elif made.proposed is not None:
                text = _("已登记。可能与已有的一条重复，审核员会判断。")
            else:
                text = _("已登记。")
            messages.success(request, text)
            return redirect("press:coverage", made.pk)
    context = {**tabs(request), "tab": "coverage", "edition": edition, "form": form, "outlets": _names()}
    return render(request, "press/coverage/add.html", context, status=400 if form.is_bound else 200)


@transaction.atomic
def _enter(request: HttpRequest, form: CoverageForm, edition: Any, home: Organisation) -> Coverage:
    units, values = form.cleaned_data["units"], form.values()
    if not access.registers_for(request.user, home):
        raise NotAllowed(_("您不能为“%(name)s”登记媒体报道。") % {"name": home})
    row = register.register(edition, home, actor=request.user, organisations=units, **values)
    _scan(request, form, row)
    return row


def _scan(request: HttpRequest, form: CoverageForm, row: Coverage) -> None:
    """Keep the file last: what is refused before leaves nothing in the storage."""
    if sent := form.cleaned_data["scan_file"]:
        file = files.keep(sent, edition=row.edition, organisation=row.home, user=request.user)
        register.attach_scan(row, file, actor=request.user)


def _names() -> list[str]:
    return list(MediaOutlet.objects.values_list("name", flat=True)[:500])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One row: what it says, what it is merged with, what may be done."""
    row = get_object_or_404(visible(request), pk=pk)
    can_change = access.can_change(request.user, row)
    if request.method == "POST" and not can_change:
        raise PermissionDenied
    form = CoverageForm(request.POST or None, request.FILES or None, coverage=row) if can_change else None
    if form is not None and form.is_valid():
        saved = run(form, lambda: _correct(request, form, row))
        if saved is not None:
            messages.success(request, _("已保存。"))
            return redirect("press:coverage", row.pk)
    context = {
        **tabs(request),
        "tab": "coverage",
        "row": row,
        "edition": row.edition,
        "units": row.organisations.order_by("path"),
        "form": form,
        "outlets": _names() if form else [],
        "can_decide": access.can_decide(request.user, row),
        "can_settle": access.can_settle(request.user, row),
        "can_delete": access.can_delete(request.user, row),
        "proposed": _if_seen(request, row.proposed),
        "group": _group(request, row),
        "candidates": _candidates(request, row),
        "scan_seen": row.scan is not None and can_see(request.user, row.scan.organisation),
        "history": history_of(row)[:20],
    }
    return render(request, "press/coverage/page.html", context, status=400 if form and form.is_bound else 200)


@transaction.atomic
def _correct(request: HttpRequest, form: CoverageForm, row: Coverage) -> Coverage:
    saved = register.change(
        row, actor=request.user, organisations=form.cleaned_data["units"], expected=form.cleaned_data["version"],
        **form.values(),
    )  # fmt: skip
    _scan(request, form, saved)
    return saved


def _if_seen(request: HttpRequest, other: Coverage | None) -> Coverage | None:
    return visible(request).filter(pk=other.pk).first() if other is not None else None


def _group(request: HttpRequest, row: Coverage) -> list[Coverage]:
    """The other rows of the same article that the person may see."""
    root = row.merged_into_id or row.pk
    rows = visible(request).filter(Q(merged_into=root) | Q(pk=root)).exclude(pk=row.pk)
    return list(rows.prefetch_related("organisations").order_by("pk"))


def _candidates(request: HttpRequest, row: Coverage) -> list[Coverage]:
    """What a decider may merge it into: by words of the title, else what is of the same outlet or day."""
    if not access.can_decide(request.user, row) or row.merged_into_id is not None:
        return []
    rows = visible(request).filter(edition=row.edition, merged_into=None).exclude(pk=row.pk)
    words = request.GET.get("find", "").replace("\0", "").strip()[:60]
    if words:
        return list(rows.filter(title__icontains=words)[:10])
    near = Q(outlet=row.outlet_id) if row.outlet_id else Q()
    return list(rows.filter(near, published_on=row.published_on)[:10]) if row.published_on else []


def _merge(request: HttpRequest, row: Coverage) -> str:
    into = get_object_or_404(visible(request), pk=number_in(request.POST.get("into")))
    root = merging.merge(row, into, actor=request.user)
    return _("已合并到“%(title)s”，全市计为一篇。") % {"title": root.title}


def _done(verb: Callable[..., Any], said: str) -> Callable[[HttpRequest, Coverage], str]:
    def act(request: HttpRequest, row: Coverage) -> str:
        verb(row, actor=request.user)
        return _(said)

    return act


def _reject(request: HttpRequest, row: Coverage) -> str:
    register.reject(row, actor=request.user, remark=request.POST.get("remark", ""))
    return _("已标为不计入。")


def _delete(request: HttpRequest, row: Coverage) -> str:
    register.delete(row, actor=request.user)
    return _("已删除。")


_ACTS: dict[str, Act] = {
    "delete": _delete,
    "confirm": _done(register.confirm, gettext_noop("已核实。")),
    "reconsider": _done(register.reconsider, gettext_noop("已恢复为待核实。")),
    "reject": _reject,
    "merge": _merge,
    "unmerge": _done(merging.unmerge, gettext_noop("已取消合并，分别计数。")),
    "keep_apart": _done(merging.keep_apart, gettext_noop("已记为不是同一篇，不再提示。")),
}


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one row, named by ``do``; what it refuses is said on the row's page."""
    row = get_object_or_404(visible(request), pk=pk)
    if perform(request, row, _ACTS) == "delete":
        return redirect("press:index")
    return redirect("press:coverage", pk)
