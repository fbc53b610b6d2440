"""``skillweek mailbox``: fetch mails by IMAP, receive them by SMTP, take in a file (C8)."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import click

from skillweek.site.cli import setup_django


@click.group()
def mailbox() -> None:
    """Take mails to the week's mailbox in. Filing them is the background worker's work."""


@mailbox.command()
def fetch() -> None:
    """Look into the mailbox by IMAP once (the worker does it every minute)."""
    _set_up()
    from skillweek.mailbox.intake.imap import MailboxError, fetch_once

    try:
        done = fetch_once()
    except MailboxError as error:
        click.echo(f"邮箱没有打开：{error}", err=True)
        sys.exit(1)
    click.echo(f"新收 {done.new} 封，已收过 {done.known} 封，超过大小上限 {done.large} 封。")


@mailbox.command()
@click.option("--bind", default="127.0.0.1:2525", show_default=True, help="HOST:PORT to listen on.")
def listen(bind: str) -> None:
    """Receive mails by SMTP until told to stop. Put your mail server in front; this one knows no TLS."""
    _set_up()
    from skillweek.mailbox.intake.listener import controller

    host, _colon, port = bind.rpartition(":")
    if not port.isdigit():
        raise click.UsageError("--bind 请写成 主机:端口，例如 127.0.0.1:2525。")
    try:
        running = controller(host.strip("[]") or "127.0.0.1", int(port))
    except ValueError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: stop.set())
    running.start()
    click.echo(f"正在接收邮件：{bind}")
    stop.wait()
    running.stop()


@mailbox.command()
@click.argument("files", type=click.Path(exists=True, dir_okay=False, path_type=Path), nargs=-1, required=True)
def take(files: tuple[Path, ...]) -> None:
    """Take in mails saved as FILES (.eml)."""
    _set_up()
    from skillweek.mailbox.domain.taking import take_in
    from skillweek.mailbox.models import InboundMail

    for path in files:
        with path.open("rb") as stream:
            mail = take_in(stream, source=InboundMail.Source.FILE)
        click.echo(f"{path}：{mail.pk}（{mail.get_state_display()}）")


def _set_up() -> None:
    setup_django()
    from skillweek.core import audit
    from skillweek.core.models import AuditEvent

    audit.channel.set(AuditEvent.Channel.MAIL)
