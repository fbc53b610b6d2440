"""Which files become assets, and what they must be: types by content, sizes, and what is wrong with them (D6)."""

from __future__ import annotations

from typing import Any, Final, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillweek.content.access import can_add_assets, is_open
from skillweek.content.models import Asset
from skillweek.core.audit import record
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.materials.sniff import FORMATS, claimed_format
from skillweek.uploads.domain import retain_file
from skillweek.uploads.limits import MIB, TooBig, readable
from skillweek.uploads.models import StoredFile, Upload

_K = Asset.Kind
#: The formats, by content, that each kind may be. Pictures: what every decoder here reads; videos: what phones play.
FORMATS_OF: Final[dict[str, frozenset[str]]] = {
    _K.PICTURE: frozenset({"jpeg", "png", "webp", "heic", "avif", "gif"}),
    _K.VIDEO: frozenset({"mp4"}),
    _K.ATTACHMENT: frozenset(
        {"pdf", "docx", "doc", "xlsx", "pptx", "rtf", "txt", "zip", "rar", "7z", "mp3", "m4a"}
    ),
}  # fmt: skip
#: Endings for the file field. Documents of WPS (wps, et, dps, ofd) are known by their content.
ACCEPT: Final[dict[str, str]] = {
    _K.PICTURE: ".jpg,.jpeg,.png,.webp,.heic,.heif,.avif,.gif,image/jpeg,image/png,image/webp",
    _K.VIDEO: ".mp4,.m4v,video/mp4",
    _K.ATTACHMENT: ".pdf,.doc,.docx,.wps,.xls,.xlsx,.et,.ppt,.pptx,.dps,.ofd,.rtf,.txt,.csv,.zip,.rar,.7z,.mp3,.m4a",
}
_PICTURE_BYTES: Final = 40 * MIB
_ATTACHMENT_BYTES: Final = 100 * MIB
#: Endings that would run or mislead where they are opened, whatever the content looks like.
_NEVER: Final = frozenset(
    {"exe", "bat", "cmd", "com", "scr", "msi", "js", "vbs", "ps1", "sh", "jar", "apk", "hta", "lnk", "html", "htm",
     "svg", "xhtml", "mht", "docm", "xlsm", "pptm"}
)  # fmt: skip
#: What is wrong with any picture as a picture; the rest of the rules is about daily reports.
_BROKEN: Final = frozenset({"file.empty", "file.virus", "photo.truncated", "photo.damaged", "photo.pixels"})


class Purpose(BaseModel):
    """What an editor's page says an upload is for: ``{"content": {"kind": "picture"}, "client_id": "…"}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["picture", "video", "attachment"]
    title: str = Field(default="", max_length=200)
    alt: str = Field(default="", max_length=200)


def limits_of(edition: Edition) -> dict[str, int]:
    """The largest file of each kind in bytes; a video is held to the edition's own limit."""
    return {
        str(_K.PICTURE): _PICTURE_BYTES,
        str(_K.VIDEO): edition.material_rules.video.max_bytes,
        str(_K.ATTACHMENT): _ATTACHMENT_BYTES,
    }


def may_upload(*, user: Any, edition: Any, organisation: Any, kind: str, size: int, purpose: Any, **_more: Any) -> bool:
    """Receiver of ``upload_requested``: True for a file that this person may add to the organisation's library."""
    if (wanted := _purpose(purpose)) is None:
        return False
    if kind != StoredFile.Kind.OTHER:
        raise DomainError(_("文件的种类与所在的栏目不符。请刷新页面后再试。"), field="kind")
    if not can_add_assets(user, organisation):
        raise NotAllowed(_("您不是“%(name)s”的人员，不能往它的素材库添加文件。") % {"name": organisation})
    if not is_open(edition):
        raise DomainError(_("“%(name)s”已归档，不能再添加文件。") % {"name": edition}, code="edition_closed")
    limit = limits_of(edition)[wanted.kind]
    if size > limit:
        text = _("这个文件有 %(size)s，%(kind)s最大 %(limit)s。请压缩后再上传。")
        label = _K(wanted.kind).label
        raise TooBig(text % {"size": readable(size), "kind": label, "limit": readable(limit)}, field="size")
    return True


def take_file(*, upload: Upload, file: StoredFile, **_more: Any) -> None:
    """Receiver of ``upload_completed``: the file becomes an asset with the same id. Refuses what is no such file."""
    wanted = _purpose(upload.purpose)
    if wanted is None:
        return
    if problem := problem_of(file, wanted.kind):
        raise DomainError(problem, code="wrong_file")
    add_asset(file, kind=wanted.kind, title=wanted.title, alt=wanted.alt, actor=upload.user)


