"""What hundreds of phones ask for every second, from memory; and what the host's screen shows (E2).

Each process keeps one ``Snapshot`` of a round for a quarter of a second: the polls of a whole hall cost it a few small
queries a second, whatever their number. What does not change while a question stands (its wording, the results once it
is shut) is read once.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, Sum

from skillweek.content import render
from skillweek.core.clock import now
from skillweek.quiz.domain.live import GRACE
from skillweek.quiz.models import LiveAnswer, LiveGame, LivePlayer, LiveQuestion, Question

_FRESH: Final = 0.25
_KEPT: Final = 50
TOP: Final = 10


@dataclass(frozen=True)
class Place:
    """A player's standing: points and rank of all, points of this question, whether it was right."""

    rank: int
    points: int
    gained: int
    is_correct: bool | None


@dataclass
class Snapshot:
    """A round as one moment saw it. ``phase`` is ``lobby``, ``question``, ``reveal``, ``board`` or ``over``."""

    game: LiveGame
    phase: str
    players: int
    total: int
    question: dict[str, Any] | None = None
    right: str = ""
    explanation: str = ""
    places: dict[int, Place] = field(default_factory=dict)
    removed: frozenset[int] = frozenset()
    top: list[dict[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Equal while there is nothing new to show."""
        return f"{self.game.stamp}.{self.phase}"


_snapshots: dict[str, tuple[float, Snapshot]] = {}
_contents: dict[tuple[Any, ...], Any] = {}
_lock = threading.Lock()


def phase_of(game: LiveGame) -> str:
    """The phase with the clock in it: a question that is shut shows its answer."""
    if game.phase == LiveGame.Phase.QUESTION and game.shuts_at is not None and now() >= game.shuts_at + GRACE:
        return "reveal"
    return str(game.phase)


def snapshot_of(code: str) -> Snapshot | None:
    """The round with this code that is not over, or that was the last with it; at most a quarter of a second old."""
    kept = _snapshots.get(code)
    if kept is not None:
        if kept[0] > time.monotonic() and phase_of(kept[1].game) == kept[1].phase:
            return kept[1]
        # One thread looks; the others give what there is.
        if not _lock.acquire(blocking=False):
            return kept[1]
    else:
        _lock.acquire()
    try:
        fresh = read_snapshot(code)
        if fresh is not None:
            if len(_snapshots) >= _KEPT:
                _snapshots.clear()
            _snapshots[code] = (time.monotonic() + _FRESH, fresh)
        return fresh
    finally:
        _lock.release()


def forget(code: str) -> None:
    """Have the next one look anew, in this process: the host has just pressed something."""
    _snapshots.pop(code, None)


def read_snapshot(code: str) -> Snapshot | None:
    """The round as it is now."""
    game = LiveGame.objects.filter(code=code).order_by("-pk").first()
    if game is None:
        return None
    phase = phase_of(game)
    people = list(game.players.values_list("pk", "removed_at"))
    removed = frozenset(pk for pk, gone in people if gone)
    found = Snapshot(game, phase, len(people) - len(removed), _kept(("total", game.pk), lambda: game.questions.count()))
    found.removed = removed
    if game.position:
        asked = _kept(("question", game.pk, game.position), lambda: _question(game))
        found.question = asked["shown"]
        if phase != "question":
            found.right, found.explanation = asked["right"], asked["explanation"]
            key = ("places", game.pk, game.position, phase, len(removed), game.stamp)
            found.places, found.top = _kept(key, lambda: _standing(game, removed))
    return found


def _kept(key: tuple[Any, ...], read: Any) -> Any:
    if key not in _contents:
        if len(_contents) >= _KEPT * 4:
            _contents.clear()
        _contents[key] = read()
    return _contents[key]


def right_answer(game: LiveGame) -> str:
    """The letters of the present question's answer, from memory."""
    return str(_kept(("question", game.pk, game.position), lambda: _question(game))["right"])


def _question(game: LiveGame) -> dict[str, Any]:
    rows = LiveQuestion.objects.select_related("question__picture__file", "question__policy")
    question = rows.get(game=game, position=game.position).question
    picture = question.picture
    shown = {
        "stem": question.stem, "options": question.options, "many": question.takes_many,
        "kind": str(question.get_kind_display()),
        "picture": render.asset_url(picture) if picture is not None else "", "alt": question.picture_alt,
        "judge": question.kind == Question.Kind.JUDGE,
    }  # fmt: skip
    explanation = " ".join(part for part in (question.explanation, question.cited) if part)
    return {"shown": shown, "right": question.answer, "explanation": explanation}


def _standing(game: LiveGame, removed: frozenset[int]) -> tuple[dict[int, Place], list[dict[str, Any]]]:
    """Everybody's place, and the first ten, after the present question. Equal points share a rank."""
    sums = dict(
        LiveAnswer.objects.filter(game=game)
        .values_list("player")
        .annotate(points=Sum("points"))
        .values_list("player", "points")
    )
    now_given = {
        player: (points, right)
        for player, points, right in LiveAnswer.objects.filter(game=game, position=game.position).values_list(
            "player", "points", "is_correct"
        )
    }
    names = dict(LivePlayer.objects.filter(game=game, removed_at=None).values_list("pk", "nickname"))
    order = sorted(names, key=lambda pk: (-sums.get(pk, 0), pk))
    places: dict[int, Place] = {}
    rank = before = 0
    for number, pk in enumerate(order, start=1):
        points = sums.get(pk, 0)
        if number == 1 or points != before:
            rank, before = number, points
        gained, is_correct = now_given.get(pk, (0, None))
        places[pk] = Place(rank, points, gained, is_correct)
    top = [{"rank": places[pk].rank, "name": names[pk], "points": places[pk].points} for pk in order[:TOP]]
    return places, top


def milliseconds(moment: Any) -> int:
    """As browsers count time."""
    return int(moment.timestamp() * 1000) if moment is not None else 0


def shared_json(found: Snapshot) -> dict[str, Any]:
    """What host and players alike are told."""
    game = found.game
    told: dict[str, Any] = {
        "k": found.key, "phase": found.phase, "n": game.position, "of": found.total, "players": found.players,
        "opens": milliseconds(game.opens_at), "shuts": milliseconds(game.shuts_at), "seconds": game.seconds,
        "locked": game.is_locked,
    }  # fmt: skip
    if found.phase in ("question", "reveal"):
        told["q"] = found.question
    if found.phase == "reveal":
        told |= {"right": found.right, "why": found.explanation}
    if found.phase in ("board", "over"):
        told["top"] = found.top
    return told


def player_json(found: Snapshot, player: int) -> dict[str, Any]:
    """What one player is told."""
    told = shared_json(found)
    place = found.places.get(player)
    if place is not None and found.phase != "question":
        told["me"] = {"rank": place.rank, "points": place.points, "gained": place.gained, "right": place.is_correct}
    return told


def host_json(game: LiveGame) -> dict[str, Any]:
    """What the host's screen shows now, with counts as they come in. ``game`` was read just now, or is about to be.

    The screen asks several times a second: while its round stands as this process remembers it, only counts are read.
    """
    found = snapshot_of(game.code)
    if found is None or found.game.stamp < game.stamp or found.phase != phase_of(found.game):
        found = read_snapshot(game.code)
    assert found is not None
    told = shared_json(found)
    answers = LiveAnswer.objects.filter(game=game, position=found.game.position, player__removed_at=None)
    if found.phase == "question":
        told["answered"] = answers.count()
    elif found.phase == "reveal":
        counts: dict[str, int] = {}
        for given, number in answers.values_list("given").annotate(number=Count("pk")):
            for letter in given:
                counts[letter] = counts.get(letter, 0) + number
        told["counts"] = counts
        told["answered"] = answers.count()
        told["correct"] = answers.filter(is_correct=True).count()
    if found.phase == "lobby" or found.phase == "board":
        rows = LivePlayer.objects.filter(game=game, removed_at=None).order_by("-pk").values_list("pk", "nickname")
        told["names"] = [[pk, name] for pk, name in rows]
    return told
