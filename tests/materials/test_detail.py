"""A 2000-pixel picture without 2000-pixel detail, and one taken on another day (C14)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from PIL import Image, ImageFilter

from skillweek.materials.photo import decode_photo, judge_photo, probe_photo

from .conftest import codes
from .make import make_jpeg

pytestmark = pytest.mark.requirement("C14")
CAPTION = "茶艺专业学生为居民表演"
WEEK = (date(2023, 5, 14), date(2023, 5, 20))


def judged(path, rules, days=None):
    facts = decode_photo(path, probe_photo(path), 200_000_000, rules.photo.min_width)
    return codes(judge_photo(facts, CAPTION, rules.photo, days=days))


@pytest.fixture
def original(tmp_path):
    return make_jpeg(tmp_path / "original.jpg", 2400, 1600)


def test_a_full_size_photo_has_its_detail(original, rules):
    assert "photo.enlarged" not in judged(original, rules)


@pytest.mark.parametrize("kernel", [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
@pytest.mark.parametrize("factor", [2, 3])
def test_an_enlarged_photo_is_noticed(original, rules, tmp_path, kernel, factor):
    with Image.open(original) as image:
        small = image.resize((2400 // factor, 1600 // factor), Image.Resampling.LANCZOS)
    small.resize((2400, 1600), kernel).save(tmp_path / "big.jpg", quality=95)

    assert "photo.enlarged" in judged(tmp_path / "big.jpg", rules)


def test_a_large_soft_photo_is_asked_only_for_the_detail_of_the_width_that_is_wanted(original, rules, tmp_path):
    with Image.open(original) as image:
        image.resize((4800, 3200), Image.Resampling.LANCZOS).save(tmp_path / "soft.jpg", quality=95)

    assert "photo.enlarged" not in judged(tmp_path / "soft.jpg", rules)


def test_blurred_background_does_not_count(original, rules, tmp_path):
    with Image.open(original) as image:
        portrait = image.filter(ImageFilter.GaussianBlur(12))
        portrait.paste(image.crop((800, 300, 1600, 1300)), (800, 300))
    portrait.save(tmp_path / "portrait.jpg", quality=92)

    assert "photo.enlarged" not in judged(tmp_path / "portrait.jpg", rules)


def test_nothing_is_said_of_an_empty_wall(rules, tmp_path):
    Image.new("RGB", (2400, 1600), "#bcd9ef").save(tmp_path / "wall.jpg", quality=95)

    assert "photo.enlarged" not in judged(tmp_path / "wall.jpg", rules)


def test_zero_switches_the_check_off(original, rules, tmp_path):
    with Image.open(original) as image:
        image.resize((800, 533)).resize((2400, 1600)).save(tmp_path / "big.jpg", quality=95)
    off = rules.model_copy(update={"photo": rules.photo.model_copy(update={"min_fineness": 0.0})})

    assert "photo.enlarged" not in judged(tmp_path / "big.jpg", off)


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (datetime(2023, 5, 13, 23, 59), True),
        (datetime(2023, 5, 14), False),
        (datetime(2023, 5, 20, 23, 59), False),
        (datetime(2023, 5, 21), True),
        (None, False),
    ],
)
def test_a_camera_date_outside_the_week_is_a_warning(tmp_path, rules, taken, said):
    path = make_jpeg(tmp_path / "a.jpg", 2400, 1600, 0, taken_at=taken)

    findings = judge_photo(probe_photo(path), CAPTION, rules.photo, days=WEEK)

    assert ("photo.taken_at" in codes(findings)) is said
    assert all(finding.severity == "warning" for finding in findings if finding.code == "photo.taken_at")
