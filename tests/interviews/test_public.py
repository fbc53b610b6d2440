"""What the public watches, reads, hears and subscribes to (E8)."""

from __future__ import annotations

import io
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import pytest
from django.test import Client

from skillweek.editions.models import Edition
from skillweek.interviews.domain import reviewing
from skillweek.interviews.domain.sounds import make_missing, make_sound
from skillweek.interviews.models import Episode, Series, Sound
from skillweek.organisations.models import User
from tests import factories
from tests.factories import Tree
from tests.interviews import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E8")]
_I = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def _get(path: str, **headers: Any) -> Any:
    return Client().get(path, **headers)


def test_pages_show_what_is_public_and_nothing_else(series: Series, liaison: User, reviewer: User) -> None:
    draft = make.draft(series, liaison, title="草稿里的人")
    assert _get("/interviews/").status_code == 200
    assert _get(f"/interviews/series/{series.pk}/").status_code == 404
    assert _get(f"/interviews/series/{series.pk}/podcast.xml").status_code == 404
    for name in ("", "captions.vtt", "chapters.vtt", "sound.m4a"):
        assert _get(f"/interviews/{draft.pk}/{name}").status_code == 404
    episode = make.public(series, liaison, reviewer)
    for path in ("/interviews/", f"/interviews/series/{series.pk}/"):
        page = _get(path).content.decode()
        assert episode.title in page and draft.title not in page
    page = _get(f"/interviews/{episode.pk}/").content.decode()
    assert "为什么学焊接" in page and "十六岁进厂" in page and "示例船厂首席技师" in page
    assert f"/interviews/{episode.pk}/" in _get("/sitemap.xml").content.decode()
    reviewing.withdraw(episode, actor=reviewer, reason="有误")
    assert _get(f"/interviews/{episode.pk}/").status_code == 404


def test_words_are_found_in_what_was_said(series: Series, liaison: User, reviewer: User) -> None:
    make.public(series, liaison, reviewer, title="甲", transcript="0:00 紫荆花开")
    make.public(series, liaison, reviewer, title="乙", transcript="0:00 别的话")
    page = _get("/interviews/?q=紫荆花开").content.decode()
    assert ">甲<" in page and ">乙<" not in page
    page = _get(f"/interviews/series/{series.pk}/?q=没有人说过").content.decode()
    assert "没有找到" in page


def test_captions_and_chapters_are_web_vtt(series: Series, liaison: User, reviewer: User) -> None:
    episode = make.public(series, liaison, reviewer)
    sent = _get(f"/interviews/{episode.pk}/captions.vtt")
    assert sent["Content-Type"].startswith("text/vtt")
    assert "00:00:02.000 --> 00:00:04.000\n林师傅：十六岁进厂，\n一干就是三十年。" in sent.content.decode()
    assert _get(f"/interviews/{episode.pk}/chapters.vtt").content.decode().count("-->") == 3


def test_hostile_words_stay_words(series: Series, liaison: User, reviewer: User) -> None:
    episode = make.public(
        series, liaison, reviewer, title=HOSTILE, guest_name=HOSTILE, transcript=f"0:00 {HOSTILE}",
        chapters=f"0:00 {HOSTILE}", interviewer=HOSTILE, summary=HOSTILE,
    )  # fmt: skip
    for path in ("/interviews/", f"/interviews/series/{series.pk}/", f"/interviews/{episode.pk}/"):
        page = _get(path).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page


def test_the_feed_offers_the_sound_and_players_can_fetch_it(
    tree: Tree, edition: Edition, series: Series, liaison: User, reviewer: User, tmp_path: Path
) -> None:
    film = make.film(edition, tree.school_a, tmp_path)
    episode = make.public(series, liaison, reviewer, video=str(film.pk), summary="短" * 30)
    make.public(series, liaison, reviewer, title="只有文字")
    assert make_sound(episode.pk) and make_sound(episode.pk)
    sent = _get(f"/interviews/series/{series.pk}/podcast.xml")
    assert sent["Content-Type"].startswith("application/rss+xml")
    root = ET.fromstring(sent.content)
    channel = root.find("channel")
    assert (root.tag, root.get("version")) == ("rss", "2.0") and channel is not None
    needed = ("title", "link", "description", "language", f"{_I}author", f"{_I}explicit", f"{_I}summary")
    assert all(channel.findtext(name) for name in needed)
    category, itself = channel.find(f"{_I}category"), channel.find("{http://www.w3.org/2005/Atom}link")
    assert category is not None and category.get("text") == "Education"
    assert itself is not None and str(itself.get("href")).endswith("podcast.xml") and itself.get("rel") == "self"
    [item] = channel.findall("item")
    assert all(item.findtext(name) for name in ("title", "link", "description", "pubDate", "guid", f"{_I}duration"))
    assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is not None
    enclosure = item.find("enclosure")
    assert enclosure is not None and enclosure.get("type") == "audio/x-m4a"
    path = "/" + str(enclosure.get("url")).split("/", 3)[3]
    heard = _get(path)
    data = b"".join(heard.streaming_content)
    assert heard.status_code == 200 and len(data) == int(enclosure.get("length") or 0) > 1000
    with av.open(io.BytesIO(data)) as sound:
        assert [one.type for one in sound.streams] == ["audio"]
        assert sound.streams.audio[0].codec_context.name == "aac"
    part = _get(path, HTTP_RANGE="bytes=0-99")
    assert (part.status_code, part["Content-Type"]) == (206, "audio/x-m4a")


