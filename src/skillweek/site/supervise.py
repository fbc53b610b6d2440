"""Keeps a few child processes running: starts them again when they die, stops them in order when told to."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

log = logging.getLogger(__name__)

_POLL: Final = 0.2
#: A child that lived so long (seconds) was healthy: its next death starts the pauses anew.
_HEALTHY: Final = 20.0
_LONGEST_PAUSE: Final = 30.0


@dataclass
class Child:
    """One process to keep. ``arguments`` follow ``skillweek``; ``vital`` ones end everything when they cannot start."""

    name: str
    arguments: list[str]
    vital: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    resume: float = field(default=0.0)


class Supervisor:
    """Runs children until SIGTERM or SIGINT. ``grace`` is how many seconds they get to end in order."""

    def __init__(self, children: list[Child], *, grace: float = 40.0) -> None:
        self.children = children
        self.grace = grace
        self.stopping = False

    def run(self) -> int:
        """Return the exit code: 0 after a signal, 1 when a vital child does not start."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for child in self.children:
            self._start(child)
        code = 0
        while not self.stopping:
            for child in self.children:
                if not self._tend(child):
                    self.stopping, code = True, 1
            time.sleep(_POLL)
        self._end_all()
        return code

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _start(self, child: Child) -> None:
        # In a session of its own: Ctrl+C reaches only the supervisor, which tells each child once.
        command = [sys.executable, "-m", "skillweek.site.cli", *child.arguments]
        child.process = subprocess.Popen(command, start_new_session=True)
        child.started = time.monotonic()

    def _tend(self, child: Child) -> bool:
        """Start a dead child again after a pause that grows; False when a vital one fails over and over."""
        clock = time.monotonic()
        if child.process is None:
            if clock >= child.resume:
                self._start(child)
            return True
        code = child.process.poll()
        if code is None:
            return True
        child.deaths = 1 if clock - child.started > _HEALTHY else child.deaths + 1
        log.error("%s ended with %s and is started again", child.name, code)
        if child.vital and code > 0 and child.deaths >= 3:
            log.error("%s does not start; giving up", child.name)
            return False
        child.process = None
        child.resume = clock + min(_LONGEST_PAUSE, 0.5 * 2 ** (child.deaths - 1))
        return True

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        until = time.monotonic() + self.grace
        for process in running:
            try:
                process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process %s did not end in time", process.pid)
                process.kill()
                process.wait()
