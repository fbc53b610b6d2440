"""What a picture carries beside its pixels, read by structure: three letters turn up by chance in compressed data."""

from __future__ import annotations

import pyvips


def metadata_of(data: bytes) -> list[str]:
    """The kinds of metadata in a picture, such as ``["exif-data", "xmp-data"]``; empty when it is only pixels."""
    kinds = ("exif", "xmp", "icc", "iptc")
    fields = pyvips.Image.new_from_buffer(data, "").get_fields()
    return [name for name in fields if name.startswith(kinds)]
