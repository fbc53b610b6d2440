"""The harness's script, and the site in a real gunicorn that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from django.conf import settings
from django.db import connection

from tests.factories import REPOSITORY

HERE = Path(__file__).parent


def bundle(folder: Path) -> Path:
    """Bundle the harness's script into ``folder``; return where it lies."""
    target = folder / "harness.js"
    command = [REPOSITORY / "frontend/node_modules/.bin/esbuild", HERE / "harness.ts", "--bundle", "--format=esm"]
    subprocess.run([*command, f"--outfile={target}", "--log-level=warning"], check=True, timeout=60)
    return target


class Gunicorn:
    """The site on a port of its own, on the test's database and folders."""

    def __init__(self, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, **_surroundings(), "BASE_URL": self.url, **environment}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = f"-m gunicorn skillweek.site.wsgi --bind 127.0.0.1:{self.port} --threads 4 --log-level warning"
        words = [sys.executable, *command.split()]
        self.process = subprocess.Popen(words, env=self.environment, cwd=REPOSITORY, start_new_session=True)
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.url}/uploads/", timeout=60):
                    return
            except HTTPError:
                return  # it answers: 405, since nobody may read there
            except OSError:
                assert self.process.poll() is None, "gunicorn did not start"
                time.sleep(0.1)
        raise AssertionError("gunicorn did not answer")

    def kill(self) -> None:
        """``kill -9`` it with its workers: no chance to tidy up."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def _surroundings() -> dict[str, str]:
    values: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{values['NAME']}"
    else:
        database = (
            f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
        )
    return {
        "DJANGO_SETTINGS_MODULE": "tests.uploads.harness.settings",
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "src")]),
        "DATABASE_URL": database,
        "SPOOL_ROOT": str(settings.SPOOL_ROOT),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "UPLOAD_CHUNK_BYTES": str(settings.UPLOAD_CHUNK_BYTES),
    }
