"""Entering, checking, publishing and withdrawing policies (D5): who may is asked here, the texts do the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.domain import hide_assets
from skillweek.content.models import Version
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.policies.access import can_edit, can_withdraw
from skillweek.policies.models import Policy, date_in

_CHOICES = {"level": Policy.Level, "kind": Policy.Kind, "status": Policy.Status}


@transaction.atomic
def save_policy(policy: Policy, changes: dict[str, Any], *, actor: Any, expected_revision: int | None = None) -> Policy:
    """Save the draft of a policy, a new one without key too; return it.

    Raises NotAllowed, Conflict (somebody else saved; ``details`` as ``editorial.save_draft``), DomainError with the
    field of what is not understood.
    """
    is_new = policy.pk is None
    if not is_new:
        policy = locked(policy.pk)
    must_edit(policy, actor)
    _must_be_sound(policy, changes)
    editorial.save_draft(policy, changes, actor=actor, expected_revision=expected_revision)
    if is_new:
        record("policy.make", policy, actor=actor, organisation_id=policy.organisation_id)
    return policy


def _must_be_sound(policy: Policy, changes: dict[str, Any]) -> None:
    for name, choices in _CHOICES.items():
        if changes.get(name) and changes[name] not in choices.values:
            raise DomainError(_("不能识别的选项。请重新选择。"), field=name)
    for name in ("issued_on", "effective_on"):
        if changes.get(name) and date_in(changes[name]) is None:
            raise DomainError(_("日期不能识别。请按 2022-05-01 的格式填写。"), field=name)
    if (url := changes.get("source_url")) and not _is_web_address(str(url)):
        raise DomainError(_("官方原文的网址要以 http:// 或 https:// 开头。"), field="source_url")
    if related := {int(pk) for pk in changes.get("related") or []}:
        known = Policy.objects.filter(pk__in=related, edition_id=policy.edition_id).exclude(pk=policy.pk).count()
        if known != len(related):
            raise DomainError(_("所选的相关政策已不在政策库里。请重新选择。"), field="related")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(char.isspace() for char in text)


@transaction.atomic
def publish_policy(
    policy: Policy, *, actor: Any, reason: str = "", at: datetime | None = None, expected_revision: int | None = None
) -> Version | None:
    """Publish now, or at ``at``. Raises NotAllowed, Conflict, DomainError (incomplete, a time that is over)."""
    policy = locked(policy.pk)
    must_edit(policy, actor)
    if at is not None and at <= now():
        raise DomainError(_("定时发布的时间已经过去。请选以后的时间，或直接发布。"), field="at")
    return editorial.publish(policy, actor=actor, reason=reason, at=at, expected_revision=expected_revision)


@transaction.atomic
def unschedule_policy(policy: Policy, *, actor: Any) -> Policy:
    """Take the time of publication back."""
    must_edit(policy, actor)
    return editorial.unschedule(policy, actor=actor)


@transaction.atomic
def withdraw_policy(policy: Policy, *, actor: Any, reason: str = "") -> Policy:
    """Take the policy from the public; stories show it no more. The host may do it with every policy."""
    policy = locked(policy.pk)
    if not can_withdraw(actor, policy):
        raise NotAllowed(_("您不能撤下“%(title)s”。") % {"title": policy.title})
    return editorial.withdraw(policy, actor=actor, reason=reason[:500])


@transaction.atomic
def confirm_checked(policy: Policy, *, actor: Any) -> Policy:
    """Say that what was loaded agrees with the official text. Doing it twice changes nothing."""
    policy = locked(policy.pk)
    must_edit(policy, actor)
    if policy.needs_check:
        policy.needs_check, policy.checked_at, policy.checked_by = False, now(), actor
        policy.save(update_fields=["needs_check", "checked_at", "checked_by", "updated_at"])
        record("policy.check", policy, actor=actor, organisation_id=policy.organisation_id)
    return policy


def restore_version(policy: Policy, version: Version, *, actor: Any) -> Policy:
    """Make an old version the draft."""
    must_edit(policy, actor)
    return editorial.restore(policy, version, actor=actor)


@transaction.atomic
def delete_policy(policy: Policy, *, actor: Any) -> None:
    """Delete a policy that was never public. Raises Conflict for others: what was public keeps its history."""
    policy = locked(policy.pk)
    must_edit(policy, actor)
    if policy.published_at is not None:
        raise Conflict(_("发布过的政策不能删除，只能撤下，以便查到当时发布了什么。"), code="was_public")
    record("policy.delete", policy, actor=actor, organisation_id=policy.organisation_id)
    hide_assets(owner=policy, drafts_too=True)
    policy.delete()


def must_edit(policy: Policy, actor: Any) -> None:
    """Raise NotAllowed unless ``actor`` may change this policy now."""
    if can_edit(actor, policy):
        return
    must_be_open(policy.edition)
    raise NotAllowed(_("您不能修改政策库里的“%(title)s”。政策由各部门的管理员、审核员录入。") % {"title": policy.title})


def locked(pk: int) -> Policy:
    """The policy as it is now, locked until the surrounding transaction ends."""
    return Policy.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=pk)
