"""Names and limits of the archive's format; written down in ``docs/developer/archive-format.md`` (A8)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from skillweek.materials.zipsafe import Limits

FORMAT: Final = "skillweek-archive"
#: Raised when an older program could misread what a newer one writes.
VERSION: Final = 1

MANIFEST: Final = "manifest.json"
SUMS: Final = "sha256sums.txt"
README: Final = "README.txt"
EDITION: Final = "data/edition.json"
ORGANISATIONS: Final = "data/organisations.jsonl"
PEOPLE: Final = "data/people.jsonl"
INDEX_CSV: Final = "index.csv"
INDEX_HTML: Final = "index.html"
WORKBOOK: Final = "tables.xlsx"
#: What an import reads before it believes anything else.
MANIFEST_BYTES: Final = 16 * 1024**2

#: A week of a province with a margin; what unpacks to more is refused before it is unpacked.
LIMITS: Final = Limits(
    entries=2_000_000,
    entry_bytes=64 * 1024**3,
    total_bytes=8 * 1024**4,
    ratio=1000,
    directory_bytes=512 * 1024**2,
)
_SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,8}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    """Whether the text is a SHA-256 in hexadecimal."""
    return bool(_DIGEST.fullmatch(text))


def unchecked_path(key: str) -> str:
    """Where an original lies whose check had not come to it: its row knows no digest."""
    return f"files/unchecked/{key}"


def file_path(sha256: str, name: str) -> str:
    """Where an original lies: by its digest, with the ending of its name so that programs open it."""
    suffix = PurePosixPath(name).suffix.lower()
    return f"files/{sha256[:2]}/{sha256}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
