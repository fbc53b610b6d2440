"""A ranked round on a phone: begin, question by question, result, certificate (E2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.bookings.views.private import private
from skillweek.core.asked import number_in
from skillweek.core.clock import now, today_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.core.limits import rate_limited
from skillweek.participation import networks, who
from skillweek.participation.models import Participant
from skillweek.quiz.domain import judging, playing
from skillweek.quiz.forms import CertificateForm, StartForm
from skillweek.quiz.models import Attempt, Quiz
from skillweek.quiz.queries.bank import article_url
from skillweek.quiz.queries.live import milliseconds
from skillweek.quiz.showing import options_shown
from skillweek.quiz.views.public import quiz_for_all


def _person(request: HttpRequest, quiz: Quiz) -> Participant | HttpResponse:
    """Who plays, or the way to prove a contact first."""
    person = who.current(request, quiz.edition)
    if person is not None:
        return person
    back = request.path if request.method != "POST" else f"/quiz/{quiz.pk}/start/"
    return redirect(who.who_url(back, quiz.edition))


@private
@rate_limited("quiz_start", "1200/10m")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Nickname and school; then today's round begins."""
    quiz = quiz_for_all(pk)
    person = _person(request, quiz)
    if isinstance(person, HttpResponse):
        return person
    before = quiz.attempts.filter(participant=person).order_by("-day").first()
    if request.method != "POST" and before is not None and before.day == today_in(quiz.edition.zone):
        return redirect("quiz_public:round", before.pk)
    first = {"nickname": before.nickname, "school": before.school_id, "district": before.district} if before else {}
    form = StartForm(request.POST or None, quiz=quiz, initial=first)
    if form.is_valid():
        data = form.cleaned_data
        keys = {"device_key": networks.device_key(request), "network_key": networks.network_key(request)}
        attempt = run(
            form,
            lambda: playing.start_attempt(
                quiz,
                person,
                nickname=data["nickname"],
                school=data.get("school"),
                district=data.get("district", ""),
                **keys,
            ),
        )
        if attempt is not None:
            return redirect("quiz_public:round", attempt.pk)
    context = {"edition": quiz.edition, "quiz": quiz, "form": form, "person": person, "total": _total(quiz)}
    response = render(request, "quiz/public/start.html", context, status=400 if form.is_bound else 200)
    networks.keep_device(response, request)
    return response


def _total(quiz: Quiz) -> int:
    return sum(quiz.draws.values_list("count", flat=True))


def _own(request: HttpRequest, pk: int) -> Attempt | HttpResponse:
    """The person's own round; 404 for somebody else's, the way to prove a contact for strangers."""
    rows = Attempt.objects.select_related("quiz__edition", "quiz__organisation", "school", "certificate")
    attempt = get_object_or_404(rows, pk=pk)
    person = _person(request, attempt.quiz)
    if isinstance(person, HttpResponse):
        return person
    if attempt.participant_id != person.pk:
        raise Http404
    return attempt


@private
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The question that it is the turn of, with what is left of its time."""
    attempt = _own(request, pk)
    if isinstance(attempt, HttpResponse):
        return attempt
    turn = playing.turn_now(attempt)
    if turn is None:
        return redirect("quiz_public:result", pk)
    assert turn.shown_at is not None
    ends = turn.shown_at + timedelta(seconds=attempt.quiz.seconds)
    context = {
        "edition": attempt.quiz.edition,
        "quiz": attempt.quiz,
        "attempt": attempt,
        "turn": turn,
        "question": turn.question,
        "options": options_shown(turn.question, turn.order),
        "left": max(0, milliseconds(ends) - milliseconds(now())),
        "whole": attempt.quiz.seconds * 1000,
    }
    return render(request, "quiz/public/round.html", context)


@private
@rate_limited("quiz_answer", "30000/10m")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take one answer and go on to the next question."""
    attempt = _own(request, pk)
    if isinstance(attempt, HttpResponse):
        return attempt
    places = [int(text) for text in request.POST.getlist("choice")[:6] if len(text) == 1 and text in "012345"]
    try:
        turn = playing.answer_turn(attempt, position=number_in(request.POST.get("position")) or 0, places=places)
        if turn.is_late:
            messages.warning(request, _("第 %(number)d 题超时，不计分。") % {"number": turn.position})
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("quiz_public:round", pk)


@private
@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Points, certificate, and where one was wrong."""
    attempt = _own(request, pk)
    if isinstance(attempt, HttpResponse):
        return attempt
    if attempt.state == Attempt.State.RUNNING:
        return redirect("quiz_public:round", pk)
    return _result(request, attempt, CertificateForm(initial={"holder": attempt.participant.name}))


def _result(request: HttpRequest, attempt: Attempt, form: CertificateForm) -> HttpResponse:
    context: dict[str, Any] = {
        "edition": attempt.quiz.edition,
        "quiz": attempt.quiz,
        "attempt": attempt,
        "form": form,
        "seconds": round(attempt.milliseconds / 1000, 1),
        "certified": attempt.certificate if attempt.certificate and attempt.certificate.revoked_at is None else None,
    }
    if attempt.quiz.shows_answers:
        turns = attempt.turns.select_related("question__policy__edition", "question__picture__file")
        context["turns"] = [
            (turn, options_shown(turn.question, turn.order, given=turn.given, reveal=True), article_url(turn.question))
            for turn in turns
        ]
    return render(request, "quiz/public/result.html", context, status=400 if form.is_bound else 200)


@private
@rate_limited("quiz_certificate", "300/10m")
@require_POST
def certificate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make out the certificate and open it."""
    attempt = _own(request, pk)
    if isinstance(attempt, HttpResponse):
        return attempt
    form = CertificateForm(request.POST)
    if form.is_valid():
        paper = run(form, lambda: judging.take_certificate(attempt, holder=form.cleaned_data["holder"]))
        if paper is not None:
            return redirect(paper.get_absolute_url())
    return _result(request, attempt, form)
