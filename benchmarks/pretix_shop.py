"""One pretix installation in a temporary folder: configured, seeded, served; part of ``against_pretix.py``.

pretix is used as installed, by its commands, its settings file and its models. The scripts below are handed to its
own shell.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bookings import free_port, psql
from portal import serving

THEIRS = "skillweek_bench_pretix"

CONFIG = """
[pretix]
instance_name=benchmark
url=http://127.0.0.1
datadir={folder}/data
registration=off
loglevel=ERROR
ecb_rates=off
[locale]
default=en
timezone=Asia/Shanghai
[database]
backend=postgresql
name={name}
user={user}
password={password}
host={host}
port={port}
[redis]
location=redis://127.0.0.1:{redis}/0
sessions=true
[mail]
host=127.0.0.1
port={mail}
[django]
secret=benchmark-benchmark-benchmark-benchmark
debug=off
"""
CELERY = """
[celery]
broker=redis://127.0.0.1:{redis}/1
backend=redis://127.0.0.1:{redis}/2
"""
#: pretix keeps whole pages of its event list for 15 seconds, by a setting that pretix.cfg does not reach.
WITH_PAGE_CACHE = "from pretix.settings import *\nCACHE_LARGE_VALUES_ALLOWED = True\n"

SHOP = """
from datetime import timedelta
from decimal import Decimal
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from pretix.base.models import Event, Item, Organizer, Quota, SubEvent
start = now().replace(hour=1, minute=0) + timedelta(days=2)
def shop(event, places):
    "One free product that needs nothing but an e-mail address; open, public."
    event.settings.set("attendee_names_asked", False)
    event.settings.set("invoice_address_asked", False)
    event.settings.set("redirect_to_checkout_directly", True)
    item = Item.objects.create(event=event, name="Place", default_price=Decimal("0.00"), admission=False)
    quota = Quota.objects.create(event=event, name="Places", size=places)
    quota.items.add(item)
    return item
"""
LISTS = """
def hours(n):
    begins = start + timedelta(days=n % 7, hours=n % 9)
    return dict(date_from=begins, date_to=begins + timedelta(hours=2), location="School %d" % (n % 40))
def sell(items, quotas):
    Quota.items.through.objects.bulk_create(
        Quota.items.through(quota=quota, item=item) for quota, item in zip(quotas, items))
with scopes_disabled():
    house = Organizer.objects.create(name="Schools", slug="week")
    other = Organizer.objects.create(name="Series", slug="series")
    house.settings.set("cookie_consent", False)
    other.settings.set("cookie_consent", False)
with scope(organizer=house):
    events = Event.objects.bulk_create(
        Event(organizer=house, name="Open day %d" % n, slug="e%d" % n, live=True, is_public=True, currency="CNY",
              plugins="", **hours(n))
        for n in range({count}))
    items = Item.objects.bulk_create(
        Item(event=event, name="Place", default_price=Decimal("0.00"), admission=False) for event in events)
    sell(items, Quota.objects.bulk_create(Quota(event=event, name="Places", size=30) for event in events))
with scope(organizer=other):
    week = Event.objects.create(organizer=other, name="Week", slug="week", live=True, has_subevents=True,
                                currency="CNY", date_from=start, plugins="")
    week.settings.set("event_list_type", "list")
    item = Item.objects.create(event=week, name="Place", default_price=Decimal("0.00"), admission=False)
    days = SubEvent.objects.bulk_create(
        SubEvent(event=week, name="Open day %d" % n, active=True, is_public=True, **hours(n)) for n in range({count}))
    sell([item] * {count},
         Quota.objects.bulk_create(Quota(event=week, subevent=day, name="Places", size=30) for day in days))
print("seeded")
"""
RUSH = """
with scopes_disabled():
    house = Organizer.objects.create(name="Schools", slug="rush")
    house.settings.set("cookie_consent", False)
with scope(organizer=house):
    for slug, places in {events!r}:
        event = Event.objects.create(organizer=house, name="Rush", slug=slug, live=True, currency="CNY",
                                     date_from=start, date_to=start + timedelta(hours=2), plugins="")
        print(slug, shop(event, places).pk)
