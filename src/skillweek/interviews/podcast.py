"""A series as a podcast feed: RSS 2.0 with the tags that players read (E8, ADR 0212)."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import format_datetime
from typing import Final
from xml.etree import ElementTree as ET

from django.urls import reverse

from skillweek.content.models import Asset
from skillweek.content.queries import absolute, summary_of
from skillweek.content.render import asset_url, rendition_url
from skillweek.interviews.models import Episode, Series, Sound
from skillweek.interviews.queries.media import asset_named, film_copy, media_of_many, poster_of

_ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
for _prefix, _name in (("itunes", _ITUNES), ("atom", _ATOM), ("content", _CONTENT)):
    ET.register_namespace(_prefix, _name)
CATEGORY: Final = "Education"
#: So many episodes stand in the feed, the newest first.
LONGEST: Final = 300


def feed_of(series: Series, episodes: Iterable[Episode]) -> bytes:
    """The feed as bytes of UTF-8. Episodes whose film has no copy yet, and those without a film, are left out."""
    rss = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(rss, "channel")
    author = series.author or series.organisation.name
    about = series.about or series.title
    link = absolute(reverse("interviews_public:series", args=[series.pk]))
    here = absolute(reverse("interviews_public:podcast", args=[series.pk]))
    for name, text in (
        ("title", series.title), ("link", link), ("description", about), ("language", "zh-cn"),
        (_itunes("author"), author), (_itunes("summary"), about), (_itunes("explicit"), "false"),
        (_itunes("type"), "episodic"),
    ):  # fmt: skip
        _put(channel, name, text)
    ET.SubElement(channel, f"{{{_ATOM}}}link", {"href": here, "rel": "self", "type": "application/rss+xml"})
    ET.SubElement(channel, _itunes("category"), {"text": CATEGORY})
    owner = ET.SubElement(channel, _itunes("owner"))
    _put(owner, _itunes("name"), series.organisation.name)
    rows = list(episodes)
    media = media_of_many(row.live for row in rows)
    sounds = {row.episode_id: row for row in Sound.objects.filter(episode__in=rows).exclude(key="")}
    if picture := _picture(series, rows, media):
        ET.SubElement(channel, _itunes("image"), {"href": absolute(picture)})
    for episode in rows:
        film = media.get(str(episode.live.get("video") or ""))
        if film is not None and film.kind == Asset.Kind.VIDEO:
            _item(channel, episode, author, film, sounds.get(episode.pk))
    found: bytes = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
    return found


def _picture(series: Series, episodes: list[Episode], media: dict[str, Asset]) -> str:
    """The series' cover, else the newest episode's picture or still."""
    if (cover := asset_named(series.cover_id)) is not None and (found := asset_url(cover)):
        return found
    for episode in episodes:
        cover, film = (media.get(str(episode.live.get(name) or "")) for name in ("cover", "video"))
        if found := (asset_url(cover) if cover is not None else "") or poster_of(film):
            return found
    return ""


def _item(channel: ET.Element, episode: Episode, author: str, film: Asset, sound: Sound | None) -> None:
    media = _enclosure(episode, film, sound)
    if media is None:
        return
    live = episode.live
    item = ET.SubElement(channel, "item")
    address = absolute(reverse("interviews_public:episode", args=[episode.pk]))
    guest = " · ".join(word for word in (live.get("guest_name"), live.get("guest_title")) if word)
    summary = summary_of(live, 400) or guest or episode.title
    _put(item, "title", episode.title)
    _put(item, "link", address)
    _put(item, "description", f"{guest}\n{summary}" if guest and guest != summary else summary)
    if episode.published_at is not None:
        _put(item, "pubDate", format_datetime(episode.published_at))
    guid = ET.SubElement(item, "guid", {"isPermaLink": "false"})
    guid.text = f"{episode.edition.slug}:interview:{episode.pk}"
    ET.SubElement(item, "enclosure", media[0])
    _put(item, _itunes("author"), author)
    _put(item, _itunes("episode"), str(episode.number))
    _put(item, _itunes("episodeType"), "full")
    _put(item, _itunes("explicit"), "false")
    if media[1]:
        _put(item, _itunes("duration"), str(media[1]))


def _enclosure(episode: Episode, film: Asset, sound: Sound | None) -> tuple[dict[str, str], int] | None:
    """The sound where there is one of this film, else the film; with its seconds."""
    seconds = int(float(film.file.facts.get("duration") or 0))
    if sound is not None and sound.asset_id == film.pk:
        url = absolute(reverse("interviews_public:sound", args=[episode.pk]))
        return {"url": url, "length": str(sound.size), "type": "audio/x-m4a"}, seconds
    if (copy := film_copy(film)) is None:
        return None
    return {"url": absolute(rendition_url(copy)), "length": str(copy.size), "type": "video/mp4"}, seconds


def _put(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = "".join(sign for sign in text if sign in "\n\t" or sign >= " ")


def _itunes(name: str) -> str:
    return f"{{{_ITUNES}}}{name}"
