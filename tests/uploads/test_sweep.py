"""Tidying: uploads nobody finished, files nobody refers to, checks that got lost (C6)."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult

from skillweek.core.clock import now
from skillweek.core.models import AuditEvent
from skillweek.uploads import domain, spool, storage
from skillweek.uploads.domain import sweep
from skillweek.uploads.models import StoredFile, Upload
from skillweek.uploads.tasks import sweep_uploads
from tests.uploads.protocol import Sender

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C6")]
DATA = b"x" * 1000


def _overdue() -> None:
    Upload.objects.update(expires_at=now() - timedelta(minutes=1))


def test_expired_upload_is_erased_and_not_found_again(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    sender.patch(address, 0, DATA[:500])
    upload = Upload.objects.get()
    _overdue()

    assert sweep.expire_uploads() == 1

    upload.refresh_from_db()
    assert upload.state == Upload.State.EXPIRED
    assert not spool.path_of(upload.pk).exists()
    assert sender.head(address).status_code == 404
    assert AuditEvent.objects.get(verb="upload.expire").actor_id is None


def test_upload_within_its_time_is_left_alone(sender: Sender) -> None:
    address = sender.begin(len(DATA))

    assert sweep.expire_uploads() == 0
    assert sender.patch(address, 0, DATA).status_code == 204


def test_upload_that_receives_at_this_moment_is_left_alone(sender: Sender) -> None:
    sender.begin(len(DATA))
    _overdue()

    with spool.writing(Upload.objects.get().pk):
        assert sweep.expire_uploads() == 0
    assert Upload.objects.get().state == Upload.State.RECEIVING


def test_expired_upload_without_bytes_is_given_up_as_well(sender: Sender) -> None:
    sender.begin(len(DATA))
    spool.remove(Upload.objects.get().pk)
    _overdue()

    assert sweep.expire_uploads() == 1
    assert Upload.objects.get().state == Upload.State.EXPIRED


def test_rows_of_dead_uploads_are_forgotten_after_a_month(sender: Sender) -> None:
    sender.delete(sender.begin(len(DATA)))
    kept = sender.send(DATA)
    Upload.objects.update(updated_at=now() - timedelta(days=31))

    sweep.expire_uploads()

    assert [str(upload.file_id) for upload in Upload.objects.all()] == [kept]


def test_stray_spool_files_are_erased_and_living_ones_kept(sender: Sender) -> None:
    sender.begin(len(DATA))
    living = spool.path_of(Upload.objects.get().pk)
    stray, odd = spool.path_of(uuid.uuid4()), spool.spool_folder() / "nonsense.txt"
    young = spool.path_of(uuid.uuid4())
    for path in (stray, odd, young):
        path.write_bytes(b"1")
    for path in (stray, odd, living):
        os.utime(path, (0, 0))

    sweep.expire_uploads()

    assert sorted(spool.spool_folder().iterdir()) == sorted([living, young])


def test_stray_name_that_is_no_id_does_not_stop_the_sweep(sender: Sender) -> None:
    odd = spool.spool_folder() / "not-an-id.part"
    odd.write_bytes(b"1")
    os.utime(odd, (0, 0))

    sweep.expire_uploads()

    assert not odd.exists()


def test_working_folders_of_killed_workers_are_erased(sender: Sender) -> None:
    old, young = storage.working_folder() / "old", storage.working_folder() / "young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "object").write_bytes(b"1")
    os.utime(old, (0, 0))

    sweep.expire_uploads()

    assert list(storage.working_folder().iterdir()) == [young]


def test_released_file_is_erased_after_its_grace_only(sender: Sender) -> None:
    file = StoredFile.objects.get(pk=sender.send(DATA))
    path = Path(default_storage.path(file.key))
    domain.release_file(file, actor=sender.user)

    assert sweep.erase_released_files() == 0
    StoredFile.objects.update(released_at=now() - sweep.GRACE - timedelta(minutes=1))
    assert sweep.erase_released_files() == 1

    assert not path.exists()
    assert not StoredFile.objects.exists()
    assert AuditEvent.objects.get(verb="file.erase").data == {"sha256": file.sha256}


def test_retained_file_is_kept(sender: Sender) -> None:
    file = StoredFile.objects.get(pk=sender.send(DATA))
    domain.release_file(file, actor=sender.user)
    domain.retain_file(file, actor=sender.user)
    StoredFile.objects.filter(released_at__isnull=False).update(released_at=now() - timedelta(days=30))

    assert sweep.erase_released_files() == 0
    assert [event.verb for event in AuditEvent.objects.filter(object_id=str(file.pk)).order_by("pk")] == [
        "upload.complete",
        "file.release",
        "file.retain",
    ]


def test_lost_check_is_queued_again_once(sender: Sender) -> None:
    sender.send(DATA)
    StoredFile.objects.update(updated_at=now() - timedelta(hours=1))
    before = DBTaskResult.objects.count()

    assert sweep.requeue_lost_checks() == 1
    assert sweep.requeue_lost_checks() == 0
    assert DBTaskResult.objects.count() == before + 1


def test_sweep_task_does_all_of_it(sender: Sender) -> None:
    sender.begin(len(DATA))
    file = StoredFile.objects.get(pk=sender.send(DATA, name="二.jpg"))
    domain.release_file(file)
    StoredFile.objects.update(released_at=now() - timedelta(days=8))
    _overdue()

    sweep_uploads.func()

    assert not StoredFile.objects.exists()
    assert set(Upload.objects.values_list("state", flat=True)) == {Upload.State.EXPIRED, Upload.State.COMPLETE}
