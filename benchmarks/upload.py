"""Measure how fast and with how much memory the server takes uploads in, beside nginx taking the same bytes (C6).

    python benchmarks/upload.py [--megabytes 200] [--rounds 5]

Starts the site in gunicorn as ``skillweek serve`` does, on a database and folders of its own, and an nginx that writes
request bodies to files on the same disk. The same client sends the same body over loopback to both in turn, in one
request each; the site's answer means that the file is hashed, on the disk and in its place. Then the same by tus in
chunks of 5 MiB, as the browser does. Then eight uploads run at once while the memory of the server's processes is
watched. Processor seconds are those of the server alone; they do not suffer from what else runs on the machine.
Needs nginx and Linux.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024
CHUNK = 5 * MIB
NGINX = """
{user}daemon off; pid {home}/nginx.pid; error_log {home}/error.log warn; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {home}/bodies; client_max_body_size 0; client_body_buffer_size 256k;
  proxy_temp_path {home}/t1; fastcgi_temp_path {home}/t2; uwsgi_temp_path {home}/t3; scgi_temp_path {home}/t4;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      client_body_in_file_only on; proxy_pass_request_body off; proxy_set_header Content-Length "";
      proxy_pass http://127.0.0.1:{port}/taken;
    }}
    location = /taken {{ return 204; }}
  }}
}}
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until ``process`` listens."""
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            raise SystemExit("a server did not start")
        time.sleep(0.1)
    raise SystemExit("a server did not answer")


@contextlib.contextmanager
def running(words: list[str], port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, stopped at the end."""
    process = subprocess.Popen(words, env={**os.environ, **environment}, cwd=ROOT)
    try:
        wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(20)


class Site:
    """The site on a port, and a signed-in liaison of one school."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        os.environ.update(
            SKILLWEEK_HOME=str(home), MEDIA_ROOT=str(home / "media"), SPOOL_ROOT=str(home / "spool"),
            DATABASE_URL=f"sqlite:///{home / 'bench.sqlite3'}", DJANGO_SETTINGS_MODULE="tests.uploads.harness.settings",
            PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'src'}", LOG_LEVEL="WARNING",
        )  # fmt: skip
        sys.path[:0] = [str(ROOT), str(ROOT / "src")]
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from tests import factories

        call_command("migrate", verbosity=0)
        school, edition = factories.tree().school_a, factories.edition()
        session = factories.client_of(factories.person(school, "liaison")).cookies[settings.SESSION_COOKIE_NAME].value
        self.said = {"kind": "other", "organisation": str(school.pk), "edition": str(edition.pk)}
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={'a' * 32}",
            "X-CSRFToken": "a" * 32,
            "Tus-Resumable": "1.0.0",
        }

    def words(self) -> list[str]:
        """The command that starts it."""
        options = f"--bind 127.0.0.1:{self.port} --worker-class gthread --workers 1 --threads 8 --log-level warning"
        return [sys.executable, "-m", "gunicorn", "skillweek.site.wsgi", *options.split()]

    def send(self, body: memoryview, name: str, chunk: int = CHUNK) -> str:
        """Send a whole file in chunks; return the stored file's id."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        values = {**self.said, "name": name, "purpose": json.dumps({"place": "harness"})}
        pairs = [f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items()]
        begin = {**self.headers, "Upload-Length": str(len(body)), "Upload-Metadata": ",".join(pairs)}
        answer = ask(line, "POST", "/uploads/", b"", begin)
        address, offset, file_id = str(answer.headers["Location"]), 0, ""
        while offset < len(body):
            more = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            answer = ask(line, "PATCH", address, body[offset : offset + chunk], {**self.headers, **more})
            offset = int(answer.headers["Upload-Offset"])
            file_id = answer.headers.get("Skillweek-File", "")
        line.close()
        return file_id

    def check(self, file_id: str, body: memoryview) -> None:
        """The stored file is the one that was sent."""
        from skillweek.uploads.models import StoredFile

        assert StoredFile.objects.get(pk=file_id).sha256 == hashlib.sha256(body).hexdigest()


