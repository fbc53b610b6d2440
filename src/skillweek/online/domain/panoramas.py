"""Panoramas: asked for, taken in, judged, copied for the public, removed (B11, ADR 0216)."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError

from skillweek.content.reviewing import locked, must_write
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.online.domain.copies import erase_copies
from skillweek.online.links import rules_of
from skillweek.online.models import Panorama, PanoramaCopy, Tour
from skillweek.uploads import storage
from skillweek.uploads.domain import release_file
from skillweek.uploads.limits import MIB, TooBig, readable
from skillweek.uploads.models import StoredFile, Upload

log = logging.getLogger("skillweek.online")
_S = Panorama.State
#: A preview that is there at once, a phone's view, what nearly every phone's GPU holds, what a desktop's holds.
WIDTHS: Final = (1024, 2048, 4096, 8192)
#: How far from 2:1 a picture may be: stitching software crops a line or two.
TOLERANCE: Final = 0.01
_BROKEN: Final = frozenset({"file.empty", "file.virus", "photo.truncated", "photo.damaged", "photo.pixels"})
#: A panorama whose file was judged this long ago should have its copies.
_PATIENCE: Final = timedelta(minutes=15)
_GIVEN_UP: Final = timedelta(days=2)


class Purpose(BaseModel):
    """What the editor says an upload is for: ``{"panorama": {"tour": 12}, "client_id": "…"}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tour: int


def purpose_of(data: dict[str, Any]) -> Purpose | None:
    """The purpose, or None when it is not this room's. Raises DomainError for a malformed one of ours."""
    if "panorama" not in data:
        return None
    try:
        purpose = Purpose.model_validate(data["panorama"])
    except ValidationError:
        raise DomainError(_("不知道这个文件用在哪里。请刷新页面后再试。"), field="purpose") from None
    if set(data) - {"panorama", "client_id"} or not 0 < purpose.tour < 2**62:
        raise DomainError(_("不知道这个文件用在哪里。请刷新页面后再试。"), field="purpose")
    return purpose


def may_send(user: Any, *, edition: Any, organisation: Any, kind: str, size: int, purpose: Purpose) -> None:
    """Raise a DomainError unless this person may send such a file for this tour."""
    tour = Tour.objects.filter(pk=purpose.tour, edition=edition, organisation=organisation).first()
    if tour is None:
        raise DomainError(_("找不到这个导览。请刷新页面后再试。"), field="purpose")
    must_write(tour, user)
    if kind != StoredFile.Kind.OTHER:
        raise DomainError(_("文件的种类与所在的栏目不符。请刷新页面后再试。"), field="kind")
    limit = rules_of(tour.edition).max_megabytes * MIB
    if size > limit:
        text = _("这张全景图有 %(size)s，最大 %(limit)s。请用较高的压缩率重新导出。")
        raise TooBig(text % {"size": readable(size), "limit": readable(limit)}, field="size")


def take(upload: Upload, file: StoredFile, purpose: Purpose) -> Panorama:
    """The arrived file becomes a panorama of the tour. Raises DomainError for what is none; then nothing is kept."""
    tour = Tour.objects.select_related("edition", "organisation").get(pk=purpose.tour)
    if problem := problem_of(file, tour):
        raise DomainError(problem, code="wrong_file")
    made = Panorama.objects.create(
        pk=file.pk, tour=tour, file=file, width=_number(file, "width"), height=_number(file, "height")
    )
    record("online.panorama_add", made, actor=upload.user, organisation_id=tour.organisation_id, data={"tour": tour.pk})
    return made


def judged(file: StoredFile) -> None:
    """The file's full check ended: refuse the panorama, or have its copies made."""
    from skillweek.online.tasks import make_panorama

    row = Panorama.objects.select_related("tour__edition").filter(pk=file.pk).first()
    if row is None or row.state == _S.READY:
        return
    row.width, row.height = _number(file, "width"), _number(file, "height")
    row.problem = problem_of(file, row.tour)[:300]
    row.state = _S.REFUSED if row.problem else _S.WAITING
    row.save()
    if not row.problem and file.state == StoredFile.State.READY:
        transaction.on_commit(lambda: make_panorama.enqueue(str(row.pk)))


