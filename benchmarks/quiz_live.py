"""Measure a live round in a hall: 300 phones on one machine, from pressing an answer to seeing it (E2).

    DATABASE_URL=postgres://… python benchmarks/quiz_live.py [--players 300] [--questions 4] [--seconds 10]
    python benchmarks/quiz_live.py                           the same on SQLite in a temporary folder

The site is gunicorn as ``skillweek serve`` starts it (one process on SQLite, two on PostgreSQL, eight threads each).
The players are coroutines of this program with a connection each; they join by code and nickname, poll as
``frontend/src/quiz/player.ts`` does, and answer at chance within the first seconds of each question. The host's screen
polls as ``host.ts`` does and presses 「下一题」. Everything shares the machine: site, database, players. Printed are,
in milliseconds: from pressing an answer to the confirmation on the same phone; from pressing it to the count on the
host's screen; how much later than announced a phone had the question; how long after the answer was published a phone
showed it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
NAME = "skillweek_bench_quiz_live"


def own_database(base: str) -> str:
    """The address of a fresh database beside the one that DATABASE_URL names."""
    psql(base, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    psql(base, f"CREATE DATABASE {NAME}")
    return f"{base.rpartition('/')[0]}/{NAME}"


def psql(url: str, statement: str) -> None:
    """One statement on the server."""
    subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement], check=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def cpu_seconds(group: int) -> float:
    """Processor time of all living processes of this process group."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Browser:
    """One connection that is kept, with its cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> tuple[int, bytes]:
        """Status and body. A connection that the server closed meanwhile is opened anew."""
        for last in (False, True):
            try:
                return await self._ask(method, path, data)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if last:
                    raise
        raise AssertionError

    async def _ask(self, method: str, path: str, data: dict[str, Any] | None) -> tuple[int, bytes]:
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        body = urlencode(data, doseq=True).encode() if data is not None else b""
        lines = [
            f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: application/json, text/html",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in self.cookies.items())}",
        ]  # fmt: skip
        if data is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
            lines += [f"X-CSRFToken: {self.cookies.get('csrftoken', '')}"]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self.writer.drain()
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        length = 0
        for line in head[1:]:
            name, _colon, value = line.partition(": ")
            if name.lower() == "content-length":
                length = int(value)
            elif name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        content = await self.reader.readexactly(length)
        return int(head[0].split()[1]), content

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


@dataclass
class Round:
    """What was measured, in seconds."""

    confirmed: list[float] = field(default_factory=list)
    pressed: dict[int, list[float]] = field(default_factory=dict)
    counted: dict[int, list[tuple[float, int]]] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)
    revealed: list[float] = field(default_factory=list)
    polls: int = 0
    refused: int = 0
    over: bool = False


class Player:
    """A phone as ``player.ts`` is one."""

    def __init__(self, port: int, code: str, number: int, round_: Round, window: float) -> None:
        self.browser, self.code, self.number, self.round = Browser(port), code, number, round_
        self.window = window
        self.told: dict[str, Any] = {}
        self.seen: set[int] = set()
        self.shown: set[int] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    async def join(self) -> None:
        path = f"/quiz/live/?code={self.code}"
        _status, page = await self.browser.ask("GET", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.decode())
        assert token is not None, page[:400]
        data = {"csrfmiddlewaretoken": token[1], "code": self.code, "nickname": f"选手{self.number}"}
        status, page = await self.browser.ask("POST", path, data)
        assert status == 302, (status, page[:400])

    async def run(self) -> None:
        await asyncio.sleep(random.random())
        while not self.round.over:
            self.round.polls += 1
            _status, body = await self.browser.ask("GET", f"/quiz/live/{self.code}/state/?k={self.told.get('k', '')}")
            at, said = time.time(), json.loads(body)
            self.told = said if "phase" in said else {**self.told, **said}
            self._look(at)
            await asyncio.sleep(self._pause(at))

    def _look(self, at: float) -> None:
        position = self.told.get("n", 0)
        if self.told["phase"] == "question" and position not in self.seen:
            self.seen.add(position)
            opens = self.told["opens"] / 1000
            self.round.late.append(max(0.0, at - opens))
            self.tasks.add(asyncio.create_task(self._answer(position, opens, len(self.told["q"]["options"]))))
        elif self.told["phase"] == "reveal" and position not in self.shown:
            self.shown.add(position)
            self.round.revealed.append(at - self.told["shuts"] / 1000 - 1)

    def _pause(self, at: float) -> float:
        if self.told["phase"] == "question":
            rest = self.told["shuts"] / 1000 + 1 - at
            if rest > 0:
                return min(2 * (0.75 + random.random() * 0.5), rest + random.random() * 0.5)
            return 0.3 * (0.75 + random.random() * 0.5)
        return 1.2 * (0.75 + random.random() * 0.5)

    async def _answer(self, position: int, opens: float, options: int) -> None:
        await asyncio.sleep(max(0.0, opens - time.time()) + 0.5 + random.random() * self.window)
        other = Browser(self.browser.port)  # a browser keeps several connections
        other.cookies = self.browser.cookies
        path, data = f"/quiz/live/{self.code}/answer/", {"position": position, "choice": random.randrange(options)}
        began = time.time()
        status, _body = await other.ask("POST", path, data)
        if status == 200:
            self.round.confirmed.append(time.time() - began)
            self.round.pressed.setdefault(position, []).append(began)
        else:
            self.round.refused += 1
        other.close()


class Host:
    """The host's screen."""

    def __init__(self, port: int, game: int, cookies: dict[str, str], round_: Round) -> None:
        self.browser, self.game, self.round = Browser(port), game, round_
        self.browser.cookies = dict(cookies)

    async def open(self) -> None:
        await self.browser.ask("GET", f"/w/quiz/live/{self.game}/")

    async def press(self, what: str, position: int) -> dict[str, Any]:
        data = {"do": what, "position": position}
        status, body = await self.browser.ask("POST", f"/w/quiz/live/{self.game}/act/", data)
        assert status == 200, (status, body[:300])
        told: dict[str, Any] = json.loads(body)
        return told

    async def ask(self) -> dict[str, Any]:
        _status, body = await self.browser.ask("GET", f"/w/quiz/live/{self.game}/state/")
        told: dict[str, Any] = json.loads(body)
        return told

    async def lead(self, questions: int) -> None:
        for position in range(questions):
            await self.press("next", position)
            seen = self.round.counted.setdefault(position + 1, [])
            while True:
                await asyncio.sleep(0.12)
                told = await self.ask()
                if told["phase"] != "question":
                    break
                seen.append((time.time(), told["answered"]))
            await asyncio.sleep(3)
        await self.press("end", questions)
        self.round.over = True


