"""From accepted report material to a draft that only needs reading (D2): text, pictures, video, credit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, ActivityTag, Partner
from skillweek.activities.queries.public import public_activities
from skillweek.content import editorial
from skillweek.content.intake import add_asset, problem_of
from skillweek.content.models import Asset
from skillweek.core.audit import record
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.templatetags.ui import day as day_words
from skillweek.organisations.access import can_review
from skillweek.publicity.access import can_compose
from skillweek.publicity.domain.writing import credit
from skillweek.publicity.models import Story, StorySource
from skillweek.publicity.texts import put_story
from skillweek.reports.domain.review import locked as locked_report
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.texts import text_of
from skillweek.uploads.models import StoredFile

_K = ReportItem.Kind
TEXT_KINDS: Final = (_K.CASE, _K.MANUSCRIPT)
ASSET_KINDS: Final = {_K.PHOTO: Asset.Kind.PICTURE, _K.VIDEO: Asset.Kind.VIDEO}
#: More pictures than this are a gallery that nobody looks through.
MAX_PICTURES: Final = 30
#: A first line as long as a heading is the title.
_TITLE_LINE: Final = 40
_SUMMARY: Final = 100
_HEADING = re.compile(r"^[一二三四五六七八九十]{1,3}、\S.{0,28}$")


def usable_items(report: DailyReport) -> list[ReportItem]:
    """What of an accepted report can go into a story, in its order: texts, photos and videos that are fine as such."""
    kinds = (*TEXT_KINDS, *ASSET_KINDS)
    rows = report.items.filter(removed_at=None, kind__in=kinds).select_related("file").order_by("position", "pk")
    return [item for item in rows.prefetch_related("file__derivatives") if _is_usable(item)]


def _is_usable(item: ReportItem) -> bool:
    if item.kind in TEXT_KINDS:
        return bool(item.text.strip() or item.file_id)
    if item.file is None or item.file.state != StoredFile.State.READY:
        return False
    return not problem_of(item.file, ASSET_KINDS[_K(item.kind)])


def preselected(items: Sequence[ReportItem]) -> set[int]:
    """Ids of what the chooser ticks: highlights; where there are none, one text, all photos and one video."""

    def chosen(kinds: Iterable[str], limit: int, fallback: int) -> list[int]:
        rows = [item for item in items if item.kind in kinds]
        starred = [item for item in rows if item.is_highlight]
        return [item.pk for item in (starred[:limit] if starred else rows[:fallback])]

    photos = chosen([_K.PHOTO], MAX_PICTURES, 9)
    return {*chosen(TEXT_KINDS, 1, 1), *photos, *chosen([_K.VIDEO], 1, 1)}


def activities_on(report: DailyReport) -> list[Activity]:
    """The school's public activities of the report's day, its own first."""
    joint = Partner.objects.filter(organisation=report.organisation, state=Partner.State.ACCEPTED).values("activity")
    shown = public_activities(report.edition).filter(sessions__day=report.day, cancelled_at=None)
    own = list(shown.filter(organisation=report.organisation).distinct().order_by("pk"))
    return [*own, *shown.filter(pk__in=joint).exclude(organisation=report.organisation).distinct().order_by("pk")]


def suggested_topic(activities: Sequence[Activity]) -> str:
    """The focus topic that the activities are tagged with, when they agree on one; else empty."""
    tags = ActivityTag.objects.filter(activity__in=list(activities), group=ActivityTag.Group.TOPIC)
    codes = set(tags.values_list("code", flat=True))
    return codes.pop() if len(codes) == 1 else ""


def story_of(items: Iterable[ReportItem]) -> Story | None:
    """The story that was made of exactly this material, if any."""
    return Story.objects.filter(source_key=key_of(items)).first()


def key_of(items: Iterable[ReportItem]) -> str:
    """Names a set of material."""
    ids = ",".join(str(pk) for pk in sorted(item.pk for item in items))
    return hashlib.sha256(f"report-items:{ids}".encode()).hexdigest()


@transaction.atomic
def compose_story(
    report: DailyReport, *, actor: Any, items: Iterable[int], topic: str = "", kind: str = Story.Kind.STORY
) -> tuple[Story, bool]:
    """Make a draft of the chosen ``items`` (ids) of an accepted report; returns (story, whether it is new).

    The same material again gives the story that is there. The school owns the story, whoever makes it. Raises
    NotAllowed, Conflict (not accepted any more, a piece was removed), DomainError (nothing chosen, too much).
    """
    report = locked_report(report.pk)
    _must_compose(report, actor)
    wanted = set(items)
    chosen = [item for item in usable_items(report) if item.pk in wanted]
    if len(chosen) != len(wanted):
        raise Conflict(_("有的材料已被移除或不能使用。请刷新，重新选择。"), code="items_changed")
    _must_fit(chosen)
    if (there := story_of(chosen)) is not None:
        return there, False
    activities = activities_on(report)
    own = [activity for activity in activities if activity.organisation_id == report.organisation_id]
    assets = {item.pk: _asset_of(item, actor) for item in chosen if item.kind in ASSET_KINDS}
    draft = _draft(report, chosen, assets)
    draft |= {"topic": topic or suggested_topic(activities), "kind": kind}
    draft["activity"] = own[0].pk if len(own) == 1 else None
    story = Story(
        edition=report.edition,
        organisation=report.organisation,
        source_key=key_of(chosen),
        is_handed_in=can_review(actor, report.organisation),
    )
    editorial.save_draft(story, draft, actor=actor)
    credit(story, story.draft)
    put_story(story)
    StorySource.objects.bulk_create(
        StorySource(
            story=story, report=report, item=item, kind=item.kind, label=label_of(item), asset=assets.get(item.pk)
        )
        for item in chosen
    )
    record(
        "story.compose", story, actor=actor, organisation_id=story.organisation_id,
        data={"report": report.pk, "items": [item.pk for item in chosen]},
    )  # fmt: skip
    return story, True


def _must_compose(report: DailyReport, actor: Any) -> None:
    if can_compose(actor, report):
        return
    if report.state != DailyReport.State.ACCEPTED:
        raise Conflict(_("这份一日一报还没有通过审核，通过后才能做成故事。"), code="not_accepted")
    raise NotAllowed(_("您不能用“%(name)s”的材料做故事，或本届活动周已归档。") % {"name": report.organisation})


def _must_fit(chosen: Sequence[ReportItem]) -> None:
    if not chosen:
        raise DomainError(_("还没有选材料。请至少选一篇文字、一张照片或一段视频。"), code="nothing")
    counts = {name: sum(item.kind in kinds for item in chosen) for name, kinds in _GROUPS.items()}
    if counts["texts"] > 1:
        raise DomainError(_("一篇故事用一篇文字。请只选一篇，另一篇可以再做一篇故事。"), code="texts")
    if counts["videos"] > 1:
        raise DomainError(_("一篇故事放一段视频。请只选一段。"), code="videos")
    if counts["photos"] > MAX_PICTURES:
        text = _("一篇故事最多放 %(limit)d 张照片，您选了 %(count)d 张。请减少几张。")
        raise DomainError(text % {"limit": MAX_PICTURES, "count": counts["photos"]}, code="photos")


_GROUPS: Final[dict[str, tuple[str, ...]]] = {"texts": TEXT_KINDS, "photos": (_K.PHOTO,), "videos": (_K.VIDEO,)}


def _asset_of(item: ReportItem, actor: Any) -> Asset:
    """The item's file as an asset of the school's library, with the item's caption."""
    assert item.file is not None
    caption = item.caption.strip()[:200]
    return add_asset(item.file, kind=ASSET_KINDS[_K(item.kind)], title=caption, alt=caption, actor=actor)


