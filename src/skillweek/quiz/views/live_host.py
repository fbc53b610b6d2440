"""The host's screen of a live round (E2)."""

from __future__ import annotations

from collections.abc import Callable

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.asked import number_in
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.quiz import access
from skillweek.quiz.domain import live
from skillweek.quiz.forms import LiveForm
from skillweek.quiz.models import LiveGame
from skillweek.quiz.queries.live import forget, host_json, milliseconds
from skillweek.quiz.views.common import quiz_of, unknown_act


@require_POST
@login_required
def open_game(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a round by this quiz's rules and go to its screen."""
    quiz = quiz_of(request, pk)
    form = LiveForm(request.POST)
    try:
        if not form.is_valid():
            raise DomainError(str(next(iter(form.errors.values()))[0]))
        game = live.open_game(quiz, actor=request.user, **form.cleaned_data)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("quiz:quiz", pk)
    return redirect("quiz:live", game.pk)


def _game(request: HttpRequest, pk: int) -> LiveGame:
    rows = access.games_visible_to(request.user).select_related("edition", "organisation", "quiz")
    game = get_object_or_404(rows, pk=pk)
    if not access.organises_for(request.user, game.organisation):
        raise PermissionDenied
    return game


@never_cache
@require_GET
@login_required
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """What the projector shows: code and picture to join, question, counts, podium."""
    game = _game(request, pk)
    join_url = request.build_absolute_uri(reverse("quiz_public:live_join") + f"?code={game.code}")
    picture: str = segno.make(join_url, error="m", micro=False).svg_inline(
        scale=8, border=2, omitsize=True, svgclass="live-qr", lineclass=None
    )
    context = {
        "edition": game.edition, "game": game, "join_url": join_url, "qr": mark_safe(picture),  # drawn by segno
        "config": {
            "state": reverse("quiz:live_state", args=[game.pk]), "act": reverse("quiz:live_act", args=[game.pk]),
            "first": host_json(game), "now": milliseconds(now()),
        },
    }  # fmt: skip
    return render(request, "quiz/live/screen.html", context)


@never_cache
@require_GET
@login_required
def state(request: HttpRequest, pk: int) -> JsonResponse:
    """Counts and phase, asked for several times a second by one screen."""
    return JsonResponse({**host_json(_game(request, pk)), "now": milliseconds(now())})


def _next(request: HttpRequest, game: LiveGame, position: int) -> None:
    live.next_question(game, actor=request.user, after=position)


def _stop(request: HttpRequest, game: LiveGame, position: int) -> None:
    live.stop_answers(game, actor=request.user, position=position)


def _board(request: HttpRequest, game: LiveGame, position: int) -> None:
    live.show_board(game, actor=request.user, position=position)


def _end(request: HttpRequest, game: LiveGame, position: int) -> None:
    live.end_game(game, actor=request.user)


def _lock(request: HttpRequest, game: LiveGame, position: int) -> None:
    live.lock_game(game, actor=request.user, is_locked=request.POST.get("locked") == "1")


def _remove(request: HttpRequest, game: LiveGame, position: int) -> None:
    live.remove_player(game, player_id=number_in(request.POST.get("player")) or 0, actor=request.user)


_ACTS: dict[str, Callable[[HttpRequest, LiveGame, int], None]] = {
    "next": _next, "stop": _stop, "board": _board, "end": _end, "lock": _lock, "remove": _remove,
}  # fmt: skip


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One button of the screen, named by ``do``; scripts get the new state, others the screen."""
    game = _game(request, pk)
    verb = _ACTS.get(request.POST.get("do", ""))
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        if verb is None:
            raise unknown_act()
        verb(request, game, number_in(request.POST.get("position")) or 0)
    except NotAllowed:
        raise
    except DomainError as error:
        if wants_json:
            raise
        messages.error(request, error.message)
    forget(game.code)
    if wants_json:
        return JsonResponse({**host_json(game), "now": milliseconds(now())})
    return redirect("quiz:live", game.pk)
