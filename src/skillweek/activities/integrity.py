"""Order and integrity of an activity (B13): what must be mended before it can be handed in, approved or published.

``judge`` is pure: facts and rules in, findings out. ``findings_of`` reads the facts of a stored activity.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from skillweek.activities.integrity_messages import make_finding
from skillweek.activities.models import Activity, Session
from skillweek.content.html import plain_text
from skillweek.editions.models import Edition
from skillweek.editions.schema import ActivityRules
from skillweek.materials.findings import Finding, Severity
from skillweek.materials.words import count_words

#: A number as people write it, after full-width signs became plain ones; an extension may follow.
_PHONE = re.compile(r"\+?[\d() \-—–]{7,}(?:(?:转|ext\.?|x) *\d{1,6})?", re.IGNORECASE)
#: Fewer digits are no telephone number anywhere.
_DIGITS = 7


@dataclass(frozen=True)
class SessionFacts:
    """What the rules ask of one session. ``day`` is a day in the edition's zone, None while the time is open."""

    name: str
    day: date | None
    has_end: bool
    is_online: bool
    has_link: bool
    has_place: bool
    takes_bookings: bool
    capacity: int | None


@dataclass(frozen=True)
class ActivityFacts:
    """What the rules ask of an activity. ``texts`` are (Chinese label, English label, plain text) of what is read."""

    title: str
    description: str
    texts: tuple[tuple[str, str, str], ...]
    is_free: bool | None
    person: str
    phone: str
    safety_plan: str
    funding: str
    public_benefit: bool
    expected_people: int | None
    sessions: tuple[SessionFacts, ...]


def findings_of(activity: Activity, rules: ActivityRules | None = None) -> list[dict[str, Any]]:
    """The findings on a stored activity as JSON like those on material, errors first.

    ``rules`` are by default those of its edition. One query for the sessions unless they are prefetched.
    """
    edition = activity.edition
    judged = judge(facts_of(activity), rules or edition.doc.activity_rules, edition.starts_on, edition.ends_on)
    return [finding.as_dict() for finding in judged]


def error_count(findings: Iterable[dict[str, Any]]) -> int:
    """How many findings stand in the way of handing in, approving and publishing."""
    return sum(finding.get("severity") == Severity.ERROR for finding in findings)


def refresh_findings(activity: Activity) -> list[dict[str, Any]]:
    """Judge again and set ``activity.findings`` (not saved). Returns them."""
    activity.findings = findings_of(activity)
    return list(activity.findings)


def judge(facts: ActivityFacts, rules: ActivityRules, first: date, last: date) -> list[Finding]:
    """Everything the rules say about these facts, errors first. ``first`` and ``last`` are the days of the week."""
    found = [
        *_content(facts, rules),
        *_declarations(facts, rules),
        *_safety(facts, rules),
        *_commerce(facts, rules),
        *(finding for session in _told_once(facts.sessions) for finding in _session(session, first, last)),
    ]
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)


def _content(facts: ActivityFacts, rules: ActivityRules) -> list[Finding]:
    found = []
    if not facts.title.strip():
        found.append(make_finding("activity.no_title", ""))
    words = count_words(facts.description)
    if words < rules.description_words:
        found.append(
            make_finding("activity.description_short", facts.title, value=words, limit=rules.description_words)
        )
    if not facts.sessions:
        found.append(make_finding("activity.no_session", facts.title))
    return found


def _declarations(facts: ActivityFacts, rules: ActivityRules) -> list[Finding]:
    found = []
    if rules.free_of_charge and facts.is_free is not True:
        code = "activity.fee_unanswered" if facts.is_free is None else "activity.not_free"
        found.append(make_finding(code, facts.title))
    if rules.person_in_charge and not facts.person.strip():
        found.append(make_finding("activity.no_person", facts.title))
    phone = facts.phone.strip()
    if rules.person_in_charge and not phone:
        found.append(make_finding("activity.no_phone", facts.title))
    elif rules.person_in_charge and not _is_phone(phone):
        found.append(make_finding("activity.phone", facts.title, value=phone))
    if rules.funding_source and not facts.funding.strip():
        found.append(make_finding("activity.no_funding", facts.title))
    if rules.public_benefit and not facts.public_benefit:
        found.append(make_finding("activity.no_public_benefit", facts.title))
    return found