def ask(
    line: http.client.HTTPConnection, method: str, path: str, body: memoryview | bytes, headers: dict[str, str]
) -> http.client.HTTPResponse:
    """One request; stops the program when it is refused."""
    line.request(method, path, body=body, headers={**headers, "Content-Length": str(len(body))})
    answer = line.getresponse()
    text = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"{method} {path}: {answer.status} {text[:300]!r}")
    return answer


def family(parent: int) -> list[str]:
    """A process and its children."""
    return [str(parent), *Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()]


def memory(parent: int) -> int:
    """Resident bytes of a process and its children, shared pages counted once per process."""
    total = 0
    for process in family(parent):
        with contextlib.suppress(FileNotFoundError):
            pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
            total += int(pages) * os.sysconf("SC_PAGE_SIZE")
    return total


def processor(parent: int) -> float:
    """Seconds of processor that a process and its children have used."""
    total = 0
    for process in family(parent):
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


class Timed:
    """The seconds, and the processor seconds of a server, that several runs took."""

    def __init__(self, parent: int) -> None:
        self.parent, self.walls, self.processors = parent, list[float](), list[float]()

    @contextlib.contextmanager
    def run(self) -> Iterator[None]:
        """Measure one run."""
        used, begun = processor(self.parent), time.perf_counter()
        yield
        self.walls.append(time.perf_counter() - begun)
        self.processors.append(processor(self.parent) - used)

    @property
    def wall(self) -> float:
        """The median."""
        return statistics.median(self.walls)

    def line(self, name: str, megabytes: float) -> str:
        """What to print."""
        used = statistics.median(self.processors)
        spread = f"{min(self.walls):.2f}–{max(self.walls):.2f}"
        return f"{name:<28}{megabytes / self.wall:>6.0f} MB/s  {self.wall:.2f} s ({spread})  processor {used:.2f} s"


def at_once(site: Site, parent: int, body: memoryview, number: int) -> tuple[int, int, float]:
    """Send ``number`` files at once; memory before and at its highest, and the seconds it took."""
    before = highest = memory(parent)
    senders = [threading.Thread(target=site.send, args=(body, f"{index}.bin")) for index in range(number)]
    begun = time.perf_counter()
    for sender in senders:
        sender.start()
    while any(sender.is_alive() for sender in senders):
        highest = max(highest, memory(parent))
        time.sleep(0.05)
    return before, highest, time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    body = memoryview(os.urandom(chosen.megabytes * 1_000_000))
    with tempfile.TemporaryDirectory(prefix="skillweek-benchmark-") as folder:
        home = Path(folder)
        site, port = Site(home), free_port()
        # Started by root, nginx would give its rights up and could not write here.
        user = "user root;\n" if os.geteuid() == 0 else ""
        (home / "nginx.conf").write_text(NGINX.format(home=home, port=port, user=user), encoding="ascii")
        with (
            running(site.words(), site.port) as server,
            running([nginx, "-c", str(home / "nginx.conf")], port) as other,
        ):
            report(site, Timed(server.pid), Timed(server.pid), Timed(other.pid), port, body, chosen.rounds)


def report(site: Site, whole: Timed, chunked: Timed, nginx: Timed, port: int, body: memoryview, rounds: int) -> None:
    """Send in turn, then at once, and print what it took."""
    for index in range(8):
        site.send(body[: 10 * MIB], f"warm{index}.bin")
    for index in range(rounds):
        with whole.run():
            file_id = site.send(body, f"whole{index}.bin", len(body))
        site.check(file_id, body)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        with nginx.run():
            ask(line, "POST", "/", body, {})
        line.close()
        with chunked.run():
            site.send(body, f"chunks{index}.bin")
    megabytes = len(body) / 1e6
    print(whole.line("skillweek, one request", megabytes))
    print(chunked.line("skillweek, chunks of 5 MiB", megabytes))
    print(nginx.line("nginx, one request", megabytes))
    print(f"skillweek reaches {nginx.wall / whole.wall:.2f} of nginx with the same request")
    before, highest, took = at_once(site, whole.parent, body, 8)
    print(f"8 uploads at once: {8 * megabytes / took:.0f} MB/s together")
    grown = (highest - before) / MIB
    print(f"memory {before / MIB:.0f} MiB before, {highest / MIB:.0f} MiB at most: grew {grown:.0f} MiB")


if __name__ == "__main__":
    main()
