"""The organiser's verbs on one activity: begin, write, delete a draft and bring it back (B2–B5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _

from skillweek.activities.domain.classes import prepare_class
from skillweek.activities.domain.common import (
    locked_activity,
    must_be_editable,
    must_be_version,
    must_write_for,
    record,
)
from skillweek.activities.domain.sessions import SessionValues, put_sessions, restore_sessions, shrink
from skillweek.activities.domain.snapshots import activity_snapshot
from skillweek.activities.domain.values import FIELDS, put_tags, put_values
from skillweek.activities.integrity import refresh_findings
from skillweek.activities.models import Activity, ActivityTag, Plan, Session
from skillweek.content.domain.assets import draft_assets, hide_assets
from skillweek.content.models import Asset
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed, TooMuch
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Organisation, User

_S = Activity.State
#: So many activities one organisation may plan in one edition.
MAX_ACTIVITIES = 500
#: Within so many minutes the same person's saves are one event of the audit trail.
_SAVES_ARE_ONE = 10


def plan_for(organisation: Organisation, edition: Edition) -> Plan:
    """The organisation's plan for this edition, begun now if there is none."""
    plan, _made = Plan.objects.get_or_create(edition=edition, organisation=organisation)
    return plan


@transaction.atomic
def create_activity(
    organisation: Organisation, edition: Edition, *, by: User, title: str = "", idea: str = "", city: str = ""
) -> Activity:
    """Begin a draft: empty, from one of the notice's ideas (``idea``, its code) with its text and ticks, or for a city
    activity of the notice (``city``) with one session whose time and place are to be announced (B2, B5). A class for
    parents or young people has its sessions and their booking ready (E5, E6).

    Raises NotAllowed for people who do not write for it, DomainError for an unknown code, TooMuch beyond the limit.
    """
    must_write_for(by, organisation, edition)
    if Activity.objects.filter(edition=edition, organisation=organisation).count() >= MAX_ACTIVITIES:
        text = _("一个单位最多 %(count)s 项活动，请先删除不需要的草稿。") % {"count": MAX_ACTIVITIES}
        raise TooMuch(text, code="too_many_activities")
    activity = Activity(edition=edition, organisation=organisation, plan=plan_for(organisation, edition))
    tags: dict[str, list[str]] = {}
    if idea:
        tags = _start_from_idea(activity, idea)
    elif city:
        _start_from_city(activity, city)
    if title:
        put_values(activity, {"title": title})
    activity.save()
    put_tags(activity, tags)
    if city:
        Session.objects.create(activity=activity)
    prepare_class(activity)
    refresh_findings(activity)
    activity.save(update_fields=["findings"])
    record("activity.create", activity, by, idea=idea, city=city)
    return activity


def _start_from_idea(activity: Activity, code: str) -> dict[str, list[str]]:
    """Set what the idea says and return its ticks; presets that name nothing of the edition are passed over."""
    doc = activity.edition.doc
    idea = next((row for row in doc.ideas if row.code == code), None)
    if idea is None:
        raise DomainError(_("通知里没有这项参考活动，请重新选择。"), field="idea")
    text = format_html("<p>{}</p>", idea.text)
    put_values(
        activity,
        {"title": idea.name[:100], "kind": Activity.Kind.FEATURE, "idea_code": idea.code, "description": text},
    )
    tags: dict[str, list[str]] = {}
    for group, tag in idea.preset_tags:
        list_name = ActivityTag.LISTS.get(group, "")
        if list_name and tag in {row.code for row in getattr(doc, list_name)}:
            tags.setdefault(group, []).append(tag)
    return tags


def _start_from_city(activity: Activity, code: str) -> None:
    if activity.organisation.kind != Kind.HOST:
        raise NotAllowed(_("市级活动由市级主办单位填写。"))
    row = next((row for row in activity.edition.doc.city_activities if row.code == code), None)
    if row is None:
        raise DomainError(_("通知里没有这项市级活动，请重新选择。"), field="city")
    put_values(activity, {"title": row.name[:100], "kind": Activity.Kind.CITY, "city_code": row.code})


