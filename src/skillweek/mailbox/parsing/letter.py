"""One mail read into what a report needs: words, attachments on disk, links, and what could not be read (C8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import parseaddr
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Final

from skillweek.mailbox.parsing.headers import text_of
from skillweek.mailbox.parsing.mime import Entity, Headers, MailFile
from skillweek.mailbox.parsing.tnef import TnefError, read_tnef
from skillweek.mailbox.parsing.words import Link, links_in, own_words, quoted_words, read_html, speaks_of_large_files
from skillweek.materials.sniff import sniff_path
from skillweek.materials.zipsafe import Limits, SafeZip, UnsafeZipError
from skillweek.uploads.limits import clean_name

MIB: Final = 1024 * 1024
_TEXT_BYTES: Final = 4 * MIB
_TEXT_LENGTH: Final = 60_000
#: Pictures shown in an HTML body up to this size are logos and signatures.
_SIGNATURE_BYTES: Final = 100 * 1024
_NESTED: Final = 3
_FILES: Final = 1000
_FORWARD = re.compile(r"^\s*(?:转发|轉寄|fw|fwd)\s*[:：]", re.IGNORECASE)
_ENDINGS: Final = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "video/mp4": ".mp4", "application/pdf": ".pdf",
    "text/plain": ".txt", "application/msword": ".doc", "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}  # fmt: skip


class TooLarge(Exception):
    """What the mail holds unpacks to more than may be kept."""


@dataclass
class Attached:
    """A file of the mail: ``path`` within it with ``/`` (folders of archives), and where its bytes are."""

    path: str
    file: Path
    size: int

    @property
    def name(self) -> str:
        """The file's own name."""
        return PurePosixPath(self.path).name


@dataclass
class Problem:
    """A file that was not taken; ``code`` says why: ``rar``, ``7z``, ``zip``, ``password``, ``tnef``, ``deep``,
    ``empty``, ``many``. ``detail`` is the reader's own sentence, may be empty.
    """

    name: str
    code: str
    detail: str = ""


@dataclass
class Letter:
    """A mail as it was understood. ``text`` is what the sender wrote, without quotes and signature."""

    headers: Headers
    subject: str = ""
    from_name: str = ""
    from_email: str = ""
    text: str = ""
    #: All the words, also those quoted.
    full_text: str = ""
    files: list[Attached] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: It announces a large file elsewhere without an address that is known.
    large_files_said: bool = False

    @property
    def message_id(self) -> str:
        """Without brackets."""
        return message_id_of(self.headers.raw("message-id"))

    @property
    def references(self) -> list[str]:
        """Message-IDs of the mails that this one answers."""
        raw = b" ".join([self.headers.raw("in-reply-to"), self.headers.raw("references")])
        return [found.decode("ascii", "ignore") for found in re.findall(rb"<([^<>\s]+)>", raw)][:50]


def message_id_of(raw: bytes) -> str:
    """A Message-ID without brackets, short enough to keep."""
    return raw.strip().strip(b"<>").decode("ascii", "ignore")[:250]


def address_of(headers: Headers, name: str = "from") -> tuple[str, str]:
    """(name, e-mail address in lower case) of an address header; empty where it cannot be understood."""
    raw = headers.raw(name)
    # The address is ASCII whatever the name is written in: taken from the end, so that no name can hide it.
    found = re.findall(rb"<\s*([^<>\s]+@[^<>\s]+)\s*>", raw) or re.findall(rb"[^\s<>\"(),;:]+@[^\s<>\"(),;:]+", raw)
    address = found[-1].decode("ascii", "ignore").lower() if found else ""
    shown = headers.text(name)
    who = re.sub(r"<[^<>]*>\s*$", "", shown).strip().strip("\"'") or parseaddr(shown)[0]
    return who[:100] if who.lower() != address else "", address[:254]


def read_letter(path: Path, folder: Path, *, max_bytes: int) -> Letter:
    """Read the mail at ``path``; attachments are written into ``folder``, ``max_bytes`` of them at most.

    Whatever is broken becomes a problem. Raises TooLarge, OSError.
    """
    with MailFile(path) as mail:
        headers = mail.root.headers
        who, address = address_of(headers)
        letter = Letter(headers, headers.text("subject")[:300], who, address)
        reader = _Reader(letter, folder, max_bytes)
        reader.take(mail, mail.root)
    reader.finish()
    return letter


