"""What came of a quiz: totals, questions, people; taking somebody off the board (E2)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.quiz import access
from skillweek.quiz.domain import judging
from skillweek.quiz.domain.nicknames import masked
from skillweek.quiz.domain.suspicion import LABELS
from skillweek.quiz.export_results import write_results
from skillweek.quiz.models import Attempt
from skillweek.quiz.queries.boards import district_rows, school_rows
from skillweek.quiz.queries.results import by_question, totals_of
from skillweek.quiz.views.common import frame, quiz_of, unknown_act

_PER_PAGE = 50


@require_GET
@login_required
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Totals, and how each question was answered."""
    quiz = quiz_of(request, pk)
    page = Paginator(by_question(quiz), 30).get_page(request.GET.get("page"))
    context = {
        **frame(request, "quizzes"),
        "edition": quiz.edition,
        "quiz": quiz,
        "totals": totals_of(quiz),
        "page": page,
    }
    return render(request, "quiz/quizzes/results.html", context)


@require_GET
@login_required
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Every ranked round, the best first, with what looks odd; schools and districts below."""
    quiz = quiz_of(request, pk)
    only = request.GET.get("only", "")
    rows = quiz.attempts.filter(state=Attempt.State.FINISHED).select_related("participant", "school", "certificate")
    if only == "hidden":
        rows = rows.filter(hidden_at__isnull=False)
    elif only == "flagged":
        rows = rows.exclude(flags=[])
    page = Paginator(rows.order_by("-score", "milliseconds", "finished_at", "pk"), _PER_PAGE).get_page(
        request.GET.get("page")
    )
    lines = [(row, masked(row.nickname), [LABELS.get(code, code) for code in row.flags]) for row in page]
    context = {
        **frame(request, "quizzes"),
        "edition": quiz.edition,
        "quiz": quiz,
        "page": page,
        "lines": lines,
        "only": only,
        "schools": school_rows(quiz, 20),
        "districts": district_rows(quiz, 20),
        "can_judge": access.can_close(request.user, quiz),
    }
    return render(request, "quiz/quizzes/board.html", context)


@require_GET
@login_required
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Both as a workbook, people masked."""
    quiz = quiz_of(request, pk)
    name = _("竞答结果-%(title)s.xlsx") % {"title": quiz.title}
    return FileResponse(write_results(quiz), as_attachment=True, filename=name)


@require_POST
@login_required
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a round off the board with a reason, or put it back."""
    rows = access.attempts_visible_to(request.user).select_related("quiz__edition", "quiz__organisation")
    attempt = get_object_or_404(rows, pk=pk)
    try:
        name = request.POST.get("do", "")
        if name == "hide":
            url = reverse("quiz_public:result", args=[attempt.pk])
            judging.hide_attempt(attempt, actor=request.user, reason=request.POST.get("reason", ""), url=url)
            messages.success(request, _("已移出榜单，答题人会收到消息。"))
        elif name == "unhide":
            judging.unhide_attempt(attempt, actor=request.user)
            messages.success(request, _("已恢复到榜单。"))
        else:
            raise unknown_act()
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("quiz:board", attempt.quiz_id)
