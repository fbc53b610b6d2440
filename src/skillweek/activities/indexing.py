"""Keeps the search in step with what is public of activities (B7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from skillweek.activities import signals
from skillweek.activities.models import Activity, ActivityTag, Partner, Session
from skillweek.content.html import plain_text
from skillweek.core.clock import today_in
from skillweek.search import sources
from skillweek.search.domain import Entry, put_all, remove

KIND = "activity"
#: The city's highlights stand three tenths higher.
_HIGHLIGHT = 3


def connect() -> None:
    """Listen to the verbs, and say how to rebuild. Safe to call again."""
    sources.register(KIND, _("活动"), all_entries, position=10)
    for signal in (signals.activity_published, signals.activity_changed, signals.activity_withdrawn):
        signal.connect(_activity_moved, dispatch_uid=f"search:{id(signal)}")
    signals.session_changed.connect(_session_moved, dispatch_uid="search:session")


def _activity_moved(*, activity: Activity, **_kwargs: Any) -> None:
    reindex(activity.pk)


def _session_moved(*, session: Session, **_kwargs: Any) -> None:
    reindex(session.activity_id)


def reindex(activity_id: int) -> None:
    """Bring what the search knows of one activity up to date: there while it is public, else gone."""
    activity = _loaded(Activity.objects.filter(pk=activity_id)).first()
    if activity is not None and _is_public(activity):
        put_all([entry_of(activity)])
    else:
        remove(KIND, activity_id)


def all_entries() -> Iterable[Entry]:
    """Every public activity of every edition, for a rebuild."""
    for activity in _loaded(Activity.objects.exclude(published_at=None)).iterator(chunk_size=500):
        if _is_public(activity):
            yield entry_of(activity)


def _loaded(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    return activities.select_related("organisation", "edition").prefetch_related(
        "tags", "sessions", "partners__organisation"
    )


def _is_public(activity: Activity) -> bool:
    today = today_in(activity.edition.zone)
    due = activity.publish_on is None or activity.publish_on <= today
    return (
        due
        and activity.state == Activity.State.APPROVED
        and activity.published_at is not None
        and activity.withdrawn_at is None
    )


def entry_of(activity: Activity) -> Entry:
    """What may be found of an activity: only what its public page shows. Load with tags, sessions and partners."""
    try:
        url = reverse("portal:activity", args=[activity.pk])
    except NoReverseMatch:
        url = f"/activities/{activity.pk}/"
    texts = (activity.summary, plain_text(activity.description), activity.how_to_join)
    return Entry(
        kind=KIND,
        object_id=str(activity.pk),
        title=activity.title,
        url=url,
        body="\n".join(text for text in texts if text),
        keywords=" ".join(dict.fromkeys(word for word in _keywords(activity) if word)),
        edition_id=activity.edition_id,
        weight=_HIGHLIGHT if activity.is_highlight else 0,
    )


def _keywords(activity: Activity) -> Iterable[str]:
    document = activity.edition.doc
    yield activity.organisation.name
    yield activity.organisation.short_name
    for partner in activity.partners.all():
        if partner.state == Partner.State.ACCEPTED:
            yield str(partner.organisation or partner.name)
    for tag in activity.tags.all():
        if list_name := ActivityTag.LISTS.get(tag.group):
            yield document.label_of(list_name, tag.code)
    if activity.idea_code:
        yield document.label_of("ideas", activity.idea_code)
    for session in activity.sessions.all():
        yield session.place
        yield session.address
        if session.district:
            yield document.label_of("districts", session.district)
