"""The photos of a summary for a document, one at a time: the made copies, which carry no place (C11)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from django.core.files.storage import default_storage

from skillweek.summaries.material import shown_photos
from skillweek.summaries.models import Summary
from skillweek.uploads.models import Derivative

#: The beginning of every JPEG; then the markers of JFIF and Exif; then a JFIF segment without a unit.
_START: Final = b"\xff\xd8"
_MARKED: Final = (b"\xff\xe0", b"\xff\xe1")
_JFIF: Final = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


@dataclass(frozen=True)
class Picture:
    """A photo to be set: ``open`` gives its JPEG; width and height are pixels."""

    caption: str
    school: str
    derivative: Derivative

    def open(self) -> IO[bytes]:
        """The JPEG in memory, at its beginning, with the JFIF mark that python-docx needs and libvips leaves out."""
        with default_storage.open(self.derivative.key, "rb") as stream:
            data: bytes = stream.read()
        if data[:2] == _START and data[2:4] not in _MARKED:
            data = _START + _JFIF + data[2:]
        return io.BytesIO(data)


def pictures_of(summary: Summary) -> Iterator[Picture]:
    """The chosen photos in their order, without those whose copy is not made or whose report is accepted no more."""
    photos = list(shown_photos(summary))
    made = Derivative.objects.filter(file__in=[photo.item.file_id for photo in photos], role=Derivative.Role.LARGE)
    by_file = {derivative.file_id: derivative for derivative in made}
    for photo in photos:
        file_id = photo.item.file_id
        derivative = by_file.get(file_id) if file_id else None
        if derivative is not None:
            yield Picture(photo.caption, photo.item.report.organisation.name, derivative)
