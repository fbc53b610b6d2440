"""Plans and activities under review: who may reach which URL, and a returned plan and activity of every unit."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.activities.models import Activity, ActivityComment, Plan, PlanComment, SessionSeries
from skillweek.core import audit
from skillweek.core.clock import now
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    BUREAU_DECIDERS,
    FILES,
    NOBODY,
    REVIEWS,
    SEES,
    SIGNED_IN,
    SUBMITS,
    TARGETS,
    ByTarget,
    Rule,
    get,
    of,
    post,
)

_MANAGERS = {"siming": of("manager_siming"), "edu": of("manager_edu"), "host": of("manager_host")}
#: Who plans for a unit: its own people, not mere reviewers. Bureaus and the host plan too.
WRITES: ByTarget = {**FILES, **_MANAGERS}
HANDS_IN: ByTarget = {**SUBMITS, **_MANAGERS}
#: Who decides: strictly above; for the host's own, the host.
DECIDES: ByTarget = {**REVIEWS, "host": of("reviewer_host", "manager_host")}
DISCUSSES: ByTarget = {target: WRITES[target] | DECIDES[target] for target in TARGETS}
TAKES_DOWN: ByTarget = {target: HANDS_IN[target] | DECIDES[target] for target in TARGETS}

PLANNING: dict[str, Rule] = {
    "activities:index": get(SIGNED_IN),  # a person without a role finds an empty page
    "activities:national": get(SIGNED_IN),  # the notice's own list; links only to what one may see
    "activities:plan": get(WRITES, "planning_unit"),
    "activities:plan_save": post(WRITES, "planning_unit", data={"version": "1", "goals": "目标"}),
    "activities:plan_open": get(SEES, "plan"),
    "activities:plan_preview": get(SEES, "plan"),
    "activities:plan_history": get(SEES, "plan"),
    "activities:plan_submit": post(HANDS_IN, "plan"),
    "activities:plan_withdraw": post(HANDS_IN, "plan"),
    "activities:plan_ask": post(WRITES, "plan"),
    "activities:plan_comment": post(DISCUSSES, "plan", data={"text": "好"}),
    "activities:plan_resolve": post(DISCUSSES, "plan", body="plan_remark"),
    "activities:new": post(WRITES, "planning_unit"),
    "activities:restore": post(NOBODY, "deletion"),  # only who deleted it: tests/activities/planning
    "activities:activity": get(SEES, "activity"),
    "activities:history": get(SEES, "activity"),
    "activities:edit": get(WRITES, "activity"),
    "activities:save": post(WRITES, "activity", data={"version": "1"}),
    "activities:submit": post(HANDS_IN, "activity"),
    "activities:withdraw": post(HANDS_IN, "activity"),
    "activities:delete": post(WRITES, "activity"),
    "activities:slots": get(WRITES, "activity"),
    "activities:slots_count": post(WRITES, "activity"),
    "activities:slots_edit": get(WRITES, "series"),
    "activities:slots_remove": post(WRITES, "series"),
    "activities:review": get(BUREAU_DECIDERS),
    "activities:plan_review": get(DECIDES, "plan"),
    "activities:plan_approve": post(DECIDES, "plan"),
    "activities:plan_return": post(DECIDES, "plan"),
    "activities:plan_reopen": post(DECIDES, "plan"),
    "activities:approve": post(DECIDES, "activity"),
    "activities:return": post(DECIDES, "activity"),
    "activities:reopen": post(DECIDES, "activity"),
    "activities:take_down": post(TAKES_DOWN, "activity"),
    "activities:put_back": post(DECIDES, "activity"),
    "activities:comment": post(DISCUSSES, "activity", data={"text": "好"}),
    "activities:resolve": post(DISCUSSES, "activity", body="activity_remark"),
}


class PlanningWorld(RoomWorld):
    """A plan and an activity, handed in once and returned, with a series and remarks, of every unit."""

    @cached_property
    def plans(self) -> dict[str, Plan]:
        returned = {"state": Plan.State.RETURNED, "first_submitted_at": now(), "submitted_at": now()}
        return {
            target: Plan.objects.create(edition=self.edition, organisation=self.unit_of(target), **returned)
            for target in TARGETS
        }

    @cached_property
    def activities(self) -> dict[str, Activity]:
        returned = {"state": Activity.State.RETURNED, "first_submitted_at": now(), "submitted_at": now()}
        return {
            target: Activity.objects.create(
                edition=self.edition, organisation=self.unit_of(target), plan=plan, title=f"活动{target}", **returned
            )
            for target, plan in self.plans.items()
        }

    def _planning_unit(self, target: str) -> dict[str, Any]:
        assert self.activities
        return {"organisation_id": self.unit_of(target).pk}

    def _plan(self, target: str) -> dict[str, Any]:
        assert self.activities
        return {"pk": self.plans[target].pk}

    def _activity(self, target: str) -> dict[str, Any]:
        return {"pk": self.activities[target].pk}

    def _series(self, target: str) -> dict[str, Any]:
        pattern = {"days": ["2023-05-14"], "from": "09:00", "to": "10:00", "minutes": 20, "pause": 0, "capacity": 1}
        series, _made = SessionSeries.objects.get_or_create(
            activity=self.activities[target], defaults={"pattern": pattern}
        )
        return {"pk": self.activities[target].pk, "series_id": series.pk}

    def _plan_remark(self, target: str) -> dict[str, Any]:
        comment, _made = PlanComment.objects.get_or_create(plan=self.plans[target], text="请补充")
        return {"data": {"comment": str(comment.pk)}}

    def _activity_remark(self, target: str) -> dict[str, Any]:
        comment, _made = ActivityComment.objects.get_or_create(activity=self.activities[target], text="请补充")
        return {"data": {"comment": str(comment.pk)}}

    def _deletion(self, target: str) -> dict[str, Any]:
        event = audit.record("activity.delete", self.unit_of("school_a"), actor=self.colleagues["school_a"])
        return {"event_id": event.pk}
