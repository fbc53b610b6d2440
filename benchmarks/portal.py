"""How many requests a second the public pages answer, uncached and kept, against a bare Django view.

    python benchmarks/portal.py                 2 000 activities, 2 workers of 4 threads, SQLite in a temporary folder
    DATABASE_URL=postgres://… python benchmarks/portal.py    the same in an empty PostgreSQL database that it fills

Everything runs on gunicorn with the same workers, asked by ``wrk`` where it is installed, else by threads of this
program (slower: trust the ratios). ``--other URL`` measures a page of another program on the way;
``against_pretix.py`` compares with pretix.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
BARE = """
import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], LOGGING_CONFIG=None)
urlpatterns = [path("", lambda request: HttpResponse("ok"))]
application = get_wsgi_application()
"""


def seed(count: int) -> None:
    """``count`` public activities with three sessions each; the clock then stands in the week."""
    from datetime import datetime, time, timedelta
    from zoneinfo import ZoneInfo

    from django.core.management import call_command
    from django.db import connection

    from skillweek.activities.models import Activity, ActivityTag, Session
    from skillweek.core.clock import now
    from skillweek.editions.domain import load_edition, open_edition
    from skillweek.editions.folder import read_folder
    from skillweek.editions.models import Edition
    from skillweek.organisations.models import Kind, Organisation

    call_command("migrate", verbosity=0)
    if Activity.objects.count() >= count:
        return
    edition, _outcome = load_edition(read_folder(HERE.parent / "editions/xiamen-2023"), actor=None, reason="benchmark")
    if edition.state != Edition.State.OPEN:
        open_edition(edition, actor=None, reason="benchmark")
    add = Organisation.objects.add_child
    host = Organisation.objects.add_root(create_kwargs={"code": "B", "name": "示例市教育局", "kind": Kind.HOST})
    units = [
        add(
            Organisation.objects.get(pk=host.pk),
            create_kwargs={"code": f"B{n}", "name": f"示例学校{n}", "kind": Kind.SCHOOL},
        )
        for n in range(40)
    ]
    zone = ZoneInfo(edition.zone)
    made = Activity.objects.bulk_create(
        Activity(
            edition=edition,
            organisation=units[n % 40],
            title=f"示例活动{n} 茶艺体验",
            summary="跟着老师泡一壶茶，大人小孩都能参加",
            description="<p>从采茶讲到泡茶。</p>" * 5,
            state=Activity.State.APPROVED,
            published_at=now(),
            is_free=True,
            is_highlight=n < 12,
        )
        for n in range(count)
    )
    audiences = [row.code for row in edition.doc.audiences]
    ActivityTag.objects.bulk_create(
        ActivityTag(activity=row, group="audience", code=audiences[(n + k) % len(audiences)])
        for n, row in enumerate(made)
        for k in range(2)
    )
    districts = edition.doc.districts
    rows = []
    for n, row in enumerate(made):
        place = districts[n % len(districts)]
        for k in range(3):
            start = datetime.combine(edition.days[(n + k) % 7], time(9 + n % 9), tzinfo=zone)
            rows.append(
                Session(
                    activity=row,
                    starts_at=start,
                    ends_at=start + timedelta(hours=2),
                    day=start.date(),
                    place=f"{place.name}示例中心{n % 60}",
                    district=place.code,
                    latitude=(place.latitude or 0) + n % 60 / 1000,
                    longitude=place.longitude,
                )
            )
    Session.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a site in use has long had its autovacuum


@contextmanager
def serving(
    application: str, folder: Path, workers: int, threads: int, python: str = sys.executable, **variables: str
) -> Iterator[int]:
    """gunicorn with this application, by this Python, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(python, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
        *("--workers", str(workers), "--threads", str(threads), "--log-level", "error", "--keep-alive", "5"),
    ]
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **variables}, stdout=subprocess.DEVNULL)
    try:
        for _attempt in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def rate(url: str, seconds: int, connections: int, header: str = "Accept-Encoding: gzip") -> float:
    """Answers per second, the best of three rounds. Raises when one is not a success."""
    check(url, header)
    return max(one_round(url, seconds, connections, header) for _round in range(3))


