"""An enterprise's logo: drawn anew, small, without anything that came along (E3)."""

from __future__ import annotations

import io
import warnings
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from skillweek.core.errors import DomainError

MAX_BYTES: Final = 5 * 1024 * 1024
_MAX_PIXELS: Final = 40_000_000
_SIDE: Final = 256
ACCEPT: Final = "image/png,image/jpeg,image/webp"


def draw(sent: UploadedFile[Any]) -> bytes:
    """A PNG of at most 256 × 256. Raises DomainError (``logo``) for what is too large or no picture."""
    if (sent.size or 0) > MAX_BYTES:
        raise DomainError(_("标志超过 5 MB，请缩小后再上传。"), field="logo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(sent.read()), formats=("PNG", "JPEG", "WEBP")) as picture:
                if picture.width * picture.height > _MAX_PIXELS:
                    raise DomainError(_("标志的像素太多，请缩小后再上传。"), field="logo")
                picture.load()
                small = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DomainError(_("标志请用 PNG、JPG 或 WebP 图片。"), field="logo") from error
    small.thumbnail((_SIDE, _SIDE))
    target = io.BytesIO()
    small.save(target, "PNG", optimize=True)
    return target.getvalue()
