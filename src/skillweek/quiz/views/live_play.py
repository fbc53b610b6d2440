"""A live round on the phones in the hall (E2). ``state`` and ``answer`` are asked by hundreds at once: kept short."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.bookings.views.private import private
from skillweek.core.asked import number_in
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.core.forms import run
from skillweek.core.limits import rate_limited
from skillweek.editions.asked import edition_of_the_moment
from skillweek.quiz.domain import live
from skillweek.quiz.forms import JoinForm
from skillweek.quiz.models import LiveGame, LivePlayer
from skillweek.quiz.queries.live import milliseconds, player_json, right_answer, snapshot_of

_HOURS = 12


def _signer() -> Signer:
    return Signer(salt="skillweek.quiz.live")


def _cookie(code: str) -> str:
    return f"live_{code}"


def player_of(request: HttpRequest, code: str, game: int) -> int:
    """The id of the player whose browser this is; 0 for strangers. Asks no database."""
    try:
        pk, of = _signer().unsign(request.COOKIES.get(_cookie(code), "")).split(".")
    except (BadSignature, ValueError):
        return 0
    return int(pk) if int(of) == game else 0


@private
@rate_limited("quiz_live_join", "3000/10m")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponseBase:
    """Code and nickname. A whole hall stands behind one address, so the limit is wide."""
    code = request.GET.get("code", "")[:6]
    form = JoinForm(request.POST or None, initial={"code": code if code.isascii() and code.isdigit() else ""})
    if form.is_valid():
        data = form.cleaned_data
        player = run(form, lambda: live.join(data["code"], nickname=data["nickname"]))
        if player is not None:
            response = redirect("quiz_public:live_play", data["code"])
            response.set_cookie(
                _cookie(data["code"]),
                _signer().sign(f"{player.pk}.{player.game_id}"),
                max_age=_HOURS * 3600,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
            return response
    context = {"edition": edition_of_the_moment(), "form": form}
    return render(request, "quiz/live/join.html", context, status=400 if form.is_bound else 200)


@private
@ensure_csrf_cookie
@require_GET
def play(request: HttpRequest, code: str) -> HttpResponse:
    """The player's screen; whoever has not joined gives a nickname first."""
    found = snapshot_of(code) if _is_code(code) else None
    if found is None:
        return redirect("quiz_public:live_join")
    player = LivePlayer.objects.filter(pk=player_of(request, code, found.game.pk), removed_at=None).first()
    if player is None:
        return redirect(f"{reverse('quiz_public:live_join')}?code={code}")
    config = {
        "state": reverse("quiz_public:live_state", args=[code]),
        "answer": reverse("quiz_public:live_answer", args=[code]),
        "join": f"{reverse('quiz_public:live_join')}?code={code}",
        "first": player_json(found, player.pk),
        "now": milliseconds(now()),
    }
    context = {"edition": found.game.edition, "game": found.game, "player": player, "config": config}
    return render(request, "quiz/live/play.html", context)


def _is_code(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdigit()


@require_GET
def state(request: HttpRequest, code: str) -> HttpResponse:
    """What there is to show; almost nothing while the browser's ``k`` is still true."""
    found = snapshot_of(code) if _is_code(code) else None
    told: dict[str, Any]
    if found is None:
        told = {"phase": "gone"}
    else:
        player = player_of(request, code, found.game.pk)
        if player == 0 or player in found.removed:
            told = {"phase": "removed"}
        elif request.GET.get("k") == found.key:
            told = {"k": found.key, "players": found.players}
        else:
            told = player_json(found, player)
    response = JsonResponse({**told, "now": milliseconds(now())})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Take an answer. A refusal is JSON with a sentence."""
    game = LiveGame.objects.filter(code=code).order_by("-pk").first() if _is_code(code) else None
    if game is None or game.phase == LiveGame.Phase.OVER:
        return JsonResponse({"error": _("这一场已经结束。")}, status=409)
    player = LivePlayer.objects.filter(pk=player_of(request, code, game.pk), game=game, removed_at=None).first()
    if player is None:
        return JsonResponse({"error": _("请先加入。")}, status=403)
    places = [int(text) for text in request.POST.getlist("choice")[:6] if len(text) == 1 and text in "012345"]
    try:
        taken = live.answer(
            game,
            player,
            position=number_in(request.POST.get("position")) or 0,
            places=places,
            right=right_answer(game) if game.position else "",
        )
    except DomainError as error:
        return JsonResponse({"error": error.message, "code": error.code}, status=error.status)
    return JsonResponse({"taken": taken.position, "now": milliseconds(now())})