def add_asset(file: StoredFile, *, kind: str, title: str = "", alt: str = "", actor: Any = None) -> Asset:
    """Make the stored file an asset of its organisation and return it; the same file again gives the same asset.

    The file may serve a report as well (``uploads.signals.file_releasing``); one let go of is kept from now on.
    Raises DomainError when the file is not of that kind.
    """
    if problem := problem_of(file, kind):
        raise DomainError(problem, code="wrong_file")
    asset, made = Asset.objects.get_or_create(
        pk=file.pk,
        defaults={
            "edition": file.edition, "organisation": file.organisation, "file": file, "kind": kind,
            "title": title or (file.name.rpartition(".")[0] or file.name)[:200] if kind != _K.PICTURE else title,
            "alt": alt, "added_by": actor,
            "width": int(file.facts.get("width") or 0), "height": int(file.facts.get("height") or 0),
        },
    )  # fmt: skip
    if made:
        retain_file(file, actor=actor)
        record("asset.add", asset, actor=actor, organisation_id=asset.organisation_id, data={"kind": kind})
        if file.state == StoredFile.State.READY:
            judged(file=file)
    return asset


def judged(*, file: StoredFile, **_more: Any) -> None:
    """Receiver of ``file_checked``: the asset learns its size, and its public copies are made."""
    from skillweek.content.tasks import make_renditions

    asset = Asset.objects.filter(pk=file.pk).first()
    if asset is None:
        return
    width, height = int(file.facts.get("width") or 0), int(file.facts.get("height") or 0)
    if (asset.width, asset.height) != (width, height):
        asset.width, asset.height = width, height
        asset.save(update_fields=["width", "height", "updated_at"])
    if asset.kind != _K.ATTACHMENT and file.state == StoredFile.State.READY and not problem_of(file, asset.kind):
        make_renditions.enqueue(str(asset.pk))


def problem_of(file: StoredFile, kind: str) -> str:
    """Why the file cannot be used as this kind, with what to do; empty when it can, or when that is open."""
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    if ending in _NEVER:
        text = _("《%(name)s》是可以运行的文件或网页，不能上传。请改用 PDF、Word 等文档，图片请用 JPG 或 PNG。")
        return text % {"name": file.name}
    for finding in file.findings:
        if finding.get("code") in _BROKEN:
            return _sentence(finding) or _unusable(file)
    found = str(file.facts.get("format", "")) or claimed_format(file.name)
    if found and found not in FORMATS_OF[kind]:
        return _wrong_format(file.name, found, kind)
    if kind == _K.PICTURE and file.state == StoredFile.State.READY and not file.facts.get("decodable"):
        return _("图片《%(name)s》打不开，可能没有传完整。请重新导出后再上传。") % {"name": file.name}
    if kind == _K.VIDEO and file.state == StoredFile.State.READY and not file.facts.get("has_video"):
        return _("视频《%(name)s》里没有画面。请检查后重新导出为 mp4。") % {"name": file.name}
    if file.state == StoredFile.State.FAILED:
        return _unusable(file)
    return ""


def _unusable(file: StoredFile) -> str:
    return _("文件《%(name)s》没能通过检查。请重新导出后再上传。") % {"name": file.name}


def _wrong_format(name: str, found: str, kind: str) -> str:
    known = FORMATS.get(found)
    english = (get_language() or "").startswith("en")
    label = "" if known is None else known.label_en if english else known.label
    said = {"name": name, "found": label or found}
    if kind == _K.PICTURE:
        return _("《%(name)s》实际是%(found)s，不能作为图片。请用 JPG、PNG 或 WebP 图片。") % said
    if kind == _K.VIDEO:
        return _("《%(name)s》实际是%(found)s，不能作为视频播放。请用手机或剪辑软件导出为 mp4。") % said
    if known is not None and found in FORMATS_OF[_K.PICTURE] | FORMATS_OF[_K.VIDEO]:
        return _("《%(name)s》是%(found)s，请用“插入图片”或“插入视频”添加，不必作为附件。") % said
    return _("《%(name)s》实际是%(found)s，不能作为附件。请用 PDF、Word、Excel、PPT 或 ZIP 文件。") % said


def _sentence(finding: dict[str, Any]) -> str:
    suffix = "_en" if (get_language() or "").startswith("en") else ""
    return f"{finding.get(f'message{suffix}', '')}{finding.get(f'todo{suffix}', '')}"


def _purpose(data: dict[str, Any]) -> Purpose | None:
    """The purpose, or None when it is not this room's. Raises DomainError for a malformed one of ours."""
    if "content" not in data:
        return None
    try:
        purpose = Purpose.model_validate(data["content"])
    except ValidationError as error:
        raise DomainError(_("不知道这个文件用在哪里。请刷新页面后再试。"), field="purpose") from error
    if set(data) - {"content", "client_id"}:
        raise DomainError(_("不知道这个文件用在哪里。请刷新页面后再试。"), field="purpose")
    return purpose
