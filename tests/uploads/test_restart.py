"""What a killed server, a broken line and a real gunicorn leave behind (C6)."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.conf import settings as django_settings

from skillweek.organisations.models import User
from skillweek.uploads import spool
from skillweek.uploads.models import StoredFile, Upload
from tests.factories import Tree, client_of
from tests.uploads.harness.serve import Gunicorn
from tests.uploads.protocol import STREAM, TUS, metadata

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("C6")]
SIZE = 6 * 1024 * 1024
DATA = os.urandom(SIZE)


@pytest.fixture
def gunicorn(tree: Tree, edition: Any) -> Iterator[Gunicorn]:
    """The site in a process of its own, on this test's rows."""
    server = Gunicorn()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def web(gunicorn: Gunicorn, liaison: User) -> Iterator[httpx.Client]:
    """A signed-in client of it, with the CSRF token that a page has."""
    session = client_of(liaison).cookies[django_settings.SESSION_COOKIE_NAME].value
    token = "a" * 32
    cookies = {django_settings.SESSION_COOKIE_NAME: session, "csrftoken": token}
    with httpx.Client(base_url=gunicorn.url, cookies=cookies, headers={"X-CSRFToken": token, **TUS}) as client:
        yield client


def _begin(web: httpx.Client, tree: Tree, edition: Any) -> str:
    said = metadata(
        name="a.bin", kind="other", organisation=tree.school_a.pk, edition=edition.pk, purpose={"place": "harness"}
    )
    response = web.post("/uploads/", headers={"Upload-Length": str(SIZE), "Upload-Metadata": said})
    assert response.status_code == 201, response.text
    return response.headers["Location"]


def _patch(web: httpx.Client, address: str, offset: int, data: bytes) -> httpx.Response:
    headers = {"Upload-Offset": str(offset), "Content-Type": STREAM}
    return web.patch(address, content=data, headers=headers, timeout=30)


def _half_request(web: httpx.Client, gunicorn: Gunicorn, address: str, data: bytes) -> socket.socket:
    """Announce the whole file in one request, send ``data`` of it and no more."""
    cookies = "; ".join(f"{name}={value}" for name, value in web.cookies.items())
    head = (
        f"PATCH {address} HTTP/1.1\r\nHost: 127.0.0.1:{gunicorn.port}\r\nCookie: {cookies}\r\n"
        f"X-CSRFToken: {web.headers['X-CSRFToken']}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Content-Type: {STREAM}\r\nContent-Length: {SIZE}\r\n\r\n"
    )
    line = socket.create_connection(("127.0.0.1", gunicorn.port))
    line.sendall(head.encode() + data)
    return line


def _wait_until_written(at_least: int) -> None:
    path = spool.path_of(Upload.objects.get().pk)
    for _ in range(200):
        if path.stat().st_size >= at_least:
            return
        time.sleep(0.05)
    raise AssertionError(f"only {path.stat().st_size} bytes were written")


def test_killed_server_keeps_what_it_wrote(web: httpx.Client, gunicorn: Gunicorn, tree: Tree, edition: Any) -> None:
    address = _begin(web, tree, edition)
    line = _half_request(web, gunicorn, address, DATA[: 3 * 1024 * 1024])
    _wait_until_written(3 * 1024 * 1024)

    gunicorn.kill()
    line.close()
    gunicorn.start()
    offset = int(web.head(address).headers["Upload-Offset"])
    response = _patch(web, address, offset, DATA[offset:])

    assert offset == 3 * 1024 * 1024
    assert (response.status_code, response.headers["Upload-Offset"]) == (204, str(SIZE))
    assert StoredFile.objects.get().sha256 == hashlib.sha256(DATA).hexdigest()


def test_broken_line_keeps_what_arrived(web: httpx.Client, gunicorn: Gunicorn, tree: Tree, edition: Any) -> None:
    address = _begin(web, tree, edition)
    line = _half_request(web, gunicorn, address, DATA[: 3 * 1024 * 1024])
    _wait_until_written(3 * 1024 * 1024)

    line.close()
    for _ in range(100):
        offset = int(web.head(address).headers["Upload-Offset"])
        response = _patch(web, address, offset, DATA[offset:])
        if response.status_code != 423:
            break
        time.sleep(0.1)

    assert offset == 3 * 1024 * 1024
    assert response.status_code == 204
    assert StoredFile.objects.get().sha256 == hashlib.sha256(DATA).hexdigest()


def test_second_process_cannot_write_while_the_first_does(
    web: httpx.Client, gunicorn: Gunicorn, tree: Tree, edition: Any
) -> None:
    address = _begin(web, tree, edition)
    line = _half_request(web, gunicorn, address, DATA[:1000])
    _wait_until_written(1000)

    with pytest.raises(spool.Busy), spool.writing(Upload.objects.get().pk):
        pass
    response = _patch(web, address, 1000, b"x")

    assert (response.status_code, response.headers["Retry-After"]) == (423, "2")
    line.close()


def test_requests_on_one_line_follow_each_other_without_a_byte_between(
    web: httpx.Client, gunicorn: Gunicorn, tree: Tree, edition: Any
) -> None:
    address = _begin(web, tree, edition)
    cookies = "; ".join(f"{name}={value}" for name, value in web.cookies.items())
    requests = b""
    for start, end in ((0, 10), (10, 300_000), (300_000, SIZE)):
        head = (
            f"PATCH {address} HTTP/1.1\r\nHost: 127.0.0.1:{gunicorn.port}\r\nCookie: {cookies}\r\n"
            f"X-CSRFToken: {web.headers['X-CSRFToken']}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {start}\r\n"
            f"Content-Type: {STREAM}\r\nContent-Length: {end - start}\r\n\r\n"
        )
        requests += head.encode() + DATA[start:end]

    with socket.create_connection(("127.0.0.1", gunicorn.port), timeout=30) as line:
        line.sendall(requests)
        answers = b""
        while b"Skillweek-File" not in answers:
            part = line.recv(65536)
            assert part, answers
            answers += part

    assert answers.count(b"HTTP/1.1 204") == 3
    assert StoredFile.objects.get().sha256 == hashlib.sha256(DATA).hexdigest()
