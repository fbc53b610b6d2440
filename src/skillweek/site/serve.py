"""``skillweek serve``: the site by gunicorn, with background workers beside it, all kept alive by one supervisor."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import click

from skillweek.site.cli import setup_django
from skillweek.site.supervise import Child, Supervisor

log = logging.getLogger(__name__)

#: What each worker process beside the site serves: checks of large files must not hold up mails.
_WORKERS = {"worker-media": "media,default,mail", "worker-quick": "mail,default"}


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, envvar="BIND", help="HOST:PORT or unix:PATH.")
@click.option(
    "--workers", type=int, default=0, envvar="WEB_WORKERS", help="Web processes. Default: 1 on SQLite, else 2."
)
@click.option("--threads", type=int, default=8, show_default=True, envvar="WEB_THREADS", help="Threads of each.")
@click.option("--no-worker", is_flag=True, help="Start no background worker here.")
@click.option("--prepare", is_flag=True, help="First bring the database and the static files up to date.")
def serve(bind: str, workers: int, threads: int, no_worker: bool, prepare: bool) -> None:
    """Run the site and two background workers until told to stop. What dies is started again."""
    setup_django()
    if prepare:
        prepare_site()
    refuse_unready()
    refuse_taken_address(bind)
    sys.exit(Supervisor(children_of(bind, workers=workers, threads=threads, with_workers=not no_worker)).run())


def children_of(bind: str, *, workers: int, threads: int, with_workers: bool = True) -> list[Child]:
    """The processes of one installation, children of this one: the site and the background workers."""
    parent = str(os.getpid())
    web_arguments = ["web", "--bind", bind, "--workers", str(workers), "--threads", str(threads), "--parent", parent]
    children = [Child("web", web_arguments, vital=True)]
    if with_workers:
        children += [
            Child(name, ["worker", "--queues", queues, "--parent", parent]) for name, queues in _WORKERS.items()
        ]
    return children


@click.command(hidden=True)
@click.option("--bind", default="127.0.0.1:8000")
@click.option("--workers", type=int, default=0)
@click.option("--threads", type=int, default=8)
@click.option("--parent", type=int, default=0)
def web(bind: str, workers: int, threads: int, parent: int) -> None:
    """Run gunicorn alone, in this process; end in order when ``parent`` is gone."""
    setup_django()
    if parent:
        threading.Thread(target=_end_with, args=(parent,), daemon=True, name="parent").start()
    run_gunicorn(bind, workers or (1 if _on_sqlite() else 2), threads)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def run_gunicorn(bind: str, workers: int, threads: int) -> None:
    """Serve the site until a signal: ``workers`` processes of ``threads`` threads each."""
    from django.conf import settings
    from gunicorn.app.base import BaseApplication

    options: dict[str, Any] = {
        "bind": bind,
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        # An upload's chunk over a slow phone line takes long; threads, not time, bound how many do.
        "timeout": 120,
        "graceful_timeout": 30,
        "keepalive": 15,
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
        "logconfig_dict": settings.LOGGING,
        "control_socket_disable": True,
        "proc_name": "skillweek-web",
    }

    class Site(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for key, value in options.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            from skillweek.site.wsgi import application

            return application

    Site().run()


def prepare_site() -> None:
    """Apply migrations and collect static files; quick when nothing changed."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def refuse_unready() -> None:
    """Stop with a sentence when the database or the static files are behind the code."""
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import OperationalError

    again = "运行 skillweek serve --prepare，或先运行 skillweek manage migrate 和 skillweek manage collectstatic。"
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise click.ClickException(f"连不上数据库，请检查 DATABASE_URL：{error}") from error
    finally:
        connection.close()
    if behind:
        raise click.ClickException(f"数据库还没有更新到这个版本。{again}")
    storages: dict[str, Any] = settings.STORAGES
    manifest = "Manifest" in storages["staticfiles"]["BACKEND"]
    if manifest and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        raise click.ClickException(f"静态文件还没有收集。{again}")


def refuse_taken_address(bind: str) -> None:
    """Stop with a sentence when another program listens there."""
    host, _, port = bind.rpartition(":")
    if not port.isdigit():
        return
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            raise click.ClickException(
                f"地址 {bind} 用不了（{error.strerror}）。请换一个，如 --bind 127.0.0.1:8001"
            ) from error


def _on_sqlite() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite"
