"""The full check of a stored file: decoded, hashed, shown small, and what it only pretends to be (C3, C4, C6, C14)."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult
from PIL import Image

from skillweek.core.models import AuditEvent
from skillweek.uploads import domain, spool
from skillweek.uploads.domain.check import MAX_ATTEMPTS, check_stored_file
from skillweek.uploads.models import StoredFile
from skillweek.uploads.queries import lookalikes, lookalikes_of
from skillweek.uploads.tasks import check_file
from tests.materials.make import make_docx, make_jpeg, make_mp4, plain_jpeg
from tests.pictures import metadata_of
from tests.uploads.conftest import Room
from tests.uploads.protocol import Sender

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A good photo of 2400×1600, turned by EXIF, that says where it was taken."""
    path = tmp_path_factory.mktemp("photo") / "a.jpg"
    return make_jpeg(path, 1600, 2400, orientation=6, gps=True).read_bytes()


def _checked(sender: Sender, data: bytes, **said: Any) -> StoredFile:
    file_id = sender.send(data, **said)
    check_file.func(file_id)
    return StoredFile.objects.get(pk=file_id)


def _codes(file: StoredFile) -> list[str]:
    return [finding["code"] for finding in file.findings]


@pytest.mark.requirement("C3")
@pytest.mark.requirement("C6")
def test_photo_is_decoded_hashed_and_shown_small_without_its_place(sender: Sender, room: Room, photo: bytes) -> None:
    file = _checked(sender, photo)

    assert (file.state, file.findings) == (StoredFile.State.READY, [])
    assert (file.facts["width"], file.facts["height"], file.facts["decodable"]) == (2400, 1600, True)
    assert file.facts["has_gps"] is True
    assert file.sha256 == hashlib.sha256(photo).hexdigest()
    assert file.phash is not None
    assert room.checked == [file]
    derivatives = {row.role: row for row in file.derivatives.all()}
    assert {role: (row.width, row.height) for role, row in derivatives.items()} == {
        "thumb": (480, 320),
        "large": (1600, 1067),
    }
    for row in derivatives.values():
        data = Path(default_storage.path(row.key)).read_bytes()
        image = Image.open(io.BytesIO(data))
        assert (image.format, image.size, len(data)) == ("JPEG", (row.width, row.height), row.size)
        assert not image.getexif()
        assert not metadata_of(data)
    assert Path(default_storage.path(file.key)).read_bytes() == photo


@pytest.mark.requirement("C6")
def test_arrival_queues_one_check_and_judges_the_structure_at_once(sender: Sender, photo: bytes) -> None:
    file = StoredFile.objects.get(pk=sender.send(photo))

    assert file.state == StoredFile.State.CHECKING
    assert file.facts["width"] == 2400
    assert "decodable" not in file.facts
    assert DBTaskResult.objects.filter(task_path=check_file.module_path).count() == 1


@pytest.mark.requirement("C4")
def test_video_gets_a_poster_and_a_thumbnail(sender: Sender, tmp_path: Path) -> None:
    file = _checked(sender, make_mp4(tmp_path / "v.mp4", 640, 360).read_bytes(), kind="video", name="v.mp4")

    assert file.state == StoredFile.State.READY
    assert file.facts["video_codec"] == "avc1"
    assert {row.role: (row.width, row.height) for row in file.derivatives.all()} == {
        "thumb": (480, 270),
        "poster": (640, 360),
    }


@pytest.mark.requirement("C2")
def test_manuscript_is_counted_and_has_no_picture(sender: Sender, tmp_path: Path) -> None:
    data = make_docx(tmp_path / "m.docx", 1000).read_bytes()

    file = _checked(sender, data, kind="manuscript", name="稿件.docx")

    assert (file.state, file.facts["words"]) == (StoredFile.State.READY, 1000)
    assert not file.derivatives.exists()


