"""How large an upload may be, how much one school may keep, and what a file may be called (C6)."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.core.errors import DomainError, TooMuch
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.uploads.models import StoredFile, Upload

MIB: Final = 1024 * 1024
#: How far beyond the edition's limit a file is still taken in: a liaison may file it with a reason (C1), and the
#: judge says that it is too large. Beyond this it is no slip any more.
HEADROOM: Final = 2
#: For what the edition's rules give no limit.
_MANUSCRIPT_BYTES: Final = 50 * MIB
_SCAN_BYTES: Final = 100 * MIB
_OTHER_BYTES: Final = 4096 * MIB
#: So many unfinished uploads one school may have at a time.
MAX_OPEN: Final = 500
#: So many one guest may.
MAX_OPEN_GUEST: Final = 20
_NAME_LENGTH: Final = 200
_SUFFIX_LENGTH: Final = 12


class TooBig(DomainError):
    """The file is larger than anything of its kind may be."""

    status = 413
    code = "too_big"


def max_bytes(edition: Edition, kind: str) -> int:
    """The largest upload of ``kind`` (a ``StoredFile.Kind``) in bytes, by the edition's rules (C3, C4)."""
    rules = edition.material_rules
    match kind:
        case StoredFile.Kind.PHOTO:
            return rules.photo.max_bytes * HEADROOM
        case StoredFile.Kind.VIDEO:
            return rules.video.max_bytes * HEADROOM
        case StoredFile.Kind.MANUSCRIPT:
            return _MANUSCRIPT_BYTES
        case StoredFile.Kind.COVERAGE:
            return max(_SCAN_BYTES, rules.photo.max_bytes)
        case _:
            return _OTHER_BYTES


def check_size(edition: Edition, kind: str, name: str, size: int) -> None:
    """Refuse an impossible size. Raises DomainError (empty) or TooBig."""
    if size <= 0:
        raise DomainError(
            _("文件《%(name)s》是空的（0 字节）。请检查是否选错了文件。") % {"name": name}, code="empty", field="size"
        )
    if size > (limit := max_bytes(edition, kind)):
        text = _("文件《%(name)s》有 %(size)s，超过单个文件的上限 %(limit)s。请压缩或剪短后再上传。")
        raise TooBig(text % {"name": name, "size": readable(size), "limit": readable(limit)}, field="size")


def used_bytes(edition: Edition, organisation: Organisation) -> int:
    """What the organisation keeps in the edition and has announced, in bytes; not what guests sent to it."""
    return _bytes(StoredFile.objects.filter(released_at=None), edition=edition, organisation=organisation, guest_key="")


def _bytes(kept: QuerySet[StoredFile], **of: Any) -> int:
    kept = kept.filter(**of)
    coming = Upload.objects.filter(state=Upload.State.RECEIVING, **of)
    return sum(query.aggregate(total=Sum("size"))["total"] or 0 for query in (kept, coming))


def check_quota(edition: Edition, organisation: Organisation, size: int) -> None:
    """Refuse what would exceed the school's quota. Raises TooMuch with what is used and what to do."""
    used = used_bytes(edition, organisation)
    if used + size > settings.SCHOOL_QUOTA_BYTES:
        text = _(
            "本单位的存储空间不足：共 %(quota)s，已用 %(used)s，这个文件需要 %(size)s。"
            "请先删除草稿中不需要的照片或视频，或请主办单位调整空间。"
        )
        quota = readable(settings.SCHOOL_QUOTA_BYTES)
        raise TooMuch(text % {"quota": quota, "used": readable(used), "size": readable(size)}, code="quota")
    sending = Upload.objects.filter(organisation=organisation, state=Upload.State.RECEIVING, guest_key="")
    if sending.count() >= MAX_OPEN:
        raise TooMuch(_("本单位正在上传的文件太多。请等其中一些传完，再继续添加。"), code="too_many_uploads")


def check_guest_quota(edition: Edition, guest: str, size: int) -> None:
    """Refuse what one guest may not send any more, and anything once guests together fill their share (E1).

    Raises TooMuch. Counted in the database, so that it holds across processes and restarts. What was removed counts
    until it is swept (``GUEST_GRACE``): sending and removing in turn fills no disk.
    """
    on_disk = StoredFile.objects.all()
    begun = Upload.objects.filter(edition=edition, guest_key=guest)
    if begun.filter(state=Upload.State.RECEIVING).count() >= MAX_OPEN_GUEST:
        raise TooMuch(_("正在上传的文件太多。请等其中一些传完，再继续添加。"), code="too_many_uploads")
    if begun.filter(created_at__gt=now() - timedelta(hours=1)).count() >= settings.GUEST_UPLOADS_PER_HOUR:
        raise TooMuch(_("这一小时里添加的文件太多了。请过一会儿再试，已上传的都在。"), code="too_many_uploads")
    used = _bytes(on_disk, edition=edition, guest_key=guest)
    if used + size > settings.GUEST_QUOTA_BYTES:
        text = _(
            "您的上传空间不足：共 %(quota)s，已用 %(used)s，这个文件需要 %(size)s。"
            "请先移除不需要的文件，一小时后空间会空出来。"
        )
        said = {"quota": readable(settings.GUEST_QUOTA_BYTES), "used": readable(used), "size": readable(size)}
        raise TooMuch(text % said, code="quota")
    everybody = _bytes(on_disk, edition=edition, guest_key__gt="")
    if everybody + size > settings.GUESTS_TOTAL_BYTES:
        raise TooMuch(_("投稿用的存储空间已满，暂时不能上传。请稍后再试，或联系主办单位。"), code="quota")


def readable(size: int) -> str:
    """Bytes as people read them: ``3.2 GB``."""
    value, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if value < 1024 or unit == "TB":
            break
        value /= 1024
    return f"{value:.1f}".removesuffix(".0") + f" {unit}"


def clean_name(name: str) -> str:
    """The file's own name: no folders, no control or invisible characters, at most 200 characters with its ending.

    Whatever is sent, something usable comes back.
    """
    name = unicodedata.normalize("NFC", re.split(r"[\\/]", name)[-1])
    name = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    name = re.sub(r"\s+", " ", name).strip().strip(".").strip() or _("未命名")
    if len(name) > _NAME_LENGTH:
        stem, dot, ending = name.rpartition(".")
        if dot and len(ending) <= _SUFFIX_LENGTH:
            return stem[: _NAME_LENGTH - len(ending) - 1] + dot + ending
        return name[:_NAME_LENGTH]
    return name
