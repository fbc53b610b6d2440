"""What strangers see of stories, and what they never see (D1, D2, D6)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from skillweek.content.models import Asset, Rendition
from skillweek.content.renditions import make_copies
from skillweek.organisations.models import User
from skillweek.publicity.domain import reviewing as verbs
from skillweek.publicity.domain.writing import save_story
from skillweek.publicity.models import Story
from skillweek.search.queries import search
from tests.bookings import make as bookings
from tests.factories import Tree
from tests.pictures import metadata_of
from tests.publicity import make

pytestmark = pytest.mark.django_db
_LISTS = ("/", "/stories/", "/stories/library/", "/topics/people/", "/feeds/stories.atom", "/feeds/stories.rss",
          "/sitemap.xml", "/search/?q=茶艺实训室")  # fmt: skip
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def _public(organisation: Any, edition: Any, actor: User, **draft: Any) -> Story:
    story = make.written(organisation, edition, actor, **draft)
    verbs.publish_story(story, actor=actor)
    return Story.objects.get(pk=story.pk)


def _read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.mark.requirement("D2")
def test_a_withdrawn_story_is_nowhere(tree: Tree, edition: Any, host: User) -> None:
    story = _public(
        tree.host, edition, host, title="茶艺实训室的一天", body="<p>茶艺实训室</p>", kind="figure", topic="people"
    )
    address = f"/stories/{story.pk}/"
    for path in _LISTS:
        assert address in _read(path) or story.title in _read(path), path
    assert search("茶艺实训室").total == 1
    kits = (f"{address}press-kit.zip", "/stories/topics/people/press-kit.zip", "/stories/press-kit.zip")
    for path in (address, f"/share/stories/{story.pk}.png", *kits):
        assert Client().get(path).status_code == 200, path
    verbs.withdraw_story(story, actor=host, reason="有误")
    for path in _LISTS:
        assert address not in _read(path) and story.title not in _read(path), path
    assert search("茶艺实训室").total == 0
    for path in (address, f"/share/stories/{story.pk}.png", *kits):
        assert Client().get(path).status_code == 404, path


def test_drafts_and_waiting_stories_are_nowhere(tree: Tree, edition: Any, liaison: User) -> None:
    story = make.written(tree.school_a, edition, liaison, title="茶艺实训室的草稿")
    verbs.hand_in(story, actor=liaison)
    for path in _LISTS:
        assert "茶艺实训室的草稿" not in _read(path)
    assert Client().get(f"/stories/{story.pk}/").status_code == 404
    assert Client().get("/stories/press-kit.zip").status_code == 404


@pytest.mark.requirement("D2")
def test_a_story_shows_gallery_film_credits_and_neighbours(
    tree: Tree, edition: Any, reviewer: User, host: User, tmp_path: Path
) -> None:
    older = _public(tree.host, edition, host)
    report = make.report(edition, tree.school_a, tmp_path, photos=2, video=True)
    story = make.composed(report, reviewer)
    save_story(story, {"credits": [tree.school_b.pk]}, actor=reviewer)
    verbs.publish_story(story, actor=reviewer)
    newer = _public(tree.host, edition, host)
    for asset in Asset.objects.all():
        make_copies(asset.pk)
    page = _read(f"/stories/{story.pk}/")
    assert page.count("data-pswp-width") == 2 and page.count('data-caption="茶艺展示第') == 2
    [film] = re.findall(r"<video [^>]*>", page)
    assert 'preload="none"' in film and "controls" in film and "poster=" in film
    credits = page[page.index("story-credits") :]
    assert "示例第一职业学校" in credits and "示例第二职业学校" in credits
    assert f'rel="prev" href="/stories/{newer.pk}/"' in page and f'rel="next" href="/stories/{older.pk}/"' in page
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert block is not None
    data = json.loads(block[1])
    assert (data["@type"], data["headline"]) == ("Article", "一杯茶里的工匠心")
    assert [unit["name"] for unit in data["author"]] == ["示例第一职业学校", "示例第二职业学校"]
    assert data["video"]["@type"] == "VideoObject"
    assert f"/share/stories/{story.pk}.png" in page
    assert len(page.encode()) < 100_000


def test_hostile_words_stay_words(tree: Tree, edition: Any, reviewer: User, tmp_path: Path) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1)
    report.items.filter(kind="photo").update(caption=HOSTILE)
    report.items.filter(kind="manuscript").update(text=f"{HOSTILE}\n{HOSTILE}\n正文", source=HOSTILE)
    story = make.composed(report, reviewer)
    save_story(story, {"byline": HOSTILE, "summary": HOSTILE}, actor=reviewer)
    verbs.publish_story(story, actor=reviewer)
    make_copies(Asset.objects.get().pk)
    for path in (f"/stories/{story.pk}/", "/stories/", "/", "/topics/people/", "/feeds/stories.rss"):
        page = _read(path)
        assert "<script>alert" not in page and "<img src=x" not in page and "onerror=alert" in page, path


@pytest.mark.requirement("D1")
def test_lists_filter_by_topic_kind_school_and_district(tree: Tree, edition: Any, host: User, liaison: User) -> None:
    first = make.written(tree.school_a, edition, liaison, title="甲校的人物", kind="figure", topic="people")
    verbs.hand_in(first, actor=liaison)
    verbs.publish_story(first, actor=host)
    _public(tree.host, edition, host, title="市里的数字化", topic="digital")
    asked = {
        "": {"甲校的人物", "市里的数字化"}, "?topic=people": {"甲校的人物"}, "?topic=digital": {"市里的数字化"},
        "?kind=figure": {"甲校的人物"}, "?school=S-A": {"甲校的人物"}, "?district=思明区": {"甲校的人物"},
        "?topic=policy": set(), "?district=湖里区": set(), "?topic=nonsense&kind=x": {"甲校的人物", "市里的数字化"},
    }  # fmt: skip
    for query, expected in asked.items():
        page = _read(f"/stories/{query}")
        assert {title for title in ("甲校的人物", "市里的数字化") if title in page} == expected, query
    assert "市里的数字化" not in _read("/stories/library/")
    assert "甲校的人物" in _read("/stories/library/?kind=figure")


@pytest.mark.requirement("D1")
def test_a_topics_page_shows_its_stories_and_activities(tree: Tree, edition: Any, host: User) -> None:
    from skillweek.activities.models import ActivityTag

    _public(tree.host, edition, host, title="人物故事", topic="people")
    _public(tree.host, edition, host, title="数字故事", topic="digital")
    activity = bookings.activity(edition, tree.school_a, title="工匠讲座")
    ActivityTag.objects.create(activity=activity, group="topic", code="people")
    bookings.activity(edition, tree.school_a, title="别的活动")
    page = _read("/topics/people/")
    assert "人物故事" in page and "工匠讲座" in page
    assert "数字故事" not in page and "别的活动" not in page
    assert Client().get("/topics/nothing/").status_code == 404
    assert all(topic.name in _read("/topics/") for topic in edition.doc.topics)


def test_a_storys_school_and_activity_lead_to_it(tree: Tree, edition: Any, host: User) -> None:
    activity = bookings.activity(edition, tree.host, title="工匠讲座")
    bookings.session(activity)
    story = _public(tree.host, edition, host, title="讲座里的故事", activity=activity.pk)
    for path in (f"/activities/{activity.pk}/", "/organisations/HOST/"):
        assert f"/stories/{story.pk}/" in _read(path), path
    verbs.withdraw_story(story, actor=host, reason="有误")
    for path in (f"/activities/{activity.pk}/", "/organisations/HOST/"):
        assert f"/stories/{story.pk}/" not in _read(path), path


def test_a_school_publishes_nobody_elses_picture(tree: Tree, edition: Any, reviewer: User, tmp_path: Path) -> None:
    other = make.report(edition, tree.school_b, tmp_path, photos=1)
    from tests.factories import person

    make.composed(other, person(tree.school_b, "liaison"))
    foreign = Asset.objects.get()
    story = make.composed(make.report(edition, tree.school_a), reviewer)
    save_story(story, {"gallery": [{"asset": str(foreign.pk), "caption": "别人的"}]}, actor=reviewer)
    verbs.publish_story(story, actor=reviewer)
    foreign.refresh_from_db()
    assert not foreign.is_public
    assert str(foreign.pk) not in _read(f"/stories/{story.pk}/")


@pytest.mark.django_db(transaction=True)
def test_kept_pages_are_new_when_a_story_changes(tree: Tree, edition: Any, host: User, settings: Any) -> None:
    settings.PUBLIC_CACHE_SECONDS = 60
    assert "新故事" not in _read("/stories/")
    story = _public(tree.host, edition, host, title="新故事")
    assert "新故事" in _read("/stories/")
    verbs.withdraw_story(story, actor=host, reason="有误")
    assert "新故事" not in _read("/stories/")


@pytest.mark.requirement("D6")
def test_no_public_copy_says_where_it_was_taken(tree: Tree, edition: Any, reviewer: User, tmp_path: Path) -> None:
    report = make.report(edition, tree.school_a, tmp_path, photos=1, video=True)
    make.published(report, reviewer)
    for asset in Asset.objects.all():
        make_copies(asset.pk)
    for row in Rendition.objects.all():
        response = Client().get(f"/media/{row.asset_id}/{row.width}.{row.format}")
        data = b"".join(response.streaming_content)  # type: ignore[arg-type]
        assert response.status_code == 200
        if row.format == "mp4":
            assert b"\xa9xyz" not in data and b"loci" not in data
        else:
            assert not metadata_of(data)