def label_of(item: ReportItem) -> str:
    """What people know the piece by: its title or caption, a text's first line, else its file's name."""
    first = _title_and_lines(item)[0] if item.kind in TEXT_KINDS else ""
    name = item.file.name if item.file else str(item.get_kind_display())
    return " ".join((item.title or item.caption or first or name).split())[:200]


def _draft(report: DailyReport, chosen: Sequence[ReportItem], assets: dict[int, Asset]) -> dict[str, Any]:
    text = next((item for item in chosen if item.kind in TEXT_KINDS), None)
    photos = [item for item in chosen if item.kind == _K.PHOTO]
    video = next((item for item in chosen if item.kind == _K.VIDEO), None)
    where = _("%(day)s，%(school)s") % {"day": day_words(report.day, "plain"), "school": report.organisation.name}
    title, lines = _title_and_lines(text)
    if text is None:
        captions = list(dict.fromkeys(item.caption.strip() for item in chosen if item.caption.strip()))
        title, lines = captions[0] if captions else where, [_("%(where)s。") % {"where": where}, *captions]
    body = html_of(lines)
    if text is not None and text.source.strip():
        body += f"<p>{escape(_('引用来源：%(source)s') % {'source': text.source.strip()})}</p>"
    summary = next((line for line in lines if not _HEADING.match(line)), "")
    starred = next((item for item in photos if item.is_highlight), photos[0] if photos else None)
    return {
        "title": title or where,
        "body": body,
        "summary": summary if len(summary) <= _SUMMARY else f"{summary[: _SUMMARY - 1]}…",
        "cover": str(assets[starred.pk].pk) if starred else "",
        "gallery": [{"asset": str(assets[item.pk].pk), "caption": item.caption.strip()} for item in photos],
        "video": str(assets[video.pk].pk) if video else "",
        "video_caption": video.caption.strip() if video else "",
        "byline": report.organisation.name,
        "credits": [],
    }


def _title_and_lines(item: ReportItem | None) -> tuple[str, list[str]]:
    """The text's title, its own or its short first line, and the lines below it."""
    if item is None:
        return "", []
    lines = [line.strip() for line in text_of(item).splitlines() if line.strip()]
    title = item.title.strip()
    if lines and (lines[0] == title or (not title and len(lines) > 1 and len(lines[0]) <= _TITLE_LINE)):
        return lines[0], lines[1:]
    return title, lines


def html_of(lines: Iterable[str]) -> str:
    """Typed lines as rich text: paragraphs, and 一、 lines as headings. Nothing in them is markup."""
    return "".join(f"<h2>{escape(line)}</h2>" if _HEADING.match(line) else f"<p>{escape(line)}</p>" for line in lines)
