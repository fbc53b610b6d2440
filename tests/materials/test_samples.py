"""Sample files are real, fit for the real notice, plainly marked and quickly made."""

import time
from datetime import datetime
from pathlib import Path

import pytest

from skillweek.materials.checking import check_path
from skillweek.materials.findings import Kind
from skillweek.materials.judge import probe
from skillweek.materials.phash import hamming, phash
from skillweek.site.samples import make_manuscript, make_photo, make_scan, make_video

from .conftest import codes

#: The demo makes about sixty photos and may take forty seconds.
SECONDS_EACH = 40 / 60


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("samples") / "示例学校"
    for folder in ("文字稿件", "照片", "视频"):
        (root / folder).mkdir(parents=True)
    make_manuscript(root / "文字稿件" / "活动概况.docx", 1000, title="校园开放日")
    for seed, scene in enumerate(("茶艺展示", "护理服务", "木工体验", "家电维修", "校企座谈", "烘焙课堂")):
        make_photo(root / "照片" / f"学生{scene}.jpg", title=scene, seed=seed, taken_at=datetime(2023, 5, 14, 9, seed))
    make_photo(root / "照片" / "竖拍的开放日.jpg", width=2000, height=2700, seed=10)
    make_photo(root / "照片" / "转过来的开放日.jpg", width=2700, height=2000, orientation=6, seed=11)
    make_video(root / "视频" / "开放日.mp4", seconds=3, rate=12)
    return root


@pytest.mark.requirement("C7")
def test_samples_have_no_findings_even_when_decoded(made, rules):
    report = check_path(made, rules, "xiamen-2023", full=True)

    assert {item.path: codes(item.findings) for item in report.items if item.findings} == {}
    assert [item.kind for item in report.items].count(Kind.PHOTO) == 8
    photos = [item.facts for item in report.items if item.kind is Kind.PHOTO]
    assert all(facts["width"] >= 2000 and facts["bytes"] >= 2_000_000 and facts["camera"] for facts in photos)


@pytest.mark.requirement("C14")
def test_samples_are_no_near_duplicates_of_each_other(made):
    hashes = [phash(path) for path in sorted((made / "照片").iterdir())]

    assert min(hamming(one, other) for one in hashes for other in hashes if one is not other) > 8


def test_the_same_scene_drawn_twice_is_not_the_same_file(tmp_path):
    first, second = (make_photo(tmp_path / f"{name}.jpg", width=800, height=600, min_bytes=0) for name in "ab")

    assert first.read_bytes() != second.read_bytes()


def test_sample_photos_are_quickly_made(tmp_path):
    make_photo(tmp_path / "warm.jpg")
    start = time.process_time()
    for seed in range(5):
        make_photo(tmp_path / f"{seed}.jpg", title="茶艺展示", seed=seed)

    assert (time.process_time() - start) / 5 < SECONDS_EACH


@pytest.mark.requirement("C5")
def test_a_sample_scan_is_a_picture_that_coverage_takes(tmp_path, rules):
    path = make_scan(tmp_path / "a.jpg", title="校园开放日", outlet="示例日报", seed=1)

    assert probe(path).format in rules.coverage.scan_formats


def test_a_photo_too_small_for_its_bytes_is_refused(tmp_path):
    with pytest.raises(ValueError, match="do not fill"):
        make_photo(tmp_path / "a.jpg", width=200, height=100)