class _Reader:
    """Walks one mail and what is in it."""

    def __init__(self, letter: Letter, folder: Path, max_bytes: int) -> None:
        self.letter = letter
        self.folder = folder
        self._left = max_bytes
        self._numbers = count(1)
        self._plain: list[str] = []
        self._html: list[str] = []
        self._cited: set[str] = set()
        self._addresses: list[str] = []
        self._pictures: list[tuple[Attached, str, bool]] = []
        self._paths: set[str] = set()

    def take(self, mail: MailFile, entity: Entity, depth: int = 0, *, prefix: str = "") -> None:
        """One part and everything in it."""
        if entity.type.startswith("multipart/") and entity.parts:
            self._multipart(mail, entity, depth, prefix)
        elif entity.type == "message/rfc822":
            self._forwarded(mail, entity, depth, prefix)
        elif self._is_words(entity):
            self._words(entity, b"".join(_limited(mail.content(entity), _TEXT_BYTES)))
        else:
            self._file(mail, entity, depth, prefix)

    def finish(self) -> None:
        """Decide about pictures shown in the body, put the words together."""
        for picture, content_id, shown in self._pictures:
            if picture.size <= _SIGNATURE_BYTES and (shown or content_id in self._cited):
                picture.file.unlink(missing_ok=True)
            else:
                self._add(picture)
        letter = self.letter
        text = "\n\n".join(part for part in (self._plain or self._html) if part.strip())
        letter.full_text = text[:_TEXT_LENGTH]
        letter.text = own_words(letter.full_text)
        if _FORWARD.match(letter.subject) and len(letter.text) < 200:
            letter.text = quoted_words(letter.full_text)
        letter.links = links_in("\n".join([*self._plain, *self._html]), self._addresses)
        letter.large_files_said = not letter.links and speaks_of_large_files(letter.full_text)
        letter.files.sort(key=lambda one: one.path)

    def _multipart(self, mail: MailFile, entity: Entity, depth: int, prefix: str) -> None:
        if entity.type != "multipart/alternative":
            for part in entity.parts:
                self.take(mail, part, depth, prefix=prefix)
            return
        # The same words twice: both are kept apart, files in any of the branches are taken.
        for part in entity.parts:
            self.take(mail, part, depth, prefix=prefix)

    def _forwarded(self, mail: MailFile, entity: Entity, depth: int, prefix: str) -> None:
        if depth >= _NESTED:
            self.letter.problems.append(Problem(entity.filename or "message.eml", "deep"))
        elif entity.parts:
            self.take(mail, entity.parts[0], depth + 1, prefix=prefix)
        else:
            path = self._write(mail.content(entity))
            self._inner_mail(path, depth, prefix)

    def _inner_mail(self, path: Path, depth: int, prefix: str) -> None:
        if depth >= _NESTED:
            self.letter.problems.append(Problem("message.eml", "deep"))
            return
        with MailFile(path) as inner:
            self.take(inner, inner.root, depth + 1, prefix=prefix)
        path.unlink(missing_ok=True)

    @staticmethod
    def _is_words(entity: Entity) -> bool:
        return (
            entity.type in ("text/plain", "text/html") and entity.disposition[0] != "attachment" and not entity.filename
        )

    def _words(self, entity: Entity, raw: bytes) -> None:
        text = text_of(raw, entity.parameters.get("charset", "")).replace("\0", "")
        if entity.type == "text/plain":
            self._plain.append(text.strip())
            return
        page = read_html(text)
        self._html.append(page.text)
        self._cited |= page.pictures
        self._addresses += page.links

    def _file(self, mail: MailFile, entity: Entity, depth: int, prefix: str) -> None:
        name = entity.filename
        if entity.type in ("text/calendar", "application/pgp-signature", "application/pkcs7-signature"):
            return
        if not name:
            name = f"{entity.type.partition('/')[0]}-{next(self._numbers)}{_ENDINGS.get(entity.type, '')}"
        path = self._write(mail.content(entity))
        size = path.stat().st_size
        if entity.type == "application/ms-tnef" or name.lower() in ("winmail.dat", "win.dat"):
            self._tnef(path, depth, prefix)
        elif name.lower().endswith(".eml"):
            self._inner_mail(path, depth, prefix)
        else:
            shown = entity.disposition[0] == "inline" and bool(entity.content_id)
            attached = Attached(self._unique(prefix, name), path, size)
            if entity.type.startswith("image/"):
                self._pictures.append((attached, entity.content_id, shown))
            else:
                self._sort(attached, depth)

    def _sort(self, one: Attached, depth: int) -> None:
        """Look at what a file is: an archive is unpacked where that can be done."""
        if not one.size:
            self.letter.problems.append(Problem(one.path, "empty"))
            return
        match sniff_path(one.file):
            case "zip":
                self._zip(one, depth)
            case "rar" | "7z" as kind:
                self.letter.problems.append(Problem(one.path, kind))
            case _:
                self._add(one)

    def _add(self, one: Attached) -> None:
        if len(self.letter.files) >= _FILES:
            self.letter.problems.append(Problem(one.path, "many"))
        else:
            self.letter.files.append(one)

    def _zip(self, one: Attached, depth: int) -> None:
        if depth >= _NESTED:
            self.letter.problems.append(Problem(one.path, "deep"))
            return
        try:
            limits = Limits(entries=_FILES, entry_bytes=max(self._left, 1), total_bytes=max(self._left, 1))
            with SafeZip(one.file, limits) as archive:
                base = one.path.removesuffix(".zip").removesuffix(".ZIP")
                for refused in archive.refused:
                    self.letter.problems.append(Problem(f"{base}/{refused.path}", "zip", refused.reason))
                for entry in archive.entries:
                    self._unpack(archive, entry, f"{base}/{entry.path}", depth)
        except UnsafeZipError as error:
            self.letter.problems.append(Problem(one.path, "zip", error.reason))
        one.file.unlink(missing_ok=True)

    def _unpack(self, archive: SafeZip, entry: object, path: str, depth: int) -> None:
        from skillweek.materials.zipsafe import Entry

        assert isinstance(entry, Entry)
        if any(part.startswith((".", "__MACOSX")) for part in path.split("/")):
            return
        target = self.folder / f"file-{next(self._numbers)}"
        try:
            archive.extract(entry, target)
        except UnsafeZipError as error:
            self.letter.problems.append(Problem(path, "zip", error.reason))
            return
        self._spend(entry.bytes)
        parent, _slash, name = path.rpartition("/")
        self._sort(Attached(self._unique(parent, name), target, entry.bytes), depth + 1)

    def _tnef(self, path: Path, depth: int, prefix: str) -> None:
        if depth >= _NESTED:
            self.letter.problems.append(Problem("winmail.dat", "deep"))
            return
        try:
            wrapped, text = read_tnef(path)
        except TnefError:
            self.letter.problems.append(Problem("winmail.dat", "tnef"))
            return
        if text.strip() and not self._plain:
            self._plain.append(text.strip())
        for one in wrapped:
            inner = self._write(_slice(path, one.start, one.end))
            if one.is_tnef:
                self._tnef(inner, depth + 1, prefix)
                continue
            name = one.name or f"winmail-{next(self._numbers)}"
            self._sort(Attached(self._unique(prefix, name), inner, one.end - one.start), depth + 1)
        path.unlink(missing_ok=True)

    def _write(self, blocks: Iterable[bytes]) -> Path:
        """The blocks as a file in the folder, counted against what the mail may hold."""
        path = self.folder / f"file-{next(self._numbers)}"
        with path.open("wb") as target:
            for block in blocks:
                self._spend(len(block))
                target.write(block)
        return path

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooLarge

    def _unique(self, folder: str, name: str) -> str:
        """A path that no other file of the mail has."""
        name = clean_name(name)
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if dot else (name, "")
        for number in count(1):
            tried = name if number == 1 else f"{stem}（{number}）{ending}"
            path = f"{folder}/{tried}" if folder else tried
            if path.lower() not in self._paths:
                self._paths.add(path.lower())
                return path
        raise AssertionError


def _limited(blocks: Iterator[bytes], most: int) -> Iterator[bytes]:
    for block in blocks:
        yield block[:most]
        most -= len(block)
        if most <= 0:
            return


def _slice(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        left = end - start
        while left > 0 and (block := stream.read(min(MIB, left))):
            left -= len(block)
            yield block
