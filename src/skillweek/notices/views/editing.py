"""Writing a notice: the editor, the audience's live count, and the preview before publication (A1)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.core.asked import number_in
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notices.access import can_publish, is_open, issuing_units, receiving_units
from skillweek.notices.audience import area_of, clean_audience, describe, is_empty, units_of
from skillweek.notices.content import BLANK, ready_to_publish
from skillweek.notices.domain import draft_notice, save_notice
from skillweek.notices.domain.drafting import must_change
from skillweek.notices.forms import NoticeForm, PublishForm, initial_of
from skillweek.notices.models import Notice
from skillweek.notices.picker import FOUND, NAMED, picker_for, rule_from
from skillweek.notices.queries import attachments_of
from skillweek.notices.sheet import sheet_of
from skillweek.notices.views.common import typed, working_edition, writable
from skillweek.notices.views.public import CHANGES_TEMPLATES
from skillweek.organisations.models import Organisation


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a notice, or with ``?parent=`` a supplement. Nothing is kept before the first 保存."""
    units = list(issuing_units(request.user))
    edition = working_edition()
    if not units:
        raise PermissionDenied
    if edition is None:
        raise DomainError(_("还没有届次。请先在“届次设置”中载入通知，再写通知。"))
    unit = _chosen_unit(request, units)
    parent = _chosen_parent(request, unit)
    start = {**BLANK, "issuers": [unit.name], "audience": {"all": True}}
    if parent is not None:
        start |= {
            key: parent.live.get(key, start[key]) for key in ("issuers", "recipients_text", "audience", "is_public")
        }
        start["title"] = _("关于《%(title)s》的补充通知") % {"title": parent.title[:160]}

    def keep(content: dict[str, Any], _revision: int | None) -> Notice:
        return draft_notice(edition=edition, organisation=unit, actor=request.user, fields=content, parent=parent)

    return _editor(request, unit, edition, start, keep, parent=parent, units=units)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the draft of a notice; what is public stays until it is published again."""
    notice = writable(request, pk)
    must_change(request.user, notice)

    def keep(content: dict[str, Any], revision: int | None) -> Notice:
        return save_notice(notice, content, actor=request.user, expected_revision=revision)

    start = {**BLANK, **notice.draft}
    return _editor(request, notice.organisation, notice.edition, start, keep, notice=notice, parent=notice.parent)


def _editor(
    request: HttpRequest,
    unit: Organisation,
    edition: Edition,
    start: dict[str, Any],
    keep: Any,
    *,
    notice: Notice | None = None,
    parent: Notice | None = None,
    units: list[Organisation] | None = None,
) -> HttpResponse:
    """The editor's page and what saving on it does. A refused save shows everything typed, with the reason."""
    revision = notice.revision if notice else 0
    rule, picker_error, theirs = start["audience"], "", None
    with timezone.override(ZoneInfo(edition.zone)):
        if request.method == "POST":
            form = NoticeForm(request.POST, organisation=unit, edition=edition)
            rule = rule_from(request.POST)
            if form.is_valid():
                try:
                    saved = keep({**form.content(), "audience": rule}, form.cleaned_data["revision"])
                except Conflict as conflict:
                    form.add_error(None, conflict.message)
                    theirs = conflict.details[0] if conflict.details else None
                except NotAllowed:
                    raise
                except DomainError as error:
                    if error.field == "audience":
                        picker_error = error.message
                    form.add_error(error.field if error.field in form.fields else None, error.message)
                else:
                    return _saved(request, saved)
        else:
            form = NoticeForm(initial=initial_of(start, revision), organisation=unit, edition=edition)
        picker = picker_for(unit, _tickable(rule))
        picker.error = picker_error
        context = {
            "form": form,
            "notice": notice,
            "parent": parent,
            "unit": unit,
            "units": units or [],
            "edition": edition,
            "picker": picker,
            "count": units_of(_tickable(rule), unit).count(),
            "theirs": theirs,
            "files": attachments_of(start),
            "revision": revision,
            "can_publish": can_publish(request.user, unit),
        }
        return render(request, "notices/work/edit.html", context, status=400 if form.errors else 200)


