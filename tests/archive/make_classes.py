"""Rows of classes, careers, interviews and visits for the round trip (A8, E5, E6, E8, E9)."""

from __future__ import annotations

from skillweek.activities.models import Activity
from skillweek.careers.models import Opening, Tally
from skillweek.classes.models import ClassSetting
from skillweek.content import editorial
from skillweek.editions.models import Edition
from skillweek.interviews.models import Episode, Series
from skillweek.organisations.models import User
from skillweek.press.models import Coverage, VisitOffer
from tests.factories import Tree
from tests.press import make as press


def fill(tree: Tree, edition: Edition, activity: Activity, manager: User) -> None:
    """A row in each table that travels, and visitors who stay home."""
    ClassSetting.objects.create(activity=activity, grade_from=1, grade_to=6, bring="水杯")
    Opening.objects.create(edition=edition, organisation=tree.school_a)
    Tally.objects.create(edition=edition, organisation=tree.school_a, day=edition.days[0], type="R", number=12)
    VisitOffer.objects.create(edition=edition, organisation=tree.school_a, what="看焊接实训")
    visit = press.visit(edition, tree.school_a, journalist=press.journalist(edition))
    Coverage.objects.create(
        edition=edition, home=tree.school_a, title="走进实训室", level="municipal", source="visit", school_visit=visit
    ).organisations.add(tree.school_a)
    series = Series.objects.create(edition=edition, organisation=tree.host, title="职教百家谈")
    episode = Episode(series=series, number=1, edition=edition, organisation=tree.host)
    content = {
        "title": "一把焊枪",
        "guest_name": "林师傅",
        "consent": True,
        "transcript": "0:00 您好",
        "body": "<p>全文</p>",
    }
    editorial.save_draft(episode, content, actor=manager)
    editorial.publish(episode, actor=manager)
