"""Names inside an archive that every system can unpack: no traps of Windows, macOS or zip tools (C13)."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

#: Characters of one name, extension included. 80 Chinese characters are 240 bytes, below every file system's 255.
MAX_NAME: Final = 80
MAX_FOLDER: Final = 40
_MAX_SUFFIX: Final = 12
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED: Final = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"] + [name + n for name in ("COM", "LPT") for n in "0123456789¹²³"]
)


def safe_name(name: str, fallback: str, limit: int = MAX_NAME) -> str:
    """Return ``name`` as a plain file name of at most ``limit`` characters; ``fallback`` when nothing is left.

    Control and format characters are dropped, characters that Windows forbids become ``_``, reserved device
    names and names that tools hide (``.x``, ``~$x``) lose their effect, the extension is kept.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(" " if char in "\t\r\n" else char for char in text)
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = _FORBIDDEN.sub("_", text)
    text = re.sub(r"\s+", " ", text).strip(" .")
    text = text.removeprefix("~$").lstrip(" .")
    suffix = PurePosixPath(text).suffix
    if len(suffix) > _MAX_SUFFIX or suffix == text:
        suffix = ""
    stem = text.removesuffix(suffix) if suffix else text
    stem = stem[: limit - len(suffix)].rstrip(" .") or fallback
    if stem.split(".", 1)[0].strip().upper() in _RESERVED:
        stem = f"_{stem}"[: limit - len(suffix)]
    return stem + suffix


class UniqueNames:
    """Gives each name of one folder once, whatever the case: ``a.jpg``, ``A (2).jpg``."""

    def __init__(self, *taken: str) -> None:
        self._taken = {self._key(name) for name in taken}

    @staticmethod
    def _key(name: str) -> str:
        return unicodedata.normalize("NFKC", name).casefold()

    def take(self, name: str) -> str:
        """Return ``name``, or the first free variant of it, and keep it taken."""
        path = PurePosixPath(name)
        suffix = path.suffix if len(path.suffix) <= _MAX_SUFFIX else ""
        stem = name.removesuffix(suffix) if suffix else name
        candidate, number = name, 2
        while self._key(candidate) in self._taken:
            tail = f" ({number})"
            candidate = stem[: MAX_NAME - len(suffix) - len(tail)] + tail + suffix
            number += 1
        self._taken.add(self._key(candidate))
        return candidate
