"""What happens to stories when their sources change, and what follows when one becomes public or leaves."""

from __future__ import annotations

from typing import Any

from skillweek.activities.models import Activity
from skillweek.publicity.domain.policies import explain
from skillweek.publicity.domain.sources import offer_return, pull_stories
from skillweek.publicity.domain.writing import credit
from skillweek.publicity.models import Story
from skillweek.publicity.queries.stories import search_entry
from skillweek.publicity.tasks import prepare_prints
from skillweek.reports.models import DailyReport
from skillweek.search.domain import put_all, remove

KIND = "story"


def report_moved(*, report: DailyReport, was: str, actor: Any, **_more: Any) -> None:
    """Receiver of ``report_state_changed``: stories go with their report's acceptance, and may come back with it."""
    stories = Story.objects.filter(sources__report=report).values_list("pk", flat=True).distinct()
    if report.state == DailyReport.State.ACCEPTED:
        offer_return(stories)
    elif was == DailyReport.State.ACCEPTED:
        pull_stories(stories, actor=actor)


def activity_gone(*, activity: Activity, **_more: Any) -> None:
    """Receiver of ``activity_withdrawn``."""
    pull_stories(_stories_of(activity), actor=None)


def activity_back(*, activity: Activity, **_more: Any) -> None:
    """Receiver of ``activity_published``."""
    offer_return(_stories_of(activity))


def _stories_of(activity: Activity) -> list[int]:
    return list(Story.objects.filter(activity=activity).values_list("pk", flat=True))


def story_published(*, obj: Any, actor: Any, **_more: Any) -> None:
    """Receiver of ``editorial_published``: its credits are what it says, the search knows it."""
    if not isinstance(obj, Story):
        return
    obj.pulled = ""
    obj.save(update_fields=["pulled", "updated_at"])
    credit(obj, obj.live)
    explain(obj, obj.live)
    prepare_prints.enqueue(obj.pk)
    put_all([search_entry(obj)])


def story_withdrawn(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_withdrawn``."""
    if isinstance(obj, Story):
        remove(KIND, obj.pk)