def _is_phone(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text)
    return bool(_PHONE.fullmatch(plain)) and sum(sign.isdigit() for sign in plain) >= _DIGITS


def _safety(facts: ActivityFacts, rules: ActivityRules) -> list[Finding]:
    words = count_words(facts.safety_plan)
    crowd = max([facts.expected_people or 0, *(session.capacity or 0 for session in facts.sessions)])
    if crowd >= rules.crowd_size and words < max(rules.crowd_safety_plan_words, rules.safety_plan_words):
        limit = max(rules.crowd_safety_plan_words, rules.safety_plan_words)
        return [make_finding("activity.crowd_safety", facts.title, value=crowd, words=words, limit=limit)]
    if words < rules.safety_plan_words:
        return [make_finding("activity.safety_short", facts.title, value=words, limit=rules.safety_plan_words)]
    return []


def _commerce(facts: ActivityFacts, rules: ActivityRules) -> list[Finding]:
    """Each word once for each text it stands in."""
    return [
        make_finding("activity.commercial", facts.title, value=word, where=where, where_en=where_en)
        for where, where_en, text in facts.texts
        for word in dict.fromkeys(rules.commercial_words)
        if word.lower() in text.lower()
    ]


def _told_once(sessions: Sequence[SessionFacts]) -> Iterable[SessionFacts]:
    """Sessions that would be told of in the very same words (forty slots of one pattern) stand for each other."""
    return dict.fromkeys(sessions)


def _session(session: SessionFacts, first: date, last: date) -> list[Finding]:
    found = []
    if session.day is None:
        found.append(make_finding("activity.time_open", session.name))
    else:
        if not first <= session.day <= last:
            week = f"{first.isoformat()}–{last.isoformat()}"
            found.append(make_finding("activity.outside_week", session.name, value=session.day.isoformat(), limit=week))
        if not session.has_end:
            found.append(make_finding("activity.end_open", session.name))
    if session.is_online and not session.has_link:
        found.append(make_finding("activity.no_link", session.name))
    if not session.is_online and not session.has_place:
        found.append(make_finding("activity.place_open", session.name))
    if session.takes_bookings and session.capacity is None:
        found.append(make_finding("activity.capacity", session.name))
    return found


def facts_of(activity: Activity) -> ActivityFacts:
    """Read what the rules ask of a stored activity; cancelled sessions do not count."""
    description = plain_text(activity.description)
    sessions = [session for session in activity.sessions.all() if session.state != Session.State.CANCELLED]
    numbered = sorted(sessions, key=lambda row: (row.starts_at is None, row.starts_at or row.created_at, row.pk))
    return ActivityFacts(
        title=activity.title,
        description=description,
        texts=(
            ("活动名称", "the name", activity.title),
            ("一句话介绍", "the summary", activity.summary),
            ("活动介绍", "the description", description),
            ("参加办法", "how to join", activity.how_to_join),
        ),
        is_free=activity.is_free,
        person=activity.person_in_charge,
        phone=activity.phone_in_charge,
        safety_plan=activity.safety_plan,
        funding=activity.funding_source,
        public_benefit=activity.public_benefit,
        expected_people=activity.expected_people,
        sessions=tuple(_facts_of(session, number, activity.edition) for number, session in enumerate(numbered, 1)),
    )


def _facts_of(session: Session, number: int, edition: Edition) -> SessionFacts:
    start = session.starts_at.astimezone(ZoneInfo(edition.zone)) if session.starts_at else None
    name = session.label or (f"{start:%m-%d %H:%M}" if start else f"第{number}场")
    if session.series_id and start:
        name = session.label or f"{start:%m-%d}"
    return SessionFacts(
        name=name,
        day=start.date() if start else None,
        has_end=session.ends_at is not None,
        is_online=session.is_online,
        has_link=bool(session.online_url),
        has_place=bool(session.place),
        takes_bookings=session.booking != Session.Booking.NONE,
        capacity=session.capacity,
    )
