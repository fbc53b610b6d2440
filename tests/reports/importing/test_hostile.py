"""Packages that are broken, hostile, too large, or come at the wrong moment (C7)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site

from skillweek.core.errors import NotAllowed
from skillweek.organisations.models import Membership, User
from skillweek.reports.domain import items as item_verbs
from skillweek.reports.domain.importing import begin_import, give_up_lost_imports, run_import
from skillweek.reports.models import DailyReport, PackageImport, ReportItem
from skillweek.uploads.models import StoredFile
from tests import factories
from tests.reports.importing.make import hand_in, manuscript, outcomes, photo, take, upload, zipped
from tests.reports.review.make import report as make_report

pytestmark = pytest.mark.requirement("C7")
_S = PackageImport.State


def _row(package: PackageImport, path: str) -> dict[str, Any]:
    [row] = [row for row in package.outcome if row["path"] == path]
    return row


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"Rar!\x1a\x07\x00" + bytes(50), "材料.rar", "不是 zip 压缩包"),
        (photo(), "照片.jpg", "不是 zip 压缩包"),
        (manuscript("正文"), "稿件.docx", "不是 zip 压缩包"),
        (zipped({"照片/茶艺.jpg": photo()})[:-40], "坏的.zip", "打不开：不是完整的 zip 压缩包"),
    ],
)
def test_what_is_no_readable_zip_fails_in_plain_words(
    draft: DailyReport, by: User, data: bytes, name: str, words: str
) -> None:
    package = take(draft, by, data, name)

    assert (package.state, package.outcome, draft.items.count()) == (_S.FAILED, [], 0)
    assert f"《{name}》" in package.message
    assert words in package.message
    assert package.file is not None and package.file.released_at is not None


def test_bombs_and_paths_that_lead_elsewhere_are_refused_and_the_rest_is_taken(draft: DailyReport, by: User) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../照片/外面.jpg", photo(1))
        archive.writestr("照片/炸弹.jpg", bytes(30_000_000))
        archive.writestr("照片/学生茶艺.jpg", photo())
        archive.writestr("照片/a\x01b.jpg", photo(2))

    package = take(draft, by, out.getvalue())

    assert [item.caption for item in draft.items.all()] == ["学生茶艺"]
    assert outcomes(package) == {
        "../../照片/外面.jpg": "refused",
        "照片/炸弹.jpg": "refused",
        "照片/ab.jpg": "refused",
        "照片/学生茶艺.jpg": "added",
    }
    [finding] = _row(package, "../../照片/外面.jpg")["findings"]
    assert finding["message"].endswith("《材料.zip》里的“../../照片/外面.jpg”没有打开：文件名指向压缩包以外的位置。")
    assert not list(Path(site.MEDIA_ROOT).parent.rglob("外面*"))


def test_a_damaged_file_is_refused_and_the_rest_is_taken(draft: DailyReport, by: User) -> None:
    data = bytearray(zipped({"照片/学生茶艺.jpg": photo(), "照片/学生木工.jpg": photo(1)}))
    data[data.find(photo(1)) + 200] ^= 0xFF

    package = take(draft, by, bytes(data))

    assert outcomes(package) == {"照片/学生茶艺.jpg": "added", "照片/学生木工.jpg": "refused"}
    assert _row(package, "照片/学生木工.jpg")["findings"][0]["code"] == "file.unreadable"


def test_empty_and_impossible_files_are_refused(draft: DailyReport, by: User) -> None:
    package = take(
        draft, by, {"照片/学生茶艺.jpg": b"", "视频/学生茶艺.mp4": bytes(21_000_000), "文字稿件/a.txt": b" \n"}
    )

    assert outcomes(package) == {
        "照片/学生茶艺.jpg": "refused",
        "视频/学生茶艺.mp4": "refused",
        "文字稿件/a.txt": "added",
    }
    assert "0 字节" in _row(package, "照片/学生茶艺.jpg")["message"]
    assert "上限 19.1 MB" in _row(package, "视频/学生茶艺.mp4")["message"]
    assert draft.items.get().file.name == "a.txt"


def test_a_package_without_material_says_so(draft: DailyReport, by: User) -> None:
    package = take(draft, by, {"统计.xlsx": b"PK", "Thumbs.db": b"x", "里面.zip": b"PK\x05\x06" + bytes(18)})

    assert (package.state, package.message) == (_S.DONE, "这个压缩包里没有可以导入的材料。")
    assert outcomes(package) == {"统计.xlsx": "skipped", "里面.zip": "skipped"}


def test_when_the_room_is_used_up_what_was_taken_stays(draft: DailyReport, by: User, settings: Any) -> None:
    files = {f"照片/学生茶艺{number}.jpg": photo(number) for number in range(5)}
    settings.SCHOOL_QUOTA_BYTES = sum(map(len, list(files.values())[:3])) + 10
    package = hand_in_beyond_quota(draft, by, files, settings)

    assert package.state == _S.DONE
    assert list(outcomes(package).values()) == ["added"] * 3 + ["refused"] * 2
    assert draft.items.count() == 3
    assert "存储空间不足" in _row(package, "照片/学生茶艺4.jpg")["message"]


def hand_in_beyond_quota(draft: DailyReport, by: User, files: dict[str, bytes], settings: Any) -> PackageImport:
    """The zip itself came in while there was room; its own bytes do not count while it is taken apart."""
    quota, settings.SCHOOL_QUOTA_BYTES = settings.SCHOOL_QUOTA_BYTES, 10**9
    package = hand_in(draft, by, files)
    settings.SCHOOL_QUOTA_BYTES = quota
    run_import(package.pk)
    package.refresh_from_db()
    return package


def test_a_report_takes_so_many_items_and_the_rest_is_listed(
    draft: DailyReport, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_verbs, "MAX_ITEMS", 2)

    package = take(draft, by, {f"照片/学生茶艺{number}.jpg": photo(number) for number in range(4)})

    assert list(outcomes(package).values()) == ["added", "added", "refused", "refused"]
    assert "最多 2 项材料" in package.outcome[-1]["message"]
    kept = StoredFile.objects.filter(kind=StoredFile.Kind.PHOTO, released_at=None)
    assert kept.count() == 2


@pytest.mark.parametrize("state", [DailyReport.State.SUBMITTED, DailyReport.State.ACCEPTED])
def test_a_report_that_was_handed_in_meanwhile_is_not_changed(draft: DailyReport, by: User, state: str) -> None:
    package = hand_in(draft, by, {"照片/学生茶艺.jpg": photo(), "统计.xlsx": b"PK"})
    DailyReport.objects.update(state=state)

    run_import(package.pk)

    package.refresh_from_db()
    assert (package.state, draft.items.count()) == (_S.FAILED, 0)
    assert package.message.endswith("其余文件没有导入。")
    assert "已经提交" in package.message or "已经通过审核" in package.message
    assert outcomes(package) == {"照片/学生茶艺.jpg": "skipped", "统计.xlsx": "skipped"}


def test_whoever_lost_the_role_meanwhile_changes_nothing(draft: DailyReport, by: User) -> None:
    package = hand_in(draft, by, {"照片/学生茶艺.jpg": photo()})
    Membership.objects.update(is_active=False)

    run_import(package.pk)

    package.refresh_from_db()
    assert (package.state, draft.items.count()) == (_S.FAILED, 0)
    assert "不是“示例第一职业学校”的填报人员" in package.message


def test_an_account_that_is_gone_changes_nothing(draft: DailyReport, by: User) -> None:
    package = hand_in(draft, by, {"照片/学生茶艺.jpg": photo()})
    PackageImport.objects.update(requested_by=None)

    run_import(package.pk)

    package.refresh_from_db()
    assert (package.state, draft.items.count()) == (_S.FAILED, 0)


def test_another_schools_file_is_no_package_for_this_report(draft: DailyReport, by: User, tree: factories.Tree) -> None:
    foreign = make_report(draft.edition, tree.school_b, state=DailyReport.State.DRAFT)
    file = upload(foreign, None, zipped({"照片/学生茶艺.jpg": photo()}))

    with pytest.raises(NotAllowed):
        begin_import(draft, file, by=by)
    assert not PackageImport.objects.exists()


def test_a_package_whose_bytes_are_gone_says_so(draft: DailyReport, by: User) -> None:
    from django.core.files.storage import default_storage

    package = hand_in(draft, by, {"照片/学生茶艺.jpg": photo()})
    assert package.file is not None
    default_storage.delete(package.file.key)

    run_import(package.pk)

    package.refresh_from_db()
    assert (package.state, package.message) == (_S.FAILED, "压缩包《材料.zip》没有取到，请重新上传。")


def test_an_import_that_no_worker_could_finish_ends(draft: DailyReport, by: User) -> None:
    from datetime import timedelta

    from skillweek.core.clock import now

    lost, fresh = hand_in(draft, by, {"照片/a.jpg": photo()}), hand_in(draft, by, {"照片/b.jpg": photo()})
    PackageImport.objects.update(state=_S.RUNNING)
    PackageImport.objects.filter(pk=lost.pk).update(updated_at=now() - timedelta(hours=3))

    assert give_up_lost_imports() == 1
    lost.refresh_from_db()
    fresh.refresh_from_db()
    assert (lost.state, fresh.state) == (_S.FAILED, _S.RUNNING)
    assert "请再导入一次" in lost.message


def test_nothing_is_left_on_the_spool(draft: DailyReport, by: User) -> None:
    take(draft, by, {"照片/学生茶艺.jpg": photo(), "媒体报道/a/扫描.png": photo(1), "不明": b"\0\1\2"})

    assert [path for path in Path(site.SPOOL_ROOT).rglob("*") if path.is_file()] == []
    assert ReportItem.objects.count() == 2
