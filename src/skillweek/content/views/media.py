"""What the public fetches: copies of pictures and videos, stills, attachments; never an original picture (D6).

Whoever may not see an asset finds nothing here, signed in or not. The address names the asset and the copy, whose bytes
never change, so browsers and proxies keep them for a year.
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from skillweek.content.access import may_open
from skillweek.content.intake import problem_of
from skillweek.content.models import Asset, Rendition
from skillweek.materials.sniff import FORMATS
from skillweek.uploads.models import StoredFile
from skillweek.uploads.views.serve import send

_MIME = {
    Rendition.Format.AVIF: "image/avif",
    Rendition.Format.WEBP: "image/webp",
    Rendition.Format.JPEG: "image/jpeg",
    Rendition.Format.MP4: "video/mp4",
}


@require_safe
def rendition(request: HttpRequest, pk: UUID, width: int, kind: str) -> HttpResponseBase:
    """A copy of a picture in one width and format, or of a video (by ranges)."""
    row = get_object_or_404(
        Rendition.objects.select_related("asset", "asset__organisation"), asset_id=pk, width=width, format=kind
    )
    asset = _open(request, row.asset)
    return send(
        request, row.key, content_type=_MIME[Rendition.Format(kind)], name=f"{pk}.{kind}", inline=True,
        tag=f"{row.pk}-{row.size}", public=asset.is_public,
    )  # fmt: skip


@require_safe
def derivative(request: HttpRequest, pk: UUID, role: str) -> HttpResponseBase:
    """A video's still, or the view of a picture whose copies are being made; neither carries metadata."""
    asset = _open(request, get_object_or_404(Asset.objects.select_related("file", "organisation"), pk=pk))
    row = get_object_or_404(asset.file.derivatives.all(), role=role)
    return send(
        request, row.key, content_type="image/jpeg", name=f"{role}.jpg", inline=True, tag=f"{row.pk}-{row.size}",
        public=asset.is_public,
    )  # fmt: skip


@require_safe
def attachment(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """An attachment under its own name, once it has been checked; always a download, never a page of this site."""
    rows = Asset.objects.select_related("file", "organisation").filter(kind=Asset.Kind.ATTACHMENT)
    asset = _open(request, get_object_or_404(rows, pk=pk))
    if asset.file.state != StoredFile.State.READY or problem_of(asset.file, asset.kind):
        raise Http404
    known = FORMATS.get(str(asset.file.facts.get("format", "")))
    is_pdf = known is not None and known.name == "pdf"
    return send(
        request, asset.file.key, content_type="application/pdf" if is_pdf else "application/octet-stream",
        name=download_name(asset), inline=False, tag=str(asset.pk), public=asset.is_public,
    )  # fmt: skip


def download_name(asset: Asset) -> str:
    """The name under which a reader keeps an attachment: its title with the file's own ending."""
    stem, dot, ending = asset.file.name.rpartition(".")
    if not dot:
        return asset.title or asset.file.name
    title = asset.title or stem
    return title if title.lower().endswith(f".{ending.lower()}") else f"{title}.{ending}"


def _open(request: HttpRequest, asset: Asset) -> Asset:
    if not may_open(request.user if not asset.is_public else None, asset):
        raise Http404
    return asset
