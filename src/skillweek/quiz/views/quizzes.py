"""Making quizzes in the workspace (E2)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.core.acts import Act, perform
from skillweek.core.clock import now
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.editions.names import name_of
from skillweek.quiz import access
from skillweek.quiz.domain import quizzes
from skillweek.quiz.domain.drawing import choose
from skillweek.quiz.forms import LiveForm, QuizForm
from skillweek.quiz.models import Attempt, Question, Quiz
from skillweek.quiz.offering import state_of
from skillweek.quiz.queries.bank import supply_of, topics_of
from skillweek.quiz.queries.results import totals_of
from skillweek.quiz.rules_form import RuleRows
from skillweek.quiz.views.common import frame, quiz_of

_PER_PAGE = 30


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Quizzes in the person's reach, those of the unit itself among them."""
    edition = edition_asked(request)
    counted = Q(attempts__state=Attempt.State.FINISHED, attempts__hidden_at=None)
    rows = access.quizzes_visible_to(request.user, edition).select_related("organisation", "edition")
    rows = rows.annotate(people=Count("attempts__participant", filter=counted, distinct=True))
    rows = rows.order_by("-opens_at", "-pk")
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    visible = access.questions_visible_to(request.user, edition)
    counts = visible.aggregate(
        checked=Count("pk", filter=Q(state=Question.State.CHECKED)),
        waiting=Count("pk", filter=Q(state=Question.State.DRAFT)),
    )
    moment = now()
    lines = [(quiz, state_of(quiz, moment)) for quiz in page]
    context = {**frame(request, "quizzes"), "edition": edition, "page": page, "lines": lines, "counts": counts}
    return render(request, "quiz/quizzes/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Make a quiz or change it; a new one without ``pk``."""
    homes = access.organising_organisations(request.user)
    quiz = quiz_of(request, pk) if pk else Quiz(edition=edition_asked(request))
    if not (access.can_change_quiz(request.user, quiz) if pk else homes.exists()):
        raise PermissionDenied
    with timezone.override(ZoneInfo(quiz.edition.zone)):
        form = QuizForm(request.POST or None, quiz=quiz, homes=homes, initial=_week_of(quiz.edition))
        rows = RuleRows(request.POST if request.method == "POST" else None, quiz=quiz)
        if form.is_valid():
            if not pk:
                quiz.organisation = form.cleaned_data["home"]
            saved = run(form, lambda: _save(request, quiz, form, rows))
            if saved is not None:
                messages.success(request, _("已保存。") if pk else _("已存为草稿。预览后再发布。"))
                return redirect("quiz:quiz", saved.pk)
        home = quiz.organisation if pk else homes.first()
        supply = supply_of(home, quiz.edition) if home else []
        context = {
            **frame(request, "quizzes"), "edition": quiz.edition, "quiz": quiz, "form": form, "rows": rows.rows,
            "topics": topics_of(access.usable_for(home, quiz.edition)) if home else [],
            "levels": Question.Difficulty.choices, "supply": _by_topic(supply), "home": home,
        }  # fmt: skip
        return render(request, "quiz/quizzes/edit.html", context, status=400 if form.is_bound else 200)


def _save(request: HttpRequest, quiz: Quiz, form: QuizForm, rows: RuleRows) -> Quiz:
    return quizzes.save_quiz(
        quiz, actor=request.user, values=form.values(), rules=rows.rules(), expected=form.cleaned_data["version"]
    )


def _week_of(edition: Edition) -> dict[str, Any]:
    zone = ZoneInfo(edition.zone)
    return {
        "title": name_of(edition, "quiz"),
        "opens_at": datetime.combine(edition.starts_on, time(8), tzinfo=zone),
        "closes_at": datetime.combine(edition.ends_on, time(22), tzinfo=zone),
    }


def _by_topic(supply: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line for each topic: how many of each difficulty."""
    lines: dict[str, dict[str, Any]] = {}
    for row in supply:
        line = lines.setdefault(row["topic"], {"topic": row["topic"], "easy": 0, "medium": 0, "hard": 0, "total": 0})
        line[row["difficulty"]] += row["number"]
        line["total"] += row["number"]
    return list(lines.values())


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One quiz: how it stands and what to do next."""
    quiz = quiz_of(request, pk)
    user = request.user
    context = {
        **frame(request, "quizzes"), "edition": quiz.edition, "quiz": quiz, "shown": state_of(quiz, now()),
        "rules": [(quizzes.words_of(rule), rule.count) for rule in quizzes.rules_of(quiz)],
        "total": sum(rule.count for rule in quizzes.rules_of(quiz)), "totals": totals_of(quiz),
        "can_change": access.can_change_quiz(user, quiz) and quiz.state != Quiz.State.CLOSED,
        "can_publish": access.can_publish(user, quiz), "can_close": access.can_close(user, quiz),
        "live_form": LiveForm(initial={"count": min(10, sum(rule.count for rule in quizzes.rules_of(quiz)))})
        if access.can_open_live(user, quiz) else None,
        "games": quiz.live_games.annotate(number=Count("players", filter=Q(players__removed_at=None)))[:10],
    }  # fmt: skip
    return render(request, "quiz/quizzes/page.html", context)


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """One draw as a player might get it, with the answers."""
    quiz = quiz_of(request, pk)
    pool = list(access.usable_for(quiz.organisation, quiz.edition).select_related("policy", "picture__file"))
    found = choose(quizzes.rules_of(quiz), pool)
    context = {
        **frame(request, "quizzes"), "edition": quiz.edition, "quiz": quiz, "is_short": found is None,
        "questions": [pool[place] for place in found or []],
    }  # fmt: skip
    return render(request, "quiz/quizzes/preview.html", context)


def _publish(request: HttpRequest, quiz: Quiz) -> str:
    quizzes.publish_quiz(quiz, actor=request.user)
    return _("已发布，到开始时间就能答题。")


def _close(request: HttpRequest, quiz: Quiz) -> str:
    quizzes.close_quiz(quiz, actor=request.user, reason=request.POST.get("reason", ""))
    return _("竞答已结束。排行榜和证书仍可查看。")


def _delete(request: HttpRequest, quiz: Quiz) -> str:
    quizzes.delete_quiz(quiz, actor=request.user)
    return _("已删除。")


_ACTS: dict[str, Act] = {"delete": _delete, "publish": _publish, "close": _close}


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one quiz, named by ``do``; what it refuses is said on the quiz's page."""
    quiz = quiz_of(request, pk)
    if perform(request, quiz, _ACTS) == "delete":
        return redirect("quiz:index")
    return redirect("quiz:quiz", pk)
