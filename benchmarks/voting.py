"""Measure a rush of votes with a worker killed in the middle, over HTTP on PostgreSQL (E10, ADR 0195).

    DATABASE_URL=postgres://… python benchmarks/voting.py [--sheets 3000] [--votes 5] [--at-once 16]

Fills a database of its own beside the one that DATABASE_URL names and removes it again. The site is gunicorn with two
processes, as ``skillweek serve`` starts it; each voter is verified already (their signed cookie is made here), sends a
real proof of work of one hash and the CSRF token. In the middle one of the two processes is killed with SIGKILL. A
sheet whose answer never came is sent again with the same number by every second voter, and given up by the others.
Afterwards every acknowledged sheet must be there once and whole, every other one whole or not at all, and the totals
must be their sum. The load of the machine at the start and the end is told with the numbers.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "benchmarks")]
NAME = "skillweek_bench_voting"
_CSRF = "b" * 32


@dataclass
class Sheet:
    """What one voter sends, and what came of it."""

    client_id: str
    picks: list[int]
    cookie: str
    gives_up: bool
    acknowledged: bool = False
    tries: int = 0
    statuses: list[int] = field(default_factory=list)
    seconds: float = 0


def make_sheets(number: int, votes: int) -> tuple[Any, list[Sheet]]:
    """A ballot with 40 candidates and so many verified voters with their sheets."""
    from skillweek.core.clock import now
    from skillweek.participation import who
    from skillweek.participation.models import Participant
    from tests import factories
    from tests.voting import make

    ballot = make.ballot(factories.edition(), factories.tree().school_a, candidates=40, per_ballot=votes)
    Participant.objects.bulk_create(
        [
            Participant(
                edition=ballot.edition, channel="email", contact=f"v{n}@163.com", contact_key=f"bench{n}",
                masked=f"v{n}", nonce=uuid.uuid4().hex, verified_at=now(),
            )
            for n in range(number)
        ],
        500,
    )  # fmt: skip
    chance = random.Random(1)
    signer = who._signer()
    sheets = []
    for at, person in enumerate(Participant.objects.order_by("pk")):
        cookie = f"csrftoken={_CSRF}; participant_{ballot.edition_id}={signer.sign(f'{person.pk}.{person.nonce}')}"
        picks = chance.sample(range(1, 41), votes)
        sheets.append(Sheet(str(uuid.uuid4()), picks, cookie, gives_up=at % 2 == 1))
    return ballot, sheets


def proof() -> str:
    """A solved challenge of this site."""
    from skillweek.bookings.proof import new_challenge

    challenge = new_challenge()
    for number in range(challenge["maxNumber"] + 1):
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]:
            return base64.b64encode(json.dumps({**challenge, "number": number}).encode()).decode()
    raise AssertionError


class Sender(threading.local):
    """One kept connection for each thread."""

    connection: http.client.HTTPConnection | None = None


def send(sender: Sender, port: int, path: str, sheet: Sheet, body: bytes) -> int:
    """One sending; 0 when no answer came."""
    if sender.connection is None:
        sender.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Cookie": sheet.cookie, "Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{port}/",
    }  # fmt: skip
    try:
        sender.connection.request("POST", path, body, headers)
        answer = sender.connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        sender.connection.close()
        sender.connection = None
        return 0


def rush(port: int, ballot_id: int, sheets: list[Sheet], at_once: int, kill: Any = None) -> dict[str, Any]:
    """Everybody sends, ``at_once`` at a time; ``kill`` is called when half of them have."""
    path = f"/vote/{ballot_id}/sheet/"
    bodies = [
        urlencode([("csrfmiddlewaretoken", _CSRF), ("client_id", sheet.client_id), ("proof", proof()),
                   *(("pick", pick) for pick in sheet.picks)]).encode()
        for sheet in sheets
    ]  # fmt: skip
    sender, done, lock = Sender(), [0], threading.Lock()
    killed: list[float] = []

    def go(at: int) -> None:
        sheet, start = sheets[at], time.perf_counter()
        while sheet.tries < 20:
            sheet.tries += 1
            status = send(sender, port, path, sheet, bodies[at])
            sheet.statuses.append(status)
            if status == 302:
                sheet.acknowledged = True
                break
            if status != 0 or sheet.gives_up:
                break
            time.sleep(0.2)
        sheet.seconds = time.perf_counter() - start
        with lock:
            done[0] += 1
            if kill is not None and done[0] == len(sheets) // 2:
                killed.append(kill())

    start = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(go, range(len(sheets))))
    seconds = time.perf_counter() - start
    votes = sum(len(sheet.picks) for sheet in sheets if sheet.acknowledged)
    times = sorted(sheet.seconds for sheet in sheets)
    return {
        "votes per second": round(votes / seconds),
        "sheets per second": round(len(sheets) / seconds, 1),
        "seconds": round(seconds, 1),
        "median ms": round(statistics.median(times) * 1000),
        "p95 ms": round(times[int(len(times) * 0.95)] * 1000),
        "slowest ms": round(times[-1] * 1000),
        "answers": dict(Counter(status for sheet in sheets for status in sheet.statuses)),
        "killed process": killed,
    }


def verify(ballot: Any, sheets: list[Sheet]) -> dict[str, Any]:
    """Compare the database with what was acknowledged; stops when a vote is lost, double or torn."""
    from skillweek.voting.models import VoteSheet
    from skillweek.voting.queries.totals import standings

    rows = VoteSheet.objects.filter(ballot=ballot).prefetch_related("votes__candidate")
    kept = {str(row.client_id): sorted(vote.candidate.number for vote in row.votes.all()) for row in rows}
    expected: Counter[int] = Counter()
    for sheet in sheets:
        if sheet.client_id in kept:
            assert kept[sheet.client_id] == sorted(sheet.picks), "a sheet is torn"
            expected.update(sheet.picks)
        else:
            assert not sheet.acknowledged, "an acknowledged sheet is lost"
    start = time.perf_counter()
    totals = {row.candidate.number: row.votes for row in standings(ballot) if row.votes}
    seconds = time.perf_counter() - start
    assert totals == dict(expected), "the totals differ from the sheets"
    acknowledged = sum(sheet.acknowledged for sheet in sheets)
    return {
        "sheets acknowledged": acknowledged,
        "sheets kept": len(kept),
        "kept without an answer, given up": len(kept) - acknowledged,
        "votes": sum(totals.values()),
        "acknowledged votes lost": 0,
        "votes double": 0,
        "ms to count all": round(seconds * 1000, 1),
    }


def kill_one(site: subprocess.Popen[bytes]) -> int:
    """SIGKILL one of the two web processes that this program started."""
    children = Path(f"/proc/{site.pid}/task/{site.pid}/children").read_text().split()
    victim = int(children[0])
    os.kill(victim, signal.SIGKILL)
    return victim


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=int, default=3000)
    parser.add_argument("--votes", type=int, default=5, help="votes on each sheet")
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--threads", type=int, default=8, help="threads of each of the two web processes")
    arguments = parser.parse_args()
    import bookings as common

    common.NAME = NAME
    base_url = os.environ.get("DATABASE_URL", "")
    home = tempfile.mkdtemp(prefix="skillweek-bench-")
    port = common.free_port()
    os.environ |= {
        "DATABASE_URL": common.own_database(),
        "SKILLWEEK_HOME": home,
        "SKILLWEEK_ENV_FILE": f"{home}/none",
        "SECRET_KEY": "benchmark",
        "SKILLWEEK_PLAIN_STATIC": "1",
        "BOOKING_PROOF_WORK": "1",
        "BOOKING_RATE": "1000000/m",
        "LOG_LEVEL": "WARNING",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "skillweek.site.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", verbosity=0)
    ballot, sheets = make_sheets(arguments.sheets + 200, arguments.votes)
    site = common.start_site(port, arguments.threads)
    print("load before:", " ".join(f"{each:.1f}" for each in os.getloadavg()), "cores:", os.cpu_count())
    try:
        rush(port, ballot.pk, sheets[:200], arguments.at_once)
        print("over HTTP:", rush(port, ballot.pk, sheets[200:], arguments.at_once, lambda: kill_one(site)))
        print("in the database:", verify(ballot, sheets))
    finally:
        site.send_signal(signal.SIGTERM)
        try:
            site.wait(60)
        except subprocess.TimeoutExpired:
            site.kill()
    print("load after:", " ".join(f"{each:.1f}" for each in os.getloadavg()))
    connections.close_all()
    common.psql(base_url, f"DROP DATABASE {NAME} WITH (FORCE)")
    shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
