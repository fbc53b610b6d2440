"""An edition's folder as one zip, out and in (A4)."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from skillweek.editions.folder import (
    EDITION_FILE,
    MAX_BYTES,
    EditionFolderError,
    Problem,
    folder_files,
    read_files,
)
from skillweek.editions.schema import EditionDocument
from skillweek.materials.zipsafe import BROKEN_ZIP

#: Largest zip that is looked at.
MAX_ZIP_BYTES = 5 * 1024 * 1024
_MAX_ENTRIES = 200
#: The same bytes for the same document, whenever it is written.
_WHEN = (2000, 1, 1, 0, 0, 0)


def zip_folder(document: EditionDocument) -> bytes:
    """The folder as a zip with one folder named by the edition's id; the same bytes for the same document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(folder_files(document).items()):
            entry = zipfile.ZipInfo(f"{document.id}/{name}", _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return out.getvalue()


def read_zip(file: BinaryIO) -> EditionDocument:
    """Read a zip of an edition's folder, at whatever depth the folder stands. Raises ``EditionFolderError``.

    Nothing is unpacked to disk; of each file at most as much is read as an edition's file may hold.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > _MAX_ENTRIES:
                raise _refused(f"不超过 {_MAX_ENTRIES} 个文件的压缩包", f"{len(entries)} 个文件")
            folder = _folder_in([entry.filename for entry in entries])
            files = {}
            for entry in entries:
                path = PurePosixPath(entry.filename)
                if path.parent == folder and not path.name.startswith((".", "~$")):
                    with archive.open(entry) as stream:
                        files[path.name] = stream.read(MAX_BYTES + 1)
    except BROKEN_ZIP as error:
        raise _refused("能打开的 zip 压缩包", "") from error
    return read_files(files)


def _folder_in(names: list[str]) -> PurePosixPath:
    """The folder that holds the edition; the uppermost when there are several."""
    found = [PurePosixPath(name) for name in names if PurePosixPath(name).name == EDITION_FILE]
    found = [path for path in found if "__MACOSX" not in path.parts]
    if not found:
        raise _refused(f"压缩包里有 {EDITION_FILE}", "没有找到")
    return min(found, key=lambda path: len(path.parts)).parent


def _refused(expected: str, got: str) -> EditionFolderError:
    return EditionFolderError([Problem("zip", "", expected, got)])
