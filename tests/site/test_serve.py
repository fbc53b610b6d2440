"""One command runs the site and its workers; what is killed comes back; a signal ends all in order."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from skillweek.core.models import WorkerBeat
from skillweek.site.reaper import living
from tests.site.processes import end, start, wait_for


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(120)
def test_serve_brings_back_what_is_killed_and_ends_in_order(tmp_path: Path) -> None:
    port = _free_port()
    site = start(tmp_path, "serve", "--bind", f"127.0.0.1:{port}")
    try:
        wait_for(lambda: _healthy(port), "the site answers")
        wait_for(lambda: len(living()) == 2, "both workers live")
        before = {beat.worker_id for beat in living()}
        for child in _children(site.pid):
            os.kill(child, signal.SIGKILL)
        wait_for(lambda: _healthy(port), "the site answers again")
        wait_for(lambda: len({beat.worker_id for beat in living()} - before) == 2, "two new workers live")
        children = _children(site.pid)
    finally:
        code = end(site)

    assert code == 0
    assert [pid for pid in children if "skillweek" in _command(pid)] == []
    assert {beat.worker_id for beat in WorkerBeat.objects.all()} <= before
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert {"asctime", "levelname", "name", "message"} <= set.intersection(*(set(json.loads(line)) for line in lines))


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(60)
def test_serve_ends_its_workers_even_when_it_is_killed(tmp_path: Path) -> None:
    site = start(tmp_path, "serve", "--bind", f"127.0.0.1:{_free_port()}")
    wait_for(lambda: len(living()) == 2, "both workers live")
    workers = [beat.pid for beat in living()]
    web = [pid for pid in _children(site.pid) if pid not in workers]

    site.kill()
    site.wait()

    try:
        wait_for(lambda: WorkerBeat.objects.count() == 0, "the workers end in order")
        wait_for(lambda: not any(_command(pid) for pid in web), "the site ends")
    finally:
        for pid in web:
            if _command(pid):
                os.kill(pid, signal.SIGTERM)


@pytest.mark.django_db(transaction=True)
def test_serve_says_so_when_the_address_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site = start(tmp_path, "serve", "--bind", f"127.0.0.1:{port}")
        assert site.wait(timeout=30) == 1

    assert f"地址 127.0.0.1:{port} 用不了" in (tmp_path / "log").read_text()


def test_serve_says_what_to_do_on_an_empty_database(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    site = start(tmp_path, "serve", "--bind", f"127.0.0.1:{_free_port()}", DATABASE_URL=database)

    assert site.wait(timeout=30) == 1
    assert "skillweek serve --prepare" in (tmp_path / "log").read_text()
