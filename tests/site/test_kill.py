"""A school files its report while the server and the workers are killed again and again; nothing is lost (C1, C6)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import signal
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings

from skillweek.reports.models import DailyReport
from skillweek.site.samples import make_photo, sample_text
from skillweek.uploads.models import StoredFile
from tests.factories import Tree, client_of, person
from tests.site.processes import start, wait_for

_PIECE = 512 * 1024
_TUS = {"Tus-Resumable": "1.0.0"}


class Product:
    """The whole product, with its supervisor, site and two workers, on the test's database and folders."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        folders = {"MEDIA_ROOT": str(settings.MEDIA_ROOT), "SPOOL_ROOT": str(settings.SPOOL_ROOT)}
        self.process = start(self.home, "serve", "--bind", f"127.0.0.1:{self.port}", **folders)
        wait_for(self.answers, "the site answers")

    def answers(self) -> bool:
        """Whether the site is up."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def kill_all(self) -> None:
        """``kill -9`` the supervisor and everything below it, at once."""
        assert self.process is not None
        family = [self.process.pid, *_below(self.process.pid)]
        for pid in family:
            _kill(pid)
        self.process.wait()
        wait_for(lambda: not self.answers(), "the site is gone")

    def stop(self) -> None:
        """End whatever is left."""
        if self.process is not None and self.process.poll() is None:
            self.kill_all()


def _below(pid: int) -> list[int]:
    try:
        children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*children, *(deeper for child in children for deeper in _below(child))]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """The running product."""
    site = Product(tmp_path / "home")
    site.start()
    yield site
    site.stop()


@pytest.fixture
def phone(product: Product, tree: Tree, edition: Any) -> Iterator[httpx.Client]:
    """The liaison's session against the running product."""
    cookies = {name: morsel.value for name, morsel in client_of(person(tree.school_a, "liaison")).cookies.items()}
    with httpx.Client(base_url=f"http://127.0.0.1:{product.port}", cookies=cookies, timeout=20) as client:
        client.get("/w/")
        page = client.get(f"/w/reports/school/{tree.school_a.pk}/{edition.days[0]}/")
        assert page.status_code == 200
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        yield client


def _begin_upload(phone: httpx.Client, tree: Tree, edition: Any, photo: Path) -> str:
    purpose = {"day": str(edition.days[0]), "section": "photo", "client_id": str(uuid.uuid4()), "caption": "茶艺展示"}
    said = {"organisation": tree.school_a.pk, "edition": edition.pk, "kind": "photo", "name": photo.name}
    pairs = {key: str(value) for key, value in said.items()} | {"purpose": json.dumps(purpose)}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    headers = {**_TUS, "Upload-Length": str(photo.stat().st_size), "Upload-Metadata": metadata}
    answer = phone.post("/uploads/", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def _send(phone: httpx.Client, address: str, data: bytes, offset: int) -> int:
    headers = {**_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    answer = phone.patch(address, headers=headers, content=data[offset : offset + _PIECE])
    assert answer.status_code == 204, answer.text
    return int(answer.headers["Upload-Offset"])


def _save(phone: httpx.Client, base: str, item: str, text: str) -> dict[str, Any]:
    changes = [
        {"op": "add", "item": item, "kind": "manuscript"},
        {"op": "set", "item": item, "field": "title", "base": "", "value": "活动概况"},
        {"op": "set", "item": item, "field": "text", "base": "", "value": text},
    ]
    answer = phone.post(f"{base}save/", json={"changes": changes})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.requirement("C6")
@pytest.mark.requirement("C1")
@pytest.mark.timeout(400)
@pytest.mark.django_db(transaction=True)
def test_a_report_survives_any_kill(
    product: Product, phone: httpx.Client, tree: Tree, edition: Any, tmp_path: Path
) -> None:
    base, item, text = f"/w/reports/school/{tree.school_a.pk}/{edition.days[0]}/", str(uuid.uuid4()), sample_text(900)
    photo = make_photo(tmp_path / "茶艺展示.jpg")
    data = photo.read_bytes()

    # What was typed is there after everything was killed the moment it was saved.
    _save(phone, base, item, text)
    product.kill_all()
    product.start()
    report = DailyReport.objects.get()
    assert report.items.get(client_id=item).text == text

    # Killed between two pieces: the upload goes on where it stood.
    address = _begin_upload(phone, tree, edition, photo)
    offset = _send(phone, address, data, 0)
    product.kill_all()
    product.start()
    assert int(phone.head(address, headers=_TUS).headers["Upload-Offset"]) == offset
    while offset < len(data):
        offset = _send(phone, address, data, offset)

    # Killed while the worker may be checking it: the next worker finishes the check.
    product.kill_all()
    product.start()
    file = wait_for(lambda: StoredFile.objects.filter(state=StoredFile.State.READY).first(), "the file is checked", 90)
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert file.derivatives.count() >= 1

    # Handed in, killed, and still handed in; the same request again says so and makes nothing twice.
    told = phone.get(f"{base}state/").json()["state"]
    handed_in = phone.post(f"{base}submit/", json={"version": told["version"], "reason": ""})
    assert handed_in.status_code == 200, handed_in.text
    product.kill_all()
    product.start()
    again = phone.post(f"{base}submit/", json={"version": told["version"], "reason": ""})
    report = DailyReport.objects.get()
    assert (report.state, report.versions.count(), again.status_code) == ("submitted", 1, 409)
    assert sorted(report.items.values_list("kind", flat=True)) == ["manuscript", "photo"]
