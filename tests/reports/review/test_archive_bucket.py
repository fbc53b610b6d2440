"""The archive out of a bucket: streamed from there, and no worse for a lost object (C13)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.archive import archive_reports, open_archive
from skillweek.reports.models import DailyReport, ReportItem
from tests import factories
from tests.reports.review import make
from tests.uploads.test_s3 import in_bucket, s3_server  # noqa: F401 - fixtures

pytestmark = [pytest.mark.requirement("C13"), pytest.mark.s3]
BIG = bytes(range(256)) * 4096 * 3


def test_objects_are_streamed_and_a_lost_one_is_named(
    tree: factories.Tree, edition: Edition, host_reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = make.report(edition, tree.school_a)
    for name, data in (("一.jpg", BIG), ("二.jpg", b"lost"), ("三.jpg", b"three")):
        file = make.stored(edition, tree.school_a, name, data)
        make.item(report, ReportItem.Kind.PHOTO, file=file, caption=name)
    lost = report.items.get(caption="二.jpg").file
    assert lost is not None
    default_storage.delete(lost.key)
    opened: list[Any] = []
    # django-storages would keep each object whole in memory: it must not be asked to open one.
    monkeypatch.setattr(type(default_storage._wrapped), "_open", lambda *args: opened.append(args))  # type: ignore[attr-defined]

    reports = archive_reports(DailyReport.objects.all(), edition, edition.days, accepted_only=False)
    parts = list(open_archive(reports, edition, by=host_reviewer, what={}))

    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.testzip() is None
        folder = "2031-03-03/思明区/示例第一职业学校/照片"
        assert archive.read(f"{folder}/一.jpg") == BIG
        assert archive.read(f"{folder}/三.jpg") == b"three"
        assert f"{folder}/二.jpg" in archive.read("缺失文件.txt").decode("utf-8-sig")
    assert opened == []
    assert max(map(len, parts)) < 2 * 1024 * 1024
