"""A worker that is killed in the middle of a package loses nothing and makes nothing twice (C7)."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from skillweek.organisations.models import User
from skillweek.reports.domain.importing import run_import
from skillweek.reports.models import DailyReport, PackageImport, ReportItem
from skillweek.uploads.models import StoredFile
from tests.reports.importing.make import hand_in, outcomes, photo
from tests.site.processes import end, start, wait_for

pytestmark = pytest.mark.requirement("C7")
_S = PackageImport.State
_FILES = {f"照片/学生茶艺{number:03}.jpg": photo(number % 300) + number.to_bytes(2, "big") for number in range(120)}


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_is_taken_over_and_nothing_is_twice(
    tmp_path: Path, draft: DailyReport, by: User
) -> None:
    package = hand_in(draft, by, _FILES)
    DBTaskResult.objects.exclude(task_path="skillweek.reports.tasks.import_package").delete()
    # The home of a worker holds the same media and spool folders that this test uses.
    first = start(tmp_path, "worker", "--interval", "0.1", SCHOOL_QUOTA_BYTES=str(10**10))
    wait_for(lambda: ReportItem.objects.count() >= 10, "some photos are in the report")
    first.send_signal(signal.SIGKILL)
    first.wait()
    before = ReportItem.objects.count()

    second = start(tmp_path, "worker", "--interval", "0.1")
    try:
        wait_for(lambda: PackageImport.objects.get(pk=package.pk).state == _S.DONE, "the import ends", 90)
    finally:
        end(second)

    package.refresh_from_db()
    assert 10 <= before < len(_FILES)
    assert set(outcomes(package).values()) == {"added"}
    assert len(package.outcome) == draft.items.count() == len(_FILES)
    photos = StoredFile.objects.filter(kind=StoredFile.Kind.PHOTO)
    assert (photos.count(), photos.exclude(released_at=None).count()) == (len(_FILES), 0)
    stored = [path for path in (tmp_path / "media" / "files").rglob("*") if path.is_file()]
    assert len(stored) == len(_FILES) + 1


@pytest.mark.parametrize("stop", ["before storing", "between storing and adding"])
def test_a_run_that_breaks_off_at_the_worst_moment_is_finished_by_the_next(
    draft: DailyReport, by: User, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    from skillweek.reports.domain import import_taking

    files = {
        "照片/学生茶艺.jpg": photo(),
        "媒体报道/日报《开幕》/扫描.png": photo(1),
        "媒体报道/日报《开幕》/现场照片.jpg": photo(2),
    }
    package = hand_in(draft, by, files)
    name = "store_local_file" if stop == "before storing" else "add_item"
    for allowed in range(4):
        with monkeypatch.context() as patch:
            patch.setattr(import_taking, name, _breaking_after(allowed, getattr(import_taking, name)))
            try:
                run_import(package.pk)
            except SystemExit:
                continue

    run_import(package.pk)

    package.refresh_from_db()
    assert (package.state, set(outcomes(package).values())) == (_S.DONE, {"added"})
    assert draft.items.count() == 2
    assert StoredFile.objects.exclude(kind=StoredFile.Kind.OTHER).filter(released_at=None).count() == 3


def _breaking_after(allowed: int, verb: Any) -> Any:
    """``verb``, which ends the process at its call number ``allowed``."""
    calls = iter(range(allowed))

    def broken(*args: Any, **more: Any) -> Any:
        if next(calls, None) is None:
            raise SystemExit
        return verb(*args, **more)

    return broken