def on_the_screen(round_: Round) -> list[float]:
    """From pressing to the host's count: the n-th answer pressed is on the screen when the count is n or more."""
    found = []
    for position, times in round_.pressed.items():
        for number, began in enumerate(sorted(times), start=1):
            at = next((at for at, count in round_.counted[position] if count >= number), None)
            if at is not None:
                found.append(max(0.0, at - began))
    return found


def line(name: str, seconds: list[float]) -> str:
    if not seconds:
        return f"| {name} | 0 | — | — | — |"
    ordered = sorted(seconds)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.95)]
    return f"| {name} | {len(ordered)} | {at[0]:.0f} | {at[1]:.0f} | {ordered[-1] * 1000:.0f} |"


async def play(port: int, code: str, game: int, cookies: dict[str, str], options: argparse.Namespace) -> Round:
    round_ = Round()
    players = [Player(port, code, number, round_, options.seconds * 0.6) for number in range(options.players)]
    began = time.time()
    gate = asyncio.Semaphore(20)

    async def come(player: Player) -> None:
        async with gate:
            await player.join()

    await asyncio.gather(*(come(player) for player in players))
    print(f"{len(players)} players joined in {time.time() - began:.1f} s", flush=True)
    host = Host(port, game, cookies, round_)
    await host.open()
    running = [asyncio.create_task(player.run()) for player in players]
    await asyncio.sleep(2)
    round_.polls = 0
    await host.lead(options.questions)
    await asyncio.gather(*running)
    for player in players:
        player.browser.close()
    return round_