def test_a_film_without_such_a_sound_is_offered_as_film(
    tree: Tree, edition: Edition, series: Series, liaison: User, reviewer: User, tmp_path: Path
) -> None:
    film = make.film(edition, tree.school_a, tmp_path, sound="")
    episode = make.public(series, liaison, reviewer, video=str(film.pk))
    Sound.objects.all().delete()
    assert make_missing() == 1 and make_missing() == 0
    assert _get(f"/interviews/{episode.pk}/sound.m4a").status_code == 404
    root = ET.fromstring(_get(f"/interviews/series/{series.pk}/podcast.xml").content)
    enclosure = root.find("channel/item/enclosure")
    assert enclosure is not None and enclosure.get("type") == "video/mp4"
    path = "/" + str(enclosure.get("url")).split("/", 3)[3]
    assert len(b"".join(_get(path).streaming_content)) == int(enclosure.get("length") or 0)
    page = _get(f"/interviews/{episode.pk}/").content.decode()
    assert 'kind="captions"' in page and "data-film" in page


def test_lists_and_feed_ask_the_database_a_constant_number_of_times(
    tree: Tree, edition: Edition, series: Series, liaison: User, reviewer: User, tmp_path: Path
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    film = make.film(edition, tree.school_a, tmp_path, sound="")
    paths = (f"/interviews/series/{series.pk}/podcast.xml", f"/interviews/series/{series.pk}/", "/interviews/")
    numbers = []
    for _round in range(2):
        for _each in range(3):
            make.public(series, liaison, reviewer, video=str(film.pk))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            for path in paths:
                assert _get(path).status_code == 200
        numbers.append(len(asked))
    assert numbers[1] <= numbers[0] + 3
    root = ET.fromstring(_get(paths[0]).content)
    assert len(root.findall("channel/item")) == 6 and root.find(f"channel/{_I}image") is not None


def test_a_foreign_film_is_never_shown(
    tree: Tree, edition: Edition, series: Series, liaison: User, reviewer: User, tmp_path: Path
) -> None:
    film = make.film(edition, tree.school_b, tmp_path, sound="")
    episode = make.public(series, liaison, reviewer, video=str(film.pk))
    film.refresh_from_db()
    assert not film.is_public
    assert "data-film" not in _get(f"/interviews/{episode.pk}/").content.decode()


def test_the_workspace_walks_through_form_preview_and_decision(
    series: Series, liaison: User, reviewer: User, edition: Edition
) -> None:
    web = factories.client_of(liaison)
    assert web.get("/w/interviews/").status_code == 200
    sent = web.post(f"/w/interviews/series/{series.pk}/", {"title": "一把焊枪", "guest_name": "林师傅"})
    episode = Episode.objects.get()
    assert sent["Location"] == f"/w/interviews/{episode.pk}/"
    form = {
        "title": "一把焊枪", "guest_name": "林师傅", "guest_title": "技师", "consent": "on", "consent_on": "2023-05-10",
        "chapters": "没有时间", "transcript": make.TRANSCRIPT, "body": "", "revision": str(episode.revision),
    }  # fmt: skip
    refused = web.post(f"/w/interviews/{episode.pk}/", form)
    assert refused.status_code == 400 and "没有时间" in refused.content.decode()
    saved = web.post(f"/w/interviews/{episode.pk}/", {**form, "chapters": make.CHAPTERS, "preview": "1"}, follow=True)
    assert "为什么学焊接" in saved.content.decode()
    stale = web.post(f"/w/interviews/{episode.pk}/", {**form, "chapters": "", "title": "晚了"})
    assert stale.status_code == 409 and "晚了" in stale.content.decode()
    web.post(f"/w/interviews/{episode.pk}/act/", {"do": "submit"})
    above = factories.client_of(reviewer)
    assert "一把焊枪" in above.get("/w/interviews/").content.decode()
    above.post(f"/w/interviews/{episode.pk}/act/", {"do": "publish"})
    assert Episode.objects.get().is_live
    assert web.post(f"/w/interviews/{episode.pk}/act/", {"do": "return"}).status_code == 404
    stranger = factories.client_of(factories.person())
    assert stranger.get(f"/w/interviews/{episode.pk}/").status_code == 404
