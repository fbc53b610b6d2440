"""Writing works: the draft, deleting one that nobody saw (B11)."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.domain import hide_assets
from skillweek.content.reviewing import locked, must_write
from skillweek.core.audit import record
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.online import exhibits, tour_shape
from skillweek.online.domain.completeness import must_be_sound_room
from skillweek.online.domain.copies import erase_copies
from skillweek.online.links import rules_of
from skillweek.online.models import Hall, LiveRoom, Tour, Work
from skillweek.organisations.access import can_write_for
from skillweek.uploads.domain import release_file

W = TypeVar("W", bound=Work)
INTRO: Final = 2000
CAPTION: Final = 300
MAX_EXHIBITS: Final = 200


@transaction.atomic
def save_work(work: W, changes: dict[str, Any], *, actor: Any, expected_revision: int | None = None) -> W:
    """Save the draft, of a new work too; return it.

    Raises NotAllowed, Conflict (somebody else saved; ``details`` as ``editorial.save_draft``), DomainError with the
    field that is wrong.
    """
    is_new = work.pk is None
    if is_new:
        must_be_open(work.edition)
        if not can_write_for(actor, work.organisation):
            raise NotAllowed(_("您不能为“%(name)s”做线上内容。") % {"name": work.organisation})
    else:
        work = locked(work)
        must_write(work, actor)
    content = _sound(work, changes)
    editorial.save_draft(work, content, actor=actor, expected_revision=expected_revision)
    if is_new:
        record(f"online.{work.kind}_make", work, actor=actor, organisation_id=work.organisation_id)
    return work


def _sound(work: Work, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as they may be kept. Raises DomainError."""
    content = dict(changes)
    if "intro" in content:
        content["intro"] = str(content["intro"] or "").replace("\0", "").strip()
        if len(content["intro"]) > INTRO:
            raise DomainError(_("介绍最多 %(limit)d 字。请精简。") % {"limit": INTRO}, field="intro")
    if isinstance(work, Tour) and "scenes" in content:
        content["scenes"] = _scenes(work, content["scenes"])
    if isinstance(work, LiveRoom):
        must_be_sound_room(work, {**work.draft, **content})
    if isinstance(work, Hall) and "exhibits" in content:
        content["exhibits"] = _exhibits(content["exhibits"])
    return content


def _scenes(tour: Tour, scenes: Any) -> list[dict[str, Any]]:
    found = tour_shape.read(scenes)
    limit = rules_of(tour.edition).max_scenes
    if len(found) > limit:
        raise DomainError(_("一个导览最多 %(limit)d 个场景。") % {"limit": limit}, field="scenes")
    own = {str(pk) for pk in tour.panoramas.values_list("pk", flat=True)} if tour.pk else set()
    if any(scene["panorama"] not in own for scene in found):
        raise DomainError(_("有的全景图已不在这个导览里。请刷新页面后再试。"), field="scenes")
    return found


def _exhibits(rows: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for row in rows if isinstance(rows, list) else []:
        kind, ref = str(row.get("kind") or ""), str(row.get("ref") or "")
        if exhibits.kind_of(kind) is None or not 0 < len(ref) <= 64:
            raise DomainError(_("有的展品不能识别。请重新选择。"), field="exhibits")
        caption = " ".join(str(row.get("caption") or "").replace("\0", "").split())
        if len(caption) > CAPTION:
            raise DomainError(_("展品说明最多 %(limit)d 字。") % {"limit": CAPTION}, field="exhibits")
        if all((one["kind"], one["ref"]) != (kind, ref) for one in found):
            found.append({"kind": kind, "ref": ref, "caption": caption})
    if len(found) > MAX_EXHIBITS:
        raise DomainError(_("一个展厅最多 %(limit)d 件展品。") % {"limit": MAX_EXHIBITS}, field="exhibits")
    return found


@transaction.atomic
def delete_work(work: Work, *, actor: Any) -> None:
    """Delete a work that was never public. Raises Conflict for others, and NotAllowed."""
    row = locked(work)
    must_write(row, actor)
    if row.published_at is not None:
        raise Conflict(_("发布过的内容不能删除，只能撤下，以便查到当时发布了什么。"), code="was_public")
    record(f"online.{row.kind}_delete", row, actor=actor, organisation_id=row.organisation_id)
    hide_assets(owner=row, drafts_too=True)
    rows = list(row.panoramas.select_related("file")) if isinstance(row, Tour) else []
    files = [one.file for one in rows]
    erase_copies(rows)
    row.delete()
    for file in files:
        release_file(file, actor=actor)
