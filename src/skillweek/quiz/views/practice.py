"""Practising without an account: nothing is kept of it but how many rounds there were (E2).

A round travels in a signed token with the page: which questions, how far, how many right. It holds no answers; those
are looked up when one comes in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from skillweek.content.access import is_open
from skillweek.core.clock import now, today_in
from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited
from skillweek.quiz.domain.common import in_order
from skillweek.quiz.domain.drawing import draw_for
from skillweek.quiz.domain.playing import shuffled
from skillweek.quiz.domain.quizzes import rules_of
from skillweek.quiz.models import PracticeDay, Question, Quiz
from skillweek.quiz.queries.bank import article_url
from skillweek.quiz.showing import options_shown
from skillweek.quiz.views.public import quiz_for_all

_SALT: Final = "skillweek.quiz.practice"
_HOURS: Final = 12


@dataclass(frozen=True)
class Round:
    """``ids`` and ``orders`` of the questions, ``at``: the place of the present one, ``right``: so far."""

    quiz: int
    ids: list[int]
    orders: list[str]
    at: int
    right: int

    def token(self) -> str:
        """As the page carries it."""
        return signing.dumps([self.quiz, self.ids, self.orders, self.at, self.right], salt=_SALT, compress=True)

    @classmethod
    def read(cls, token: str, quiz: Quiz) -> Round | None:
        """The round of this quiz in a token; None for a forged, foreign or old one."""
        try:
            pk, ids, orders, at, right = signing.loads(token, salt=_SALT, max_age=_HOURS * 3600)
        except (signing.BadSignature, ValueError):
            return None
        return cls(pk, ids, orders, at, right) if pk == quiz.pk else None


@rate_limited("quiz_practice", "12000/10m")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh round; then each answer with its explanation, then the next question."""
    quiz = quiz_for_all(pk)
    if not quiz.has_practice or not quiz.is_running(now()) or not is_open(quiz.edition):
        return render(request, "quiz/public/closed.html", {"edition": quiz.edition, "quiz": quiz})
    if request.method != "POST":
        return _show(request, quiz, _fresh(quiz))
    current = Round.read(request.POST.get("round", ""), quiz)
    if current is None or not 0 <= current.at < len(current.ids):
        return redirect("quiz_public:practice", pk)
    question = (
        Question.objects.select_related("policy__edition", "picture__file").filter(pk=current.ids[current.at]).first()
    )
    if question is None:
        return redirect("quiz_public:practice", pk)
    if request.POST.get("do") == "next":
        return _show(request, quiz, current)
    return _judge(request, quiz, current, question)


def _fresh(quiz: Quiz) -> Round:
    try:
        questions = draw_for(quiz.organisation, quiz.edition, rules_of(quiz))
    except DomainError:
        return Round(quiz.pk, [], [], 0, 0)
    return Round(quiz.pk, [row.pk for row in questions], [shuffled(row) for row in questions], 0, 0)


def _show(request: HttpRequest, quiz: Quiz, current: Round) -> HttpResponse:
    context: dict[str, Any] = {
        "edition": quiz.edition,
        "quiz": quiz,
        "total": len(current.ids),
        "number": current.at + 1,
    }
    if not current.ids:
        return render(request, "quiz/public/closed.html", {**context, "is_short": True})
    question = Question.objects.select_related("picture__file").filter(pk=current.ids[current.at]).first()
    if question is None:
        return redirect("quiz_public:practice", quiz.pk)
    shown = options_shown(question, current.orders[current.at])
    context |= {"question": question, "options": shown, "token": current.token()}
    return render(request, "quiz/public/practice.html", context)


def _judge(request: HttpRequest, quiz: Quiz, current: Round, question: Question) -> HttpResponse:
    order = current.orders[current.at]
    places = [int(text) for text in request.POST.getlist("choice") if text in "012345" and len(text) == 1]
    if not places:
        context = {
            "edition": quiz.edition,
            "quiz": quiz,
            "total": len(current.ids),
            "number": current.at + 1,
            "question": question,
            "options": options_shown(question, order),
            "token": current.token(),
            "problem": _("请先选择答案。"),
        }
        return render(request, "quiz/public/practice.html", context, status=400)
    given = in_order(order[place] for place in places if place < len(order))
    is_right = given == question.answer
    onwards = Round(quiz.pk, current.ids, current.orders, current.at + 1, current.right + is_right)
    is_last = onwards.at >= len(current.ids)
    if is_last:
        _count(quiz)
    context = {
        "edition": quiz.edition,
        "quiz": quiz,
        "total": len(current.ids),
        "number": current.at + 1,
        "question": question,
        "options": options_shown(question, order, given=given, reveal=True),
        "is_right": is_right,
        "is_last": is_last,
        "right": onwards.right,
        "token": onwards.token(),
        "article_url": article_url(question),
    }
    return render(request, "quiz/public/practice_answer.html", context)


@transaction.atomic
def _count(quiz: Quiz) -> None:
    day, _made = PracticeDay.objects.get_or_create(quiz=quiz, day=today_in(quiz.edition.zone))
    PracticeDay.objects.filter(pk=day.pk).update(rounds=F("rounds") + 1)
