"""The virus scan, against a server that speaks clamd's protocol on a socket (C6)."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skillweek.core.models import AuditEvent
from skillweek.uploads.models import StoredFile
from skillweek.uploads.tasks import check_file
from skillweek.uploads.virus import ScanFailed, scan
from tests.materials.make import plain_jpeg
from tests.uploads.protocol import Sender

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C6")]
#: The harmless string that every scanner reports.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """Listens as clamd does; ``seen`` holds what it was sent."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.seen: list[bytes] = []
        self.answers_nonsense = False
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                data = b""
                while size := struct.unpack(">I", stream.read(4))[0]:
                    data += stream.read(size)
                self.seen.append(data)
                found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0" if self.answers_nonsense else found)


@pytest.fixture(params=["unix", "tcp"])
def clamd(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[Clamd]:
    """A scanner on a Unix socket, and one on a port."""
    if request.param == "unix":
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(tmp_path / "clamd"))
        settings.CLAMAV_SOCKET = str(tmp_path / "clamd")
    else:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        settings.CLAMAV_SOCKET = f"127.0.0.1:{listener.getsockname()[1]}"
    listener.listen()
    yield Clamd(listener)
    listener.close()


def test_clean_file_is_sent_whole_and_passes(clamd: Clamd, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a" * 700_000)

    assert scan(path) == ""
    assert clamd.seen == [b"a" * 700_000]


def test_virus_fails_the_file_and_ends_its_serving(clamd: Clamd, sender: Sender) -> None:
    file_id = sender.send(plain_jpeg() + EICAR)
    address = f"/uploads/files/{file_id}/"
    assert sender.client.get(address).status_code == 200

    check_file.func(file_id)

    file = StoredFile.objects.get()
    assert file.state == StoredFile.State.FAILED
    assert [finding["code"] for finding in file.findings] == ["file.virus"]
    assert "Eicar-Test-Signature" in file.findings[0]["message"]
    assert not file.derivatives.exists()
    assert sender.client.get(address).status_code == 404
    assert sender.client.get(f"{address}?download").status_code == 404
    assert AuditEvent.objects.filter(verb="file.infected").count() == 1


def test_scanner_that_refuses_leaves_the_file_unchecked(clamd: Clamd, sender: Sender) -> None:
    clamd.answers_nonsense = True
    file_id = sender.send(plain_jpeg())

    check_file.func(file_id)

    assert StoredFile.objects.get().state == StoredFile.State.CHECKING


def test_scanner_that_is_down_is_an_error_and_never_a_pass(settings: Any, tmp_path: Path) -> None:
    settings.CLAMAV_SOCKET = str(tmp_path / "nobody")
    path = tmp_path / "a"
    path.write_bytes(b"a")

    with pytest.raises(ScanFailed):
        scan(path)


def test_without_a_scanner_nothing_is_asked(settings: Any, tmp_path: Path) -> None:
    settings.CLAMAV_SOCKET = ""

    assert scan(tmp_path / "not even there") == ""