def _saved(request: HttpRequest, notice: Notice) -> HttpResponse:
    if "preview" in request.POST:
        return redirect("notices:preview", pk=notice.pk)
    messages.success(request, _("已保存草稿。"))
    return redirect("notices:edit", pk=notice.pk)


def _tickable(rule: dict[str, Any]) -> dict[str, Any]:
    """A refused rule as far as the picker can show it."""
    numbers = [text for text in rule.get("organisations", []) if number_in(str(text)) is not None]
    return {**rule, "organisations": numbers}


def _chosen_unit(request: HttpRequest, units: list[Organisation]) -> Organisation:
    named = number_in(request.POST.get("organisation") or request.GET.get("organisation"))
    if named is None:
        return units[0]
    found = next((unit for unit in units if unit.pk == named), None)
    if found is None:
        raise Http404
    return found


def _chosen_parent(request: HttpRequest, unit: Organisation) -> Notice | None:
    named = number_in(request.GET.get("parent") or request.POST.get("parent"))
    if named is None:
        return None
    return get_object_or_404(Notice, pk=named, organisation=unit, kind=Notice.Kind.NOTICE, live_at__isnull=False)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@login_required
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as readers will see it, on a phone and on a desk, and the way to publish it."""
    notice = writable(request, pk)
    problem = ""
    try:
        ready_to_publish(notice, now())
    except DomainError as error:
        problem = error.message
    rule = notice.draft.get("audience") or {}
    reached = units_of(rule, notice.organisation)
    context = {
        "notice": notice,
        "problem": problem,
        "is_correction": notice.is_live and notice.has_changes,
        "is_same": notice.is_live and not notice.has_changes,
        "form": PublishForm(),
        "count": reached.count(),
        "new_count": reached.exclude(pk__in=notice.receipts.values("organisation")).count(),
        "audience": describe(rule, notice.organisation),
        "can_publish": can_publish(request.user, notice.organisation) and is_open(notice),
        "edition_is_open": notice.edition.state == Edition.State.OPEN,
    }
    return render(request, "notices/work/preview.html", context)


@xframe_options_sameorigin
@csp_update({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
@login_required
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft alone, for the frame of the preview."""
    notice = writable(request, pk)
    context = {
        "notice": notice,
        "sheet": sheet_of(notice, notice.draft),
        "changes_templates": CHANGES_TEMPLATES,
    }
    return render(request, "notices/work/sheet.html", context)


@login_required
@require_POST
def audience_count(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """How many units the picker reaches as it is ticked now, with some names."""
    unit = _picking_unit(request, organisation_id)
    context: dict[str, Any] = {"error": "", "count": 0, "names": []}
    try:
        rule = clean_audience(rule_from(request.POST), unit)
    except DomainError as error:
        context["error"] = error.message
    else:
        if not is_empty(rule):
            reached = units_of(rule, unit)
            context |= {"count": reached.count(), "names": list(reached[:NAMED])}
    return render(request, "notices/work/audience_count.html", context)


@login_required
@require_safe
def audience_units(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Units below the bureau whose name holds the words typed, to tick one by one."""
    unit = _picking_unit(request, organisation_id)
    text = typed(request, "find")
    found = list(area_of(unit).filter(name__icontains=text)[: FOUND + 1]) if text else []
    context = {"found": found[:FOUND], "more": len(found) > FOUND, "text": text}
    return render(request, "notices/work/audience_units.html", context)


def _picking_unit(request: HttpRequest, organisation_id: int) -> Organisation:
    """The bureau whose units the person may list: one they write or pass on for."""
    unit: Organisation = get_object_or_404(receiving_units(request.user), pk=organisation_id)
    if unit.is_school:
        raise Http404
    return unit
