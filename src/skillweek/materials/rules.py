"""The limits that material is judged by: an edition's ``material-rules.toml`` as typed data (A4, C2–C5).

No limit of any notice stands here, only the shape of the limits. Sizes are in bytes, lengths in
pixels, durations in seconds, 字数 in Word's count.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PhotoFormat(StrEnum):
    """Picture formats that the judge can tell apart by content."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"


class CoverageLevel(StrEnum):
    """How far a medium reaches. The order is from the widest down."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    DISTRICT = "district"
    SCHOOL = "school"


class ManuscriptRules(_Rules):
    """C2. ``min_words``–``max_words`` is fine; up to ``tolerance`` beyond is a warning; past that an error."""

    min_words: Annotated[int, Field(ge=0)]
    max_words: Annotated[int, Field(gt=0)]
    tolerance: Annotated[float, Field(ge=0, le=1)]
    #: Names of media whose mention suggests a quotation.
    outlets: tuple[str, ...] = ()
    #: A quotation at least this long counts as quoting; 0 switches the check off.
    quotation_words: Annotated[int, Field(ge=0)] = 60
    #: C14. A passage that two texts share has at least so many equal characters, punctuation left out.
    passage_words: Annotated[int, Field(ge=10)] = 30
    #: So many equal characters with a medium's report want a source; 0 switches the check off.
    coverage_words: Annotated[int, Field(ge=0)] = 60
    #: So great a share of a manuscript in another's is said to the school and its reviewer; 1 only for a whole copy.
    overlap_share: Annotated[float, Field(gt=0, le=1)] = 0.2

    @model_validator(mode="after")
    def _order(self) -> ManuscriptRules:
        if self.min_words > self.max_words:
            raise ValueError("min_words must not be above max_words")
        return self


class PhotoRules(_Rules):
    """C3. ``min_width`` is as displayed, that is after EXIF orientation."""

    formats: Annotated[tuple[PhotoFormat, ...], Field(min_length=1)]
    min_width: Annotated[int, Field(gt=0)]
    min_bytes: Annotated[int, Field(ge=0)]
    #: Above this many pixels a picture is refused unread (decompression bomb).
    max_pixels: Annotated[int, Field(gt=0)] = 200_000_000
    max_bytes: Annotated[int, Field(gt=0)] = 60 * 1024 * 1024
    caption_required: bool = True
    #: C14. Detail below this looks enlarged (see ``detail.fineness``); 0 switches the check off.
    min_fineness: Annotated[float, Field(ge=0, le=0.5)] = 0.2
    #: C14. Whether the camera's date must lie in the week.
    taken_in_week: bool = True


class VideoRules(_Rules):
    """C4. ``min_short_side`` is after rotation; ``advised_*`` is the size the notice recommends."""

    max_bytes: Annotated[int, Field(gt=0)]
    min_short_side: Annotated[int, Field(gt=0)]
    advised_width: Annotated[int, Field(gt=0)]
    advised_height: Annotated[int, Field(gt=0)]
    #: ISO-BMFF sample entry codes that phones play, e.g. ``avc1``.
    codecs: Annotated[tuple[str, ...], Field(min_length=1)]


class CoverageRules(_Rules):
    """C5. Levels that count, and what must come with each piece of coverage."""

    levels: Annotated[tuple[CoverageLevel, ...], Field(min_length=1)]
    scan_required: bool = True
    photo_required: bool = True
    text_required: bool = True
    scan_formats: tuple[str, ...] = ("jpeg", "png", "pdf")


class MaterialRules(_Rules):
    """All material rules of one edition."""

    #: How the notice's wording was read where it leaves room, shown beside the limits.
    readings: dict[str, str] = {}
    manuscript: ManuscriptRules
    photo: PhotoRules
    video: VideoRules
    coverage: CoverageRules