print("seeded")
"""
COUNT = """
from django.db.models import Count
from django_scopes import scopes_disabled
from pretix.base.models import Order, OrderPosition
with scopes_disabled():
    print("orders", Order.objects.filter(event__slug="{slug}").exclude(status="c").count(),
          OrderPosition.objects.filter(order__event__slug="{slug}").count(),
          Order.objects.filter(event__slug="{slug}").values("email").distinct().count())
"""


@dataclass
class Pretix:
    """One installation in a folder: its settings, its database, the Redis and the mail server that belong to it."""

    python: str
    folder: Path
    server: str
    redis: int
    mail: int
    with_celery: bool = False
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        self.variables["PYTHONPATH"] = str(self.folder)
        (self.folder / "with_page_cache.py").write_text(WITH_PAGE_CACHE, encoding="utf-8")
        self.configure(THEIRS)

    def configure(self, database: str) -> None:
        """Write pretix.cfg for this database of the server."""
        parts = urlsplit(self.server)
        text = CONFIG + (CELERY if self.with_celery else "")
        path = self.folder / ("celery.cfg" if self.with_celery else "pretix.cfg")
        path.write_text(
            text.format(
                folder=self.folder,
                name=database,
                user=parts.username or "",
                password=parts.password or "",
                host=parts.hostname or "",
                port=parts.port or 5432,
                redis=self.redis,
                mail=self.mail,
            ),
            encoding="utf-8",
        )
        self.variables["PRETIX_CONFIG_FILE"] = str(path)

    def run(self, *arguments: str, script: str | None = None) -> str:
        """One of its commands; what it prints. ``script`` is handed to its shell."""
        command = [self.python, "-m", "pretix", *arguments]
        environment = {**os.environ, **self.variables}
        done = subprocess.run(command, cwd=self.folder, env=environment, input=script, capture_output=True, text=True)
        if done.returncode or (script and "Traceback" in done.stderr):
            sys.exit(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def version(self) -> str:
        code = "from importlib.metadata import version; print(version('pretix'))"
        return subprocess.run([self.python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    def fresh_database(self) -> None:
        """An empty, migrated database; migrated once and kept as a template."""
        base = os.environ["DATABASE_URL"]
        template = template_name(self.version())
        psql(base, f"DROP DATABASE IF EXISTS {THEIRS} WITH (FORCE)")
        if not has_database(base, template):
            started = time.perf_counter()
            psql(base, f"CREATE DATABASE {THEIRS}")
            self.run("migrate", "-v", "0")
            psql(base, f"ALTER DATABASE {THEIRS} RENAME TO {template}")
            print(f"pretix migrated an empty database in {time.perf_counter() - started:.0f} s", flush=True)
        psql(base, f"CREATE DATABASE {THEIRS} TEMPLATE {template}")

    @contextmanager
    def site(self, workers: int, threads: int, **more: str) -> Iterator[str]:
        """gunicorn with pretix; its address."""
        variables = {**self.variables, **more}
        with serving("pretix.wsgi", self.folder, workers, threads, python=self.python, **variables) as port:
            yield f"http://127.0.0.1:{port}"

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Its background worker for carts and orders. Mails stay in their queue, as ours do in this measurement."""
        command = [self.python, "-m", "celery", "-A", "pretix.celery_app", "worker", "-Q", "checkout", "-c", "2"]
        with (self.folder / "celery.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "-l", "ERROR"], cwd=self.folder, env={**os.environ, **self.variables}, stdout=log, stderr=log
            )
        try:
            yield
        finally:
            end(process)


def template_name(version: str) -> str:
    return f"{THEIRS}_empty_{re.sub(r'[^0-9a-z]', '_', version.lower())}"


def has_database(base: str, name: str) -> bool:
    query = f"SELECT count(*) FROM pg_database WHERE datname = '{name}'"
    done = subprocess.run(["psql", "-qAt", "-d", base, "-c", query], capture_output=True, text=True, check=True)
    return done.stdout.strip() == "1"


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def helpers(folder: Path) -> Iterator[tuple[int, int]]:
    """A Redis without a disk and a mail server that keeps nothing; their ports."""
    redis, mail = free_port(), free_port()
    program = shutil.which("redis-server") or sys.exit("install redis-server: pretix needs it for cache and sessions")
    commands = (
        [str(program), "--port", str(redis), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{mail}", "-c", "aiosmtpd.handlers.Sink"],
    )
    running = [subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) for command in commands]
    try:
        yield redis, mail
    finally:
        for process in running:
            end(process)
