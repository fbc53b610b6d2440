"""Another city's notice runs through the same code: other dates, zone, deadline and limits (A4)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from skillweek.editions.models import Edition
from skillweek.materials.browser_rules import browser_rules
from skillweek.site.check import check
from tests import factories
from tests.materials.make import make_jpeg, sample_text

pytestmark = pytest.mark.requirement("A4")
YUNSHAN = Path(__file__).parent / "yunshan-2031"


@pytest.fixture
def yunshan(db: None) -> Edition:
    """The invented city's edition, open."""
    return factories.edition("yunshan-2031", folder=YUNSHAN)


def test_deadline_is_in_the_evening_of_the_same_day_in_its_own_zone(yunshan: Edition) -> None:
    deadline = yunshan.report_deadline(date(2031, 9, 8))

    assert deadline.astimezone(UTC) == datetime(2031, 9, 8, 12, tzinfo=UTC)  # 18:00 in Ürümqi
    assert [day.day for day in yunshan.days] == [8, 9, 10, 11, 12]


def test_both_cities_stand_side_by_side(yunshan: Edition, edition: Edition) -> None:
    later = Edition.objects.current()

    assert later == yunshan
    assert edition.report_deadline(date(2023, 5, 14)).hour == 12
    assert yunshan.material_rules != edition.material_rules


def test_phone_is_told_the_other_limits(yunshan: Edition) -> None:
    rules = browser_rules(yunshan.material_rules)

    limits = {check["code"]: check["limit"] for check in rules["checks"]["photo"]}
    words = {check["code"]: check["limit"] for check in rules["checks"]["manuscript"]}
    assert limits["photo.width"] == 1920
    assert limits["photo.format"] == ["jpeg", "png"]
    assert (words["manuscript.too_short"], words["manuscript.too_long"]) == (300, 600)
    assert "image/png" in rules["accept"]["photo"]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A school's folder: a PNG of 1920 px, a text of 450 字, and a JPEG too narrow for either."""
    folder = tmp_path / "9月8日"
    (folder / "照片").mkdir(parents=True)
    (folder / "文字稿件").mkdir()
    Image.effect_noise((1920, 1280), 60).convert("RGB").save(folder / "照片" / "学生展示竹编技艺.png")
    make_jpeg(folder / "照片" / "市民体验陶艺.jpg", width=1900, height=1200, min_bytes=400_000)
    (folder / "文字稿件" / "技能开放日.txt").write_text(sample_text(450), encoding="utf-8")
    return folder


def _codes(package: Path, edition: Path) -> dict[str, list[str]]:
    result = CliRunner().invoke(check, [str(package), "--edition", str(edition), "--json"])
    data = json.loads(result.output)
    return {
        Path(item["path"]).name: [row["code"] for row in item["findings"] if row["severity"] == "error"]
        for item in data["items"]
    } | {"edition": data["edition"], "exit": [str(result.exit_code)]}


def test_check_judges_the_same_folder_by_each_citys_rules(package: Path) -> None:
    assert _codes(package, YUNSHAN) == {
        "edition": "yunshan-2031",
        "exit": ["1"],
        "学生展示竹编技艺.png": [],
        "市民体验陶艺.jpg": ["photo.width"],
        "技能开放日.txt": [],
    }
    xiamen = _codes(package, factories.EDITIONS / "xiamen-2023")
    assert xiamen["edition"] == "xiamen-2023"
    assert "photo.format" in xiamen["学生展示竹编技艺.png"]
    assert "photo.size" in xiamen["市民体验陶艺.jpg"]
    assert xiamen["技能开放日.txt"] == ["manuscript.too_short"]