@pytest.mark.requirement("C14")
@pytest.mark.parametrize(
    ("content", "name", "kind", "code"),
    [
        (plain_jpeg(2400, 1600, "PNG"), "照片.jpg", "photo", "photo.false_type"),
        (plain_jpeg(64, 48), "视频.mp4", "video", "video.false_type"),
        (b"PK\x03\x04" + bytes(3000), "照片.jpg", "photo", "photo.false_type"),
        (b"MZ\x90\0" + bytes(3000), "照片.jpg", "photo", "photo.format"),
        (b"<html><script>alert(1)</script>" + b" " * 3000, "照片.jpg", "photo", "photo.false_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "稿件.docx", "manuscript", "manuscript.old_format"),
        (plain_jpeg(64, 48), "稿件.docx", "manuscript", "manuscript.format"),
    ],
)
def test_file_that_only_pretends_is_named_for_what_it_is(
    sender: Sender, content: bytes, name: str, kind: str, code: str
) -> None:
    file = _checked(sender, content, name=name, kind=kind)

    assert file.state == StoredFile.State.READY
    assert code in _codes(file) or (code == "photo.format" and "photo.false_type" in _codes(file))
    assert all(finding["severity"] == "error" for finding in file.findings if finding["code"] == code)


@pytest.mark.requirement("C14")
def test_truncated_photo_and_hidden_archive_are_errors(sender: Sender, photo: bytes) -> None:
    cut = _checked(sender, photo[: len(photo) - 300_000], name="断.jpg")
    hiding = _checked(sender, photo + b"PK\x03\x04" + bytes(4000) + b"PK\x05\x06" + bytes(18), name="藏.jpg")

    assert "photo.truncated" in _codes(cut)
    assert "photo.archive" in _codes(hiding)


@pytest.mark.requirement("C14")
def test_same_bytes_and_near_duplicates_are_found_across_schools(
    sender: Sender, stranger: Sender, photo: bytes, tmp_path: Path
) -> None:
    image = Image.open(io.BytesIO(photo))
    buffer = io.BytesIO()
    smaller = image.transpose(Image.Transpose.ROTATE_270).resize((1200, 800))
    smaller.save(buffer, "JPEG", quality=70)
    other = make_jpeg(tmp_path / "other.jpg", seed=7).read_bytes()
    mine = _checked(sender, photo)
    same = _checked(stranger, photo, name="借来.jpg")
    near = _checked(stranger, buffer.getvalue(), name="缩小.jpg")
    different = _checked(stranger, other, name="别的.jpg")

    found = lookalikes(mine)

    assert [(hit.file, hit.exact) for hit in found] == [(same, True), (near, False)]
    assert found[1].distance <= 7
    assert lookalikes(different) == []
    assert lookalikes_of([near, different])[near.pk][0].exact is False


@pytest.mark.requirement("C14")
def test_released_files_are_no_evidence(sender: Sender, stranger: Sender, photo: bytes) -> None:
    mine = _checked(sender, photo)
    domain.release_file(_checked(stranger, photo))

    assert lookalikes(mine) == []


@pytest.mark.requirement("C6")
def test_check_runs_twice_without_doubling_anything(sender: Sender, room: Room, photo: bytes) -> None:
    file = _checked(sender, photo)
    before = (file.checked_at, file.derivatives.count(), file.bands.count())

    assert check_stored_file(file.pk)
    assert check_stored_file(file.pk, again=True)

    file.refresh_from_db()
    assert (file.derivatives.count(), file.bands.count()) == before[1:]
    assert file.checked_at > before[0]
    assert len(room.checked) == 2


@pytest.mark.requirement("C6")
def test_check_of_a_file_that_is_gone_is_no_error(sender: Sender) -> None:
    file = StoredFile.objects.get(pk=sender.send(b"x" * 10, kind="other"))
    StoredFile.objects.all().delete()

    assert check_stored_file(file.pk)


@pytest.mark.requirement("C6")
def test_check_that_breaks_is_tried_again_and_then_given_up_with_a_sentence(sender: Sender, room: Room) -> None:
    file = StoredFile.objects.get(pk=sender.send(b"x" * 10, kind="other"))
    Path(default_storage.path(file.key)).unlink()
    queued = DBTaskResult.objects.count()

    for _ in range(MAX_ATTEMPTS - 1):
        check_file.func(str(file.pk))
    assert DBTaskResult.objects.count() == queued + MAX_ATTEMPTS - 1
    assert room.checked == []
    check_file.func(str(file.pk))

    file.refresh_from_db()
    assert (file.state, _codes(file)) == (StoredFile.State.FAILED, ["file.unchecked"])
    assert room.checked == [file]
    assert AuditEvent.objects.filter(verb="file.check_failed").count() == 1


@pytest.mark.requirement("C6")
def test_file_that_kills_its_worker_is_given_up(sender: Sender) -> None:
    file = StoredFile.objects.get(pk=sender.send(plain_jpeg(), kind="other"))
    StoredFile.objects.update(check_attempts=MAX_ATTEMPTS)  # as many workers died over it

    assert check_stored_file(file.pk)

    file.refresh_from_db()
    assert file.state == StoredFile.State.FAILED


@pytest.mark.requirement("C7")
def test_local_file_is_taken_in_by_a_move(sender: Sender, tmp_path: Path, photo: bytes) -> None:
    path = spool.spool_folder() / "from-package"
    path.write_bytes(photo)

    file = domain.store_local_file(
        path,
        edition=sender.edition,
        organisation=sender.organisation,
        user=sender.user,
        kind="photo",
        name="a/照片.jpg",
    )

    assert not path.exists()
    assert Path(default_storage.path(file.key)).read_bytes() == photo
    assert (file.name, file.size, file.sha256) == ("照片.jpg", len(photo), hashlib.sha256(photo).hexdigest())
    assert AuditEvent.objects.filter(verb="file.store", actor_id=sender.user.pk).count() == 1
