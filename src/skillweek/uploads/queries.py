"""Reads across stored files: where the same or a nearly equal file was handed in (C14). Evidence, never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from skillweek.uploads.models import HashBand, StoredFile
from skillweek.uploads.phash_bands import MAX_DISTANCE, distance, probes, unsigned


@dataclass(frozen=True)
class Lookalike:
    """Another file like the one asked about. ``exact``: the same bytes; else ``distance`` of 64 hash bits differ."""

    file: StoredFile
    exact: bool
    distance: int


def lookalikes(file: StoredFile, limit: int = 20) -> list[Lookalike]:
    """Files of the edition that are the same as ``file`` or look like it, the most alike first, whoever sent them."""
    return lookalikes_of([file], limit)[file.pk]


def lookalikes_of(files: Sequence[StoredFile], limit: int = 20) -> dict[UUID, list[Lookalike]]:
    """The same for several files, in at most three queries for each edition among them. Maps file id → lookalikes."""
    result: dict[UUID, list[Lookalike]] = {file.pk: [] for file in files}
    by_edition: dict[int, list[StoredFile]] = {}
    for file in files:
        by_edition.setdefault(file.edition_id, []).append(file)
    for edition_id, group in by_edition.items():
        hits = _pairs(edition_id, group)
        ids = {other for pair in hits.values() for other in pair}
        found = StoredFile.objects.select_related("organisation").in_bulk(list(ids)) if ids else {}
        for file_id, pair in hits.items():
            alike = [Lookalike(found[other], *how) for other, how in pair.items() if other in found]
            alike.sort(key=lambda hit: (not hit.exact, hit.distance, hit.file.created_at, str(hit.file.pk)))
            result[file_id] = alike[:limit]
    return result


def _pairs(edition_id: int, files: Sequence[StoredFile]) -> dict[UUID, dict[UUID, tuple[bool, int]]]:
    """Map file id → other file id → (exact, distance)."""
    live = StoredFile.objects.filter(edition_id=edition_id, released_at=None, guest_key="")
    pairs: dict[UUID, dict[UUID, tuple[bool, int]]] = {file.pk: {} for file in files}
    hashed = [file for file in files if file.phash is not None]
    if hashed:
        wanted = {probe for file in hashed for probe in probes(unsigned(file.phash or 0))}
        near = HashBand.objects.filter(edition_id=edition_id, band__in=wanted).values("file_id")
        for other, value in live.filter(pk__in=near, phash__isnull=False).values_list("pk", "phash"):
            for file in hashed:
                bits = distance(file.phash or 0, value or 0)
                if other != file.pk and bits <= MAX_DISTANCE:
                    pairs[file.pk][other] = (False, bits)
    sums = {file.sha256 for file in files if file.sha256}
    if sums:
        for other, sha256 in live.filter(sha256__in=sums).values_list("pk", "sha256"):
            for file in files:
                if other != file.pk and sha256 == file.sha256:
                    pairs[file.pk][other] = (True, 0)
    return pairs
