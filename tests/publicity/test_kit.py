"""The press kit: print size, captions, credits, no word of where a picture was taken; the same for a stranger (D2)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from docx import Document
from PIL import Image

from skillweek.content.models import Asset, Rendition
from skillweek.content.renditions import make_copies, print_copy
from skillweek.organisations.models import User
from skillweek.publicity.domain import reviewing as verbs
from skillweek.publicity.domain.writing import save_story
from skillweek.publicity.kit import Kit
from skillweek.publicity.tasks import prepare_prints
from tests.factories import Tree
from tests.publicity import make

pytestmark = pytest.mark.django_db


def _kit(path: str) -> zipfile.ZipFile:
    response = Client().get(path)
    assert response.status_code == 200, path
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[arg-type]


@pytest.mark.requirement("D2")
def test_a_kit_holds_text_pictures_in_print_size_and_captions(
    tree: Tree, edition: Any, reviewer: User, tmp_path: Path
) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=2, video=True)
    report.items.filter(kind="photo").update(caption="=HYPERLINK(1)<script>")
    story = make.published(report, reviewer)
    for asset in Asset.objects.all():
        make_copies(asset.pk)
    originals = {(a.width, a.height) for a in Asset.objects.filter(kind="picture")}
    with _kit(f"/stories/{story.pk}/press-kit.zip") as kit:
        assert kit.testzip() is None
        names = kit.namelist()
        pictures = [name for name in names if name.endswith(".jpg")]
        sizes = set()
        for name in pictures:
            with Image.open(io.BytesIO(kit.read(name))) as picture:
                sizes.add(picture.size)
                assert dict(picture.getexif()) == {} and "exif" not in picture.info
        assert sizes == originals and len(pictures) == 2
        assert [name.rsplit("/", 1)[-1] for name in names if name.endswith(".mp4")] == ["视频.mp4"]
        sheet = openpyxl.load_workbook(io.BytesIO(kit.read(next(n for n in names if n.endswith("图片说明.xlsx")))))
        rows = list(sheet.active.iter_rows(values_only=True))
        assert [row[1] for row in rows[1:]] == ["=HYPERLINK(1)<script>"] * 2 + ["冲泡过程"]
        assert all(cell.data_type == "s" for row in sheet.active.iter_rows(min_row=2) for cell in row if cell.value)
        assert {row[2] for row in rows[1:]} == {"示例第一职业学校"}
        text = Document(io.BytesIO(kit.read(next(n for n in names if n.endswith("文字.docx")))))
        lines = [paragraph.text for paragraph in text.paragraphs]
        assert lines[0] == "一杯茶里的工匠心" and "学生为三十位市民讲解冲泡。" in lines
        assert "供稿：示例第一职业学校" in lines
        facts = kit.read("素材说明.txt").decode("utf-8-sig")
        assert edition.theme in facts and f"/stories/{story.pk}/" in facts
        everything = b"".join(kit.read(name) for name in names)
        assert b"GPS" not in everything and b"Exif" not in everything


def test_kits_of_topic_and_week_hold_what_is_public_at_their_turn(
    tree: Tree, edition: Any, host: User, reviewer: User
) -> None:
    made = []
    for title, topic in (("甲/..\\故事", "people"), ("甲/..\\故事", "digital"), ("\x0b坏字符", "people")):
        story = make.written(tree.host, edition, host, title=title, topic=topic)
        verbs.publish_story(story, actor=host)
        made.append(story)
    with _kit("/stories/topics/people/press-kit.zip") as kit:
        assert sum(name.endswith("文字.docx") for name in kit.namelist()) == 2
    with _kit("/stories/press-kit.zip") as kit:
        assert sum(name.endswith("文字.docx") for name in kit.namelist()) == 3
        assert not any(".." in Path(name).parts or name.startswith("/") for name in kit.namelist())
    kit_of_all = Kit(edition, "全部", [story.pk for story in made])
    verbs.withdraw_story(made[0], actor=host, reason="有误")
    with zipfile.ZipFile(io.BytesIO(b"".join(kit_of_all))) as late:
        assert sum(name.endswith("文字.docx") for name in late.namelist()) == 2


def test_kits_are_limited(tree: Tree, edition: Any, host: User) -> None:
    story = make.written(tree.host, edition, host)
    verbs.publish_story(story, actor=host)
    client = Client()
    answers = [client.get("/stories/press-kit.zip") for _time in range(7)]
    for answer in answers:
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[arg-type]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]


def test_prints_are_made_ahead_for_public_stories_alone(
    tree: Tree, edition: Any, reviewer: User, tmp_path: Path
) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1, video=True)
    story = make.published(report, reviewer)
    Rendition.objects.filter(format="prnt").delete()
    prepare_prints.func(story.pk)
    assert Rendition.objects.filter(format="prnt").count() == 1
    Rendition.objects.filter(format="prnt").delete()
    verbs.withdraw_story(story, actor=reviewer, reason="有误")
    prepare_prints.func(story.pk)
    assert not Rendition.objects.filter(format="prnt").exists()


def test_a_lost_file_costs_no_kit(tree: Tree, edition: Any, reviewer: User, tmp_path: Path) -> None:
    from skillweek.uploads import storage

    report = make.report(edition, tree.school_a, tmp_path, photos=2)
    story = make.published(report, reviewer)
    save_story(story, {"summary": "摘要"}, actor=reviewer)
    first, second = Asset.objects.order_by("pk")
    Rendition.objects.filter(asset=second, format="prnt").delete()
    copy = print_copy(first)
    assert copy is not None and print_copy(first) == copy
    storage.erase(copy.key)
    storage.erase(second.file.key)
    with _kit(f"/stories/{story.pk}/press-kit.zip") as kit:
        assert kit.testzip() is None
        assert not any(name.endswith(".jpg") for name in kit.namelist())
