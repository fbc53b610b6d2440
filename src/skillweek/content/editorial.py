"""Drafts, publication and versions of editorial texts: one set of verbs for notices and pages (A1, D6).

They take any subclass of ``Editorial``. Who may call them is the calling room's question (its ``access.py``). Every
verb locks the row, so two editors, or an editor and the clock, come one after the other.
"""

from __future__ import annotations

import copy
import logging
from datetime import datetime
from typing import Any, TypeVar

from django.apps import apps
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from skillweek.content.compare import compare, compare_fields, compare_plain
from skillweek.content.domain.assets import draft_assets, hide_assets, publish_assets
from skillweek.content.html import sanitise
from skillweek.content.models import Editorial, Version
from skillweek.content.signals import editorial_held, editorial_published, editorial_withdrawn
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.models import Edition

__all__ = [
    "compare",
    "compare_fields",
    "compare_plain",
    "editorial_published",
    "editorial_withdrawn",
    "public_q",
    "publish",
    "publish_due_texts",
    "restore",
    "save_draft",
    "unschedule",
    "version_of",
    "versions_of",
    "withdraw",
]
log = logging.getLogger("skillweek.content")
E = TypeVar("E", bound=Editorial)
_TITLE_LENGTH = 200


def public_q(prefix: str = "") -> Q:
    """A filter for the texts that the public sees now: something is live and still valid."""
    valid = Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gt": now()})
    return Q(**{f"{prefix}live_at__isnull": False}) & valid


@transaction.atomic
def save_draft(obj: E, changes: dict[str, Any], *, actor: Any, expected_revision: int | None = None) -> E:
    """Write ``changes`` (keys of the draft) and return the saved row; an ``obj`` without a key is made.

    Rich text is sanitised, so what is stored may differ from what was sent. Columns of the subclass that the caller set
    on ``obj`` are saved too. Raises Conflict when somebody has saved since ``expected_revision``; its ``details`` hold
    ``{"draft", "revision", "edited_by"}`` as they are now, and nothing is written. Nothing is recorded in the audit
    trail: a draft decides nothing, its publication is recorded.
    """
    if obj.pk is not None:
        current = _locked(obj)
        _must_be(current, expected_revision)
        obj.draft, obj.live, obj.revision = current.draft, current.live, current.revision
        _take_state(obj, current)
    content = {**obj.draft, **copy.deepcopy(changes)}
    obj.draft = _cleaned(obj, content)
    if obj.published_at is None:
        obj.take_columns(obj.draft)
    obj.edited_by = actor
    obj.revision = obj.revision + 1 if obj.pk is not None else 1
    obj.save()
    draft_assets(*obj.assets_in(obj.draft), owner=obj)
    return obj


@transaction.atomic
def publish(
    obj: E, *, actor: Any, reason: str = "", at: datetime | None = None, expected_revision: int | None = None
) -> Version | None:
    """Make the draft public now, or at ``at`` when that lies ahead; return the new version, None when scheduled.

    Publishing again what is public already changes nothing and returns the present version. Until the time of a
    scheduled change comes, the public sees what it saw before. Raises Conflict (``expected_revision``) or DomainError
    with what is missing.
    """
    current = _locked(obj)
    _must_be(current, expected_revision)
    _must_be_complete(current)
    if at is not None and at > now():
        current.state, current.publish_at = Editorial.State.SCHEDULED, at
        current.save()
        record("text.schedule", current, actor=actor, organisation_id=current.organisation_id, reason=reason,
               data={"at": at.isoformat()})  # fmt: skip
        _copy_back(obj, current)
        return None
    version = _make_public(current, actor=actor, reason=reason)
    _copy_back(obj, current)
    return version


@transaction.atomic
def unschedule(obj: E, *, actor: Any) -> E:
    """Take back a time of publication. The draft stays, and so does what is public."""
    current = _locked(obj)
    if current.state == Editorial.State.SCHEDULED:
        current.state, current.publish_at = _resting(current), None
        current.save()
        record("text.unschedule", current, actor=actor, organisation_id=current.organisation_id)
    _copy_back(obj, current)
    return obj


@transaction.atomic
def withdraw(obj: E, *, actor: Any, reason: str = "") -> E:
    """Take the text out of the public; its versions and its draft stay. Doing it twice changes nothing."""
    current = _locked(obj)
    if current.live_at is not None or current.state == Editorial.State.SCHEDULED:
        was_live = current.live_at is not None
        current.state, current.publish_at = Editorial.State.WITHDRAWN, None
        current.live, current.live_at = {}, None
        if current.published_at is None:
            current.state = Editorial.State.DRAFT
        current.save()
        hide_assets(owner=current)
        record("text.withdraw", current, actor=actor, organisation_id=current.organisation_id, reason=reason)
        if was_live:
            editorial_withdrawn.send(sender=type(current), obj=current, actor=actor)
    _copy_back(obj, current)
    return obj


def versions_of(obj: Editorial) -> QuerySet[Version]:
    """Everything that was ever public of this text, newest first."""
    query = Version.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk)
    return query.select_related("actor").order_by("-number")


def version_of(obj: Editorial, number: int) -> Version | None:
    """One version by its number."""
    return versions_of(obj).filter(number=number).first()


