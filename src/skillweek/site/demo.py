"""``skillweek demo``: the product on sample data, its clock in the week of the notice.

Everything lies in one folder of its own (``var/demo``) on SQLite. Settings of a real installation are never read, so
the samples cannot reach its data. A second start keeps what was entered; the demo's clock goes on from where it stood.
"""

from __future__ import annotations

import math
import os
import shutil
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import click

from skillweek.site.cli import setup_django

#: Written when the samples are complete: a demo that was interrupted while loading begins again.
_COMPLETE: Final = "demo-complete"
#: The demo begins on the third day of the week, an hour and a bit before the noon that ends the second day's reports.
_BEGINS_ON_DAY: Final = 2
_BEGINS_AT: Final = {"hour": 10, "minute": 40}
#: Of the caller's environment, only these mean anything to the demo.
_KEPT: Final = frozenset({"LOG_LEVEL", "WEB_THREADS", "WEB_WORKERS", "BIND"})


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="HOST:PORT; 0.0.0.0:8000 lets phones in.")
@click.option("--home", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
@click.option("--edition", type=click.Path(exists=True, path_type=Path), help="Folder of the edition to load.")
@click.option("--reset", is_flag=True, help="Throw the demo's data away first.")
@click.option("--load-only", is_flag=True, help="Load the samples and end.")
def demo(bind: str, home: Path, edition: Path | None, reset: bool, load_only: bool) -> None:
    """Load the sample edition and start everything."""
    home = home.resolve()
    if (reset and home.exists()) or (home.exists() and not (home / _COMPLETE).exists()):
        _throw_away(home)
    _set_environment(home, bind)
    setup_django()
    from skillweek.site.serve import prepare_site, refuse_taken_address

    if not load_only:
        refuse_taken_address(bind)
    prepare_site()
    if not (home / _COMPLETE).exists():
        _load(edition)
        (home / _COMPLETE).touch()
    _move_clock()
    if load_only:
        return
    _say_where(bind)
    _serve(bind)


def _throw_away(home: Path) -> None:
    """Remove the demo's folder, and nothing that is not one."""
    strange = not (home / "skillweek.sqlite3").exists() and any(home.iterdir())
    if strange and not (home / "secret-key").exists():
        raise click.ClickException(f"{home} 不是演示数据的文件夹，没有删除。请用 --home 指定别的位置。")
    shutil.rmtree(home)


def _set_environment(home: Path, bind: str) -> None:
    """Settings of the demo for this process and its children, and no others."""
    from skillweek.site.demo_settings import VARIABLES

    for name in VARIABLES - _KEPT:
        os.environ.pop(name, None)
    home.mkdir(parents=True, exist_ok=True)
    host, _, port = bind.rpartition(":")
    open_to_all = host not in ("127.0.0.1", "localhost", "[::1]")
    os.environ.update(
        {
            "SKILLWEEK_DEMO": "1",
            "SKILLWEEK_HOME": str(home),
            "SKILLWEEK_ENV_FILE": str(home / "none.env"),
            "BASE_URL": f"http://{'127.0.0.1' if open_to_all else host}:{port}",
            "ALLOWED_HOSTS": "*" if open_to_all else "127.0.0.1,localhost,[::1]",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        }
    )


def _load(folder: Path | None) -> None:
    from skillweek.site.demo_data import load_samples

    started = time.monotonic()
    click.echo("正在准备示例数据（只在第一次启动时需要，一到两分钟）…")
    load_samples(folder, lambda text: click.echo(f"  {text}"))
    click.echo(f"示例数据已备好（{time.monotonic() - started:.0f} 秒）。")


def start_moment() -> datetime:
    """When the demo's clock begins, aware, in the edition's zone."""
    from zoneinfo import ZoneInfo

    from skillweek.editions.models import Edition

    edition = Edition.objects.current()
    assert edition is not None
    day = edition.starts_on + timedelta(days=_BEGINS_ON_DAY)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(edition.zone), **_BEGINS_AT)


def _move_clock() -> None:
    """Set the clock, here and for the children: at the beginning, or just after the last thing that happened."""
    from skillweek.core import clock
    from skillweek.core.models import AuditEvent

    last = AuditEvent.objects.order_by("-at").values_list("at", flat=True).first()
    moment = max(start_moment(), last + timedelta(minutes=1)) if last else start_moment()
    offset = math.ceil((moment - clock.real_now()).total_seconds())
    clock.shift(timedelta(seconds=offset))
    os.environ["SKILLWEEK_CLOCK_OFFSET"] = str(offset)


def _say_where(bind: str) -> None:
    from zoneinfo import ZoneInfo

    from skillweek.core import clock
    from skillweek.editions.models import Edition
    from skillweek.site.demo_data import ACCOUNTS, PASSWORD

    edition = Edition.objects.current()
    assert edition is not None
    moment = clock.now().astimezone(ZoneInfo(edition.zone))
    click.echo()
    click.echo(f"  职教周演示：{os.environ['BASE_URL']}")
    if not bind.startswith(("127.", "localhost", "[::1]")):
        click.echo(f"  手机请用同一网络打开本机地址，端口 {bind.rpartition(':')[2]}")
    click.echo(f"  演示时钟：{moment:%Y-%m-%d %H:%M}（{edition.title}）")
    click.echo(f"  所有账号的密码：{PASSWORD}")
    click.echo()
    width = max(len(account.email) for account in ACCOUNTS if account.shown)
    for account in ACCOUNTS:
        if account.shown:
            click.echo(f"    {account.email:<{width}}  {account.shown}")
    click.echo()
    click.echo("  单位、人员和材料均为示例。按 Ctrl+C 停止；再次启动会保留填过的内容，make demo-reset 重新开始。")
    click.echo()


def _serve(bind: str) -> None:
    from django.db import connections

    from skillweek.site.serve import children_of
    from skillweek.site.supervise import Supervisor

    connections.close_all()
    sys.exit(Supervisor(children_of(bind, workers=0, threads=8), grace=20).run())
