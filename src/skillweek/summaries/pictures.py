"""The photos of a summary for a document, one at a time: the made copies, which carry no place (C11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.storage import default_storage

from skillweek.summaries.models import Summary
from skillweek.uploads.models import Derivative


@dataclass(frozen=True)
class Picture:
    """A photo to be set: ``open`` gives its JPEG; width and height are pixels."""

    caption: str
    school: str
    derivative: Derivative

    def open(self) -> IO[Any]:
        """The JPEG, from its beginning; the caller closes it."""
        stream: IO[Any] = default_storage.open(self.derivative.key, "rb")
        return stream


def pictures_of(summary: Summary) -> Iterator[Picture]:
    """The chosen photos in their order; one whose copy is not made is left out."""
    photos = summary.photos.select_related("item__report__organisation", "item__file")
    made = Derivative.objects.filter(file__in=[photo.item.file_id for photo in photos], role=Derivative.Role.LARGE)
    by_file = {derivative.file_id: derivative for derivative in made}
    for photo in photos:
        file_id = photo.item.file_id
        derivative = by_file.get(file_id) if file_id and photo.item.removed_at is None else None
        if derivative is not None:
            yield Picture(photo.caption, photo.item.report.organisation.name, derivative)
