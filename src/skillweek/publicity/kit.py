"""The press kit: texts, pictures in print size with captions and credits, a fact sheet, as a streamed zip (D2, D3).

Only what is public at the moment its turn comes goes in. One story is in memory at a time, its pictures chunk by chunk,
so a kit of the whole week takes no more memory than one story.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError
from django.core.files.storage import default_storage
from django.utils.formats import date_format
from zipstream import ZIP_STORED, ZipStream

from skillweek.content.editorial import public_q
from skillweek.content.html import plain_text
from skillweek.content.models import Asset, Rendition
from skillweek.content.queries import absolute
from skillweek.content.renditions import print_copy
from skillweek.editions.models import Edition
from skillweek.publicity.models import Story
from skillweek.publicity.queries.stories import Media, address_of, media_of
from skillweek.reports.archive_entries import TEXT_ENCODING
from skillweek.reports.archive_index import small_sheet
from skillweek.reports.archive_names import UniqueNames, safe_name
from skillweek.reports.files import chunks

log = logging.getLogger("skillweek.publicity")
FACTS_FILE: Final = "素材说明.txt"
TEXT_FILE: Final = "文字.docx"
CAPTIONS_FILE: Final = "图片说明.xlsx"
CAPTION_COLUMNS: Final = ("文件名", "说明", "供图单位", "宽（像素）", "高（像素）", "故事", "网址")
_TERMS: Final = (
    "使用说明：本素材包供新闻媒体报道活动周使用，可以免费采用文字和图片，请注明供稿单位；"
    "请不要改变原意，不要用于广告。图片已去除拍摄地点等信息。"
)
#: What XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FOLDER: Final = 40
_NAME: Final = 30


@dataclass(frozen=True)
class Kit:
    """Which stories go in (ids, in order), for which edition; ``heading`` says what it is a kit of."""

    edition: Edition
    heading: str
    stories: Sequence[int]
    #: Films are large: only the kit of a single story has them.
    with_video: bool = False

    def __iter__(self) -> Iterator[bytes]:
        """The zip's bytes."""
        stream = ZipStream(compress_type=ZIP_STORED)
        folders = UniqueNames(FACTS_FILE)
        told: list[str] = []
        for number, pk in enumerate(self.stories, start=1):
            story = Story.objects.filter(public_q(), pk=pk).select_related("organisation", "edition").first()
            if story is None:
                continue  # taken back while the kit was on its way
            folder = folders.take(safe_name(f"{number:03}-{story.title}", f"{number:03}", _FOLDER))
            yield from self._story(stream, folder, story)
            told.append(_line(story, folder))
        stream.add(_facts(self, told).encode(TEXT_ENCODING), FACTS_FILE)
        yield from stream.all_files()
        yield from stream.footer()

    def _story(self, stream: ZipStream, folder: str, story: Story) -> Iterator[bytes]:
        media = media_of(story.live)
        credit = "、".join(story.credits.order_by("path").values_list("name", flat=True))
        rows: list[list[str]] = []
        names = UniqueNames(TEXT_FILE, CAPTIONS_FILE)
        for asset, caption in _pictures(media):
            copy = _print_of(asset)
            if copy is None:
                continue
            fallback = f"图片{len(rows) + 1:02}"
            name = names.take(safe_name(f"{len(rows) + 1:02}-{caption[:_NAME] or fallback}.jpg", f"{fallback}.jpg"))
            if (parts := _started(copy.key)) is None:
                continue
            stream.add(parts, f"{folder}/{name}", size=copy.size)
            yield from stream.all_files()
            rows.append(
                [name, caption, credit, str(copy.width), str(copy.height), story.title, absolute(address_of(story))]
            )
        if self.with_video and media.video is not None and (film := _film(media.video)) is not None:
            name = names.take("视频.mp4")
            if (parts := _started(film.key)) is not None:
                stream.add(parts, f"{folder}/{name}", size=film.size)
                yield from stream.all_files()
                rows.append([name, media.video_caption, credit, str(film.width), str(film.height), story.title, ""])
        if rows:
            stream.add(small_sheet(CAPTION_COLUMNS, rows), f"{folder}/{CAPTIONS_FILE}")
        stream.add(text_document(story, credit), f"{folder}/{TEXT_FILE}")
        yield from stream.all_files()


def _pictures(media: Media) -> Iterator[tuple[Asset, str]]:
    seen = set()
    for shot in media.shots:
        seen.add(shot.asset.pk)
        yield shot.asset, shot.caption
    if media.cover is not None and media.cover.pk not in seen:
        yield media.cover, media.cover.title or media.cover.alt


def _print_of(asset: Asset) -> Rendition | None:
    try:
        return print_copy(asset)
    except (OSError, ClientError):
        log.exception("press kit: %s is not in storage", asset.pk)
        return None


def _film(asset: Asset) -> Rendition | None:
    return next((row for row in asset.renditions.all() if row.format == Rendition.Format.MP4), None)


def _started(key: str) -> Iterator[bytes] | None:
    """The bytes at ``key`` with the first chunk read; None when they are gone, so that one loss costs no kit."""
    from itertools import chain

    parts = chunks(default_storage, key)
    try:
        head = next(parts, b"")
    except (OSError, ClientError):
        log.exception("press kit: %s is not in storage", key)
        return None
    return chain([head], parts)


def text_document(story: Story, credit: str) -> bytes:
    """The story's text as a Word document: title, byline, paragraphs, credit, address."""
    from docx import Document

    document = Document()
    live = story.live
    document.core_properties.title = clean(story.title)[:250]
    document.core_properties.author = clean(credit)[:250]
    document.add_heading(clean(story.title), level=1)
    if byline := clean(str(live.get("byline") or "")):
        document.add_paragraph(byline)
    for line in plain_text(str(live.get("body") or "")).split("\n"):
        if line:
            document.add_paragraph(clean(line))
    document.add_paragraph(f"供稿：{clean(credit)}")
    document.add_paragraph(f"发布：{_published(story)}  {absolute(address_of(story))}")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def clean(text: str) -> str:
    """The text without what XML refuses, on one line."""
    return " ".join(_CONTROL.sub("", text).split())


def _published(story: Story) -> str:
    if story.published_at is None:
        return ""
    return date_format(story.published_at.astimezone(ZoneInfo(story.edition.zone)), "Y年n月j日")


def _line(story: Story, folder: str) -> str:
    topics = {topic.code: topic.name for topic in story.edition.doc.topics}
    facts = [story.organisation.name, str(story.get_kind_display()), topics.get(story.topic, "")]
    return f"{folder}\r\n    {'，'.join(filter(None, facts))}\r\n    {absolute(address_of(story))}"


def _facts(kit: Kit, told: Sequence[str]) -> str:
    """What a journalist must know of the week and of the kit."""
    edition = kit.edition
    document: Any = edition.doc
    span = "至".join(date_format(day, "Y年n月j日") for day in dict.fromkeys((edition.starts_on, edition.ends_on)))
    lines = [
        f"{edition.title} · 媒体素材包",
        kit.heading,
        "",
        f"主题：{edition.theme}",
        f"时间：{span}",
        f"主办：{'、'.join(document.source.issuers)}",
        f"网站：{absolute('/')}",
        f"本包共 {len(told)} 篇。每篇一个文件夹：文字（Word）、图片（印刷尺寸）和图片说明（Excel）。",
        _TERMS,
        "",
        *told,
    ]
    return "\r\n".join(_CONTROL.sub("", line) for line in lines) + "\r\n"
