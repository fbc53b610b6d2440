"""The same pages and the same rush for places on pretix, an established ticket shop, on the same machine.

    DATABASE_URL=postgres://… python benchmarks/against_pretix.py --pretix-python /path/to/its/environment/bin/python

pretix is driven as installed: a ``pretix.cfg`` of ours in a temporary folder, its own commands and models, gunicorn
with the workers and threads that our site gets. It has PostgreSQL as we have, and a Redis of its own for cache and
sessions, which it needs to be quick (``redis-server`` must be installed; we use none). ``--only lists`` or ``--only
rush`` measures a part. Our figures come from ``portal.py`` and ``bookings.py``, which this program starts.

Migrating pretix's empty database takes minutes, so it is kept as a template beside the one that DATABASE_URL names;
``--forget`` removes it.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bookings import psql
from portal import rate
from pretix_buyers import rush
from pretix_shop import COUNT, LISTS, RUSH, SHOP, THEIRS, Pretix, helpers, template_name

HERE = Path(__file__).resolve().parent
OURS = "skillweek_bench_ours"
LIST, KEPT, PAGE = "event list, 30 a page", "event list, with its page cache of 15 s", "event page"


def ours(program: str, *arguments: str) -> str:
    """What one of our own programs prints, against a fresh database where it needs one given."""
    base = os.environ["DATABASE_URL"]
    psql(base, f"DROP DATABASE IF EXISTS {OURS} WITH (FORCE)")
    psql(base, f"CREATE DATABASE {OURS}")
    url = f"{base.rpartition('/')[0]}/{OURS}"
    command = [sys.executable, str(HERE / program), *arguments]
    try:
        done = subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True)
    finally:
        psql(base, f"DROP DATABASE {OURS} WITH (FORCE)")
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def our_lists(options: argparse.Namespace) -> dict[str, float]:
    """Name of the page → requests a second."""
    arguments = ("--activities", options.events, "--seconds", options.seconds, "--connections", options.connections)
    more = ("--workers", options.workers, "--threads", options.threads)
    text = ours("portal.py", *map(str, (*arguments, *more)))
    return {row[1].strip(): float(row[2]) for row in re.finditer(r"^(\S.*?)\s{2,}(\d+) /s", text, re.MULTILINE)}


def lists(pretix: Pretix, options: argparse.Namespace) -> None:
    """Requests a second of both products' list and page."""
    pretix.fresh_database()
    pretix.run("shell", script=SHOP + LISTS.format(count=options.events))
    half = f"/week/e{options.events // 2}/"
    theirs: dict[str, float] = {}
    with pretix.site(options.workers, options.threads) as base:
        for name, path in (
            (LIST, "/week/"),
            (PAGE, half),
            ("series, list", "/series/week/"),
        ):
            theirs[name] = rate(f"{base}{path}", options.seconds, options.connections)
    with pretix.site(options.workers, options.threads, DJANGO_SETTINGS_MODULE="with_page_cache") as base:
        theirs[KEPT] = rate(f"{base}/week/", options.seconds, options.connections)
    mine = {} if options.pretix_alone else our_lists(options)
    beside = (theirs[LIST], theirs[KEPT], theirs[PAGE])
    print(f"\n{options.events} events, {options.workers} workers of {options.threads} threads, PostgreSQL for both\n")
    print("| | requests/s | × pretix's list | × its list with page cache | × its event page |\n|---|---|---|---|---|")
    for product, rates in (("pretix", theirs), ("skillweek", mine)):
        for name, found in rates.items():
            ratios = " | ".join(ratio(found, other) for other in beside)
            print(f"| {product}, {name} | {found:.1f} | {ratios} |", flush=True)


def orders_in(pretix: Pretix, slug: str) -> tuple[int, int, int]:
    """Live orders, places in them, and different people, as pretix's database has them."""
    found = re.search(r"orders (\d+) (\d+) (\d+)", pretix.run("shell", script=COUNT.format(slug=slug)))
    assert found
    return int(found[1]), int(found[2]), int(found[3])


