"""A mail's material as one package, so that it goes the same way as a school's zip (C7, C8)."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from skillweek.editions.models import Edition
from skillweek.mailbox.parsing.letter import Attached, Letter
from skillweek.materials.findings import Kind
from skillweek.materials.layout import FOLDERS
from skillweek.materials.sniff import FORMATS, sniff_path
from skillweek.materials.words import count_words
from skillweek.uploads.limits import clean_name

#: Every entry's date: the same mail always gives the same bytes, and so the same items.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_COVERAGE = re.compile(r"媒体报道|新闻报道|报道.{0,6}(?:扫描|截图)|(?:扫描|截图).{0,6}报道|版面")
#: The list made of the body's lines; read as one by the package import, beside a list that the school attached.
_CAPTIONS: Final = "图片说明（邮件正文）.txt"
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".heic", ".webp", ".mp4")
_CAPTION_LINE = re.compile(
    r"^\s*(?:图片?|照片|附件)?\s*(?P<name>\d{1,3}|[^:：\t]{1,80}?\.(?:jpe?g|png|heic|webp|mp4))"
    r"\s*(?:[:：、.．)）\t—-]|\s)\s*(?P<caption>\S.{1,300})$",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"^\s*(?:(?:答复|回复|转发|re|fw|fwd)\s*[:：]\s*)+", re.IGNORECASE)
#: A body counts as a manuscript from this share of the edition's least number of words on.
_SHARE: Final = 0.5
_LEAST: Final = 100
#: With a manuscript attached, the body is a letter unless it is long enough itself.
_LETTER_SHARE: Final = 0.9


def bare_subject(subject: str) -> str:
    """The subject without 回复：, Fw: and the like."""
    return _PREFIX.sub("", subject).strip()


def write_package(letter: Letter, edition: Edition, target: Path) -> int:
    """Write the mail's material into a zip at ``target``; return how many files, 0 when there is nothing (no zip then).

    Files keep their folders and names; scans of the press go into the folder of coverage, captions written in the body
    become a list of captions, and a body that is long enough becomes a manuscript.
    """
    captions, text = _split_captions(letter)
    manuscript = _manuscript(letter, text, edition)
    if not letter.files and not manuscript:
        return 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as package:
        for one in letter.files:
            with one.file.open("rb") as source, package.open(_info(_place(one)), "w", force_zip64=True) as entry:
                shutil.copyfileobj(source, entry, 1024 * 1024)
        if captions:
            package.writestr(_info(_CAPTIONS), "\n".join(captions).encode())
        if manuscript:
            package.writestr(_info(manuscript), text.encode())
    return len(letter.files) + bool(manuscript)


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, _EPOCH)
    info.external_attr = 0o600 << 16
    return info


def _place(one: Attached) -> str:
    """A scan of the press that lies loose in the mail goes to the coverage; a PDF is nothing else in a report."""
    if "/" in one.path or not _COVERAGE.search(one.name):
        return one.path
    kind = sniff_path(one.file)
    if kind == "pdf" or FORMATS[kind].kind is Kind.PHOTO:
        return f"{FOLDERS[Kind.COVERAGE]}/{PurePosixPath(one.path).stem}/{one.name}"
    return one.path


def _manuscript(letter: Letter, text: str, edition: Edition) -> str:
    """The file name under which the body is a manuscript, ``""`` when it is only a letter."""
    least = edition.material_rules.manuscript.min_words
    attached = any(FORMATS[sniff_path(one.file)].kind is Kind.MANUSCRIPT for one in letter.files)
    needed = max(_LEAST, int(least * (_LETTER_SHARE if attached else _SHARE)))
    if count_words(text) < needed:
        return ""
    taken = {one.path.lower() for one in letter.files}
    name = clean_name(bare_subject(letter.subject) or "邮件正文").rstrip(".")[:60] + ".txt"
    return name if name.lower() not in taken else f"邮件正文 {name}"


def _split_captions(letter: Letter) -> tuple[list[str], str]:
    """(lines ``name：caption`` about attached pictures, the other lines of the body)."""
    loose = [one.name for one in letter.files if "/" not in one.path and one.name.lower().endswith(_PICTURES)]
    names = {name.lower(): name for name in loose}
    stems = {PurePosixPath(name).stem: name for name in names.values()}
    numbers = {
        int(digits[0]): name for name in names.values() if (digits := re.findall(r"\d{1,3}", name)) and len(digits) == 1
    }
    captions, rest = [], []
    for line in letter.text.split("\n"):
        found = _CAPTION_LINE.match(line)
        key = found["name"].strip() if found else ""
        name = names.get(key.lower()) or stems.get(key) or (numbers.get(int(key)) if key.isdigit() else None)
        if found and name:
            captions.append(f"{name}：{found['caption'].strip()}")
        else:
            rest.append(line)
    if captions and not _about_pictures(captions, names.values()):
        return [], letter.text
    return captions, "\n".join(rest).strip()


def _about_pictures(captions: Sequence[str], names: object) -> bool:
    """A numbered list of a letter is no list of captions: there must be at least half as many as pictures."""
    assert hasattr(names, "__iter__")
    return 2 * len(captions) >= len(list(names))