@transaction.atomic
def save_activity(
    activity: Activity,
    *,
    by: User,
    expected_version: int,
    values: Mapping[str, Any] | None = None,
    tags: Mapping[str, Sequence[str]] | None = None,
    sessions: Sequence[SessionValues] | None = None,
) -> Activity:
    """Write what a person changed, judge again, and return the activity as it is now.

    ``values`` are fields by name, ``tags`` codes by group; groups that are not named stay. ``sessions``, if given, are
    all sessions that belong to no series: those not among them are removed. A draft is saved whatever the integrity
    rules say (B13). Raises Conflict ``changed`` when a colleague saved meanwhile (nothing is written), or
    ``not_editable``; DomainError with ``field`` for a value that cannot be kept; NotAllowed as always.
    """
    fresh = locked_activity(activity.pk)
    must_be_editable(by, fresh)
    must_be_version(fresh, expected_version)
    changed = put_values(fresh, values or {}) | put_tags(fresh, tags or {})
    if sessions is not None and put_sessions(fresh, sessions):
        changed.add("sessions")
    if changed:
        touch(fresh)
        _record_save(fresh, by, changed)
    return fresh


def touch(activity: Activity) -> None:
    """Judge again and store a locked activity as a new version."""
    activity._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    refresh_findings(activity)
    activity.version += 1
    activity.save()
    draft_assets(activity.description, activity.cover_id, owner=activity)


def _record_save(activity: Activity, by: User, changed: set[str]) -> None:
    """Autosaves come every few seconds: those of one person within minutes are told once."""
    since = now() - timedelta(minutes=_SAVES_ARE_ONE)
    last = audit.history_of(activity).filter(at__gte=since).values_list("verb", "actor_id").first()
    if last != ("activity.save", by.pk):
        record("activity.save", activity, by, fields=sorted(changed))


@transaction.atomic
def delete_draft(activity: Activity, *, by: User) -> AuditEvent:
    """Delete a draft or a returned activity that never was public; ``restore_draft`` takes the returned event.

    Raises Conflict when it was public or is under review (cancel it instead), or a session cannot go.
    """
    fresh = locked_activity(activity.pk)
    must_be_editable(by, fresh)
    if fresh.published_at is not None:
        raise Conflict(_("这项活动已经公开过，不能删除。不再举办的，请用“取消活动”告知公众。"), code="was_public")
    for session in fresh.sessions.all():
        shrink(session, None)
    kept = {**activity_snapshot(fresh), "organisation": fresh.organisation_id, "edition": fresh.edition_id}
    event = audit.record(
        "activity.delete", fresh, actor=by, organisation_id=fresh.organisation_id, data={"snapshot": kept}
    )
    hide_assets(owner=fresh, drafts_too=True)
    fresh.delete()
    return event


@transaction.atomic
def restore_draft(event_id: int, *, by: User) -> Activity:
    """Bring back what the same person deleted, as a draft with a new number; its sessions keep their names for
    calendars. Raises Conflict when that was done already, NotAllowed when it is somebody else's.
    """
    event = AuditEvent.objects.filter(pk=event_id, verb="activity.delete", actor_id=by.pk).first()
    if event is None:
        raise NotAllowed(_("找不到刚才删除的活动。"))
    kept = event.data["snapshot"]
    organisation = Organisation.objects.get(pk=kept["organisation"])
    edition = Edition.objects.get(pk=kept["edition"])
    must_write_for(by, organisation, edition)
    uids = [UUID(row["uid"]) for row in kept["sessions"]]
    again = AuditEvent.objects.filter(verb="activity.restore", actor_id=by.pk, data__event=event.pk).exists()
    if again or Session.objects.filter(uid__in=uids).exists():
        raise Conflict(_("这项活动已经恢复过了，请在列表中查看。"), code="restored")
    activity = Activity(edition=edition, organisation=organisation, plan=plan_for(organisation, edition))
    cover = Asset.objects.filter(pk=kept["cover"]).first() if kept.get("cover") else None
    for name in FIELDS:
        setattr(activity, name, kept.get(name) if name != "cover" else cover)
    activity.save()
    activity.refresh_from_db()
    doc = edition.doc
    known = {group: {row.code for row in getattr(doc, name)} for group, name in ActivityTag.LISTS.items()}
    put_tags(activity, {group: [c for c in codes if c in known[group]] for group, codes in kept["tags"].items()})
    restore_sessions(activity, kept["sessions"])
    refresh_findings(activity)
    activity.save(update_fields=["findings"])
    record("activity.restore", activity, by, event=event.pk)
    return activity
