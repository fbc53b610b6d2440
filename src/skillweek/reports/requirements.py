"""What an edition asks of each section, in one line for the form (C2–C5)."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from skillweek.editions.models import Edition
from skillweek.materials.rules import CoverageLevel, MaterialRules
from skillweek.materials.wording import LEVELS_ZH, formats_text
from skillweek.uploads.limits import readable


def requirement_of(edition: Edition, section: str) -> str:
    """The limits of ``section`` (case, manuscript, photo, video, coverage) as a short sentence; may be empty."""
    rules = edition.material_rules
    lines = {
        "case": _words(rules),
        "manuscript": _words(rules),
        "photo": _photo(rules),
        "video": _video(rules),
        "coverage": _coverage(rules),
    }
    return lines.get(section, "")


def level_choices() -> list[tuple[str, str]]:
    """Every level with its name; those that do not count are offered too, so that people can be honest."""
    names = {
        CoverageLevel.NATIONAL: _("国家级"),
        CoverageLevel.PROVINCIAL: _("省级"),
        CoverageLevel.MUNICIPAL: _("市级"),
        CoverageLevel.DISTRICT: _("区县级"),
        CoverageLevel.SCHOOL: _("校级"),
    }
    return [(level.value, names[level]) for level in LEVELS_ZH]


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _words(rules: MaterialRules) -> str:
    limits = {"min": rules.manuscript.min_words, "max": rules.manuscript.max_words}
    return _("%(min)s–%(max)s 字左右；引用媒体内容请写明来源。") % limits


def _photo(rules: MaterialRules) -> str:
    photo = rules.photo
    facts = {
        "formats": formats_text(photo.formats, english=_english()),
        "width": photo.min_width,
        "size": _size(photo.min_bytes),
    }
    text = _("%(formats)s，宽不低于 %(width)s 像素，单张不低于 %(size)s。") % facts
    return text + (_("每张写一句文字说明。") if photo.caption_required else "")


def _video(rules: MaterialRules) -> str:
    video = rules.video
    facts = {
        "size": _size(video.max_bytes),
        "side": video.min_short_side,
        "width": video.advised_width,
        "height": video.advised_height,
    }
    return _("mp4，不超过 %(size)s，短边不低于 %(side)s 像素，建议 %(width)s×%(height)s 以上。") % facts


def _coverage(rules: MaterialRules) -> str:
    levels = dict(level_choices())
    names = _("、").join(levels[level.value] for level in rules.coverage.levels)
    parts = [
        (_("扫描件或截图"), rules.coverage.scan_required),
        (_("照片"), rules.coverage.photo_required),
        (_("文稿电子版"), rules.coverage.text_required),
    ]
    needed = _("、").join(part for part, required in parts if required)
    return _("%(levels)s媒体的报道，附%(parts)s。") % {"levels": names, "parts": needed}


def _size(number: int) -> str:
    """As the notice writes it: decimal when it is a round decimal number, else binary."""
    return f"{number // 1_000_000} MB" if number % 1_000_000 == 0 else readable(number)
