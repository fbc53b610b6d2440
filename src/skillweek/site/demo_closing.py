"""Samples of what the week turns into while it lasts: stories from accepted material, figures counted (D2, C12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from skillweek.core import clock
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Organisation, User
from skillweek.policies.domain.catalogue import load_catalogue
from skillweek.policies.domain.writing import publish_policy
from skillweek.policies.models import Policy
from skillweek.publicity.domain.composing import compose_story, usable_items
from skillweek.publicity.domain.reviewing import publish_story
from skillweek.publicity.domain.writing import save_story
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.site.demo_press import PRESS, offer_samples
from skillweek.site.demo_work import work_off
from skillweek.statistics.queries.figures import count_again

#: School's code → the focus topic its story belongs to.
_STORIES: Final = {"DEMO-S01": "people", "DEMO-S02": "economy"}
#: The topic whose story shows how a policy is linked.
_EXPLAINS: Final = "economy"
_PHOTOS: Final = 2
#: The morning of the third day, just before the demo's clock begins.
_DAY: Final = 2
_AT: Final = time(10, 20)


def close_samples(
    edition: Edition, units: Mapping[str, Organisation], people: Mapping[str, User], say: Callable[[str], object]
) -> None:
    """Publish a story for two schools and count every school's form."""
    day = edition.starts_on + timedelta(days=_DAY)
    with clock.standing_at(datetime.combine(day, _AT, tzinfo=ZoneInfo(edition.zone))):
        _publish_policies(edition, units, people["host@example.org"])
        stories = sum(
            _tell(edition, units[code], topic, people["host@example.org"]) for code, topic in _STORIES.items()
        )
        leads = offer_samples(edition, units)
        count_again(edition, Organisation.objects.schools())
        work_off()
    say(f"宣传线索 {leads} 条，示例记者 {PRESS}")
    say(f"故事 {stories} 篇，统计表已按现有数据统计")


def _tell(edition: Edition, school: Organisation, topic: str, editor: User) -> bool:
    """Make a story of the school's first accepted report: its texts and some photos. False when there is none."""
    report = DailyReport.objects.filter(
        edition=edition, organisation=school, state=DailyReport.State.ACCEPTED
    ).order_by("day").first()  # fmt: skip
    if report is None:
        return False
    items = usable_items(report)
    texts = [item.pk for item in items if item.kind in (ReportItem.Kind.CASE, ReportItem.Kind.MANUSCRIPT)][:1]
    photos = [item.pk for item in items if item.kind == ReportItem.Kind.PHOTO][:_PHOTOS]
    story, _new = compose_story(report, actor=editor, items=[*texts, *photos], topic=topic)
    law = Policy.objects.filter(edition=edition, kind=Policy.Kind.LAW).exclude(live_at=None).first()
    if topic == _EXPLAINS and law is not None:
        save_story(story, {"policies": [{"policy": law.pk, "article": ""}]}, actor=editor)
    publish_story(story, actor=editor)
    return True


def _publish_policies(edition: Edition, units: Mapping[str, Organisation], editor: User) -> None:
    """The catalogue of national policies, public and still marked 待核对."""
    host = next(unit for unit in units.values() if unit.kind == Kind.HOST)
    for policy in load_catalogue(edition, host, actor=editor):
        publish_policy(policy, actor=editor)
