"""A school's majors and the city's catalogue (E3)."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.tables.forms import TableForm
from skillweek.core.tables.pages import ACTIONS, TablePages
from skillweek.editions.asked import edition_asked
from skillweek.organisations.access import scope_of
from skillweek.partnerships import access, catalogue
from skillweek.partnerships.domain import catalogue_import, majors
from skillweek.partnerships.models import MajorUpload, SchoolMajor
from skillweek.partnerships.rules.fields import category_of
from skillweek.partnerships.views.common import school_asked, tabs

_PER_PAGE = 100
_PAGES: Final = TablePages(
    title=gettext_lazy("更新专业目录"),
    about=gettext_lazy(
        "表头要有「专业代码」「专业名称」，可以有「停用」（填“是”）。"
        "也可以先导出现有目录，改好再上传。没有列出的专业不变。"
    ),
    subject=gettext_lazy("名称"),
    shown=(("code", gettext_lazy("代码")),),
    confirm=ngettext_lazy("确认更新 %(n)s 个专业", "确认更新 %(n)s 个专业", "n"),
    done=gettext_lazy("已更新 %(count)d 个专业。"),
    look_at="partnerships:catalogue_upload",
    enter_at="partnerships:catalogue_confirm",
    actions={
        "new": ACTIONS["new"],
        "rename": (gettext_lazy("改名"), "submitted"),
        "drop": (gettext_lazy("停用"), "withdrawn"),
        "same": (gettext_lazy("不变"), "draft"),
        "error": ACTIONS["error"],
    },
)


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """What one's school teaches; more are picked by searching the catalogue."""
    edition = edition_asked(request)
    school = school_asked(request)
    if school is None:
        raise PermissionDenied
    rows = list(SchoolMajor.objects.filter(edition=edition, organisation=school))
    text = request.GET.get("q", "").strip()[:40]
    stated = {row.code for row in rows}
    known = catalogue.all_majors()
    context = {
        **tabs(request, "majors"),
        "edition": edition,
        "school": school,
        "schools": access.acting_organisations(request.user).filter(kind="school").order_by("path"),
        "rows": [(row, known.get(row.code) or catalogue.Major(row.code, row.name)) for row in rows],
        "q": text,
        "found": [(major, major.code in stated) for major in catalogue.find(text)],
        "can_change": is_open(edition),
        "has_last": not rows and SchoolMajor.objects.filter(organisation=school).exclude(edition=edition).exists(),
    }
    return render(request, "partnerships/majors.html", context)


@require_POST
@login_required
def act(request: HttpRequest) -> HttpResponse:
    """State a major, take one out, take over last year's."""
    edition = edition_asked(request)
    school = school_asked(request)
    if school is None:
        raise PermissionDenied
    code = request.POST.get("code", "")[:6]
    do = request.POST.get("do")
    try:
        if do == "take_over":
            count = majors.take_over(edition, school, actor=request.user)
            messages.success(request, _("已带入上一届的 %(count)d 个专业。") % {"count": count})
        elif do == "drop":
            majors.drop_major(edition, school, actor=request.user, code=code)
            messages.success(request, _("已移除。"))
        else:
            students = number_in(request.POST.get("students"))
            if students is not None and students > 1_000_000:
                raise DomainError(_("人数太大，请检查。"))
            majors.state_major(edition, school, actor=request.user, code=code, students=students)
            messages.success(request, _("已添加。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    response = redirect("partnerships:majors")
    response["Location"] += f"?unit={school.pk}"
    return response


@require_GET
@login_required
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """The catalogue by category, or what a search finds."""
    if not scope_of(request.user).roles:
        raise PermissionDenied
    text, field = request.GET.get("q", "").strip()[:40], request.GET.get("field", "")
    level = request.GET.get("level", "")
    rows = catalogue.find(text, level=level, limit=500) if text else list(catalogue.all_majors().values())
    rows = [row for row in rows if (not level or row.level == level) and (not field or category_of(row.code) == field)]
    context = {
        **tabs(request, "catalogue"),
        "edition": edition_asked(request),
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "q": text,
        "field": field,
        "level": level,
        "categories": catalogue.categories(),
        "levels": catalogue.LEVELS.items(),
        "number": len(catalogue.all_majors()),
    }
    return render(request, "partnerships/catalogue.html", context)


@require_GET
@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    """The whole catalogue as a workbook."""
    if not scope_of(request.user).roles:
        raise PermissionDenied
    return FileResponse(catalogue_import.write(), as_attachment=True, filename=_("专业目录.xlsx"))


def _only_keepers(request: HttpRequest) -> None:
    if not access.is_host_decider(request.user):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Choose a table; what it would do is shown next."""
    _only_keepers(request)
    form = TableForm(request.POST or None, request.FILES or None)

    def keep(name: str, content: bytes) -> MajorUpload:
        return catalogue_import.keep_upload(request.user, name=name, content=content)

    frame = {**tabs(request, "catalogue"), "edition": edition_asked(request)}
    return _PAGES.choose(request, form, keep, back=reverse("partnerships:catalogue"), **frame)


def _own(request: HttpRequest, pk: int) -> MajorUpload:
    _only_keepers(request)
    return get_object_or_404(MajorUpload.objects.select_related("user"), pk=pk, user=request.user.pk)


@require_GET
@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run: what each row would do."""
    kept = _own(request, pk)
    if kept.confirmed_at is not None:
        return redirect("partnerships:catalogue")
    frame = {**tabs(request, "catalogue"), "edition": edition_asked(request)}
    back = reverse("partnerships:catalogue_import")
    return _PAGES.show(request, kept, catalogue_import.dry_run(kept), back=back, hides="same", **frame)


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out exactly what was shown."""
    return _PAGES.enter(request, _own(request, pk), catalogue_import.confirm, back=reverse("partnerships:catalogue"))
