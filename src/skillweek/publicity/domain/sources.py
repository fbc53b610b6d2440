"""A story lives from its sources: what is wrong with them, and taking a story down when they go (D2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity
from skillweek.content import editorial
from skillweek.content.access import is_open
from skillweek.content.html import asset_ids
from skillweek.core.audit import record
from skillweek.core.clock import today_in
from skillweek.core.errors import DomainError
from skillweek.notifications.domain import notify
from skillweek.organisations.queries import people_who_write
from skillweek.publicity.models import Story, StorySource
from skillweek.reports.models import DailyReport, ReportItem

_TEXTS = (ReportItem.Kind.CASE, ReportItem.Kind.MANUSCRIPT)


@dataclass(frozen=True)
class Problem:
    """Why a story must not be public. ``code`` is a ``Story.Pulled``; ``source`` is None for its activity."""

    code: str
    text: str
    source: StorySource | None = None


def used_assets(content: Mapping[str, Any]) -> set[str]:
    """Ids of all pictures and videos that a draft or live text shows, as text."""
    named = [content.get("cover"), content.get("video"), *(row.get("asset") for row in content.get("gallery") or [])]
    return {str(each) for each in [*named, *asset_ids(str(content.get("body") or ""))] if each}


def problems_of(story: Story, content: Mapping[str, Any]) -> list[Problem]:
    """What of the sources of ``content`` (the story's draft or live) is no longer accepted; empty when all is."""
    used = used_assets(content)
    found = []
    for source in story.sources.select_related("report", "item"):
        if source.kind not in _TEXTS and str(source.asset_id) not in used:
            continue
        if source.item is None or source.item.removed_at is not None:
            text = _("素材《%(name)s》已从一日一报里移除。请把它从故事里拿掉，再恢复发布。")
            found.append(Problem(Story.Pulled.ITEM, text % {"name": source}, source))
        elif source.report.state != DailyReport.State.ACCEPTED:
            text = _("素材《%(name)s》所在的一日一报现在是“%(state)s”，通过后才能发布。")
            said = {"name": source, "state": source.report.get_state_display()}
            found.append(Problem(Story.Pulled.REPORT, text % said, source))
    if (activity := content.get("activity")) and not _is_public(activity, story):
        text = _("关联的活动现在不公开。请等活动重新公开，或取消关联。")
        found.append(Problem(Story.Pulled.ACTIVITY, text))
    return found


def _is_public(activity_id: Any, story: Story) -> bool:
    today = today_in(story.edition.zone)
    return bool(Activity.objects.filter(pk=activity_id).published(today).exists())


def must_be_publishable(story: Story) -> None:
    """Raise DomainError while the draft lacks its topic, its edition is archived, or a source is not accepted."""
    if not is_open(story.edition):
        raise DomainError(_("“%(name)s”已归档，故事不能再发布。") % {"name": story.edition}, code="edition_closed")
    if story.draft.get("topic") not in {topic.code for topic in story.edition.doc.topics}:
        raise DomainError(_("还没有选宣传重点，不能发布。请先选这篇故事属于哪一项。"), field="topic", code="no_topic")
    if problems := problems_of(story, story.draft):
        raise DomainError(problems[0].text, code="source", details=[problem.text for problem in problems])


@transaction.atomic
def pull_stories(stories: Iterable[int], *, actor: Any) -> int:
    """Take down those of ``stories`` (ids) whose public text has lost a source; return how many. Tells the editors.

    Every story is locked before it is looked at: one that is being published at this moment is seen after that.
    """
    count = 0
    for pk in sorted(stories):
        story = Story.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=pk)
        is_shown = story.live_at is not None
        if not is_shown and story.state != Story.State.SCHEDULED:
            continue
        if not (problems := problems_of(story, story.live if is_shown else story.draft)):
            continue
        # A change that was scheduled on top goes with it; the draft stays.
        code = problems[0].code
        editorial.withdraw(story, actor=actor, reason=str(Story.Pulled(code).label))
        story.pulled = code
        story.save(update_fields=["pulled", "updated_at"])
        record("story.pull", story, actor=actor, organisation_id=story.organisation_id, reason=problems[0].text)
        _tell(story, "story.pulled", {"title": story.title, "why": problems[0].text})
        count += 1
    return count


def offer_return(stories: Iterable[int]) -> int:
    """Tell the editors of stories that were taken down and whose sources are all accepted again; return how many."""
    count = 0
    for story in Story.objects.filter(pk__in=list(stories)).exclude(pulled="").select_related("edition"):
        if not problems_of(story, story.draft):
            _tell(story, "story.may_return", {"title": story.title})
            count += 1
    return count


@transaction.atomic
def drop_source(story: Story, source: StorySource, *, actor: Any) -> Story:
    """Take a piece out of the draft for good: its picture or video goes, for a text only the tie to it.

    Who may is asked by the caller (``content.reviewing.must_write``).
    """
    asset = str(source.asset_id or "")
    changes: dict[str, Any] = {}
    if asset:
        draft = story.draft
        changes["gallery"] = [row for row in draft.get("gallery") or [] if row.get("asset") != asset]
        changes |= {name: "" for name in ("cover", "video") if draft.get(name) == asset}
        changes["body"] = without_asset(str(draft.get("body") or ""), asset)
    data = {"source": source.label, "kind": source.kind, "report": source.report_id}
    editorial.save_draft(story, changes, actor=actor)
    record("story.drop_source", story, actor=actor, organisation_id=story.organisation_id, data=data)
    source.delete()
    return story


def without_asset(html: str, asset: str) -> str:
    """The rich text without one picture or video; sanitising takes the empty frame away."""
    import lxml.html

    if UUID(asset) not in asset_ids(html):
        return html
    root = lxml.html.fragment_fromstring(f"<div>{html}</div>")
    for element in list(root.iter("img", "video")):
        if element.get("data-asset") == asset:
            element.drop_tree()
    text: str = lxml.html.tostring(root, encoding="unicode")
    return text.removeprefix("<div>").removesuffix("</div>")


def _tell(story: Story, kind: str, context: dict[str, Any]) -> None:
    people = {user.pk: user for user in people_who_write(story.organisation)}
    if story.reviewed_by is not None and story.reviewed_by.is_active:
        people[story.reviewed_by.pk] = story.reviewed_by
    notify(
        list(people.values()),
        kind=kind,
        context=context,
        url=reverse("publicity:edit", args=[story.pk]),
        dedupe_key=f"{kind}:{story.pk}:{story.updated_at.isoformat()}",
        organisation=story.organisation,
    )
