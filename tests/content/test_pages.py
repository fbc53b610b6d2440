"""Pages in the workspace and in public: written, found, taken back; forms that lose nothing (D6, A1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from skillweek.content.editorial import publish, publish_due_texts, save_draft, withdraw
from skillweek.content.forms import AssetField, RichTextField
from skillweek.content.models import Asset, Page
from skillweek.content.render import render_rich_text
from skillweek.core.clock import now, standing_at
from skillweek.search.queries import search
from tests.factories import Tree, client_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(tree: Tree, edition: Any) -> Client:
    """A reviewer of the host."""
    return client_of(person(tree.host, "reviewer"))


def _write(client: Client, tree: Tree, kind: str = "news", **more: Any) -> Page:
    data = {"title": "启动仪式", "body": "<p>茶艺展示在思明区举行。</p>", "revision": "1", **more}
    response = client.post(f"/w/content/add/{tree.host.pk}/{kind}/", data)
    assert response.status_code == 302, response.content.decode()
    return Page.objects.latest("pk")


@pytest.mark.requirement("D6")
def test_news_goes_from_draft_to_the_public_and_back(editor: Client, tree: Tree) -> None:
    page = _write(editor, tree, slug="opening")
    assert Client().get("/pages/opening/").status_code == 404
    assert editor.get(f"/w/content/{page.pk}/preview/?width=phone").status_code == 200
    editor.post(f"/w/content/{page.pk}/publish/", {"revision": "1"})
    shown = Client().get("/pages/opening/").content.decode()
    assert "茶艺展示在思明区举行。" in shown and '<meta property="og:title" content="启动仪式">' in shown
    assert "启动仪式" in Client().get("/pages/").content.decode()
    assert [hit.title for hit in search("茶艺").hits] == ["启动仪式"]
    editor.post(f"/w/content/{page.pk}/withdraw/", {"reason": "有误"})
    gone = Client().get("/pages/opening/")
    assert gone.status_code == 410 and "已撤下" in gone.content.decode()
    assert "启动仪式" not in Client().get("/pages/").content.decode()
    assert search("茶艺").total == 0
    page.refresh_from_db()
    assert page.draft["title"] == "启动仪式"


def test_a_time_of_publication_is_meant_in_the_editions_zone(editor: Client, tree: Tree, edition: Any) -> None:
    page = _write(editor, tree)
    at = (now() + timedelta(days=1)).replace(second=0, microsecond=0)
    local = at.astimezone(ZoneInfo(edition.zone))
    editor.post(f"/w/content/{page.pk}/publish/", {"revision": "1", "schedule": "1", "at": f"{local:%Y-%m-%dT%H:%M}"})
    page.refresh_from_db()
    assert (page.state, page.publish_at) == ("scheduled", at)
    assert f"{local:%Y-%m-%dT%H:%M}" in editor.get(f"/w/content/{page.pk}/").content.decode()
    editor.post(f"/w/content/{page.pk}/unschedule/")
    page.refresh_from_db()
    assert page.state == "draft"
    for wrong in ("", "2020-01-01T10:00", "gestern"):
        editor.post(f"/w/content/{page.pk}/publish/", {"revision": "1", "schedule": "1", "at": wrong})
        page.refresh_from_db()
        assert page.state == "draft" and page.published_at is None
    with standing_at(at + timedelta(minutes=1)):
        assert publish_due_texts() == 0


def test_nothing_typed_is_lost_when_the_address_is_taken(editor: Client, tree: Tree) -> None:
    _write(editor, tree, slug="same")
    data = {"title": "另一篇", "body": "<p>写了很久</p>", "slug": "same"}
    response = editor.post(f"/w/content/add/{tree.host.pk}/news/", data)
    shown = response.content.decode()
    assert response.status_code == 400 and "已被别的页面使用" in shown and "写了很久" in shown
    assert Page.objects.count() == 1


def test_an_address_that_was_public_stays(editor: Client, tree: Tree) -> None:
    page = _write(editor, tree, slug="kept")
    publish(page, actor=None)
    editor.post(
        f"/w/content/{page.pk}/", {"title": "新题", "body": "<p>x</p>", "slug": "other", "revision": page.revision}
    )
    page.refresh_from_db()
    assert (page.slug, page.draft["title"]) == ("kept", "新题")


def test_what_was_public_is_not_deleted_and_a_draft_is(editor: Client, tree: Tree) -> None:
    page = _write(editor, tree)
    editor.post(f"/w/content/{page.pk}/publish/", {"revision": "1"})
    editor.post(f"/w/content/{page.pk}/delete/")
    assert Page.objects.filter(pk=page.pk).exists()
    other = _write(editor, tree)
    editor.post(f"/w/content/{other.pk}/delete/")
    assert not Page.objects.filter(pk=other.pk).exists()


@pytest.mark.requirement("A1")
def test_versions_are_shown_compared_and_restored(editor: Client, tree: Tree) -> None:
    page = _write(editor, tree)
    publish(page, actor=None, reason="首发")
    save_draft(page, {"body": "<p>茶艺展示在湖里区举行。</p>"}, actor=None)
    publish(page, actor=None, reason="更正地点")
    listed = editor.get(f"/w/content/{page.pk}/versions/").content.decode()
    assert "更正地点" in listed and "首发" in listed
    shown = editor.get(f"/w/content/{page.pk}/versions/2/").content.decode()
    assert "在<del>思明</del><ins>湖里</ins>区" in shown
    editor.post(f"/w/content/{page.pk}/versions/1/restore/")
    page.refresh_from_db()
    assert "思明" in page.draft["body"] and "湖里" in page.live["body"]
    assert editor.get(f"/w/content/{page.pk}/versions/9/").status_code == 404


def test_a_bureau_has_news_only_and_a_school_none(tree: Tree, edition: Any) -> None:
    bureau = client_of(person(tree.edu, "manager"))
    assert bureau.get(f"/w/content/add/{tree.edu.pk}/news/").status_code == 200
    assert bureau.get(f"/w/content/add/{tree.edu.pk}/topic/").status_code == 404
    assert bureau.get(f"/w/content/add/{tree.host.pk}/news/").status_code == 404
    school = client_of(person(tree.school_a, "manager"))
    assert school.get(f"/w/content/add/{tree.school_a.pk}/news/").status_code == 404
    assert school.get("/w/content/").status_code == 302


def test_news_before_and_after_lead_to_each_other(tree: Tree, edition: Any) -> None:
    for name in ("a", "b", "c"):
        page = Page(edition=edition, organisation=tree.host, kind="news", slug=name)
        save_draft(page, {"title": f"题{name}", "body": "<p>x</p>"}, actor=None)
        publish(page, actor=None)
    shown = Client().get("/pages/b/").content.decode()
    assert shown.index("题c") < shown.index("题a") and 'rel="prev"' in shown and 'rel="next"' in shown


def test_a_topic_page_gathers_its_news(tree: Tree, edition: Any) -> None:
    code = edition.doc.topics[0].code
    for kind, slug in (("topic", "focus"), ("news", "story")):
        page = Page(edition=edition, organisation=tree.host, kind=kind, slug=slug, topic=code)
        save_draft(page, {"title": f"题{slug}", "body": "<p>x</p>"}, actor=None)
        publish(page, actor=None)
    assert "题story" in Client().get("/pages/focus/").content.decode()
    assert "题story" in Client().get(f"/pages/?topic={code}").content.decode()
    withdraw(Page.objects.get(slug="story"), actor=None)
    assert "题story" not in Client().get("/pages/focus/").content.decode()


# Fields and rendering ----------------------------------------------------------------------------------------


def test_plain_lines_become_paragraphs_and_length_counts_what_is_read() -> None:
    field = RichTextField(max_length=5)
    assert RichTextField().clean("一行\n\n第二行") == "<p>一行</p><p>第二行</p>"
    assert field.clean("<p><strong>12345</strong></p>") == "<p><strong>12345</strong></p>"
    with pytest.raises(Exception, match="最多 5 个"):
        field.clean("<p>123456</p>")
    for empty in ("", "<p></p>", "<p>&nbsp;</p>", "<script>1</script>"):
        with pytest.raises(Exception, match="必填"):
            field.clean(empty)


def test_an_asset_field_takes_only_what_its_library_offers(
    make_asset: Callable[..., Asset], tree: Tree, edition: Any
) -> None:
    own, foreign = make_asset(tree.host), make_asset(tree.school_b)
    field = AssetField(multiple=True)
    field.offer(tree.host, edition)
    assert field.clean([str(own.pk)]) == [own]
    for wrong in ([str(foreign.pk)], [str(uuid4())], ["x"]):
        with pytest.raises(Exception, match="不在素材库"):
            field.clean(wrong)
    one = AssetField(kinds=["video"], required=False)
    assert one.clean([]) is None
    with pytest.raises(Exception, match="不在素材库"):
        one.clean([str(own.pk)])


def test_a_text_shows_what_its_reader_may_see(make_asset: Callable[..., Asset], tree: Tree, page: Page) -> None:
    asset = make_asset(tree.host)
    html = f"<p>前</p><figure><img data-asset='{asset.pk}' alt='\"><script>'><figcaption>注</figcaption></figure>"
    assert render_rich_text(html) == "<p>前</p>"
    mine = render_rich_text(html, person(tree.host, "member"))
    assert '<source type="image/avif"' in mine and "<script>" not in mine
    save_draft(page, {"title": "题", "body": html}, actor=None)
    publish(page, actor=None)
    shown = render_rich_text(html)
    assert f"/media/{asset.pk}/480.jpg 480w" in shown and 'width="1200" height="800"' in shown
    assert 'loading="lazy"' in shown and "<figcaption>注</figcaption>" in shown
    asset.renditions.all().delete()
    assert f"/media/{asset.pk}/large.jpg" in render_rich_text(html)