def restore(obj: E, version: Version, *, actor: Any, expected_revision: int | None = None) -> E:
    """Make an old version the draft; the public sees nothing of it until it is published. Raises Conflict."""
    if (version.object_type, version.object_id) != (obj._meta.label_lower, obj.pk):
        raise DomainError(_("这个版本不属于这篇文稿。请刷新页面后再试。"), code="other_text")
    return save_draft(obj, dict(version.content), actor=actor, expected_revision=expected_revision)


def publish_due_texts() -> int:
    """Publish every text whose time has come; return how many. Safe to run twice and at once.

    One that cannot be published is logged, goes back to its draft, says so in its history and to the room it belongs
    to (``editorial_held``); it holds up no other.
    """
    count = 0
    for model in apps.get_models():
        if not issubclass(model, Editorial):
            continue
        due = model._default_manager.filter(state=Editorial.State.SCHEDULED, publish_at__lte=now())
        due = due.exclude(edition__state=Edition.State.CLOSED)  # waits for a week that is taken up again
        for pk in due.order_by("publish_at").values_list("pk", flat=True):
            count += _publish_due(model, pk)
    return count


def _publish_due(model: type[Editorial], pk: Any) -> int:
    try:
        with transaction.atomic():
            rows = model._default_manager.select_for_update(of=("self",))
            obj = rows.filter(pk=pk, state=Editorial.State.SCHEDULED, publish_at__lte=now()).first()
            if obj is None:
                return 0  # another worker was quicker, or an editor took it back
            _must_be_complete(obj)
            _make_public(obj, actor=None, reason="")
            return 1
    except DomainError as error:
        with transaction.atomic():
            obj = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
            obj.state, obj.publish_at = _resting(obj), None
            obj.save()
            record("text.schedule_failed", obj, organisation_id=obj.organisation_id, reason=error.message)
            editorial_held.send(sender=model, obj=obj, reason=error.message)
        log.warning("%s %s was not published: %s", model._meta.label_lower, pk, error.message)
    except Exception:
        log.exception("%s %s could not be published; it will be tried again", model._meta.label_lower, pk)
    return 0


def _make_public(obj: Editorial, *, actor: Any, reason: str) -> Version:
    """Copy the locked row's draft to live, keep a version, show its assets, tell the rooms above."""
    newest = versions_of(obj).first()
    if obj.live_at is not None and not obj.has_changes and newest is not None:
        if obj.state != Editorial.State.PUBLISHED:
            obj.state, obj.publish_at = Editorial.State.PUBLISHED, None
            obj.save()
        return newest
    moment, first = now(), obj.published_at is None
    obj.draft = _cleaned(obj, obj.draft)
    obj.live = copy.deepcopy(obj.draft)
    obj.state, obj.publish_at = Editorial.State.PUBLISHED, None
    obj.published_at, obj.live_at = obj.published_at or moment, moment
    obj.take_columns(obj.live)
    obj.save()
    label = obj._meta.label_lower
    last = Version.objects.filter(object_type=label, object_id=obj.pk).aggregate(last=Max("number"))["last"] or 0
    version = Version.objects.create(
        object_type=label, object_id=obj.pk, number=last + 1, content=obj.live, reason=reason[:300], actor=actor
    )
    publish_assets(*obj.assets_in(obj.live), owner=obj)
    record(
        "text.publish", obj, actor=actor, organisation_id=obj.organisation_id, reason=reason,
        data={"version": version.number},
    )  # fmt: skip
    editorial_published.send(sender=type(obj), obj=obj, version=version, first=first, actor=actor)
    return version


def _locked(obj: E) -> E:
    return type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)


def _must_be(current: Editorial, expected: int | None) -> None:
    if expected is None or expected == current.revision:
        return
    who = str(current.edited_by) if current.edited_by else ""
    text = _("这篇文稿刚刚被%(who)s改过。您写的内容没有丢失，请对照后再保存。") % {"who": who or _("别人")}
    there = {"draft": current.draft, "revision": current.revision, "edited_by": who}
    raise Conflict(text, details=[there])


def _must_be_complete(obj: Editorial) -> None:
    if not str(obj.draft.get("title", "")).strip():
        raise DomainError(_("还没有标题，不能发布。请先填写标题。"), field="title", code="no_title")
    if not obj.has_text(obj.draft):
        raise DomainError(_("还没有正文，不能发布。请先填写正文。"), field="body", code="no_body")
    obj.must_be_publishable()


def _cleaned(obj: Editorial, content: dict[str, Any]) -> dict[str, Any]:
    clean = {name: sanitise(str(content[name] or "")) for name in obj.rich_fields if name in content}
    if "title" in content:
        clean["title"] = " ".join(str(content["title"] or "").split())[:_TITLE_LENGTH]
    return {**content, **clean}


def _resting(obj: Editorial) -> str:
    """The state of a text for which nothing is scheduled."""
    if obj.live_at is not None:
        return Editorial.State.PUBLISHED
    return Editorial.State.WITHDRAWN if obj.published_at is not None else Editorial.State.DRAFT


def _take_state(obj: Editorial, current: Editorial) -> None:
    obj.state, obj.publish_at = current.state, current.publish_at
    obj.published_at, obj.live_at = current.published_at, current.live_at


def _copy_back(obj: Editorial, current: Editorial) -> None:
    """The caller's object shows what is in the database now."""
    for field in current._meta.concrete_fields:
        setattr(obj, field.attname, getattr(current, field.attname))
