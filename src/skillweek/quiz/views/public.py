"""What there is to answer, and who leads (E2)."""

from __future__ import annotations

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from skillweek.core.clock import now, today_in
from skillweek.core.public_pages import public_page
from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.participation import who
from skillweek.quiz.models import Attempt, Quiz
from skillweek.quiz.offering import offers_of, state_of
from skillweek.quiz.queries.boards import counted, district_rows, people_rows, school_rows

_BOARDS = {"people": people_rows, "schools": school_rows, "districts": district_rows}


def quiz_for_all(pk: int) -> Quiz:
    """A quiz that the public sees; 404 for drafts."""
    rows = Quiz.objects.exclude(state=Quiz.State.DRAFT).exclude(edition__state=Edition.State.DRAFT)
    return get_object_or_404(rows.select_related("edition", "organisation"), pk=pk)


@require_GET
def _index(request: HttpRequest) -> HttpResponse:
    """Every quiz of the edition."""
    edition = edition_asked(request)
    offers = sorted(offers_of(edition), key=lambda offer: ("open", "soon", "over").index(offer.state))
    return render(request, "quiz/public/index.html", {"edition": edition, "offers": offers})


@require_GET
def quiz(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules, and the two ways in."""
    found = quiz_for_all(pk)
    person = who.current(request, found.edition)
    today = mine = None
    if person is not None:
        mine = found.attempts.filter(participant=person).order_by("-day")
        today = mine.filter(day=today_in(found.edition.zone)).first()
    context = {
        "edition": found.edition, "quiz": found, "shown": state_of(found, now()), "person": person, "today": today,
        "mine": mine, "total": found.draws.aggregate(number=Sum("count"))["number"] or 0,
        "people": counted(found).values("participant").distinct().count(), "running": Attempt.State.RUNNING,
    }  # fmt: skip
    response = render(request, "quiz/public/quiz.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


@require_GET
def _board(request: HttpRequest, pk: int) -> HttpResponse:
    """Who leads: people with stars in their names, schools, districts."""
    found = quiz_for_all(pk)
    by = request.GET.get("by", "")
    by = by if by in _BOARDS else "people"
    context = {"edition": found.edition, "quiz": found, "by": by, "rows": _BOARDS[by](found)}
    return render(request, "quiz/public/board.html", context)


index = public_page(_index, seconds=15)
board = public_page(_board, seconds=15)
