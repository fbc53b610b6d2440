"""Header lines of real mails: charsets that lie, encoded words and parameters in all their broken forms (C8)."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from skillweek.materials.zipsafe import decode_name

#: Old names of one and the same thing: GB 18030 holds all of GB 2312 and GBK.
_CHINESE: Final = frozenset(
    {"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "936", "gb18030", "gb-2312", "hz-gb-2312"}
)
#: Labels that programs write without looking.
_NO_LABEL: Final = frozenset(
    {"", "us-ascii", "ascii", "utf-8", "utf8", "unknown-8bit", "x-unknown", "default", "default_charset", "8bit",
     "iso-8859-1", "latin1", "windows-1252", "cp1252"}
)  # fmt: skip
_WORD = re.compile(rb"=\?([^?\s]{1,40})\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_PARAMETER = re.compile(rb';\s*([A-Za-z0-9_\-*]+)\s*=\s*(?:"([^"]*)"?|([^;]*))')
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_PERCENT = re.compile(rb"(?:%[0-9A-Fa-f]{2}){3}")
_CJK = re.compile("[\u3400-\u9fff]")


def text_of(raw: bytes, label: str = "") -> str:
    """Text from bytes: by the charset they are labelled with where that fits, else by what they look like.

    Mails that say GB 2312 hold UTF-8 and the other way round; pure bytes stand where none are allowed. Never raises.
    """
    label = label.strip().strip("\"'").lower().partition("*")[0]
    if label not in _NO_LABEL and label not in _CHINESE:
        try:
            return raw.decode(codecs.lookup(label).name)
        except (LookupError, UnicodeDecodeError, ValueError):
            label = ""
    if raw.isascii():
        return raw.decode("ascii")
    if label == "hz-gb-2312":
        return raw.decode("hz", "replace")
    return _guessed(raw)


def _guessed(raw: bytes) -> str:
    try:
        return decode_name(raw) if not _broken(raw) else raw.decode("gb18030", "replace")
    except UnicodeDecodeError:  # cp437 decodes anything; kept for a Python that thinks otherwise
        return raw.decode("utf-8", "replace")


def _broken(raw: bytes) -> bool:
    """Whether neither UTF-8 nor GB 18030 reads all of it: a cut character, or another script altogether."""
    for encoding in ("utf-8", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return False
    found = _CJK.findall(raw.decode("gb18030", "ignore"))
    cut = raw.decode("utf-8", "ignore")
    return len(found) >= len(_CJK.findall(cut))


def words_of(raw: bytes) -> str:
    """A header's text with its encoded words (RFC 2047) read, on one line.

    Neighbouring words are joined as bytes first: many programs cut in the middle of a character.
    """
    return " ".join("".join(_pieces(raw)).split())


def _pieces(raw: bytes) -> Iterator[str]:
    end = 0
    run: list[tuple[str, str, bytes]] = []
    for found in _WORD.finditer(raw):
        between = raw[end : found.start()]
        charset, kind, payload = found[1].decode("ascii", "ignore").lower(), found[2].decode().lower(), found[3]
        if between.strip(b" \t\r\n") or (run and (run[-1][0], run[-1][1]) != (charset, kind)):
            yield from _run(run)
            run = []
        if between.strip(b" \t\r\n") or not end:
            yield text_of(between)
        run.append((charset, kind, payload))
        end = found.end()
    yield from _run(run)
    yield text_of(raw[end:])


def _run(run: list[tuple[str, str, bytes]]) -> Iterator[str]:
    if not run:
        return
    payloads = [payload for _charset, _kind, payload in run]
    if run[0][1] == "q":
        raw = b"".join(quopri.decodestring(_plain_q(payload)) for payload in payloads)
    else:
        cleaned = [_NOT_BASE64.sub(b"", payload) for payload in payloads]
        whole = all(
            len(_padded(one)) == len(one) or b"=" in payload for one, payload in zip(cleaned, payloads, strict=True)
        )
        raw = b"".join(map(_base64, cleaned if whole else [b"".join(cleaned)]))
    yield text_of(raw, run[0][0])


def _plain_q(payload: bytes) -> bytes:
    return payload.replace(b"_", b" ").replace(b"\r\n", b"").replace(b"\n", b"")


def _padded(cleaned: bytes) -> bytes:
    return cleaned + b"=" * (-len(cleaned) % 4)


def _base64(cleaned: bytes) -> bytes:
    if len(cleaned) % 4 == 1:  # no encoder leaves that: a letter was lost
        cleaned = cleaned[:-1]
    try:
        return base64.b64decode(_padded(cleaned))
    except binascii.Error:
        return b""


def parameters_of(raw: bytes) -> tuple[str, dict[str, str]]:
    """A header such as ``Content-Type`` as (value in lower case, parameters): quoted, in pieces, percent-encoded
    (RFC 2231), as encoded words, or as plain bytes in any charset.
    """
    value = raw.partition(b";")[0].strip().lower().decode("ascii", "ignore")
    plain: dict[str, bytes] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for found in _PARAMETER.finditer(raw):
        name = found[1].decode("ascii").lower()
        content = (found[2] if found[2] is not None else found[3] or b"").strip()
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(base, content)
            continue
        number = rest.rstrip("*")
        encoded = name.endswith("*")
        pieces.setdefault(base, {})[int(number) if number.isdigit() else 0] = (content, encoded)
    texts = {name: _parameter(content) for name, content in plain.items()}
    for name, found_pieces in pieces.items():
        texts[name] = _joined(found_pieces) or texts.get(name, "")
    return value, texts


def _parameter(content: bytes) -> str:
    content = re.sub(rb"\r?\n[ \t]*", b"", content)
    if content.isascii() and b"\\" in content:
        content = re.sub(rb"\\(.)", rb"\1", content)
    if content.isascii() and _PERCENT.search(content) and b"=?" not in content:
        return text_of(unquote_to_bytes(content))
    return words_of(content)


def _joined(pieces: dict[int, tuple[bytes, bool]]) -> str:
    charset, whole = "", b""
    for number, (content, encoded) in sorted(pieces.items()):
        if number == min(pieces) and encoded and content.count(b"'") >= 2:
            label, _language, content = content.split(b"'", 2)
            charset = label.decode("ascii", "ignore")
        whole += unquote_to_bytes(content) if encoded else content
    if b"=?" in whole:
        return words_of(whole)
    return text_of(whole, charset)