def rushes(pretix: Pretix, options: argparse.Namespace) -> None:
    """Two thousand for two hundred places, and so many that all of them get one."""
    print(f"\n{options.at_once} at a time, {options.workers} workers of {options.rush_threads} threads, PostgreSQL\n")
    print("| | people | places given | others | bookings/s | a visit | a visit refused | all answered after |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for people, places in ((options.people, options.places), (options.everybody, options.everybody)):
        if not options.pretix_alone:
            print(our_rush(options, people, places), flush=True)
        for with_celery in (False, True):
            print(pretix_rush(pretix, options, people, places, with_celery=with_celery), flush=True)


def ratio(found: float, other: float) -> str:
    """How many times as many; nothing beside a page that answered nobody in time."""
    return f"{found / other:.2f}" if other else "—"


def our_rush(options: argparse.Namespace, people: int, places: int) -> str:
    """One row of the table; ``bookings.py`` stops when a place is given twice or somebody is lost."""
    text = ours(
        "bookings.py",
        *("--people", str(people), "--places", str(places), "--at-once", str(options.at_once)),
        *("--threads", str(options.rush_threads), "--whole-visit"),
    )
    found = ast.literal_eval(re.search(r"over HTTP: (\{.*\})", text)[1])  # type: ignore[index]
    held = ast.literal_eval(re.search(r"in the database: (\{.*\})", text)[1])  # type: ignore[index]
    row = f"{held.get('confirmed', 0)} | {held.get('waiting', 0)} on the waiting list"
    took = f"{found['median ms'] / 1000:.2f} s"
    return f"| skillweek | {people} for {places} | {row} | {found['per second']} | {took} | | {found['seconds']} s |"


def pretix_rush(pretix: Pretix, options: argparse.Namespace, people: int, places: int, *, with_celery: bool) -> str:
    """One row of the table; says so when a place was sold twice or somebody holds two."""
    pretix.with_celery = with_celery
    pretix.configure(THEIRS)
    pretix.fresh_database()
    seeded = pretix.run("shell", script=SHOP + RUSH.format(events=[("warm", 10_000), ("rush", places)]))
    items = dict(re.findall(r"^(\w+) (\d+)$", seeded, re.MULTILINE))
    with ExitStack() as stack:
        if with_celery:
            stack.enter_context(pretix.worker())
        base = stack.enter_context(pretix.site(options.workers, options.rush_threads))
        rush(f"{base}/rush/warm/", items["warm"], min(people, 100), options.at_once)
        found = rush(f"{base}/rush/rush/", items["rush"], people, options.at_once)
    orders, sold, different = orders_in(pretix, "rush")
    faults = "" if orders == sold == different == found.confirmed else f" ({sold} sold to {different}!)"
    faults += " OVERSOLD" if sold > places else ""
    others = ", ".join(f"{number} {word}" for word, number in found.others.most_common()) or "nobody"
    name = "pretix, orders by a Celery worker of 2" if with_celery else "pretix, orders in the request"
    return (
        f"| {name} | {people} for {places} | {orders}{faults} | {others} | "
        f"{orders / found.until_last_order:.1f} | {middle(found.with_order)} | {middle(found.without)} | "
        f"{found.seconds:.1f} s |"
    )


def middle(seconds: list[float]) -> str:
    """The median, for a table."""
    return f"{statistics.median(seconds):.2f} s" if seconds else ""


def main() -> None:
    """Start what pretix needs, measure both, print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pretix-python", required=True, help="the Python of the environment that pretix is in")
    parser.add_argument("--only", choices=("lists", "rush"))
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--rush-threads", type=int, default=8)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--places", type=int, default=200)
    parser.add_argument("--everybody", type=int, default=500, help="people of the second rush, with a place for each")
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--pretix-alone", action="store_true", help="leave our own programs out")
    parser.add_argument("--forget", action="store_true", help="remove the migrated template afterwards")
    options = parser.parse_args()
    base = os.environ.get("DATABASE_URL", "")
    if not base.startswith("postgres"):
        sys.exit("set DATABASE_URL=postgres://…")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that what was started ends too
    folder = Path(tempfile.mkdtemp(prefix="skillweek-pretix-"))
    with helpers(folder) as (redis, mail):
        pretix = Pretix(options.pretix_python, folder, base, redis, mail)
        print("pretix", pretix.version(), flush=True)
        if options.only != "rush":
            lists(pretix, options)
        if options.only != "lists":
            rushes(pretix, options)
    psql(base, f"DROP DATABASE IF EXISTS {THEIRS} WITH (FORCE)")
    if options.forget:
        psql(base, f"DROP DATABASE IF EXISTS {template_name(pretix.version())}")
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
