"""From stored rich text to what a reader's browser gets: pictures in the right size, videos, downloads (D6).

Every picture reserves its space (width and height), loads late, and offers AVIF, WebP and JPEG. What is not there, not
ready or not for this reader is left out with its frame, so a text never shows a broken picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import lxml.html
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from skillweek.content.access import assets_visible_to
from skillweek.content.html import asset_ids, sanitise
from skillweek.content.models import Asset, Rendition
from skillweek.uploads.models import StoredFile

_TYPES: Final = (("avif", "image/avif"), ("webp", "image/webp"))
#: What a picture in a column of text takes of the screen.
TEXT_SIZES: Final = "(min-width: 50rem) 46rem, 100vw"
GALLERY_SIZES: Final = "(min-width: 50rem) 15rem, 50vw"
#: From this width on a picture opens large when tapped.
_ZOOM: Final = 900
_EMPTY: Final = re.compile(r"<p>\s*</p>")


def assets_of(html: str, user: Any = None) -> dict[UUID, Asset]:
    """The assets that a text shows to this reader, by id: public ones, and those visible to ``user``."""
    ids = asset_ids(html)
    if not ids:
        return {}
    rows = Asset.objects.filter(pk__in=ids).select_related("file").prefetch_related("renditions", "file__derivatives")
    found = {row.pk: row for row in rows}
    hidden = [pk for pk, row in found.items() if not row.is_public]
    if hidden:
        mine: set[UUID] = set()
        if getattr(user, "is_authenticated", False):
            mine = set(assets_visible_to(user).filter(pk__in=hidden).values_list("pk", flat=True))
        for pk in hidden:
            if pk not in mine:
                del found[pk]
    return found


def render_rich_text(html: str, user: Any = None) -> SafeString:
    """The text as HTML for this reader. A SafeString (from ``compare``) is trusted, anything else sanitised again."""
    clean = html if isinstance(html, SafeString) else sanitise(html)
    if "data-asset" in clean:
        clean = _resolved(clean, assets_of(clean, user))
    return mark_safe(_tables(clean))  # sanitised above; what was put in is escaped


def _resolved(html: str, assets: Mapping[UUID, Asset]) -> str:
    root = lxml.html.fragment_fromstring(f"<div>{html}</div>")
    places: dict[str, str] = {}
    for figure in list(root.iter("figure")):
        _place(figure, _figure(figure, assets), places)
    for link in list(root.iter("a")):
        if (pk := _id(link)) is not None:
            asset = assets.get(pk)
            if asset is None:
                link.drop_tag()
            else:
                _place(link, _download(asset, link.text_content()), places)
    text: str = lxml.html.tostring(root, encoding="unicode").removeprefix("<div>").removesuffix("</div>")
    for marker, content in places.items():
        text = text.replace(marker, content)
    return _EMPTY.sub("", text)


def _place(element: Any, content: str, places: dict[str, str]) -> None:
    """Put a marker where the element was; the markup replaces it at the end and is not parsed once more."""
    marker = f"\ue000{len(places)}\ue001"
    places[marker] = content
    element.clear(keep_tail=True)
    element.tag = "span"
    element.text = marker
    element.drop_tag()


def _id(element: Any) -> UUID | None:
    try:
        return UUID(element.get("data-asset", ""))
    except ValueError:
        return None


def _figure(figure: Any, assets: Mapping[UUID, Asset]) -> str:
    caption = figure.find("figcaption")
    words = caption.text_content().strip() if caption is not None else ""
    shown: list[tuple[Any, Asset]] = []
    for one in figure.iter("img", "video"):
        pk = _id(one)
        if pk is not None and (asset := assets.get(pk)) is not None:
            shown.append((one, asset))
    if not shown:
        return ""
    below = format_html("<figcaption>{}</figcaption>", words) if words else ""
    if shown[0][0].tag == "video":
        return format_html('<figure class="rt-video">{}{}</figure>', video(shown[0][1]), below)
    many = len(shown) > 1
    pieces = [_zoomable(asset, one.get("alt") or asset.alt, words, many=many) for one, asset in shown]
    inside = format_html_join("", "{}", ((piece,) for piece in pieces))
    if many:
        inside = format_html('<div class="rt-row">{}</div>', inside)
    return format_html('<figure class="{}">{}{}</figure>', "rt-gallery" if many else "rt-picture", inside, below)


def zoomable(asset: Asset, *, alt: str = "", caption: str = "") -> SafeString:
    """A picture of a gallery that opens large, with its caption; its page loads ``rich-text-view``."""
    return _zoomable(asset, alt or asset.alt, caption, many=True)


def _zoomable(asset: Asset, alt: str, caption: str, *, many: bool) -> SafeString:
    inside = picture(asset, alt=alt, sizes=GALLERY_SIZES if many else TEXT_SIZES)
    large = _largest(asset)
    if large is None or (large.width < _ZOOM and not many):
        return inside
    return format_html(
        '<a class="rt-zoom" data-shot href="{}" data-pswp-width="{}" data-pswp-height="{}" data-caption="{}">{}</a>',
        rendition_url(large), large.width, large.height, caption or alt, inside,
    )  # fmt: skip


def _renditions(asset: Asset, kind: str) -> list[Rendition]:
    return sorted((row for row in asset.renditions.all() if row.format == kind), key=lambda row: row.width)


def _largest(asset: Asset) -> Rendition | None:
    rows = _renditions(asset, Rendition.Format.JPEG)
    return rows[-1] if rows else None


def rendition_url(row: Rendition) -> str:
    """The address of one public copy."""
    return reverse("content_media:rendition", args=[row.asset_id, row.width, row.format])


def picture(asset: Asset, *, alt: str = "", sizes: str = TEXT_SIZES, css: str = "", eager: bool = False) -> SafeString:
    """A ``<picture>`` of the asset; while its copies are being made the large view, and nothing before that."""
    words = alt or asset.alt
    loading = format_html(' fetchpriority="{}"', "high") if eager else format_html(' loading="{}"', "lazy")
    jpegs = _renditions(asset, Rendition.Format.JPEG)
    if not jpegs:
        return _waiting(asset, words, css, loading)
    sources = [(kind, mime, rows) for kind, mime in _TYPES if (rows := _renditions(asset, kind))]
    inside = format_html_join(
        "", '<source type="{}" srcset="{}" sizes="{}">', ((mime, _srcset(rows), sizes) for _kind, mime, rows in sources)
    )
    middle = next((row for row in jpegs if row.width >= 900), jpegs[-1])
    return format_html(
        '<picture>{}<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" class="{}"{} '
        'decoding="async"></picture>',
        inside, rendition_url(middle), _srcset(jpegs), sizes, jpegs[-1].width, jpegs[-1].height, words, css, loading,
    )  # fmt: skip


def _srcset(rows: Iterable[Rendition]) -> str:
    return ", ".join(f"{rendition_url(row)} {row.width}w" for row in rows)


def _waiting(asset: Asset, alt: str, css: str, loading: SafeString) -> SafeString:
    large = next((row for row in asset.file.derivatives.all() if row.role == "large"), None)
    if large is None:
        return format_html('<span class="rt-waiting {}">{}</span>', css, _("图片正在处理，稍后刷新即可看到。"))
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" class="{}"{} decoding="async">',
        reverse("content_media:derivative", args=[asset.pk, "large"]), large.width, large.height, alt, css, loading,
    )  # fmt: skip


def thumb_url(asset: Asset) -> str:
    """A small JPEG of a picture or video for lists; empty while there is none."""
    jpegs = _renditions(asset, Rendition.Format.JPEG)
    if jpegs:
        return rendition_url(jpegs[0])
    roles = {row.role for row in asset.file.derivatives.all()}
    return reverse("content_media:derivative", args=[asset.pk, "thumb"]) if "thumb" in roles else ""


def video(asset: Asset) -> SafeString:
    """A ``<video>`` with controls and a still; nothing is loaded before it is played."""
    copy = next(iter(_renditions(asset, Rendition.Format.MP4)), None)
    if copy is None:
        return format_html('<span class="rt-waiting">{}</span>', _("视频正在处理，稍后刷新即可看到。"))
    roles = {row.role for row in asset.file.derivatives.all()}
    poster = reverse("content_media:derivative", args=[asset.pk, "poster"]) if "poster" in roles else ""
    return format_html(
        '<video src="{}" controls playsinline preload="none" width="{}" height="{}"{} aria-label="{}"></video>',
        rendition_url(copy), copy.width, copy.height,
        format_html(' poster="{}"', poster) if poster else "", asset.title or asset.alt or _("视频"),
    )  # fmt: skip


def asset_url(asset: Asset) -> str:
    """Where a reader downloads an attachment, plays a video, or sees a picture large; empty while there is nothing."""
    if asset.kind == Asset.Kind.ATTACHMENT:
        return reverse("content_media:attachment", args=[asset.pk]) if asset.file.state == "ready" else ""
    kind = Rendition.Format.MP4 if asset.kind == Asset.Kind.VIDEO else Rendition.Format.JPEG
    rows = _renditions(asset, kind)
    return rendition_url(rows[-1]) if rows else ""


def _download(asset: Asset, words: str) -> str:
    from skillweek.uploads.limits import readable

    if asset.kind != Asset.Kind.ATTACHMENT or asset.file.state == StoredFile.State.FAILED:
        return format_html("{}", words)
    if asset.file.state != StoredFile.State.READY:
        return format_html("{}（{}）", words, _("附件正在检查，稍后刷新即可下载"))
    return format_html(
        '<a class="rt-file" href="{}">{} <span class="rt-size">（{}）</span></a>',
        asset_url(asset), words or str(asset), readable(asset.file.size),
    )  # fmt: skip


def _tables(html: str) -> str:
    """Wide tables scroll in a frame of their own instead of widening the page."""
    if "<table" not in html:
        return html
    opening = format_html('<div class="rt-table" tabindex="0" role="region" aria-label="{}"><table>', _("表格"))
    # Tables within tables stay as they are: only frames of the outermost are needed.
    out, depth = [], 0
    for piece in re.split(r"(<table>|</table>)", html):
        if piece == "<table>":
            out.append(opening if depth == 0 else piece)
            depth += 1
        elif piece == "</table>":
            depth -= 1
            out.append("</table></div>" if depth == 0 else piece)
        else:
            out.append(piece)
    return "".join(out)
