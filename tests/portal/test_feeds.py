"""RSS and Atom, sitemap and robots.txt, read back as XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client

from skillweek.content.models import Page
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from tests.factories import Tree
from tests.portal import making

_ATOM = "{http://www.w3.org/2005/Atom}"
_MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def _xml(path: str) -> ElementTree.Element:
    answer = Client().get(path)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content)


@pytest.mark.requirement("B7")
def test_activities_come_as_rss_and_atom_with_their_addresses(tree: Tree, edition: Edition, settings: object) -> None:
    settings.BASE_URL = "https://week.example.org"  # type: ignore[attr-defined]
    shown = making.activity(edition, tree.school_a, "茶艺 & <b>香道</b>\x0b")
    making.activity(edition, tree.school_a, "没有公开", state="draft")

    [item] = _xml("/feeds/activities.rss").findall("channel/item")
    [entry] = _xml("/feeds/activities.atom").findall(f"{_ATOM}entry")

    assert item.findtext("title") == entry.findtext(f"{_ATOM}title") == "茶艺 & <b>香道</b>"
    assert item.findtext("link") == f"https://week.example.org/activities/{shown.pk}/"
    assert item.findtext("guid") == entry.findtext(f"{_ATOM}id") == f"tag:skillweek,{edition.slug}:activity-{shown.pk}"


@pytest.mark.requirement("B2")
def test_a_text_stays_public_while_its_next_change_is_scheduled(tree: Tree, edition: Edition) -> None:
    waiting = {"live_at": now(), "published_at": now(), "live": {"title": "照旧", "body": "<p>照旧。</p>"}}
    Notice.objects.create(edition=edition, organisation=tree.host, title="照旧的通知", state="scheduled", **waiting)
    for kind, slug in (("news", "as-before"), ("static", "about")):
        Page.objects.create(
            edition=edition,
            organisation=tree.host,
            title=f"照旧的{kind}",
            kind=kind,
            slug=slug,
            state="scheduled",
            in_footer=True,
            **waiting,
        )

    home = Client().get("/").content.decode()
    places = [place.text for place in _xml("/sitemap.xml").iter(f"{_MAP}loc")]

    assert [title for title in ("照旧的通知", "照旧的news", "照旧的static") if title not in home] == []
    told = [str(place) for place in places if "/pages/" in str(place) or "/notices/" in str(place)]
    assert len([place for place in told if not place.endswith(("/notices/", "/pages/", "/contacts/"))]) == 3
    assert len(_xml("/feeds/news.rss").findall("channel/item")) == 1


@pytest.mark.requirement("B7")
def test_notices_and_news_have_feeds_of_what_is_public(tree: Tree, edition: Edition) -> None:
    making.notice(edition, tree.host, "公开的通知")
    making.notice(edition, tree.host, "内部的通知", is_public=False)
    making.notice(edition, tree.host, "撤下的通知", state="withdrawn", live_at=None)
    content = {"title": "开幕式举行", "body": "<p>今天<strong>开幕</strong>。</p>"}
    for slug, state in (("opening", "published"), ("draft", "draft")):
        Page.objects.create(
            edition=edition,
            organisation=tree.host,
            kind="news",
            slug=slug,
            state=state,
            title=content["title"],
            live=content if state == "published" else {},
            published_at=now() if state == "published" else None,
            live_at=now() if state == "published" else None,
        )

    notices = [item.findtext("title") for item in _xml("/feeds/notices.rss").findall("channel/item")]
    news = _xml("/feeds/news.rss").findall("channel/item")

    assert notices == ["公开的通知"]
    assert [(item.findtext("title"), item.findtext("description")) for item in news] == [("开幕式举行", "今天开幕。")]


def test_there_is_no_other_feed(edition: Edition) -> None:
    paths = ("/feeds/bookings.rss", "/feeds/activities.exe")

    assert [Client().get(path).status_code for path in paths] == [404, 404]


@pytest.mark.requirement("D6")
def test_sitemap_names_public_pages_alone(tree: Tree, edition: Edition, settings: object) -> None:
    settings.BASE_URL = "https://week.example.org"  # type: ignore[attr-defined]
    shown = making.activity(edition, tree.school_a)
    hidden = making.activity(edition, tree.school_b, state="draft")

    found = [place.text for place in _xml("/sitemap.xml").iter(f"{_MAP}loc")]

    assert "https://week.example.org/" in found
    assert f"https://week.example.org/activities/{shown.pk}/" in found
    assert [place for place in found if place and f"/{hidden.pk}/" in place.partition("/activities")[2]] == []


@pytest.mark.django_db
def test_robots_leave_the_workspace_and_personal_links_alone(settings: object) -> None:
    settings.BASE_URL = "https://week.example.org"  # type: ignore[attr-defined]
    text = Client().get("/robots.txt").content.decode()

    assert "Disallow: /w/\n" in text and "Disallow: /book/\n" in text
    assert text.endswith("Sitemap: https://week.example.org/sitemap.xml\n")


@pytest.mark.requirement("D6")
def test_the_sitemap_leads_to_every_list_once_and_each_answers(tree: Tree, edition: Edition, settings: object) -> None:
    settings.BASE_URL = ""  # type: ignore[attr-defined]
    making.session(making.activity(edition, tree.school_a))
    making.notice(edition, tree.host)

    places = [str(place.text) for place in _xml("/sitemap.xml").iter(f"{_MAP}loc")]

    rooms = {"/online/", "/quiz/", "/vote/", "/contests/", "/interviews/", "/press/", "/past/", "/pages/", "/topics/"}
    lists = {"/", "/activities/", "/activities/national/", "/activities/city/", "/calendar/", "/map/"}
    assert rooms | lists | {"/organisations/"} <= set(places)
    assert len(places) == len(set(places))
    assert {path: Client().get(path).status_code for path in places} == dict.fromkeys(places, 200)
