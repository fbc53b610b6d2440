"""`make demo`: the samples load by themselves, are complete and plainly marked, and touch nothing else."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.factories import REPOSITORY

#: Loading takes a minute: one process of a parallel run does it for all tests here.
pytestmark = pytest.mark.xdist_group("demo")


def _demo(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``skillweek demo`` as a person at a terminal does, with settings of a real installation around it."""
    own = {"PYTHONPATH": str(REPOSITORY / "src"), "DATABASE_URL": "postgres://nobody@127.0.0.1:1/real", **more}
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"} | own
    command = [sys.executable, "-m", "skillweek.site.cli", "demo", "--home", str(home), *arguments]
    return subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=540)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A loaded demo. It always lies on SQLite, so one run of the tests is enough."""
    if connection.vendor != "sqlite":
        pytest.skip("the demo is always on SQLite")
    place = tmp_path_factory.mktemp("demo") / "home"
    done = _demo(place, "--load-only")
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def rows(home: Path) -> Iterator[Any]:
    """Ask the demo's database: ``rows("SELECT …")``."""
    database = sqlite3.connect(home / "skillweek.sqlite3")
    yield lambda query, *values: database.execute(query, values).fetchall()
    database.close()


@pytest.mark.requirement("C1")
@pytest.mark.timeout(600)
def test_demo_holds_reports_in_every_state(rows: Any) -> None:
    states = dict(rows("SELECT state, COUNT(*) FROM reports_dailyreport GROUP BY state"))
    schools = rows("SELECT COUNT(*) FROM organisations_organisation WHERE kind = 'school'")[0][0]
    reported = rows("SELECT COUNT(*) FROM reports_dailyreport WHERE day = '2023-05-14' AND state <> 'draft'")[0][0]

    assert states == {"draft": 2, "submitted": 6, "returned": 1, "accepted": 12}
    assert rows("SELECT COUNT(*) FROM reports_dailyreport WHERE is_late") == [(2,)]
    assert rows("SELECT COUNT(*) FROM reports_dailyreport WHERE error_reason <> ''") == [(2,)]
    assert schools - reported == 1


@pytest.mark.timeout(600)
def test_demo_shows_checked_files_with_thumbnails(rows: Any, home: Path) -> None:
    assert rows("SELECT DISTINCT state FROM uploads_storedfile") == [("ready",)]
    assert rows("SELECT DISTINCT status FROM django_tasks_database_dbtaskresult") == [("SUCCESSFUL",)]
    without = rows(
        "SELECT COUNT(*) FROM uploads_storedfile f WHERE kind IN ('photo', 'video') AND NOT EXISTS"
        " (SELECT 1 FROM uploads_derivative d WHERE d.file_id = f.id)"
    )
    assert without == [(0,)]
    keys = [key for (key,) in rows("SELECT key FROM uploads_storedfile UNION SELECT key FROM uploads_derivative")]
    assert [key for key in keys if not (home / "media" / key).is_file()] == []
    assert [path for path in (home / "spool").rglob("*") if path.is_file()] == []


@pytest.mark.timeout(600)
def test_demo_shows_the_way_from_notice_to_visitor(rows: Any) -> None:
    published = "SELECT COUNT(*) FROM activities_activity WHERE published_at IS NOT NULL"
    first = "SELECT SUM(acknowledged_at IS NULL), SUM(acknowledged_at IS NOT NULL) FROM notices_receipt r"
    waiting, signed = rows(f"{first} JOIN notices_notice n ON n.id = r.notice_id AND n.kind = 'notice'")[0]

    assert dict(rows("SELECT state, COUNT(*) FROM activities_plan GROUP BY state"))["approved"] >= 5
    assert rows(published)[0][0] >= 15
    assert waiting > 0 and signed > waiting
    assert rows("SELECT COUNT(*) FROM activities_sessionchange WHERE kind = 'settled'") == [(1,)]
    assert rows("SELECT COUNT(*) FROM bookings_booking WHERE state = 'confirmed'")[0][0] >= 20
    assert rows("SELECT SUM(people) FROM bookings_checkin")[0][0] >= 20
    assert rows("SELECT COUNT(*) FROM bookings_feedback")[0][0] > 0


@pytest.mark.timeout(600)
def test_demo_tells_stories_and_has_counted_every_form(rows: Any) -> None:
    assert rows("SELECT COUNT(*) FROM publicity_story WHERE live_at IS NOT NULL AND title LIKE '%示例%'") == [(2,)]
    assert rows("SELECT state, COUNT(*) FROM statistics_formentry GROUP BY state") == [("counted", 12)]


@pytest.mark.timeout(600)
def test_demo_is_plainly_marked(rows: Any) -> None:
    assert rows("SELECT name FROM organisations_organisation WHERE name NOT LIKE '示例%'") == []
    assert rows("SELECT name FROM organisations_user WHERE name NOT LIKE '示例%'") == []
    assert rows("SELECT title FROM reports_reportitem WHERE kind = 'manuscript' AND title NOT LIKE '%示例%'") == []
    assert rows("SELECT name FROM organisations_organisation WHERE NOT is_sample") == []
    own = "SELECT title FROM activities_activity WHERE kind <> 'city' AND title NOT LIKE '%示例%'"
    assert rows(own) == []
    assert rows("SELECT title FROM content_page WHERE title NOT LIKE '%示例%'") == []
    assert rows("SELECT title FROM press_lead WHERE title NOT LIKE '【样例】%'") == []
    assert rows("SELECT COUNT(*) FROM press_lead WHERE state = 'offered'") == [(3,)]
    assert rows("SELECT name FROM press_journalist WHERE name NOT LIKE '示例%'") == []
    assert rows("SELECT name FROM bookings_booking WHERE name NOT LIKE '示例%'") == []


@pytest.mark.timeout(600)
def test_demo_happened_in_the_week_of_the_notice(rows: Any) -> None:
    first, last = rows("SELECT MIN(at), MAX(at) FROM core_auditevent")[0]

    assert (first[:10], last[:10]) == ("2023-05-07", "2023-05-16")


@pytest.mark.timeout(600)
def test_a_second_start_keeps_what_is_there(home: Path, rows: Any) -> None:
    before = rows("SELECT id, version FROM reports_dailyreport ORDER BY id")
    stamp = (home / "demo-complete").stat().st_mtime

    done = _demo(home, "--load-only")

    assert (done.returncode, "正在准备" in done.stdout) == (0, False)
    assert rows("SELECT id, version FROM reports_dailyreport ORDER BY id") == before
    assert (home / "demo-complete").stat().st_mtime == stamp


@pytest.mark.timeout(600)
def test_demo_says_so_when_the_address_is_taken(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = _demo(home, "--bind", f"127.0.0.1:{port}")

    assert done.returncode == 1
    assert f"地址 127.0.0.1:{port} 用不了" in done.stderr


def test_reset_throws_away_nothing_but_a_demo(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text(datetime.now(UTC).isoformat())

    done = _demo(tmp_path, "--reset", "--load-only")

    assert done.returncode == 1
    assert "没有删除" in done.stderr
    assert (tmp_path / "thesis.docx").exists()
