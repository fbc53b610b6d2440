"""The integrity rules as a judge: facts and rules in, findings out (B13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.activities.integrity import ActivityFacts, SessionFacts, judge
from skillweek.activities.integrity_messages import MESSAGES
from skillweek.editions.schema import ActivityRules
from skillweek.materials.findings import Severity
from skillweek.materials.words import count_words

FIRST, LAST = date(2023, 5, 14), date(2023, 5, 20)
RULES = ActivityRules(commercial_words=("促销", "团购"))
SESSION = SessionFacts("05-14 09:00", FIRST, True, False, False, True, True, 30)
FINE = ActivityFacts(
    title="家电维修进社区",
    description="电" * 40,
    texts=(("活动介绍", "the description", "电" * 40),),
    is_free=True,
    person="王老师",
    phone="0592-1234567",
    safety_plan="安" * 120,
    funding="学校经费",
    public_benefit=True,
    expected_people=50,
    sessions=(SESSION,),
)
pytestmark = pytest.mark.requirement("B13")


def codes(facts: ActivityFacts, rules: ActivityRules = RULES) -> list[str]:
    return [finding.code for finding in judge(facts, rules, FIRST, LAST)]


def test_judge_says_nothing_about_a_complete_activity() -> None:
    assert codes(FINE) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "activity.no_title"),
        ({"description": "电" * 29}, "activity.description_short"),
        ({"sessions": ()}, "activity.no_session"),
        ({"is_free": None}, "activity.fee_unanswered"),
        ({"is_free": False}, "activity.not_free"),
        ({"person": ""}, "activity.no_person"),
        ({"phone": " "}, "activity.no_phone"),
        ({"phone": "找王老师"}, "activity.phone"),
        ({"safety_plan": "安" * 19}, "activity.safety_short"),
        ({"safety_plan": "安" * 99, "expected_people": 500}, "activity.crowd_safety"),
        ({"safety_plan": "安" * 99, "sessions": (replace(SESSION, capacity=500),)}, "activity.crowd_safety"),
        ({"funding": ""}, "activity.no_funding"),
        ({"public_benefit": False}, "activity.no_public_benefit"),
        ({"texts": (("活动名称", "the name", "促销大集"),)}, "activity.commercial"),
        ({"sessions": (replace(SESSION, day=date(2023, 5, 21)),)}, "activity.outside_week"),
        ({"sessions": (replace(SESSION, day=None),)}, "activity.time_open"),
        ({"sessions": (replace(SESSION, has_end=False),)}, "activity.end_open"),
        ({"sessions": (replace(SESSION, has_place=False),)}, "activity.place_open"),
        ({"sessions": (replace(SESSION, is_online=True),)}, "activity.no_link"),
        ({"sessions": (replace(SESSION, capacity=None),)}, "activity.capacity"),
    ],
)
def test_judge_finds_exactly_what_is_wrong(change: dict[str, Any], code: str) -> None:
    assert codes(replace(FINE, **change)) == [code]


def test_every_message_is_tried_above() -> None:
    tried = {mark.args[1][n][1] for mark in test_judge_finds_exactly_what_is_wrong.pytestmark for n in range(20)  # type: ignore[attr-defined]
             if mark.name == "parametrize"}  # fmt: skip
    assert tried == set(MESSAGES)


def test_judge_tells_where_a_commercial_word_stands() -> None:
    texts = (("活动名称", "the name", "大集"), ("参加办法", "how to join", "参加团购，再团购"))
    (finding,) = judge(replace(FINE, texts=texts), RULES, FIRST, LAST)
    assert finding.message == "参加办法中出现“团购”，可能与商业推广有关。"
    assert finding.message_en == "“团购” in how to join may speak of commerce."
    assert finding.severity is Severity.WARNING


def test_judge_tells_of_equal_slots_once() -> None:
    slot = replace(SESSION, has_place=False)
    assert codes(replace(FINE, sessions=(slot,) * 40)) == ["activity.place_open"]


_facts = st.builds(
    ActivityFacts,
    title=st.text(max_size=5),
    description=st.text(alphabet="电 a<", max_size=60),
    texts=st.just(()),
    is_free=st.sampled_from([None, True, False]),
    person=st.sampled_from(["", " ", "王老师"]),
    phone=st.sampled_from(["", "1", "13800000000", "0592-1234567 转 8", "（0592）1234567"]),
    safety_plan=st.text(alphabet="安 a", max_size=150),
    funding=st.sampled_from(["", "经费"]),
    public_benefit=st.booleans(),
    expected_people=st.one_of(st.none(), st.integers(0, 2000)),
    sessions=st.lists(
        st.builds(
            SessionFacts,
            name=st.text(max_size=5),
            day=st.one_of(st.none(), st.integers(-3, 10).map(lambda n: FIRST + timedelta(days=n))),
            has_end=st.booleans(),
            is_online=st.booleans(),
            has_link=st.booleans(),
            has_place=st.booleans(),
            takes_bookings=st.booleans(),
            capacity=st.one_of(st.none(), st.integers(0, 2000)),
        ),
        max_size=3,
    ).map(tuple),
)
_rules = st.builds(
    ActivityRules,
    free_of_charge=st.booleans(),
    person_in_charge=st.booleans(),
    safety_plan_words=st.integers(0, 100),
    crowd_size=st.integers(1, 1000),
    crowd_safety_plan_words=st.integers(0, 150),
    funding_source=st.booleans(),
    public_benefit=st.booleans(),
    description_words=st.integers(0, 50),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=_facts, rules=_rules)
def test_judge_without_errors_means_that_every_rule_is_met(facts: ActivityFacts, rules: ActivityRules) -> None:
    found = judge(facts, rules, FIRST, LAST)
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    crowd = max([facts.expected_people or 0, *(session.capacity or 0 for session in facts.sessions)])
    safety = count_words(facts.safety_plan)
    phone = facts.phone not in ("", "1")
    met = (
        bool(facts.title.strip())
        and count_words(facts.description) >= rules.description_words
        and bool(facts.sessions)
        and (facts.is_free is True or not rules.free_of_charge)
        and ((bool(facts.person.strip()) and phone) or not rules.person_in_charge)
        and (bool(facts.funding) or not rules.funding_source)
        and (facts.public_benefit or not rules.public_benefit)
        and safety >= rules.safety_plan_words
        and (crowd < rules.crowd_size or safety >= rules.crowd_safety_plan_words)
    )
    assert (not errors) is met
    assert [finding.severity for finding in found] == sorted(
        [finding.severity for finding in found], key=lambda each: each is not Severity.ERROR
    )
    assert all(finding.message.endswith("。") and finding.todo.endswith("。") for finding in found)
