"""A school's liaison who mails, a real IMAP server and a real mail server for the answers."""

from __future__ import annotations

import grp
import imaplib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from skillweek.editions.models import Edition
from skillweek.mailbox.domain.filing import process
from skillweek.mailbox.domain.taking import take_in
from skillweek.mailbox.models import InboundMail
from skillweek.organisations.models import User
from tests import factories
from tests.notifications.conftest import Postbox, postbox
from tests.reports.review.make import at, make_edition

__all__ = ["Postbox", "postbox"]

#: In the past: dovecot takes no mail that arrived in the future.
FIRST_DAY = date(2023, 3, 3)
_numbers = itertools.count(1)
#: The morning after the first day: reports about it are due at noon.
MORNING = at(FIRST_DAY + timedelta(days=1), 9, 30)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def edition(db: None) -> Edition:
    """The invented edition, open, three days from ``FIRST_DAY`` on; its limits are small."""
    days = {"starts_on": FIRST_DAY, "ends_on": FIRST_DAY + timedelta(days=2)}
    days |= {"summary_due_on": date(2023, 3, 10), "statistics_due_on": date(2023, 3, 10)}
    return make_edition(**{name: day.isoformat() for name, day in days.items()})


@pytest.fixture
def chen(tree: factories.Tree, edition: Edition) -> User:
    """The liaison of school A, who mails from chen@example.org."""
    return factories.person(tree.school_a, "liaison", email="chen@example.org", name="陈老师")


@pytest.fixture
def receive(edition: Edition) -> Callable[..., InboundMail]:
    """Take a raw mail in and have it filed, as intake and worker do; returns the mail as it ended."""

    def run(raw: bytes, received_at: datetime | None = None) -> InboundMail:
        mail = take_in(raw, source=InboundMail.Source.FILE, received_at=received_at)
        process(mail.pk)
        mail.refresh_from_db()
        return mail

    return run


@dataclass
class Imap:
    """A private dovecot and one account in it; the password is ``geheim``."""

    port: int
    folder: Path
    user: str = "week"

    def connect(self) -> imaplib.IMAP4:
        """A client that is signed in."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(self.user, "geheim")
        return client

    def put(self, *mails: bytes, folder: str = "INBOX", arrived: datetime | None = None) -> None:
        """Lay mails into a folder as if they had just been delivered."""
        client = self.connect()
        moment = imaplib.Time2Internaldate(arrived) if arrived else ""
        for raw in mails:
            assert client.append(folder, "", moment, raw)[0] == "OK"
        client.logout()

    def count(self, folder: str = "INBOX") -> int:
        """How many mails lie in a folder; 0 when there is none of that name."""
        client = self.connect()
        kind, rows = client.select(f'"{folder}"', readonly=True)
        client.logout()
        return int(rows[0] or 0) if kind == "OK" else 0


_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
first_valid_uid = 1
mail_uid = {uid}
mail_gid = {gid}
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
passdb {{
  driver = static
  args = password=geheim
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
  chroot =
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@pytest.fixture(scope="session")
def _dovecot() -> Iterator[Imap]:
    """The server itself, once for all tests; nothing of the machine's own dovecot is touched."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, "dovecot-imapd is missing; .ci/run installs it"
    folder = Path(tempfile.mkdtemp(prefix="skw-imap-", dir="/tmp"))
    root = os.geteuid() == 0
    me = pwd.getpwuid(os.geteuid())
    owner = pwd.getpwnam("mail") if root else me
    names = {"internal": "dovecot", "login": "dovenull", "group": "dovecot"}
    if not root:
        names = {"internal": me.pw_name, "login": me.pw_name, "group": grp.getgrgid(me.pw_gid).gr_name}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (folder / "mail").mkdir()
    config = folder / "dovecot.conf"
    config.write_text(_CONFIG.format(folder=folder, port=port, uid=owner.pw_uid, gid=owner.pw_gid, **names))
    folder.chmod(0o755)
    if root:
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    server = subprocess.Popen([program, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    found = Imap(port, folder)
    try:
        _wait_for(found, server)
        yield found
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(found: Imap, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(100):
        assert server.poll() is None, (server.stderr.read() if server.stderr else b"").decode()
        try:
            found.connect().logout()
            return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.1)
    log = found.folder / "log"
    raise AssertionError(f"dovecot does not answer: {log.read_text() if log.exists() else 'no log'}")


@pytest.fixture
def imap(_dovecot: Imap, settings: Any) -> Imap:
    """An empty mailbox of the test's own, and the product set to read it."""
    found = replace(_dovecot, user=f"week{next(_numbers)}")
    settings.MAILBOX_IMAP_HOST, settings.MAILBOX_IMAP_PORT = "127.0.0.1", found.port
    settings.MAILBOX_IMAP_TLS = "none"
    settings.MAILBOX_IMAP_USER, settings.MAILBOX_IMAP_PASSWORD = found.user, "geheim"
    return found


#: The second day.
NEXT_DAY = FIRST_DAY + timedelta(days=1)


@pytest.fixture
def trusted(settings: Any) -> None:
    """Our mail server's results are believed."""
    settings.MAILBOX_AUTH_SERVER = "mx.example.org"
