"""Who may reach the URLs of ``publicity``, and the stories which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.content.editorial import publish, save_draft
from skillweek.publicity.models import Story
from skillweek.reports.models import DailyReport, ReportItem
from tests.site.access.base import RoomWorld
from tests.site.access_rules import EVERYBODY, REVIEWS, SCHOOL, SEES, SIGNED_IN, TARGETS, ByTarget, Rule, get, of, post

_OWN: ByTarget = {
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
    "school_a": of(),
    "school_b": of(),
    "tech": of(),
}
_SUBMITS = of("liaison_a", "manager_a")
#: Who publishes: the line above, a bureau for itself.
_PUBLISHES: ByTarget = {target: REVIEWS[target] | _OWN[target] for target in TARGETS}
#: Who writes: the same and the school's own people.
_WRITES: ByTarget = {**_PUBLISHES, "school_a": _PUBLISHES["school_a"] | SCHOOL}
_WITHDRAWS: ByTarget = {**_PUBLISHES, "school_a": _PUBLISHES["school_a"] | _SUBMITS}
_HANDS_IN: ByTarget = {target: _SUBMITS if target == "school_a" else of() for target in TARGETS}
_COMPOSES: ByTarget = {target: _WRITES[target] for target in ("school_a", "school_b", "tech")}

TABLE: dict[str, Rule] = {
    "publicity:index": get(SIGNED_IN, "any_story"),  # one's own and those below only: tests/publicity
    "publicity:add": get(SIGNED_IN, "any_story"),  # who writes for nobody reads so
    "publicity:table": get(SIGNED_IN, "any_story"),
    "publicity:bulk": post(SIGNED_IN, "any_story"),
    "publicity:compose": get(_COMPOSES, "accepted_report"),
    "publicity:edit": get(SEES, "story"),
    "publicity:preview": get(SEES, "story"),
    "publicity:submit": post(_HANDS_IN, "story"),
    "publicity:take_back": post(_HANDS_IN, "waiting_story"),
    "publicity:return": post(_PUBLISHES, "story"),
    "publicity:publish": post(_PUBLISHES, "story"),
    "publicity:unschedule": post(_PUBLISHES, "story"),
    "publicity:withdraw": post(_WITHDRAWS, "story"),
    "publicity:delete": post(_WRITES, "story"),
    "publicity:drop": post(_WRITES, "sourced_story", body="source"),
    "publicity:versions": get(SEES, "story"),
    "publicity:changes": get(SEES, "story_version"),
    "publicity:restore": post(_WRITES, "story_version"),
    "publicity_public:index": get(EVERYBODY, "any_story"),
    "publicity_public:library": get(EVERYBODY, "any_story"),
    "publicity_public:story": get(EVERYBODY, "public_story"),
    "publicity_public:kit_story": get(EVERYBODY, "public_story"),
    "publicity_public:kit_topic": get(EVERYBODY, "story_topic"),
    "publicity_public:kit_week": get(EVERYBODY, "any_story"),
}


class PublicityWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def stories(self) -> dict[str, Story]:
        """A public story of each unit, and the accepted report that it was made of."""
        made = {}
        for target in TARGETS:
            unit = self.unit_of(target)
            story = Story(edition=self.edition, organisation=unit, is_handed_in=True)
            draft = {"title": "故事", "body": "<p>正文</p>", "topic": "people", "kind": "story"}
            save_draft(story, draft, actor=None)
            report = DailyReport.objects.create(
                edition=self.edition, organisation=unit, day=self.edition.days[2], state=DailyReport.State.ACCEPTED
            )
            item = ReportItem.objects.create(report=report, kind=ReportItem.Kind.MANUSCRIPT, text="文字")
            story.sources.create(report=report, item=item, kind=item.kind)
            publish(story, actor=None)
            made[target] = story
        return made

    def _any_story(self, target: str) -> dict[str, Any]:
        assert self.stories
        return {}

    def _story(self, target: str) -> dict[str, Any]:
        return {"pk": self.stories[target].pk}

    _sourced_story = _story

    def _waiting_story(self, target: str) -> dict[str, Any]:
        Story.objects.filter(pk=self.stories[target].pk).update(review=Story.Review.WAITING)
        return self._story(target)

    def _public_story(self, target: str) -> dict[str, Any]:
        return {"pk": self.stories["school_a"].pk}

    def _story_version(self, target: str) -> dict[str, Any]:
        return {**self._story(target), "number": 1}

    def _story_topic(self, target: str) -> dict[str, Any]:
        assert self.stories
        return {"code": "people"}

    def _accepted_report(self, target: str) -> dict[str, Any]:
        return {"pk": self.stories[target].sources.get().report_id}

    def _source(self, target: str) -> dict[str, Any]:
        return {"data": {"source": self.stories[target].sources.get().pk}}
