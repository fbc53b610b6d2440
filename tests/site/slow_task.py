"""A task for tests of the worker: it says that it began, and goes on when it is allowed to."""

from __future__ import annotations

import time
from pathlib import Path

from django_tasks import task


@task()
def hold(folder: str) -> str:
    """Add a line to ``began`` in ``folder``, then wait for the file ``go``."""
    with (Path(folder) / "began").open("a") as began:
        began.write("x\n")
    while not (Path(folder) / "go").exists():
        time.sleep(0.05)
    return "done"
