"""Measure a rush for places: 2 000 people for 200 places, 50 at a time, over HTTP (B8).

    DATABASE_URL=postgres://… python benchmarks/bookings.py [--people 2000] [--places 200] [--at-once 50]

Fills a database of its own beside the one that DATABASE_URL names and removes it again. The site is gunicorn with two
processes, as ``skillweek serve`` starts it. Each person opens the form (cookie, CSRF token, proof of work of one hash)
and then sends it; only the sending is timed, or, with ``--whole-visit``, all that a browser asks for from the form to
the ticket. Afterwards the database is asked whether anybody is lost or double.
``pgbench`` on the same server updates one row by as many clients, with and without the rows that a booking writes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
NAME = "skillweek_bench_bookings"
#: Made once: two thousand clients would each read all certificates.
TLS = ssl.create_default_context()


def own_database() -> str:
    """The address of a fresh database beside the one that DATABASE_URL names."""
    base = os.environ.get("DATABASE_URL", "")
    if not base.startswith("postgres"):
        sys.exit("set DATABASE_URL=postgres://…")
    server = base.rpartition("/")[0]
    psql(base, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    psql(base, f"CREATE DATABASE {NAME}")
    return f"{server}/{NAME}"


def psql(url: str, statement: str) -> None:
    """One statement on the server."""
    subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement], check=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def start_site(port: int, threads: int) -> subprocess.Popen[bytes]:
    """Two processes of the site, without background workers: mails are queued, not sent."""
    command = [sys.executable, "-m", "skillweek.site.cli", "web", "--bind", f"127.0.0.1:{port}"]
    with Path(os.environ["SKILLWEEK_HOME"], "site.log").open("wb") as log:
        site = subprocess.Popen([*command, "--workers", "2", "--threads", str(threads)], stdout=log, stderr=log)
    for _try in range(120):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code < 500:
                return site
        except httpx.HTTPError:
            time.sleep(0.5)
    sys.exit("the site did not start")


def make_session(places: int) -> int:
    """A published activity whose session has so many places; returns its id."""
    from tests import factories
    from tests.bookings import make

    tree = factories.tree()
    session = make.session(make.activity(factories.edition(), tree.school_a), capacity=places)
    return int(session.pk)


def solve(challenge: dict[str, Any]) -> str:
    for number in range(challenge["maxNumber"] + 1):
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]:
            return base64.b64encode(json.dumps({**challenge, "number": number}).encode()).decode()
    raise AssertionError


class Visitor:
    """One person with a browser of their own."""

    def __init__(self, base: str, session: int, number: int) -> None:
        self.path = f"{base}/book/{session}/"
        self.client = httpx.Client(timeout=600, verify=TLS)
        page = self.client.get(self.path).text
        challenge = re.search(r'id="proof-challenge" type="application/json">(.*?)</script>', page)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert challenge and token, page[:500]
        self.form = {
            "csrfmiddlewaretoken": token[1],
            "client_id": str(uuid.uuid4()),
            "proof": solve(json.loads(challenge[1])),
            "name": f"访客{number}",
            "phone": f"139{number:08d}",
            "email": f"visitor{number}@example.org",
            "party_size": "1",
            "children": "0",
            "agreed": "on",
        }

    def send(self, *, follow: bool = False) -> tuple[int, float]:
        """Status and seconds; ``follow`` opens the ticket too, as a browser does."""
        start = time.perf_counter()
        answer = self.client.post(self.path, data=self.form)
        if follow and answer.next_request:
            self.client.send(answer.next_request).raise_for_status()
        return answer.status_code, time.perf_counter() - start


def rush(base: str, session: int, people: int, at_once: int, *, offset: int = 0, whole: bool = False) -> dict[str, Any]:
    """Everybody opens the form first; then all send, ``at_once`` at a time. ``whole``: form and ticket count too."""
    gate = threading.Event()

    def open_form(number: int) -> Visitor:
        return Visitor(base, session, offset + number)

    def go(visitor: Visitor) -> tuple[int, float]:
        gate.wait()
        outcome = visitor.send()
        visitor.client.close()
        return outcome

    def visit(number: int) -> tuple[int, float]:
        start = time.perf_counter()
        visitor = open_form(number)
        status, _seconds = visitor.send(follow=True)
        visitor.client.close()
        return status, time.perf_counter() - start

    with ThreadPoolExecutor(at_once) as pool:
        visitors = [] if whole else list(pool.map(open_form, range(people)))
        start = time.perf_counter()
        jobs = [pool.submit(visit, number) for number in range(people)] if whole else []
        jobs += [pool.submit(go, visitor) for visitor in visitors]
        gate.set()
        outcomes = [job.result() for job in jobs]
        seconds = time.perf_counter() - start
    times = sorted(taken for _status, taken in outcomes)
    return {
        "per second": round(people / seconds, 1),
        "seconds": round(seconds, 2),
        "median ms": round(statistics.median(times) * 1000),
        "p95 ms": round(times[int(len(times) * 0.95)] * 1000),
        "slowest ms": round(times[-1] * 1000),
        "answers": dict(Counter(status for status, _taken in outcomes)),
    }


def verify(session: int, people: int, places: int) -> dict[str, Any]:
    """What the database holds afterwards; stops when a promise is broken."""
    from skillweek.bookings.models import Booking, Seats
    from skillweek.notifications.models import Message

    states = Counter(Booking.objects.filter(session=session).values_list("state", flat=True))
    seats = Seats.objects.get(pk=session)
    assert states == Counter(confirmed=min(places, people), waiting=max(0, people - places)), states
    assert (seats.taken, seats.waiting) == (states["confirmed"], states["waiting"]), seats
    assert Booking.objects.filter(session=session).values("phone").distinct().count() == people
    assert Message.objects.filter(kind__startswith="booking.").count() == people
    return dict(states)


def verbs_alone(people: int, places: int, threads: int) -> dict[str, Any]:
    """The verb without HTTP, in threads of one process: what the lock and the rows cost."""
    from django.db import connections

    from skillweek.activities.models import Session
    from skillweek.bookings.domain import book_places
    from tests.bookings import make

    session = make.session(Session.objects.first().activity, capacity=places)  # type: ignore[union-attr]
    wishes = [make.wish(phone="", email=f"verb{number}@example.org") for number in range(people)]

    def work(share: list[Any]) -> None:
        for wish in share:
            book_places(session, wish)
        connections.close_all()

    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, [wishes[number::threads] for number in range(threads)]))
    return {"per second": round(people / (time.perf_counter() - start), 1)}


def pgbench(url: str, clients: int, seconds: int) -> dict[str, float]:
    """Transactions per second on one hot row: the update alone, and with a row inserted under the lock."""
    program = shutil.which("pgbench") or next(iter(Path("/usr/lib/postgresql").glob("*/bin/pgbench")), None)
    if program is None:
        return {}
    psql(url, "CREATE TABLE hot (id int PRIMARY KEY, taken int NOT NULL); INSERT INTO hot VALUES (1, 0)")
    psql(url, "CREATE TABLE made (id bigserial PRIMARY KEY, hot int REFERENCES hot, code text)")
    scripts = {
        "one row updated": "UPDATE hot SET taken = taken + 1 WHERE id = 1;",
        "locked, read, inserted, updated": (
            "BEGIN;\nSELECT taken FROM hot WHERE id = 1 FOR UPDATE;\n"
            "INSERT INTO made (hot, code) VALUES (1, md5(random()::text));\n"
            "UPDATE hot SET taken = taken + 1 WHERE id = 1;\nCOMMIT;"
        ),
    }
    found = {}
    for name, text in scripts.items():
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(text)
            script.flush()
            command = [str(program), "-n", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", script.name, url]
            out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        match = re.search(r"tps = ([\d.]+)", out)
        found[name] = round(float(match[1]), 1) if match else 0.0
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--places", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--threads", type=int, default=8, help="threads of each of the two web processes")
    parser.add_argument("--whole-visit", action="store_true", help="time form and ticket too; the rush alone")
    parser.add_argument("--pgbench-seconds", type=int, default=10)
    arguments = parser.parse_args()
    base_url = os.environ.get("DATABASE_URL", "")
    home = tempfile.mkdtemp(prefix="skillweek-bench-")
    port = free_port()
    os.environ |= {
        "DATABASE_URL": own_database(),
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

    django.setup()
    call_command("migrate", verbosity=0)
    session = make_session(arguments.places)
    warm = make_session_of_same(session)
    site = start_site(port, arguments.threads)
    base = f"http://127.0.0.1:{port}"
    try:
        rush(base, warm, 100, arguments.at_once, offset=90_000)
        from skillweek.notifications.models import Message

        Message.objects.all().delete()
        print("over HTTP:", rush(base, session, arguments.people, arguments.at_once, whole=arguments.whole_visit))
        print("in the database:", verify(session, arguments.people, arguments.places))
    finally:
        site.send_signal(signal.SIGTERM)
        try:
            site.wait(60)
        except subprocess.TimeoutExpired:
            site.kill()
    for threads in () if arguments.whole_visit else (1, 8):
        print(f"the verb alone, {threads} threads:", verbs_alone(min(arguments.people, 500), 100, threads))
    if not arguments.whole_visit:
        print("pgbench:", pgbench(os.environ["DATABASE_URL"], arguments.at_once, arguments.pgbench_seconds))
    from django.db import connections

    connections.close_all()
    psql(base_url, f"DROP DATABASE {NAME} WITH (FORCE)")
    shutil.rmtree(home, ignore_errors=True)


def make_session_of_same(session_id: int) -> int:
    """Another session of the same activity, to warm the processes up."""
    from skillweek.activities.models import Session
    from tests.bookings import make

    return int(make.session(Session.objects.get(pk=session_id).activity, capacity=None).pk)


if __name__ == "__main__":
    main()
