"""Approved activities: who changes, assesses, copies and joins in, and one of every unit with a session."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.activities.models import Activity, ActivityUpload, Partner, Session
from skillweek.core.clock import now
from skillweek.notices.models import Notice
from skillweek.organisations.models import User
from tests.site.access.activities_planning import DECIDES, HANDS_IN, TAKES_DOWN, WRITES
from tests.site.access.base import RoomWorld
from tests.site.access_rules import BUREAU_DECIDERS, SCHOOL, SEES, TARGETS, WITH_ROLE, ByTarget, Rule, get, of, post

_EDU = of("reviewer_edu", "manager_edu")
_HOST = of("reviewer_host", "manager_host")
#: Who writes for any unit at all.
_WRITERS = SCHOOL | of("manager_siming", "manager_edu", "manager_hr", "manager_host")
_ALL_WRITERS: ByTarget = dict.fromkeys(TARGETS, _WRITERS)
_ALL_HOST: ByTarget = dict.fromkeys(TARGETS, _HOST)
#: Who belongs to a unit.
_OWN: ByTarget = {
    **dict.fromkeys(TARGETS, of()),
    "school_a": SCHOOL,
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": _EDU,
    "host": _HOST,
}
#: Who reads the part of an invited unit in an activity of the college: the unit, and who decides on the college's.
_JOINT: ByTarget = {target: names | _EDU | _HOST for target, names in _OWN.items()}
_WHY = {"reason": "台风"}

RUNNING: dict[str, Rule] = {
    "activities:changes": get(SEES, "running"),
    "activities:cancel": post(TAKES_DOWN, "running", data=_WHY),
    "activities:reinstate": post(TAKES_DOWN, "running", data=_WHY),
    "activities:session_change": post(TAKES_DOWN, "running_session", data=_WHY),
    "activities:session_postpone": post(TAKES_DOWN, "running_session", data=_WHY),
    "activities:session_cancel": post(TAKES_DOWN, "running_session", data=_WHY),
    "activities:session_reinstate": post(TAKES_DOWN, "running_session", data=_WHY),
    "activities:supplement": get(_HOST),  # who publishes the notices of the host
    "activities:notice_changes": get({"host": _HOST, "edu": of()}, "supplement"),
    "activities:coverage": get(WITH_ROLE),
    "activities:coverage_shares": get(WITH_ROLE),
    "activities:coverage_export": get(WITH_ROLE),
    "activities:coverage_remind": post(BUREAU_DECIDERS),
    "activities:coverage_unit": get(SEES, "unit"),
    "activities:highlights": get(BUREAU_DECIDERS),
    "activities:assess": get(DECIDES, "running"),
    "activities:assess_withdraw": post(DECIDES, "running"),
    "activities:highlight": post(_ALL_HOST, "running"),
    "activities:highlight_move": post(_ALL_HOST, "running", data={"to": "up"}),
    "activities:import": get(_WRITERS),
    "activities:import_template": get(_WRITERS),
    # An upload belongs to who made it, here the manager of school A.
    "activities:import_upload": get(of("manager_a"), "table"),
    "activities:import_confirm": post(of("manager_a"), "table"),
    "activities:import_discard": post(of("manager_a"), "table"),
    "activities:export": get(WITH_ROLE),
    "activities:copy_week": get(_WRITERS),
    "activities:copy": get(_ALL_WRITERS, "running"),  # what everybody reads, everybody may start from
    "activities:partners": get(SEES, "running"),
    "activities:joint": get(WITH_ROLE),
    "activities:partner": get(_JOINT, "joint"),
    "activities:partner_answer": post(HANDS_IN, "joint", data={"answer": "accept"}),
    "activities:partner_change": post(WRITES, "outside_partner", data={"part": "场地"}),
    "activities:partner_remove": post(WRITES, "outside_partner"),
}


class RunningWorld(RoomWorld):
    """An approved, public feature activity with a session and a partner from outside, of every unit."""

    @cached_property
    def running(self) -> dict[str, Activity]:
        public = {"state": Activity.State.APPROVED, "first_submitted_at": now(), "published_at": now()}
        made = {}
        for target in TARGETS:
            made[target] = Activity.objects.create(
                edition=self.edition,
                organisation=self.unit_of(target),
                title=f"公开{target}",
                kind=Activity.Kind.FEATURE,
                **public,
            )
            Session.objects.create(activity=made[target])
            Partner.objects.create(activity=made[target], name="示例公司", state=Partner.State.ACCEPTED)
        return made

    @cached_property
    def supplements(self) -> dict[str, Notice]:
        """A published supplement of the host and of the education bureau."""
        content = {"title": "补充通知", "body": "<p>内部</p>"}
        out = {"state": Notice.State.PUBLISHED, "live": content, "published_at": now(), "live_at": now()}
        return {
            target: Notice.objects.create(
                edition=self.edition,
                organisation=self.unit_of(target),
                title=content["title"],
                kind=Notice.Kind.SUPPLEMENT,
                draft=content,
                **out,
            )
            for target in ("host", "edu")
        }

    def _supplement(self, target: str) -> dict[str, Any]:
        return {"pk": self.supplements[target].pk}

    def _running(self, target: str) -> dict[str, Any]:
        return {"pk": self.running[target].pk}

    def _running_session(self, target: str) -> dict[str, Any]:
        return {"pk": self.running[target].sessions.get().pk}

    def _outside_partner(self, target: str) -> dict[str, Any]:
        return {"pk": self.running[target].partners.get().pk}

    @cached_property
    def joint_parts(self) -> dict[str, Partner]:
        """Every unit is asked to join in an activity of the college, which is nobody's in the cast."""
        activity = Activity.objects.create(
            edition=self.edition,
            organisation=self.tree.college,
            title="联合",
            state=Activity.State.APPROVED,
            first_submitted_at=now(),
        )
        return {
            target: Partner.objects.create(activity=activity, organisation=self.unit_of(target)) for target in TARGETS
        }

    def _joint(self, target: str) -> dict[str, Any]:
        return {"pk": self.joint_parts[target].pk}

    def _table(self, target: str) -> dict[str, Any]:
        """An uploaded table of the manager of school A, and of nobody else."""
        school = self.unit_of("school_a")
        owner = User.objects.filter(memberships__organisation=school, memberships__role="manager").earliest("pk")
        rows = [{"row": 2, "cells": {"title": "茶艺"}}]
        kept, _made = ActivityUpload.objects.get_or_create(
            user=owner, edition=self.edition, organisation=school, name="活动.xlsx", defaults={"rows": rows}
        )
        return {"pk": kept.pk}
