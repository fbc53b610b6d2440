"""Items that are removed and brought back, and their bytes, which are forgotten after days (C2–C6, C14)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine

from skillweek.core.errors import Conflict
from skillweek.reports.domain import items
from skillweek.reports.domain.comments import add_comment
from skillweek.reports.domain.items import attach_file, purge_removed_items
from skillweek.reports.models import ItemComment, ReportItem
from skillweek.uploads.domain.sweep import erase_released_files
from skillweek.uploads.limits import used_bytes
from skillweek.uploads.models import StoredFile
from tests.factories import Tree, person
from tests.materials.make import plain_jpeg
from tests.reports.filing import make
from tests.reports.filing.make import School, change, put


@pytest.mark.requirement("C6")
def test_removal_frees_the_quota_and_restoring_takes_it_again(school: School) -> None:
    file = school.send("photo", plain_jpeg(), "茶艺.jpg")
    key = str(school.report.items.get().client_id)
    assert used_bytes(school.edition, school.unit) == file.size

    change(school.report, school.by, {"op": "remove", "item": key})
    assert used_bytes(school.edition, school.unit) == 0
    change(school.report, school.by, {"op": "restore", "item": key})
    assert used_bytes(school.edition, school.unit) == file.size


@pytest.mark.requirement("C6")
def test_a_file_that_another_item_shows_is_not_let_go(school: School) -> None:
    key, other = uuid.uuid4(), uuid.uuid4()
    file = school.send("coverage_photo", plain_jpeg(), "现场.jpg", item=str(key))
    attach_file(school.report, by=school.by, item_id=other, file=file, slot="photo_file", kind="coverage")

    change(school.report, school.by, {"op": "remove", "item": str(key)})
    file.refresh_from_db()
    assert file.released_at is None
    change(school.report, school.by, {"op": "remove", "item": str(other)})
    file.refresh_from_db()
    assert file.released_at is not None


@pytest.mark.requirement("C6")
def test_a_removed_item_and_its_bytes_are_forgotten_after_days(
    school: School, clock: time_machine.Traveller, tree: Tree
) -> None:
    file = school.send("photo", plain_jpeg(), "茶艺.jpg")
    item = school.report.items.get()
    add_comment(school.report, by=person(tree.siming, "reviewer"), text="请换一张清楚的", item=item)
    change(school.report, school.by, {"op": "remove", "item": str(item.client_id)})
    begin = make.at("2023-05-15 10:00:00")

    clock.move_to(begin + timedelta(days=items.UNDO_DAYS, seconds=-1))
    assert purge_removed_items() == 0
    clock.move_to(begin + timedelta(days=items.UNDO_DAYS, seconds=1))
    assert (purge_removed_items(), purge_removed_items()) == (1, 0)

    assert not ReportItem.objects.exists()
    comment = ItemComment.objects.get()  # who said what stays with the report
    assert (comment.text, comment.item, comment.resolved_at is not None) == ("请换一张清楚的", None, True)
    clock.move_to(begin + timedelta(days=8))
    erase_released_files()
    assert not StoredFile.objects.filter(pk=file.pk).exists()
    # It came back to nobody: a phone that was away for days hears so.
    saved = change(school.report, school.by, put("caption", "晚到的说明", "", item.client_id))
    assert [row["removed"] for row in saved.problems] == [False]


@pytest.mark.requirement("C6")
def test_nothing_is_forgotten_that_was_brought_back(school: School, clock: time_machine.Traveller) -> None:
    school.send("photo", plain_jpeg(), "茶艺.jpg")
    key = str(school.report.items.get().client_id)
    change(school.report, school.by, {"op": "remove", "item": key}, {"op": "restore", "item": key})

    clock.move_to(make.at("2023-05-20 10:00:00"))
    assert (purge_removed_items(), erase_released_files()) == (0, 0)
    assert school.report.items.get().file is not None


@pytest.mark.requirement("C6")
def test_a_file_cannot_be_put_into_a_removed_coverage(school: School) -> None:
    key = uuid.uuid4()
    school.send("coverage_scan", plain_jpeg(), "扫描.jpg", item=str(key))
    waiting = school.ask("coverage_photo", plain_jpeg(80, 60), "现场.jpg", item=str(key))
    change(school.report, school.by, {"op": "remove", "item": str(key)})

    with pytest.raises(Conflict) as refused:
        make.arrive(waiting, plain_jpeg(80, 60))
    assert refused.value.code == "item_removed"
    change(school.report, school.by, {"op": "restore", "item": str(key)})
    make.arrive(waiting, plain_jpeg(80, 60))
    assert school.report.items.get().photo_file is not None
