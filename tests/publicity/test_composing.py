"""From accepted material to a draft, and the file that a report and a story share (D2)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from skillweek.activities.models import ActivityTag
from skillweek.content.domain.library import delete_asset
from skillweek.content.models import Asset
from skillweek.core.clock import now, standing_at
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.organisations.models import User
from skillweek.publicity.domain.composing import compose_story, html_of, preselected, usable_items
from skillweek.publicity.domain.writing import delete_story, save_story
from skillweek.publicity.models import Story, StorySource
from skillweek.reports.domain.items import purge_removed_items, remove_locked, restore_locked
from skillweek.reports.models import DailyReport
from skillweek.uploads.domain.sweep import erase_released_files
from skillweek.uploads.models import StoredFile
from tests.bookings import make as bookings
from tests.factories import Tree, client_of, person
from tests.publicity import make

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("D2")
def test_chosen_material_becomes_a_composed_draft(tree: Tree, edition: Any, reviewer: User, tmp_path: Path) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=2, video=True)
    activity = bookings.activity(edition, tree.school_a)
    ActivityTag.objects.create(activity=activity, group="topic", code="digital")
    bookings.session(activity, starts_at=now().replace(year=2023, month=5, day=14, hour=2))
    story = make.composed(report, reviewer, topic="")
    photos = list(report.items.filter(kind="photo").order_by("position"))
    film = report.items.get(kind="video")
    assert story.title == "一杯茶里的工匠心"
    body = "<p>5月14日上午，茶艺实训室向市民开放。</p><h2>一、现场</h2><p>学生为三十位市民讲解冲泡。</p>"
    assert story.draft["body"] == body
    shown = [(row["asset"], row["caption"]) for row in story.draft["gallery"]]
    assert shown == [(str(each.file_id), each.caption) for each in photos]
    assert (story.draft["video"], story.draft["video_caption"]) == (str(film.file_id), "冲泡过程")
    assert (story.topic, story.activity_id) == ("digital", activity.pk)
    assert (story.organisation, list(story.credits.all())) == (tree.school_a, [tree.school_a])
    assert story.state == Story.State.DRAFT and story.is_handed_in
    assert [asset.organisation for asset in Asset.objects.filter(file=film.file)] == [tree.school_a]


@pytest.mark.requirement("D2")
def test_same_material_again_leads_to_the_story_that_is_there(
    tree: Tree, edition: Any, reviewer: User, liaison: User
) -> None:
    report = make.report(edition, tree.school_a)
    item = report.items.get()
    story, is_new = compose_story(report, actor=reviewer, items=[item.pk])
    client = client_of(liaison)
    page = client.post(f"/w/publicity/from-report/{report.pk}/", {"text": item.pk, "topic": "people"}, follow=True)
    assert is_new and page.redirect_chain[-1][0] == f"/w/publicity/{story.pk}/"
    assert "这些材料已经做成了这篇故事" in page.content.decode()
    assert Story.objects.count() == 1
    assert "已用在《一杯茶里的工匠心》" in client.get(f"/w/publicity/from-report/{report.pk}/").content.decode()


def test_the_chooser_ticks_highlights_and_one_text(tree: Tree, edition: Any, tmp_path: Path) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=3)
    make.item(report, "case", text="案例")
    items = usable_items(report)
    photos = [item.pk for item in items if item.kind == "photo"]
    assert preselected(items) == {items[0].pk, *photos}
    starred = next(item for item in items if item.pk == photos[1])
    starred.is_highlight = True
    assert preselected(items) == {items[0].pk, photos[1]}


def test_words_of_a_report_are_never_markup() -> None:
    assert html_of(["<script>alert(1)</script>", "一、<b>现场</b>"]) == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><h2>一、&lt;b&gt;现场&lt;/b&gt;</h2>"
    )


def test_photos_without_a_text_make_a_story_too(tree: Tree, edition: Any, reviewer: User, tmp_path: Path) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1)
    photo = report.items.get(kind="photo")
    story = make.composed(report, reviewer, items=[photo.pk])
    assert story.title == photo.caption
    assert story.draft["body"] == f"<p>5月14日，示例第一职业学校。</p><p>{photo.caption}</p>"


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_only_accepted_reports_make_stories(tree: Tree, edition: Any, liaison: User, state: str) -> None:
    report = make.report(edition, tree.school_a, state=state)
    with pytest.raises(Conflict) as refusal:
        make.composed(report, liaison)
    assert refusal.value.code == "not_accepted"
    assert "还没有通过审核" in client_of(liaison).get(f"/w/publicity/from-report/{report.pk}/").content.decode()


def test_strangers_and_other_lines_make_no_stories(tree: Tree, edition: Any) -> None:
    report = make.report(edition, tree.school_a)
    for actor in (person(tree.school_b, "manager"), person(tree.hr, "manager"), person(tree.host, "member"), person()):
        with pytest.raises(NotAllowed):
            make.composed(report, actor)
        assert client_of(actor).get(f"/w/publicity/from-report/{report.pk}/").status_code == 404
    assert Story.objects.count() == 0


def test_material_of_another_report_or_removed_is_refused(tree: Tree, edition: Any, reviewer: User) -> None:
    report, other = make.report(edition, tree.school_a), make.report(edition, tree.school_b)
    for wrong in (other.items.get(), make.item(report, "manuscript", text="旧", removed_at=now())):
        with pytest.raises(Conflict) as refusal:
            make.composed(report, reviewer, items=[report.items.first().pk, wrong.pk])  # type: ignore[union-attr]
        assert refusal.value.code == "items_changed"
    with pytest.raises(DomainError) as refusal_of_none:
        compose_story(report, actor=reviewer, items=[])
    assert refusal_of_none.value.code == "nothing"


def _removed(report: DailyReport, by: User) -> Any:
    item = report.items.get(kind="photo")
    remove_locked(report, item, by)
    return item


@pytest.mark.requirement("D2")
def test_a_report_lets_no_file_go_that_a_story_shows(tree: Tree, edition: Any, reviewer: User, tmp_path: Path) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1)
    make.composed(report, reviewer)
    item = _removed(report, reviewer)
    with standing_at(now() + timedelta(days=40)):
        assert purge_removed_items() == 1
        assert erase_released_files() == 0
    file = StoredFile.objects.get(pk=item.file_id)
    assert file.released_at is None
    assert StorySource.objects.get(kind="photo").item is None


@pytest.mark.requirement("D2")
def test_a_library_lets_no_file_go_that_a_report_shows(
    tree: Tree, edition: Any, liaison: User, reviewer: User, tmp_path: Path
) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1)
    story = make.composed(report, reviewer)
    asset = Asset.objects.get()
    with pytest.raises(Conflict):
        delete_asset(asset, actor=liaison)
    delete_story(story, actor=reviewer)
    delete_asset(Asset.objects.get(), actor=liaison)
    file = StoredFile.objects.get(pk=asset.file_id)
    assert file.released_at is None
    item = _removed(report, liaison)
    file.refresh_from_db()
    assert file.released_at is not None
    restore_locked(report, item, liaison)
    file.refresh_from_db()
    assert file.released_at is None
    again = make.composed(report, reviewer)
    assert again.draft["gallery"][0]["asset"] == str(file.pk)


def test_the_last_holder_lets_the_file_go(tree: Tree, edition: Any, liaison: User, tmp_path: Path) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1)
    story = make.composed(report, liaison)
    item = _removed(report, liaison)
    save_story(story, {"gallery": [], "cover": ""}, actor=liaison)
    delete_asset(Asset.objects.get(), actor=liaison)
    assert StoredFile.objects.get(pk=item.file_id).released_at is not None


def test_closed_editions_make_no_stories(tree: Tree, edition: Any, reviewer: User) -> None:
    report = make.report(edition, tree.school_a)
    type(edition).objects.filter(pk=edition.pk).update(state="closed")
    report.refresh_from_db()
    with pytest.raises(NotAllowed):
        make.composed(DailyReport.objects.get(pk=report.pk), reviewer)
    assert "已归档" in client_of(reviewer).get(f"/w/publicity/from-report/{report.pk}/").content.decode()
    assert Client().get(f"/w/publicity/from-report/{report.pk}/").status_code == 302
