"""Real processes of the product on the test's own database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.factories import REPOSITORY


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a child that works on the test's database with the tests' settings."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{values['NAME']}"
    else:
        login = f"{values['USER']}:{values['PASSWORD']}".rstrip(":")
        url = f"postgres://{login}@{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"
    own = {
        "DATABASE_URL": url,
        "SKILLWEEK_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'src'}",
        "SECRET_KEY": settings.SECRET_KEY,
    }
    return {**os.environ, **own, **more}


def start(home: Path, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
    """Start ``skillweek`` with ``arguments``; what it says goes to ``home/log``."""
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "skillweek.site.cli", *arguments]
    with (home / "log").open("ab") as log:
        return subprocess.Popen(command, env=environment(home, **more), stdout=log, stderr=log, cwd=home)


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 40) -> Any:
    """Return the first true answer of ``condition``; fails with ``what`` when none comes in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := condition():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"did not come: {what}")


def end(process: subprocess.Popen[bytes]) -> int:
    """Ask a process to stop and return its exit code."""
    process.terminate()
    return process.wait(timeout=40)
