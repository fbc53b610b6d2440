"""Writing a notice: begun, saved, thrown away. A draft is seen by its own bureau alone (A1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.domain import hide_assets
from skillweek.core import audit
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notices.access import can_change, can_write, visible_to
from skillweek.notices.content import BLANK, clean_fields
from skillweek.notices.models import Notice
from skillweek.organisations.models import Organisation


def must_write(actor: Any, organisation: Organisation, edition: Edition) -> None:
    """Raise NotAllowed unless ``actor`` writes in this unit's name and the edition takes changes. None: the system."""
    if actor is not None and not can_write(actor, organisation):
        raise NotAllowed(_("您不能以“%(unit)s”的名义写通知。") % {"unit": organisation})
    if edition.state == Edition.State.CLOSED:
        raise NotAllowed(_("这一届已经归档，通知不能再修改。"))


@transaction.atomic
def draft_notice(
    *,
    edition: Edition,
    organisation: Organisation,
    actor: Any,
    fields: Mapping[str, Any],
    parent: Notice | None = None,
) -> Notice:
    """Begin a notice in the name of ``organisation``, or a supplement (另行通知) to ``parent``; return it.

    ``fields``: title, body, document_number, issuers (list or lines), recipients_text, issued_on, attachments
    (``[{"asset", "title"}]``), audience (see ``audience``), acknowledge_by, valid_until, is_public, is_pinned.
    A supplement goes to whom its parent went unless ``fields`` say otherwise.
    Raises NotAllowed, or DomainError naming the field.
    """
    must_write(actor, organisation, edition)
    if parent is not None:
        _must_fit(parent, organisation, edition, actor)
    start = {**BLANK, "issuers": [organisation.name], **(_from(parent, organisation) if parent else {})}
    content = {**start, **clean_fields(fields, organisation=organisation)}
    kind = Notice.Kind.SUPPLEMENT if parent is not None else Notice.Kind.NOTICE
    notice = Notice(edition=edition, organisation=organisation, kind=kind, parent=parent)
    notice = editorial.save_draft(notice, content, actor=actor)
    audit.record("notice.draft", notice, actor=actor, organisation_id=organisation.pk)
    return notice


def _must_fit(parent: Notice, organisation: Organisation, edition: Edition, actor: Any) -> None:
    """A supplement belongs to a published notice of the same unit and edition, and not to another supplement."""
    seen = actor is None or visible_to(actor).filter(pk=parent.pk).exists()
    if not seen or parent.organisation_id != organisation.pk or parent.edition_id != edition.pk:
        raise DomainError(_("只能补充本单位在这一届发出的通知。"), field="parent")
    if parent.kind == Notice.Kind.SUPPLEMENT or not parent.is_out:
        raise DomainError(_("请选择一份已发布的通知（不是补充通知）。"), field="parent")


def _from(parent: Notice, organisation: Organisation) -> dict[str, Any]:
    """What a supplement takes over."""
    content = parent.live or parent.draft
    taken = {key: content.get(key) for key in ("issuers", "recipients_text", "audience", "is_public")}
    return {
        **clean_fields({key: value for key, value in taken.items() if value is not None}, organisation=organisation),
        "title": _("关于《%(title)s》的补充通知") % {"title": parent.title[:160]},
    }


def must_change(actor: Any, notice: Notice) -> None:
    """Raise NotAllowed unless ``actor`` may change this draft now. One that waits for its time has been decided on."""
    must_write(actor, notice.organisation, notice.edition)
    if actor is not None and not can_change(actor, notice):
        raise NotAllowed(_("这份通知已经定时，到时间会自动发布。要修改，请审核员或管理员先取消定时。"))


@transaction.atomic
def save_notice(notice: Notice, fields: Mapping[str, Any], *, actor: Any, expected_revision: int | None) -> Notice:
    """Write ``fields`` into the draft and return the notice. Readers see nothing of it until it is published.

    Raises Conflict when a colleague saved since ``expected_revision``, NotAllowed, or DomainError naming the field.
    """
    fresh = Notice.objects.select_for_update(of=("self",)).select_related("organisation", "edition").get(pk=notice.pk)
    must_change(actor, fresh)
    content = clean_fields(fields, organisation=notice.organisation)
    return editorial.save_draft(notice, content, actor=actor, expected_revision=expected_revision)


@transaction.atomic
def discard_draft(notice: Notice, *, actor: Any) -> None:
    """Delete a notice that was never published. Raises Conflict for one that went out: withdraw that instead."""
    fresh = Notice.objects.select_for_update().get(pk=notice.pk)
    must_change(actor, fresh)
    if fresh.is_out:
        raise Conflict(_("这份通知已经发布过，不能删除。如需收回，请用“撤下”。"))
    audit.record("notice.discard", fresh, actor=actor, organisation_id=fresh.organisation_id)
    hide_assets(owner=fresh, drafts_too=True)
    fresh.delete()
