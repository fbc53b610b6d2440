"""The line above: the list of forms, reminders, decisions (C12)."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.asked import back_to, number_in
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.reports.queries.scope import districts_below
from skillweek.reports.views.bureau import bureau_page, chosen_edition, no_edition
from skillweek.statistics.access import reviewed_schools
from skillweek.statistics.domain.reminders import remind
from skillweek.statistics.domain.review import accept_form, comment_form, reopen_form, return_form
from skillweek.statistics.domain.submission import due_at
from skillweek.statistics.queries.queue import STATES, FormFilter, counts_of, forms_of
from skillweek.statistics.views.common import edition_or_404, entry_or_404, form_context

_PAGE_SIZE = 50


@require_GET
@bureau_page
def queue(request: HttpRequest) -> HttpResponseBase:
    """Every school's form by urgency."""
    edition = chosen_edition(request)
    if edition is None:
        return no_edition(request)
    chosen = FormFilter.from_query(request.GET)
    counts = counts_of(request.user, edition)
    context = {
        "edition": edition,
        "is_open": edition.state == Edition.State.OPEN,
        "chosen": chosen,
        "tabs": [(state, label, counts[state]) for state, label in STATES.items()],
        "counts": counts,
        "districts": districts_below(request.user),
        "page": Paginator(forms_of(request.user, edition, chosen), _PAGE_SIZE).get_page(request.GET.get("page")),
        "due_at": due_at(edition),
        "roots": roots_of(request),
    }
    return render(request, "statistics/queue.html", context)


def roots_of(request: HttpRequest) -> list[object]:
    """The bureaus whose roll-up the person reads."""
    from skillweek.organisations.access import scope_of
    from skillweek.organisations.models import Organisation

    return list(Organisation.objects.filter(path__in=scope_of(request.user).deciding_paths).order_by("path"))


@require_POST
@bureau_page
def remind_missing(request: HttpRequest) -> HttpResponseBase:
    """Remind the ticked schools, or all that have not handed in."""
    edition = edition_or_404(request)
    schools = reviewed_schools(request.user)
    ticked = [number for value in request.POST.getlist("school") if (number := number_in(value)) is not None]
    if ticked:
        schools = schools.filter(pk__in=ticked)
    outcome = remind(edition, schools, by=request.user)  # type: ignore[arg-type]
    if outcome.reminded:
        number = len(outcome.reminded)
        text = ngettext("已提醒 %(number)d 所学校。", "已提醒 %(number)d 所学校。", number)
        messages.success(request, text % {"number": number})
    if outcome.already:
        messages.info(request, _("有学校刚刚提醒过，没有重复提醒。"))
    if outcome.without_people:
        names = "、".join(str(school) for school in outcome.without_people[:8])
        messages.warning(request, _("这些学校还没有可提醒的人员，请电话联系：%(names)s。") % {"names": names})
    if not (outcome.reminded or outcome.already or outcome.without_people):
        messages.info(request, _("没有需要提醒的学校。"))
    return redirect(back_to(request, f"{reverse('statistics:queue')}?edition={edition.slug}"))


def _refused(request: HttpRequest, organisation_id: int, refusal: DomainError) -> HttpResponseBase:
    entry = entry_or_404(request, organisation_id)
    context = form_context(request, entry) | {
        "refusal": refusal.message,
        "typed_return": request.POST.get("reason", ""),
        "typed_note": request.POST.get("note", ""),
    }
    return render(request, "statistics/form.html", context, status=refusal.status)


@require_POST
@bureau_page
def decide(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Accept, return with a reason and remarks, or take an acceptance back."""
    entry = entry_or_404(request, organisation_id)
    what, version = request.POST.get("what", ""), number_in(request.POST.get("version")) or 0
    try:
        if what == "accept":
            accept_form(entry, by=request.user, expected_version=version, note=request.POST.get("note", ""))
            messages.success(request, _("已通过%(school)s的统计表。") % {"school": entry.organisation})
        elif what == "return":
            return_form(entry, by=request.user, expected_version=version, reason=request.POST.get("reason", ""))
            messages.success(request, _("已退回，学校会收到通知。"))
        else:
            reopen_form(entry, by=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, _("已撤销通过，统计表重新等待审核。"))
    except DomainError as refusal:
        return _refused(request, organisation_id, refusal)
    if what == "accept":
        return redirect("statistics:queue")
    return redirect("statistics:form", organisation_id=organisation_id)


@require_POST
@bureau_page
def comment(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Write a remark about one field, or about the whole form."""
    entry = entry_or_404(request, organisation_id)
    code = request.POST.get("code", "")
    try:
        comment_form(entry, code, request.POST.get("text", ""), by=request.user)
    except DomainError as refusal:
        return _refused(request, organisation_id, refusal)
    return redirect(
        f"{reverse('statistics:form', args=[organisation_id])}?edition={entry.edition.slug}#f-{code or 'whole'}"
    )
