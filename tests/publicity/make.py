"""Real material for stories: accepted reports with decodable pictures that say where they were taken, and a film."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.publicity.domain.composing import compose_story
from skillweek.publicity.domain.reviewing import publish_story
from skillweek.publicity.domain.writing import save_story
from skillweek.publicity.models import Story
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile
from tests.materials.make import make_jpeg, make_mp4

TEXT = "一杯茶里的工匠心\n5月14日上午，茶艺实训室向市民开放。\n一、现场\n学生为三十位市民讲解冲泡。"
_numbers = itertools.count(1)


def stored(edition: Edition, school: Organisation, path: Path, kind: str) -> StoredFile:
    """A file of the school, checked as the worker does it."""
    file = store_local_file(path, edition=edition, organisation=school, user=None, kind=kind, name=path.name)
    check_stored_file(file.pk)
    return StoredFile.objects.get(pk=file.pk)


def photo(edition: Edition, school: Organisation, folder: Path) -> StoredFile:
    """A small JPEG with a position in its EXIF."""
    number = next(_numbers)
    path = make_jpeg(folder / f"photo{number}.jpg", 480 + number % 40, 320, min_bytes=0, gps=True)
    return stored(edition, school, path, StoredFile.Kind.PHOTO)


def film(edition: Edition, school: Organisation, folder: Path) -> StoredFile:
    """A second of video."""
    path = make_mp4(folder / f"film{next(_numbers)}.mp4")
    return stored(edition, school, path, StoredFile.Kind.VIDEO)


def report(
    edition: Edition, school: Organisation, folder: Path | None = None, *, photos: int = 0, video: bool = False,
    **fields: Any,
) -> DailyReport:  # fmt: skip
    """An accepted report with a manuscript, and photos and a film where a folder is given."""
    fields = {"day": edition.days[0], "state": DailyReport.State.ACCEPTED, **fields}
    made = DailyReport.objects.create(edition=edition, organisation=school, **fields)
    item(made, "manuscript", text=TEXT)
    for number in range(photos if folder else 0):
        assert folder is not None
        item(made, "photo", file=photo(edition, school, folder), caption=f"茶艺展示第{number + 1}张")
    if video and folder:
        item(made, "video", file=film(edition, school, folder), caption="冲泡过程")
    return made


def item(made: DailyReport, kind: str, **fields: Any) -> ReportItem:
    """One live item of a report."""
    return ReportItem.objects.create(report=made, kind=kind, position=made.items.count(), **fields)


def composed(made: DailyReport, actor: User, topic: str = "people", **more: Any) -> Story:
    """A story of everything in the report."""
    items = more.pop("items", None) or list(made.items.filter(removed_at=None).values_list("pk", flat=True))
    story, _is_new = compose_story(made, actor=actor, items=items, topic=topic, **more)
    return story


def published(made: DailyReport, actor: User, **more: Any) -> Story:
    """The same, public."""
    story = composed(made, actor, **more)
    publish_story(story, actor=actor)
    story.refresh_from_db()
    return story


def written(organisation: Organisation, edition: Edition, actor: User, **draft: Any) -> Story:
    """A story from nothing, a draft."""
    number = next(_numbers)
    changes = {"title": f"故事{number}", "body": "<p>正文</p>", "topic": "people", "kind": "story", **draft}
    return save_story(Story(edition=edition, organisation=organisation), changes, actor=actor)
