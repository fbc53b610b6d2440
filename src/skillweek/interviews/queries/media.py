"""Pictures and films that an interview's content names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from skillweek.content.models import Asset, Rendition
from skillweek.publicity.queries.stories import assets_by_id


def asset_named(value: Any, *, public: bool = True) -> Asset | None:
    """The asset with this id, ready to be shown; None for others, and for hidden ones unless ``public=False``."""
    try:
        pk = UUID(str(value or ""))
    except ValueError:
        return None
    rows = Asset.objects.select_related("file", "organisation", "edition")
    found = rows.prefetch_related("renditions", "file__derivatives").filter(pk=pk)
    return (found.filter(is_public=True) if public else found).first()


def film_of(content: Mapping[str, Any], *, public: bool = True) -> Asset | None:
    """The film."""
    found = asset_named(content.get("video"), public=public)
    return found if found is not None and found.kind == Asset.Kind.VIDEO else None


def cover_of(content: Mapping[str, Any], *, public: bool = True) -> Asset | None:
    """The picture."""
    return asset_named(content.get("cover"), public=public)


def media_of_many(contents: Iterable[Mapping[str, Any]]) -> dict[str, Asset]:
    """The public pictures and films of many contents by their ids, in a constant number of queries."""
    return assets_by_id(str(content.get(name) or "") for content in contents for name in ("cover", "video"))


def film_copy(film: Asset | None) -> Rendition | None:
    """The film's public copy, once it has been made."""
    if film is None:
        return None
    return next((row for row in film.renditions.all() if row.format == Rendition.Format.MP4), None)


def poster_of(film: Asset | None) -> str:
    """Where the film's still is, empty while there is none."""
    if film is None or "poster" not in {row.role for row in film.file.derivatives.all()}:
        return ""
    return reverse("content_media:derivative", args=[film.pk, "poster"])
