"""What a mail says: HTML as text, without quoted mails and signatures; links to large files (C8)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

_BLOCKS: Final = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "section",
        "article",
        "header",
        "footer",
        "hr",
    ]
)
_SILENT: Final = frozenset({"script", "style", "head", "title"})
_URL = re.compile(r"https?://[^\s<>\"'，。；、）)】》]+", re.IGNORECASE)
#: Hosts that keep large attachments and shared files: what lies there is named, never fetched.
_STORES: Final = (
    ("QQ邮箱中转站", re.compile(r"(?:^|\.)mail\.qq\.com$|(?:^|\.)ftn\.qq\.com$")),
    ("腾讯微云", re.compile(r"(?:^|\.)weiyun\.com$")),
    (
        "网易邮箱超大附件",
        re.compile(r"^(?:dashi|fs|u?file|mail)\.(?:163|126|yeah)\.(?:com|net)$|(?:^|\.)mail\.163\.com$"),
    ),
    ("百度网盘", re.compile(r"^(?:pan|yun)\.baidu\.com$")),
    ("天翼云盘", re.compile(r"(?:^|\.)cloud\.189\.cn$")),
    ("139邮箱超大附件", re.compile(r"(?:^|\.)(?:mail\.10086|caiyun\.139|yun\.139)\.(?:cn|com)$")),
    ("阿里云盘", re.compile(r"(?:^|\.)(?:aliyundrive|alipan)\.com$")),
    ("夸克网盘", re.compile(r"^pan\.quark\.cn$")),
    ("123云盘", re.compile(r"(?:^|\.)123pan\.(?:com|cn)$")),
    ("蓝奏云", re.compile(r"(?:^|\.)lanzou\w?\.com$")),
    ("文叔叔", re.compile(r"(?:^|\.)wenshushu\.cn$")),
    ("奶牛快传", re.compile(r"(?:^|\.)cowtransfer\.com$")),
    ("坚果云", re.compile(r"(?:^|\.)jianguoyun\.com$")),
    ("WPS 云文档", re.compile(r"(?:^|\.)kdocs\.cn$")),
)
_LARGE_WORDS = re.compile(r"超大附件|中转站|进入下载页面|网盘|云盘|提取码")
_QUOTE_HEADS = (
    re.compile(
        r"^[-—_=\s]{2,}\s*(?:原始邮件|转发邮件信息|转发的邮件|Original Message|Forwarded message|原邮件)", re.IGNORECASE
    ),
    re.compile(r"^\s*(?:发件人|From)\s*[:：].*$", re.IGNORECASE),
    re.compile(r"^\s*(?:在|于)?\s*\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}.{0,60}(?:写道|wrote)\s*[:：]?\s*$"),
    re.compile(r"^\s*On .{5,120} wrote:\s*$"),
)
_SENT_LINE = re.compile(r"^\s*(?:发送时间|发送日期|日期|时间|Sent|Date|收件人|To|主题|Subject)\s*[:：]", re.IGNORECASE)
_SIGNATURES = re.compile(
    r"^\s*(?:--|——|发自我的.{1,12}|来自.{1,12}邮箱|Sent from my .{1,20}|从 ?Windows 版邮件发送)\s*$"
)
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Link:
    """An address where a large file lies; ``store`` is the service's name."""

    store: str
    url: str


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.pictures: set[str] = set()
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in _SILENT:
            self._silent += 1
        if tag in _BLOCKS:
            self.pieces.append("\n")
        if tag == "a" and said.get("href"):
            self.links.append(str(said["href"]))
        source = said.get("src") or ""
        if tag == "img" and source.lower().startswith("cid:"):
            self.pictures.add(source[4:])
        if tag in ("td", "th"):
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"[ \t\r\n\xa0]+", " ", data))


@dataclass
class Page:
    """An HTML body read: its text, the addresses it links to, the Content-IDs of the pictures it shows."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)


def read_html(source: str) -> Page:
    """The text of an HTML body, however broken. Never raises."""
    parser = _Text()
    try:
        parser.feed(source)
        parser.close()
    except (AssertionError, ValueError):  # what the parser says to marked sections that never end
        parser.pieces.append(re.sub(r"<[^>]*>", " ", source))
    lines = [line.strip() for line in "".join(parser.pieces).split("\n")]
    return Page(_BLANKS.sub("\n\n", "\n".join(lines)).strip(), parser.links, parser.pictures)


def links_in(text: str, more: list[str]) -> list[Link]:
    """Addresses of stores of large files, each once; at most 20."""
    found: dict[str, Link] = {}
    for url in [*more, *_URL.findall(text)]:
        try:
            host = (urlsplit(url).hostname or "").lower()
            scheme = urlsplit(url).scheme.lower()
        except ValueError:
            continue
        store = next((name for name, pattern in _STORES if pattern.search(host)), "")
        if store and scheme in ("http", "https") and urlsplit(url).path.strip("/") and len(url) <= 1000:
            found.setdefault(url, Link(store, url))
    return list(found.values())[:20]


def speaks_of_large_files(text: str) -> bool:
    """Whether the words announce a file that lies elsewhere."""
    return bool(_LARGE_WORDS.search(text))


def own_words(text: str) -> str:
    """What the sender wrote: without quoted mails behind it, without signature."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _is_quote_head(lines, number):
            break
        if _SIGNATURES.match(line):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return _BLANKS.sub("\n\n", "\n".join(kept)).strip()


def _is_quote_head(lines: list[str], number: int) -> bool:
    line = lines[number]
    for pattern in _QUOTE_HEADS:
        if not pattern.match(line):
            continue
        if pattern is not _QUOTE_HEADS[1]:
            return True
        # “发件人：” alone may be part of a letter; with the other lines of a mail's head below it is a quote.
        below = lines[number + 1 : number + 5]
        if sum(bool(_SENT_LINE.match(one)) for one in below) >= 2:
            return True
    return False


def quoted_words(text: str) -> str:
    """All of it, quotes too, without the heads of mails: what somebody forwarded."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [
        re.sub(r"^\s*(?:>\s?)+", "", line).rstrip()
        for line in lines
        if not _SENT_LINE.match(line) and not any(pattern.match(line) for pattern in _QUOTE_HEADS)
    ]
    return _BLANKS.sub("\n\n", "\n".join(kept)).strip()
