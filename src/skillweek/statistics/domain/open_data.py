"""The city gives accepted figures to everybody, and takes them back (C13)."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.access import can_manage_edition
from skillweek.statistics import access
from skillweek.statistics.models import OpenData

MAX_LICENCE: Final = 300


def open_data_of(edition: Edition) -> OpenData:
    """The edition's switch, made when first asked for: off."""
    licence = _("可以自由使用、转载和加工，请注明来源：%(title)s。") % {"title": edition.title}
    row, _made = OpenData.objects.get_or_create(edition=edition, defaults={"licence": licence[:MAX_LICENCE]})
    return row


@transaction.atomic
def publish_open_data(edition: Edition, *, by: Any, licence: str, expected_version: int) -> OpenData:
    """Give the accepted figures to everybody, on these terms. Raises NotAllowed, Conflict, DomainError."""
    fresh = _locked(edition, by, expected_version)
    if not access.is_open(edition):
        raise NotAllowed(_("本届活动周已归档，不能再改动公开设置。"))
    licence = " ".join(licence.replace("\0", "").split())
    if not licence:
        raise DomainError(_("请写明使用许可：别人可以怎样使用这些数据。"), field="licence")
    if len(licence) > MAX_LICENCE:
        raise DomainError(_("使用许可最多 %(limit)d 字，请缩短。") % {"limit": MAX_LICENCE}, field="licence")
    before = {"published": fresh.published_at is not None, "licence": fresh.licence}
    fresh.licence = licence
    if fresh.published_at is None:
        fresh.published_at, fresh.published_by = now(), by
    return _saved(fresh, "open_data.publish", by, before=before)


@transaction.atomic
def withdraw_open_data(edition: Edition, *, by: Any, expected_version: int) -> OpenData:
    """Take the figures back; also of an archived edition, for a mistake must not stay public.

    Raises NotAllowed, Conflict.
    """
    fresh = _locked(edition, by, expected_version)
    if fresh.published_at is None:
        raise Conflict(_("数据现在没有公开，无需收回。"), code="not_published")
    fresh.published_at = fresh.published_by = None
    return _saved(fresh, "open_data.withdraw", by)


def _locked(edition: Edition, by: Any, expected_version: int) -> OpenData:
    if not can_manage_edition(by):
        raise NotAllowed(_("只有市级主办单位的管理员可以公开统计数据。"))
    row = OpenData.objects.select_for_update().get(pk=open_data_of(edition).pk)
    if row.version != expected_version:
        raise Conflict(_("公开设置在您阅读期间有了变化，您的操作没有生效。请刷新后再决定。"), code="changed")
    return row


def _saved(row: OpenData, verb: str, by: Any, **data: Any) -> OpenData:
    row.version += 1
    row.save()
    seen = {"published": row.published_at is not None, "licence": row.licence, "version": row.version}
    audit.record(verb, row, actor=by, data={**seen, **data})
    return row