def one_round(url: str, seconds: int, connections: int, header: str) -> float:
    """Answers per second in one round."""
    if wrk := shutil.which("wrk"):
        command = [wrk, "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-H", header, url]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in text and "If-None-Match" not in header:
            raise SystemExit(f"{url}\n{text}")
        return float(re.search(r"Requests/sec:\s*([\d.]+)", text)[1])  # type: ignore[index]
    return rate_by_threads(url, seconds, connections, header)


def check(url: str, header: str) -> None:
    """Ask a few times, so that every worker has the page ready, and see that it is one."""
    parts = urlsplit(url)
    name, _colon, value = header.partition(": ")
    for _time in range(12):
        connection = http.client.HTTPConnection(parts.netloc, timeout=300)
        connection.request("GET", f"{parts.path}?{parts.query}".rstrip("?"), headers={name: value})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (200, 304):
            raise SystemExit(f"{url}: {answer.status}")
        connection.close()


def rate_by_threads(url: str, seconds: int, connections: int, header: str) -> float:
    """The same with this program's own threads."""
    parts, until, done = urlsplit(url), time.perf_counter() + seconds, [0] * connections
    name, _colon, value = header.partition(": ")

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        while time.perf_counter() < until:
            connection.request("GET", f"{parts.path}?{parts.query}".rstrip("?"), headers={name: value})
            connection.getresponse().read()
            done[number] += 1

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    return sum(done) / seconds


def etag_of(url: str) -> str:
    """The page's present validator."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", parts.path, headers={"Accept-Encoding": "gzip"})
    return connection.getresponse().headers["ETag"]


def main() -> None:
    """Seed, serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--activities", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--home", type=Path, help="keep the data here instead of in a temporary folder")
    parser.add_argument("--other", action="append", default=[], help="address of another program's page")
    options = parser.parse_args()
    home = options.home or Path(tempfile.mkdtemp(prefix="skillweek-portal-"))
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "SKILLWEEK_HOME": str(home),
        "SKILLWEEK_ENV_FILE": str(home / "none.env"),
        "DJANGO_SETTINGS_MODULE": "skillweek.site.settings",
        "SECRET_KEY": "benchmark",
        "LOG_LEVEL": "WARNING",
    }
    import django

    django.setup()
    from django.core.management import call_command

    seed(options.activities)
    call_command("collectstatic", verbosity=0, interactive=False)
    from skillweek.activities.models import Activity

    one = Activity.objects.order_by("pk")[options.activities // 2].pk
    (home / "bare.py").write_text(BARE, encoding="utf-8")
    pages = {"home": "/", "list": "/activities/", "activity": f"/activities/{one}/", "map": "/map/"}
    with serving("bare:application", home, options.workers, options.threads) as port:
        bare = rate(f"http://127.0.0.1:{port}/", options.seconds, options.connections)
    print(f"{'bare Django view':40}{bare:9.0f} /s")
    for url in options.other:
        other = rate(url, options.seconds, options.connections)
        print(f"{url[:40]:40}{other:9.0f} /s")
    for word, kept in (("made anew", "0"), ("kept", "60")):
        site = serving("skillweek.site.wsgi", home, options.workers, options.threads, PUBLIC_CACHE_SECONDS=kept)
        with site as port:
            for name, path in pages.items():
                found = rate(f"http://127.0.0.1:{port}{path}", options.seconds, options.connections)
                print(f"{name + ', ' + word:40}{found:9.0f} /s   {found / bare:5.2f} × bare")
            if kept != "0":
                url = f"http://127.0.0.1:{port}/activities/"
                header = f"If-None-Match: {etag_of(url)}"
                found = rate(url, options.seconds, options.connections, header)
                print(f"{'list, unchanged (304)':40}{found:9.0f} /s   {found / bare:5.2f} × bare")
    if not options.home:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
