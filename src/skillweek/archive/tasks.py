"""After an import: make again what an archive does not hold. Safe to run twice; each run does a slice and asks for the
next, so that a large edition holds up no other task.
"""

from __future__ import annotations

import logging
from typing import Any, Final
from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError
from django_tasks import task

from skillweek.content.models import Asset
from skillweek.content.renditions import make_copies
from skillweek.online.models import Panorama
from skillweek.online.tasks import make_panorama
from skillweek.search.domain import put_all
from skillweek.search.sources import all_sources
from skillweek.similarity.domain import rebuild as put_texts_again
from skillweek.similarity.sources import all_kinds
from skillweek.uploads import storage
from skillweek.uploads.derive import derive
from skillweek.uploads.judging import verdict_on
from skillweek.uploads.models import Derivative, StoredFile

log = logging.getLogger("skillweek.archive")
_SLICE: Final = 20
_NO_ID: Final = "00000000-0000-0000-0000-000000000000"


@task(queue_name="default")
def rebuild(edition_id: int) -> None:
    """Feed the search and the comparison of texts, then queue thumbnails and public copies."""
    feed_search(edition_id)
    for kind in all_kinds():
        put_texts_again(kind)
    rebuild_thumbnails.enqueue(edition_id, _NO_ID)
    rebuild_copies.enqueue(edition_id, _NO_ID)
    rebuild_panoramas.enqueue(edition_id)


def feed_search(edition_id: int) -> int:
    """Make everything public of the edition findable; returns how many things."""
    return sum(
        put_all(entry for entry in source.entries() if entry.edition_id == edition_id) for source in all_sources()
    )


@task(queue_name="media")
def rebuild_thumbnails(edition_id: int, after: str) -> None:
    """Thumbnails and posters of the next files without any."""
    kinds = StoredFile.Kind
    shown = (kinds.PHOTO, kinds.VIDEO, kinds.COVERAGE, kinds.OTHER)
    files = list(
        StoredFile.objects.select_related("edition")
        .filter(edition=edition_id, pk__gt=UUID(after), state=StoredFile.State.READY, derivatives=None)
        .filter(kind__in=shown)
        .order_by("pk")[:_SLICE]
    )
    for file in files:
        try:
            make_thumbnails(file)
        except (OSError, ValueError, ClientError, BotoCoreError):
            log.exception("no thumbnails of %s", file.pk)
    if len(files) == _SLICE:
        rebuild_thumbnails.enqueue(edition_id, str(files[-1].pk))


def make_thumbnails(file: StoredFile) -> int:
    """Derive again what shows a file; its facts and findings stay as they are. Returns how many were made."""
    with storage.local_copy(file.key) as (path, _digest), storage.temporary_folder() as folder:
        verdict = verdict_on(path, edition=file.edition, kind=file.kind, name=file.name, full=False)
        if verdict.typed is None:
            return 0
        made = derive(path, verdict.typed, folder, file.edition.material_rules.photo.max_pixels)
        for one in made:
            values: dict[str, Any] = {"width": one.width, "height": one.height, "size": one.path.stat().st_size}
            values["key"] = storage.derivative_key(file.key, one.role)
            storage.put(one.path, values["key"])
            Derivative.objects.update_or_create(file=file, role=one.role, defaults=values)
    return len(made)


@task(queue_name="media")
def rebuild_copies(edition_id: int, after: str) -> None:
    """Public copies of the next assets without any."""
    assets = list(
        Asset.objects.filter(edition=edition_id, pk__gt=UUID(after), renditions=None)
        .exclude(kind=Asset.Kind.ATTACHMENT)
        .order_by("pk")[:_SLICE]
    )
    for asset in assets:
        try:
            make_copies(asset.pk)
        except (OSError, ClientError, BotoCoreError):
            log.exception("no copies of %s", asset.pk)
    if len(assets) == _SLICE:
        rebuild_copies.enqueue(edition_id, str(assets[-1].pk))


@task(queue_name="media")
def rebuild_panoramas(edition_id: int) -> None:
    """Queue the public copies of panoramas without any, one task for each: they are large."""
    for pk in Panorama.objects.filter(tour__edition=edition_id, copies=None).values_list("pk", flat=True):
        make_panorama.enqueue(str(pk))