def seed(options: argparse.Namespace) -> tuple[str, int, dict[str, str]]:
    """A round of the edition's own questions; its code, its key, the host's session."""
    from skillweek.quiz.domain import live
    from skillweek.quiz.domain.catalogue import load_questions
    from skillweek.quiz.models import Question
    from tests import factories
    from tests.quiz import make

    tree, edition = factories.tree(), factories.edition()
    host = factories.person(tree.host, "reviewer")
    load_questions(edition, tree.host, actor=None)
    Question.objects.update(state=Question.State.CHECKED)
    quiz = make.quiz(edition, tree.host, host, rules=[make.Rule("", "", options.questions)])
    game = live.open_game(quiz, actor=host, seconds=options.seconds, count=options.questions)
    session = {name: morsel.value for name, morsel in factories.client_of(host).cookies.items()}
    return game.code, game.pk, session


def start_site(port: int, workers: int, threads: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "skillweek.site.cli", "web", "--bind", f"127.0.0.1:{port}"]
    with Path(os.environ["SKILLWEEK_HOME"], "site.log").open("wb") as log:
        arguments = [*command, "--workers", str(workers), "--threads", str(threads)]
        site = subprocess.Popen(arguments, stdout=log, stderr=log, start_new_session=True)
    for _try in range(240):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return site
        time.sleep(0.25)
    sys.exit("the site did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--players", type=int, default=300)
    parser.add_argument("--questions", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=0, help="default: 1 on SQLite, 2 on PostgreSQL, as serve does")
    parser.add_argument("--threads", type=int, default=8)
    options = parser.parse_args()
    base, home, port = os.environ.get("DATABASE_URL", ""), tempfile.mkdtemp(prefix="skillweek-bench-"), free_port()
    is_postgres = base.startswith("postgres")
    os.environ |= {
        "DATABASE_URL": own_database(base) if is_postgres else f"sqlite:///{home}/skillweek.sqlite3",
        "SKILLWEEK_HOME": home,
        "SKILLWEEK_ENV_FILE": f"{home}/none",
        "SECRET_KEY": "benchmark",
        "SKILLWEEK_PLAIN_STATIC": "1",
        "REQUIRE_TWO_FACTOR": "0",
        "LOG_LEVEL": "WARNING",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "skillweek.site.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    code, game, cookies = seed(options)
    before = os.getloadavg()
    site = start_site(port, options.workers or (2 if is_postgres else 1), options.threads)
    try:
        busy, began = cpu_seconds(site.pid), time.time()
        round_ = asyncio.run(play(port, code, game, cookies, options))
        busy, took = cpu_seconds(site.pid) - busy, time.time() - began
    finally:
        site.send_signal(signal.SIGTERM)
        try:
            site.wait(30)
        except subprocess.TimeoutExpired:
            site.kill()
    print(f"{'PostgreSQL' if is_postgres else 'SQLite'}; {os.cpu_count()} cores; load before {before[0]:.1f}")
    print(f"{round_.polls / took:.0f} polls a second; {round_.refused} refused")
    print(f"the site used {busy / took:.0%} of one core\n")
    print("| milliseconds | number | median | p95 | most |\n|---|---|---|---|---|")
    print(line("answer to the phone's confirmation", round_.confirmed))
    print(line("answer to the host's screen", on_the_screen(round_)))
    print(line("question later than announced", round_.late))
    print(line("published answer to the phone", round_.revealed))
    verify(game, options, round_)
    if is_postgres:
        from django.db import connections

        connections.close_all()
        psql(base, f"DROP DATABASE {NAME} WITH (FORCE)")
    shutil.rmtree(home, ignore_errors=True)


def verify(game: int, options: argparse.Namespace, round_: Round) -> None:
    """Nobody's answer is lost or double."""
    from skillweek.quiz.models import LiveAnswer, LivePlayer

    answers = LiveAnswer.objects.filter(game=game).count()
    assert LivePlayer.objects.filter(game=game).count() == options.players
    assert answers == len(round_.confirmed), (answers, len(round_.confirmed))
    print(f"\nin the database: {options.players} players, {answers} answers")


if __name__ == "__main__":
    main()
