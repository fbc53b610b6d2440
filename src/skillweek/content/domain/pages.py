"""The verbs on pages (D6): who may is asked here, the rest is the work of ``content.editorial``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.access import can_edit, can_withdraw
from skillweek.content.domain.assets import hide_assets
from skillweek.content.models import Page, Version
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed

#: What stands in columns and takes effect at once: where the page is found, not what it says.
SETTINGS = ("slug", "topic", "position", "in_footer")


def save_page(
    page: Page, changes: dict[str, Any], settings: dict[str, Any], *, actor: Any, expected_revision: int | None = None
) -> Page:
    """Save the draft and the settings of a page, a new one without key too; return it.

    Raises NotAllowed, Conflict (somebody else saved), or DomainError with ``field="slug"`` when the address is taken or
    would change after the first publication.
    """
    _must_edit(page, actor)
    if page.pk and page.published_at is not None and settings.get("slug", page.slug) != page.slug:
        raise DomainError(_("页面发布后网址不能再改，否则别人存下的链接会失效。"), field="slug")
    for name in SETTINGS:
        if name in settings:
            setattr(page, name, settings[name])
    page.slug = page.slug or free_slug(page)
    is_new = page.pk is None
    try:
        with transaction.atomic():
            editorial.save_draft(page, changes, actor=actor, expected_revision=expected_revision)
            if is_new:
                record("page.make", page, actor=actor, organisation_id=page.organisation_id)
    except IntegrityError:
        if is_new:
            page.pk = None
        raise DomainError(_("网址“%(slug)s”已被别的页面使用，请换一个。") % {"slug": page.slug}, field="slug") from None
    return page


def free_slug(page: Page) -> str:
    """An address from the day and a number, for editors who have no wish."""
    stem = now().strftime("%Y%m%d")
    taken = set(
        Page.objects.filter(edition_id=page.edition_id, slug__startswith=stem).values_list("slug", flat=True)
    )  # fmt: skip
    return next(slug for number in range(1, 10_000) if (slug := f"{stem}-{number}") not in taken)


def publish_page(
    page: Page, *, actor: Any, reason: str = "", at: datetime | None = None, expected_revision: int | None = None
) -> Version | None:
    """Publish now, or at ``at``. Raises NotAllowed, Conflict, DomainError (incomplete, a time that is over)."""
    _must_edit(page, actor)
    if at is not None and at <= now():
        raise DomainError(_("定时发布的时间已经过去。请选以后的时间，或直接发布。"), field="at")
    return editorial.publish(page, actor=actor, reason=reason, at=at, expected_revision=expected_revision)


def unschedule_page(page: Page, *, actor: Any) -> Page:
    """Take the time of publication back."""
    _must_edit(page, actor)
    return editorial.unschedule(page, actor=actor)


def withdraw_page(page: Page, *, actor: Any, reason: str = "") -> Page:
    """Take the page out of the public. The host may do it with every page."""
    if not can_withdraw(actor, page):
        raise NotAllowed(_("您不能撤下“%(title)s”。") % {"title": page.title})
    return editorial.withdraw(page, actor=actor, reason=reason)


def restore_version(page: Page, version: Version, *, actor: Any) -> Page:
    """Make an old version the draft."""
    _must_edit(page, actor)
    return editorial.restore(page, version, actor=actor)


@transaction.atomic
def delete_page(page: Page, *, actor: Any) -> None:
    """Delete a page that was never public. Raises Conflict for others: what was public keeps its history."""
    _must_edit(page, actor)
    page = Page.objects.select_for_update(of=("self",)).get(pk=page.pk)
    if page.published_at is not None:
        raise Conflict(_("发布过的页面不能删除，只能撤下，以便查到当时发布了什么。"), code="was_public")
    record("page.delete", page, actor=actor, organisation_id=page.organisation_id)
    hide_assets(owner=page, drafts_too=True)
    page.delete()


def _must_edit(page: Page, actor: Any) -> None:
    if not can_edit(actor, page):
        raise NotAllowed(
            _("您不能修改“%(title)s”。门户内容由主办单位和各部门的管理员、审核员编辑。") % {"title": page.title}
        )