def problem_of(file: StoredFile, tour: Tour) -> str:
    """Why the file is no panorama for this tour, with what to do; empty when it is, or when that is open."""
    named = {"name": file.name}
    if any(finding.get("code") in _BROKEN for finding in file.findings) or file.state == StoredFile.State.FAILED:
        return _("《%(name)s》打不开或太大，可能没有传完整。请重新导出后再上传。") % named
    found = str(file.facts.get("format") or "")
    if found and found != "jpeg":
        return _("《%(name)s》不是 JPG 图片。请从全景软件导出 JPG。") % named
    width, height = _number(file, "width"), _number(file, "height")
    if width and height and abs(width / height - 2) > 2 * TOLERANCE:
        text = _("《%(name)s》是 %(width)d×%(height)d，全景图的宽要正好是高的两倍。请导出 360°×180° 的等距圆柱全景图。")
        return text % {**named, "width": width, "height": height}
    least = rules_of(tour.edition).min_width
    if width and width < least:
        text = _("《%(name)s》宽 %(width)d 像素，至少要 %(least)d 像素，否则看不清。请用原图。")
        return text % {**named, "width": width, "least": least}
    if file.state == StoredFile.State.READY and not file.facts.get("decodable"):
        return _("《%(name)s》打不开或太大，可能没有传完整。请重新导出后再上传。") % named
    return ""


def _number(file: StoredFile, name: str) -> int:
    return int(file.facts.get(name) or 0)


def widths_for(width: int) -> list[int]:
    """The widths of the copies of a picture of ``width``: the usual ones below it, and itself or the largest."""
    smaller = [usual for usual in WIDTHS if usual < width]
    return [*smaller, min(width - width % 2, WIDTHS[-1])] if width <= WIDTHS[-1] else [*WIDTHS]


def make_copies(panorama_id: UUID) -> int:
    """Make the copies that the panorama has not got yet; return how many. Safe to run twice and at once."""
    import pyvips

    row = Panorama.objects.select_related("file", "tour__edition").filter(pk=panorama_id).first()
    if row is None or row.state == _S.REFUSED or row.file.state != StoredFile.State.READY or not row.width:
        return 0
    wanted = dict.fromkeys(widths_for(row.width))
    missing = [width for width in wanted if width not in set(row.copies.values_list("width", flat=True))]
    try:
        with storage.local_copy(row.file.key) as (path, _digest), storage.temporary_folder() as folder:
            for width in missing:
                # Exactly 2:1, whatever a line too many there was: the sphere closes.
                image = pyvips.Image.thumbnail(str(path), width, height=width // 2, size="force", export_profile="srgb")
                target = folder / f"{width}.jpg"
                quality = 70 if width == WIDTHS[0] else 82
                image.jpegsave(str(target), Q=quality, keep="none", optimize_coding=True, interlace=width == WIDTHS[0])
                _keep(row, target, width)
    except pyvips.Error as error:
        log.warning("no copies of panorama %s: %s", row.pk, str(error).strip()[:300])
        problem = _("《%(name)s》打不开或太大，可能没有传完整。请重新导出后再上传。") % {"name": row.file.name}
        Panorama.objects.filter(pk=row.pk).update(state=_S.REFUSED, problem=problem[:300], updated_at=now())
        return 0
    Panorama.objects.filter(pk=row.pk).update(state=_S.READY, problem="", updated_at=now())
    return len(missing)


def _keep(row: Panorama, path: Any, width: int) -> None:
    key = f"panoramas/{row.tour.edition.slug}/{row.pk.hex[:2]}/{row.pk}-{width}.jpg"
    size = path.stat().st_size
    storage.put(path, key)
    with transaction.atomic():
        PanoramaCopy.objects.update_or_create(
            panorama=row, width=width, defaults={"height": width // 2, "key": key, "size": size}
        )


def make_lost_copies() -> int:
    """Queue again what a killed worker left without copies; return how many."""
    from skillweek.online.tasks import make_panorama

    lost = Panorama.objects.filter(
        state=_S.WAITING,
        file__state=StoredFile.State.READY,
        updated_at__lt=now() - _PATIENCE,
        created_at__gt=now() - _GIVEN_UP,
    )
    ids = list(lost.values_list("pk", flat=True)[:50])
    Panorama.objects.filter(pk__in=ids).update(updated_at=now())
    for pk in ids:
        make_panorama.enqueue(str(pk))
    return len(ids)


@transaction.atomic
def remove(panorama: Panorama, *, actor: Any) -> None:
    """Take a picture out of the tour that no scene shows, in the draft or in public. Raises Conflict, NotAllowed."""
    tour = locked(panorama.tour)
    must_write(tour, actor)
    row = Panorama.objects.select_for_update(of=("self",)).select_related("file").get(pk=panorama.pk)
    if str(row.pk) in shown_in(tour.draft) | shown_in(tour.live):
        raise Conflict(_("还有场景在用这张全景图。请先删除场景并保存，公开的场景要等新内容发布。"), code="in_use")
    record("online.panorama_remove", row, actor=actor, organisation_id=tour.organisation_id)
    erase_copies([row])
    file = row.file
    row.delete()
    release_file(file, actor=actor)


def shown_in(content: dict[str, Any]) -> set[str]:
    """Ids of the panoramas that a draft or public content shows."""
    return {str(scene.get("panorama")) for scene in content.get("scenes") or []}
