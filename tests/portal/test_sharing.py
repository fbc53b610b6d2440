"""What a shared link shows: linked data, Open Graph, the card."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template import Context, Template
from django.test import Client
from PIL import Image, ImageFont

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.portal import share_card
from skillweek.portal.share_card import Card, draw, wrap
from skillweek.portal.structured import event_data
from tests.factories import Tree
from tests.portal import making

_NEEDS_FONT = pytest.mark.skipif(not share_card.font_path(), reason="no font with Chinese letters on this machine")


def _card(**fields: Any) -> Card:
    return Card(
        **{
            "heading": "活动周",
            "title": "茶艺",
            "lines": ("5月14日",),
            "mark": "",
            "url": "https://x.example/",
            **fields,
        }
    )


def _size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.format == "PNG"
        return image.size


@pytest.mark.requirement("B7")
def test_events_tell_time_place_and_whether_they_happen(tree: Tree, edition: Edition, settings: Any) -> None:
    settings.BASE_URL = "https://week.example.org"
    activity = making.activity(edition, tree.school_a)
    rows = [
        making.session(activity, capacity=20),
        making.session(activity, state="cancelled"),
        making.session(activity, is_online=True, place=""),
        making.session(activity, starts_at=None, ends_at=None),
    ]

    events = event_data(activity, rows)

    assert [event["eventStatus"].rpartition("/")[2] for event in events] == [
        "EventScheduled",
        "EventCancelled",
        "EventScheduled",
    ]
    assert events[0]["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 24.4455, "longitude": 118.0825}
    assert (events[0]["maximumAttendeeCapacity"], events[2]["location"]["@type"]) == (20, "VirtualLocation")
    # Search engines show the hour as it is written: nine in the morning where the activity is.
    assert (events[0]["startDate"], events[0]["endDate"]) == ("2023-05-14T09:00:00+08:00", "2023-05-14T11:00:00+08:00")
    assert (events[0]["offers"]["price"], events[0]["isAccessibleForFree"]) == (0, True)
    assert events[0]["url"] == f"https://week.example.org/activities/{activity.pk}/"


def test_hostile_words_cannot_leave_the_data_block(tree: Tree, edition: Edition) -> None:
    evil = '</script><script>alert(1)</script>"\u2028&amp;'
    activity = making.activity(edition, tree.school_a, evil)
    sessions = [making.session(activity)]

    block = Template("{% load portal %}{% event_json_ld activity sessions %}{% activity_open_graph activity %}").render(
        Context({"activity": activity, "sessions": sessions})
    )

    assert block.lower().count("<script") == 1 == block.lower().count("</script>")
    found = re.search(r'<script type="application/ld\+json">(.*)</script>', block)
    assert found and json.loads(found[1])[0]["name"] == evil
    assert '<meta property="og:title" content="&lt;/script&gt;' in block


@pytest.mark.requirement("B7")
def test_card_is_a_picture_of_the_usual_size_and_known_again(tree: Tree, edition: Edition) -> None:
    activity = making.activity(edition, tree.school_a)
    making.session(activity)
    path = f"/share/activities/{activity.pk}.png"

    first = Client().get(path)
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    activity.title = "改了名称"
    activity.save()
    changed = Client().get(path, headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, first["Content-Type"], _size(first.content)) == (200, "image/png", (1200, 630))
    assert (again.status_code, changed.status_code) == (304, 200)
    assert len(default_storage.listdir(f"share-cards/activity-{activity.pk}")[1]) == 1
    activity.state = "draft"
    activity.save()
    assert Client().get(path).status_code == 404


def test_card_shows_the_public_cover_and_survives_a_broken_one(db: None) -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), (250, 10, 10)).save(out, "JPEG")
    good = default_storage.save("covers/a.jpg", ContentFile(out.getvalue()))
    broken = default_storage.save("covers/b.jpg", ContentFile(b"no picture"))

    with Image.open(io.BytesIO(draw(_card(cover=good)))) as image:
        red = image.convert("RGB").getpixel((1100, 100))

    assert isinstance(red, tuple) and red[0] > 200 > red[1]
    assert _size(draw(_card(cover=broken))) == _size(draw(_card(cover="covers/gone.jpg"))) == (1200, 630)


def test_card_without_any_font_still_leads_there(monkeypatch: pytest.MonkeyPatch) -> None:
    share_card.font_path.cache_clear()
    monkeypatch.setattr(share_card, "_FONTS", (Path("/nowhere.ttf"),))
    try:
        assert _size(draw(_card())) == (1200, 630)
    finally:
        share_card.font_path.cache_clear()


@_NEEDS_FONT
@pytest.mark.parametrize("title", ["茶" * 300, "A" * 300, "茶，" * 80, "Family Tea Workshop " * 9, "\x00\n\t", "👩‍🏫"])
def test_any_title_is_drawn_within_the_card(title: str) -> None:
    font = ImageFont.truetype(share_card.font_path(), 50)

    rows = wrap(title, font, 700)

    assert _size(draw(_card(title=title, lines=(title, title)))) == (1200, 630)
    assert [row for row in rows if font.getlength(row) > 700 * 1.1] == []
    assert [row for row in rows if row[0] in "，。"] == []


@pytest.mark.requirement("D6")
def test_cancelled_activities_say_so_on_their_card(tree: Tree, edition: Edition) -> None:
    from skillweek.portal.activity_card import activity_card
    from skillweek.portal.reading import public_activities

    making.session(making.activity(edition, tree.school_a, cancelled_at=now()))

    card = activity_card(edition, public_activities(edition).get())

    assert (card.mark, card.lines[:2]) == ("已取消", ("5月14日 周日", "示例第一职业学校"))


@pytest.mark.requirement("D6")
def test_a_school_that_invites_to_itself_is_named_once_on_the_card(tree: Tree, edition: Edition) -> None:
    from skillweek.portal.activity_card import activity_card
    from skillweek.portal.reading import public_activities

    making.session(making.activity(edition, tree.school_a), place=tree.school_a.name)

    card = activity_card(edition, public_activities(edition).get())

    assert card.lines == ("5月14日 周日", tree.school_a.name, "免费参加 · 扫码看详情")


@pytest.mark.requirement("D6")
def test_pages_without_a_card_of_their_own_are_shared_with_that_of_the_week(
    tree: Tree, edition: Edition, settings: Any
) -> None:
    from skillweek.portal.week_card import week_card

    settings.BASE_URL = "https://week.example.org"
    activity = making.activity(edition, tree.school_a)
    pictures = {
        path: re.findall(r'<meta property="og:image" content="([^"]*)"', Client().get(path).content.decode())
        for path in ("/", "/activities/", "/calendar/", "/map/", f"/activities/{activity.pk}/")
    }
    own = [f"https://week.example.org/share/activities/{activity.pk}.png"]
    week = ["https://week.example.org/share/week.png"]
    assert list(pictures.values()) == [week, week, week, week, own]

    answer = Client().get("/share/week.png")
    assert (answer.status_code, _size(answer.content)) == (200, (1200, 630))
    card = week_card(edition)
    assert (card.heading, card.title, card.lines[0]) == (edition.theme, edition.title, "2023年5月14日至5月20日")
