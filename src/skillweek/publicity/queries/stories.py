"""What the public sees of stories, and how it looks for them (D1, D2, D6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from skillweek.content.editorial import public_q
from skillweek.content.html import plain_text
from skillweek.content.models import Asset
from skillweek.content.queries import summary_of
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.publicity.models import Story
from skillweek.search.domain import Entry

#: The kinds that make up the library (典型人物、经验、事迹).
LIBRARY = (Story.Kind.FIGURE, Story.Kind.EXPERIENCE, Story.Kind.DEED)


def public_stories(edition: Edition) -> QuerySet[Story]:
    """Stories of the edition that the public sees now, the newest first."""
    if edition.state == Edition.State.DRAFT:
        return Story.objects.none()
    rows = Story.objects.filter(public_q(), edition=edition).select_related("organisation")
    return rows.order_by("-published_at", "-pk")


@dataclass(frozen=True)
class StoryFilter:
    """What a reader looks for. Nonsense in the address is passed over."""

    topic: str = ""
    #: ``library`` stands for all of the library's kinds.
    kind: str = ""
    school: str = ""
    district: str = ""
    text: str = ""

    @classmethod
    def from_query(cls, data: Mapping[str, str], edition: Edition) -> StoryFilter:
        """Read ``topic``, ``kind``, ``school`` (code), ``district`` (name), ``q``."""
        topic, kind = data.get("topic", ""), data.get("kind", "")
        clean = {name: data.get(name, "").replace("\0", "").strip()[:60] for name in ("school", "district", "q")}
        return cls(
            topic if topic in {row.code for row in edition.doc.topics} else "",
            kind if kind in (*Story.Kind.values, "library") else "",
            clean["school"],
            clean["district"],
            clean["q"],
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is asked."""
        return bool(self.topic or self.kind or self.school or self.district or self.text)

    def apply(self, rows: QuerySet[Story]) -> QuerySet[Story]:
        """Those of ``rows`` that fit, in their order, none twice."""
        if self.topic:
            rows = rows.filter(topic=self.topic)
        if self.kind:
            rows = rows.filter(kind__in=LIBRARY if self.kind == "library" else [self.kind])
        if self.school:
            rows = rows.filter(pk__in=_credited(code=self.school))
        if self.district:
            rows = rows.filter(pk__in=_credited(district=self.district))
        if self.text:
            from skillweek.search.queries import matching_ids

            rows = rows.filter(pk__in=matching_ids(self.text, "story"))
        return rows


def _credited(**which: str) -> QuerySet[Any]:
    units = Organisation.objects.filter(**which)
    found: QuerySet[Any] = Story.credits.through.objects.filter(organisation__in=units).values("story_id")
    return found


@dataclass(frozen=True)
class Card:
    """One story as lists show it."""

    story: Story
    cover: Asset | None
    summary: str
    topic: str

    @property
    def has_video(self) -> bool:
        """Whether there is something to play."""
        return bool(self.story.live.get("video"))


def cards_of(stories: Iterable[Story], edition: Edition) -> list[Card]:
    """Cards in the same order; three queries for all covers."""
    rows = list(stories)
    covers = assets_by_id(cover_id(row.live) for row in rows)
    names = {topic.code: topic.name for topic in edition.doc.topics}
    return [
        Card(row, covers.get(cover_id(row.live)), summary_of(row.live, 80), names.get(row.topic, "")) for row in rows
    ]


def cover_id(content: Mapping[str, Any]) -> str:
    """The picture that stands for the story: its cover, else the first of its gallery; empty for none."""
    gallery = content.get("gallery") or []
    return str(content.get("cover") or (gallery[0].get("asset") if gallery else "") or "")


def assets_by_id(ids: Iterable[str], *, public: bool = True) -> dict[str, Asset]:
    """Assets by id as text, ready to be shown."""
    wanted = set()
    for each in ids:
        try:
            wanted.add(UUID(str(each)))
        except ValueError:
            continue
    if not wanted:
        return {}
    rows = Asset.objects.filter(pk__in=wanted).select_related("file")
    rows = rows.prefetch_related("renditions", "file__derivatives")
    return {str(row.pk): row for row in (rows.filter(is_public=True) if public else rows)}


@dataclass(frozen=True)
class Shot:
    """One picture of a gallery with its caption."""

    asset: Asset
    caption: str


@dataclass(frozen=True)
class Media:
    """The gallery and the video of a story's content, those that can be shown."""

    shots: list[Shot]
    video: Asset | None
    video_caption: str
    cover: Asset | None


def media_of(content: Mapping[str, Any], *, public: bool = True) -> Media:
    """Everything beside the text; ``public=False`` also shows what is not public yet, for its editors."""
    gallery = content.get("gallery") or []
    ids = [str(row.get("asset")) for row in gallery]
    video = str(content.get("video") or "")
    found = assets_by_id([*ids, video, cover_id(content)], public=public)
    captions = [str(row.get("caption") or "") for row in gallery]
    shots = [Shot(found[pk], caption) for pk, caption in zip(ids, captions, strict=True) if pk in found]
    return Media(shots, found.get(video), str(content.get("video_caption") or ""), found.get(cover_id(content)))


def neighbours(story: Story) -> tuple[Story | None, Story | None]:
    """The stories before and after this one, by time of publication."""
    rows = public_stories(story.edition).exclude(pk=story.pk)
    at, same = story.published_at, Q(published_at=story.published_at)
    older = rows.filter(Q(published_at__lt=at) | (same & Q(pk__lt=story.pk))).first()
    newer = rows.filter(Q(published_at__gt=at) | (same & Q(pk__gt=story.pk))).reverse().first()
    return older, newer


def related(story: Story, number: int = 3) -> list[Story]:
    """Others to read: of the same topic, those of other schools first."""
    rows = public_stories(story.edition).exclude(pk=story.pk).filter(topic=story.topic)
    others = list(rows.exclude(organisation=story.organisation)[:number])
    return [*others, *rows.filter(organisation=story.organisation)[: number - len(others)]]


def address_of(story: Story) -> str:
    """The public path of a story."""
    return reverse("publicity_public:story", args=[story.pk])


def search_entry(story: Story) -> Entry:
    """A live story as the search knows it."""
    live = story.live
    names = [topic.name for topic in story.edition.doc.topics if topic.code == story.topic]
    credited = story.credits.values_list("name", flat=True)
    captions = [str(row.get("caption") or "") for row in live.get("gallery") or []]
    body = [plain_text(str(live.get("body") or "")), *captions, str(live.get("video_caption") or "")]
    words = [str(live.get("summary") or ""), str(live.get("byline") or ""), *names, *credited]
    return Entry(
        "story",
        str(story.pk),
        story.title,
        address_of(story),
        body="\n".join(body),
        keywords=" ".join(word for word in words if word),
        edition_id=story.edition_id,
    )


def search_entries() -> Iterable[Entry]:
    """Every public story, for a rebuild of the index."""
    rows = Story.objects.filter(public_q()).exclude(edition__state=Edition.State.DRAFT).select_related("edition")
    return (search_entry(story) for story in rows.iterator(chunk_size=200))
