"""One article, registered by several: found, merged, taken apart again (D4)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.press.access import can_decide
from skillweek.press.domain.common import locked
from skillweek.press.matching import is_near
from skillweek.press.models import Coverage


def settle(coverage: Coverage, *, actor: Any = None) -> None:
    """Look for the same article: merge where the link is equal, propose where outlet, day and title nearly are.

    Runs in its caller's transaction, after ``lock_register``.
    """
    if coverage.merged_into_id is not None:
        if not coverage.merged_by_link or coverage.merged_into is None or _same_link(coverage, coverage.merged_into):
            return
        _take_apart(coverage)
    others = _others(coverage)
    by_link = others.filter(link_key=coverage.link_key).first() if coverage.link_key else None
    if by_link is not None:
        _put(coverage, _standing_for(by_link), by_link=True)
        record("coverage.merge", coverage, actor=None, organisation_id=coverage.home_id, reason=_("链接相同"))
        return
    near = None
    if coverage.outlet_id and coverage.published_on:
        same = others.filter(outlet=coverage.outlet_id, published_on=coverage.published_on, merged_into=None)
        near = next((row for row in same if is_near(row.title_key, coverage.title_key)), None)
    if coverage.proposed_id != (near.pk if near else None):
        coverage.proposed = near
        coverage.save(update_fields=["proposed"])


def _others(coverage: Coverage) -> Any:
    apart = coverage.different.values("pk")
    rows = Coverage.objects.filter(edition=coverage.edition_id).exclude(pk=coverage.pk).exclude(pk__in=apart)
    gone = Q(state=Coverage.State.REJECTED) | Q(merged_into=coverage.pk)
    return rows.exclude(gone).order_by("pk")


def _same_link(one: Coverage, other: Coverage) -> bool:
    return bool(one.link_key) and one.link_key == other.link_key


def _standing_for(coverage: Coverage) -> Coverage:
    return coverage.merged_into if coverage.merged_into is not None else coverage


def _put(coverage: Coverage, into: Coverage, *, by_link: bool) -> None:
    Coverage.objects.filter(merged_into=coverage).update(merged_into=into, merged_via=coverage)
    coverage.merged_into, coverage.merged_via, coverage.merged_by_link = into, None, by_link
    coverage.proposed = None
    coverage.save(update_fields=["merged_into", "merged_via", "merged_by_link", "proposed", "updated_at"])
    Coverage.objects.filter(proposed=coverage).exclude(pk=into.pk).update(proposed=into)
    Coverage.objects.filter(pk=into.pk, proposed=coverage).update(proposed=None)


def _take_apart(coverage: Coverage) -> None:
    Coverage.objects.filter(merged_via=coverage).update(merged_into=coverage, merged_via=None)
    coverage.merged_into = coverage.merged_via = None
    coverage.merged_by_link = False
    coverage.save(update_fields=["merged_into", "merged_via", "merged_by_link", "updated_at"])


@transaction.atomic
def merge(coverage: Coverage, into: Coverage, *, actor: Any) -> Coverage:
    """Say that both are one article, for which ``into`` stands. Raises NotAllowed, Conflict, DomainError."""
    first, second = sorted((coverage.pk, into.pk))
    rows = {pk: locked(pk) for pk in (first, second)} if first != second else {}
    if not rows:
        raise DomainError(_("不能和自己合并。请选另一条报道。"))
    fresh, root = rows[coverage.pk], rows[into.pk]
    if not can_decide(actor, fresh):
        raise NotAllowed(_("合并由登记单位的上级审核员决定。"))
    if fresh.edition_id != root.edition_id:
        raise DomainError(_("两条报道不在同一届，不能合并。"))
    root = _standing_for(root)
    if fresh.merged_into_id is not None or root.pk == fresh.pk:
        raise Conflict(_("它们已经合并。请刷新查看。"), code="merged")
    fresh.different.remove(root)
    _put(fresh, root, by_link=False)
    record("coverage.merge", fresh, actor=actor, organisation_id=fresh.home_id, data={"into": root.pk})
    return root


@transaction.atomic
def unmerge(coverage: Coverage, *, actor: Any) -> Coverage:
    """Undo a merge, the automatic one too: it stands alone again, with what came along with it."""
    fresh = locked(coverage.pk)
    if not can_decide(actor, fresh):
        raise NotAllowed(_("取消合并由登记单位的上级审核员决定。"))
    root = fresh.merged_into
    if root is None:
        raise Conflict(_("这条报道没有合并到别的报道。请刷新查看。"), code="not_merged")
    _take_apart(fresh)
    fresh.different.add(root)
    record("coverage.unmerge", fresh, actor=actor, organisation_id=fresh.home_id, data={"from": root.pk})
    return fresh


@transaction.atomic
def keep_apart(coverage: Coverage, *, actor: Any) -> Coverage:
    """Say that it is not what was proposed; the pair is never proposed again, another may be."""
    fresh = locked(coverage.pk)
    if not can_decide(actor, fresh):
        raise NotAllowed(_("是否重复由登记单位的上级审核员决定。"))
    if fresh.proposed is None:
        raise Conflict(_("这条报道没有待定的重复提示。请刷新查看。"), code="not_proposed")
    other = fresh.proposed
    fresh.different.add(other)
    record("coverage.keep_apart", fresh, actor=actor, organisation_id=fresh.home_id, data={"other": other.pk})
    settle(fresh, actor=actor)
    return fresh
