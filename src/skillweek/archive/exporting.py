"""One edition as an archive, streamed: nothing of it is kept in memory or put together on disk first (A8, C13).

Entries come one after the other, each read while it is sent: tables from the database in short reads, originals from
storage. What must be known at the end (checksums, counts) is collected as the bytes pass; so the manifest comes last.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, Self

from botocore.exceptions import ClientError
from django.core.files.storage import default_storage
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from zipstream import ZIP_DEFLATED, ZIP_STORED, ZipStream

from skillweek.archive import index, layout, workbook
from skillweek.archive.reading import EditionReader
from skillweek.archive.tables import exported_models, file_name, plain
from skillweek.archive.totals import totals_of
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.editions.folder import folder_files
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.reports.files import CHUNK, chunks, is_missing
from skillweek.uploads.models import StoredFile
from skillweek.uploads.storage import working_folder

#: Lines of a table are sent together up to this size.
_BLOCK: Final = 256 * 1024
#: Smaller parts are digested sooner than a thread is told of them.
_WORTH_A_THREAD: Final = 64 * 1024


@dataclass
class Entry:
    """One file of the archive. ``parts`` gives its bytes once; ``size`` is known for originals only."""

    path: str
    parts: Iterator[bytes]
    size: int | None = None
    packed: bool = True


class Export:
    """The entries of one edition's archive. Use it in a ``with`` block: it keeps the checksums in a temporary file."""

    def __init__(self, edition: Edition, told: Callable[[int], None] | None = None) -> None:
        self.edition = edition
        self.reader = EditionReader(edition)
        #: Keys of files whose bytes are gone, and paths of those that are not what they were when they arrived.
        self.missing: list[str] = []
        self.damaged: list[str] = []
        self.counts: dict[str, int] = {}
        self._files = self._bytes = 0
        self._told = told
        self._sums: IO[str]
        #: Digests a part while the next one is read and the present one sent: hashing needs no lock of Python's.
        self._pool: Executor

    def __enter__(self) -> Self:
        self._sums = tempfile.TemporaryFile("w+", encoding="utf-8", dir=working_folder())
        self._pool = ThreadPoolExecutor(1, "archive-digest")
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the checksums. Safe to call twice."""
        self._pool.shutdown()
        self._sums.close()

    def entries(self) -> Iterator[Entry]:
        """Every file in order; the caller reads each one to its end before it asks for the next."""
        yield self._text(layout.README, index.readme(self.edition))
        for name, text in folder_files(self.edition.doc).items():
            yield self._text(f"edition/{name}", text)
        yield self._text(layout.EDITION, json.dumps(_edition_facts(self.edition), ensure_ascii=False, indent=1))
        for model in exported_models():
            yield self._lines(file_name(model), model._meta.label, self.reader.lines(model))
        yield self._lines(layout.ORGANISATIONS, "organisations.Organisation", self.reader.organisations())
        # After everything that names people.
        yield self._lines(layout.PEOPLE, "organisations.User", self.reader.named_people())
        yield from self._originals()
        yield self._entry(layout.INDEX_CSV, index.csv_lines(self.edition))
        yield self._sheets()
        totals = totals_of(self.edition)
        yield self._text(layout.INDEX_HTML, index.html_page(self.edition, self.counts, totals))
        yield from self._end(totals)

    def _end(self, totals: dict[str, Any]) -> Iterator[Entry]:
        """The list of checksums, which covers all before it, and the manifest, which covers the list."""
        self._sums.seek(0)
        digest = hashlib.sha256()
        yield Entry(layout.SUMS, _hashed(iter(lambda: self._sums.read(_BLOCK).encode(), b""), digest))
        manifest = self._manifest(totals, digest.hexdigest())
        yield Entry(layout.MANIFEST, iter([json.dumps(manifest, ensure_ascii=False, indent=1).encode()]))

    def _manifest(self, totals: dict[str, Any], sums: str) -> dict[str, Any]:
        host = Organisation.objects.filter(depth=1).first()
        return {
            "format": layout.FORMAT,
            "version": layout.VERSION,
            "edition": {key: plain(getattr(self.edition, key)) for key in ("slug", "title", "starts_on", "ends_on")},
            "host": {"code": host.code, "name": host.name} if host else None,
            "exported_at": plain(now()),
            "counts": self.counts,
            "totals": totals,
            "files": {"count": self._files, "bytes": self._bytes},
            "missing": self.missing,
            "damaged": self.damaged,
            layout.SUMS: sums,
            # For people who must read an old archive with a new program; an import does not depend on it.
            "schema": _schema(),
        }

    def _originals(self) -> Iterator[Entry]:
        """Each original once, although several rows may hold the same bytes."""
        digest, seen = "", set[str]()
        for file in _files_by_digest(self.edition):
            if is_missing(default_storage, file.key):
                self.missing.append(str(file.pk))
                continue
            if file.sha256 != digest:
                digest, seen = file.sha256, set()
            path = layout.file_path(file.sha256, file.name) if file.sha256 else layout.unchecked_path(str(file.pk))
            if path in seen:
                continue
            parts = _started(file.key)
            if parts is None:
                self.missing.append(str(file.pk))
                continue
            seen.add(path)
            self._files += 1
            self._bytes += file.size
            yield self._entry(path, parts, size=file.size, packed=False, expected=file.sha256)

    def _sheets(self) -> Entry:
        def parts() -> Iterator[bytes]:
            handle, name = tempfile.mkstemp(suffix=".xlsx", dir=working_folder())
            os.close(handle)
            try:
                workbook.write(Path(name), self.edition)
                with Path(name).open("rb") as stream:
                    yield from iter(lambda: stream.read(CHUNK), b"")
            finally:
                with suppress(FileNotFoundError):
                    Path(name).unlink()

        return self._entry(layout.WORKBOOK, parts(), packed=False)

    def _lines(self, path: str, label: str, lines: Iterable[dict[str, Any]]) -> Entry:
        def parts() -> Iterator[bytes]:
            count, block = 0, bytearray()
            for line in lines:
                count += 1
                block += json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                if len(block) >= _BLOCK:
                    yield bytes(block)
                    block.clear()
            self.counts[label] = count
            yield bytes(block)

        return self._entry(path, parts())

    def _text(self, path: str, text: str) -> Entry:
        return self._entry(path, iter([text.encode()]))

    def _entry(
        self, path: str, parts: Iterator[bytes], *, size: int | None = None, packed: bool = True, expected: str = ""
    ) -> Entry:
        def passing() -> Iterator[bytes]:
            digest = hashlib.sha256()
            for part in _hashed(parts, digest, self._pool):
                yield part
                if self._told is not None and not packed:
                    self._told(len(part))
            self._sums.write(f"{digest.hexdigest()}  {path}\n")
            if expected and digest.hexdigest() != expected:
                self.damaged.append(path)

        return Entry(path, passing(), size, packed)


def zip_chunks(export: Export) -> Iterator[bytes]:
    """The archive as one zip. Closing the iterator ends the work."""
    with export:
        stream = ZipStream(compress_type=ZIP_STORED)
        for entry in export.entries():
            kind = ZIP_DEFLATED if entry.packed else ZIP_STORED
            # The size lets zipstream choose ZIP64 for this entry alone.
            stream.add(entry.parts, entry.path, size=entry.size, compress_type=kind)
            yield from stream.all_files()
        yield from stream.footer()


def write_folder(export: Export, target: Path) -> None:
    """The archive as a folder. Raises DomainError when something is there already."""
    if target.exists() and any(target.iterdir()):
        raise DomainError(_("%(folder)s 不是空文件夹，没有写入。请换一个。") % {"folder": target})
    with export:
        for entry in export.entries():
            path = target / entry.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as out:
                for part in entry.parts:
                    out.write(part)


def expected_bytes(edition: Edition) -> int:
    """How large the archive becomes, nearly: its originals."""
    return StoredFile.objects.filter(edition=edition, guest_key="").aggregate(n=Sum("size"))["n"] or 0


def open_export(edition: Edition, *, by: Any, told: Callable[[int], None] | None = None) -> Export:
    """Record who takes the archive, and return it. Raises DomainError while the edition is not closed."""
    if edition.state != Edition.State.CLOSED:
        raise DomainError(_("这一届还没有结束，内容还会变化。请先结束这一届，再导出完整归档。"), code="not_closed")
    export = Export(edition, told)
    audit.record("archive.export", edition, actor=by, data={"bytes": expected_bytes(edition)})
    return export


def _edition_facts(edition: Edition) -> dict[str, Any]:
    return {
        "slug": edition.slug,
        "state": edition.state,
        "revision": edition.revision,
        "created_at": plain(edition.created_at),
        "updated_at": plain(edition.updated_at),
        "document": edition.document,
    }


def _schema() -> dict[str, str]:
    applied = MigrationRecorder.Migration.objects.order_by("app", "name").values_list("app", "name")
    labels = {model._meta.app_label for model in exported_models()}
    return {app: name for app, name in applied if app in labels}


def _files_by_digest(edition: Edition) -> Iterator[StoredFile]:
    """Rows in the order of digests, so that equal ones follow each other; read in short steps."""
    rows = StoredFile.objects.filter(edition=edition, guest_key="").only("pk", "sha256", "name", "key", "size")
    last: StoredFile | None = None
    while True:
        query = rows.order_by("sha256", "pk")
        batch = list((query if last is None else _after(query, last))[:500])
        yield from batch
        if len(batch) < 500:
            return
        last = batch[-1]


def _after(query: Any, last: StoredFile) -> Any:
    return query.filter(Q(sha256__gt=last.sha256) | Q(sha256=last.sha256, pk__gt=last.pk))


def _started(key: str) -> Iterator[bytes] | None:
    """The bytes with the first part already read; None when they are not in storage."""
    parts = chunks(default_storage, key)
    try:
        head = next(parts, b"")
    except (OSError, ClientError):
        return None
    return chain([head], parts)


def _hashed(parts: Iterator[bytes], digest: Any, pool: Executor | None = None) -> Iterator[bytes]:
    """Pass the parts on and digest them; with a ``pool`` beside the reading and sending, one part at a time."""
    running: Future[None] | None = None
    for part in parts:
        if running is not None:
            running.result()
            running = None
        if pool is not None and len(part) >= _WORTH_A_THREAD:
            running = pool.submit(digest.update, part)
        else:
            digest.update(part)
        yield part
    if running is not None:
        running.result()
