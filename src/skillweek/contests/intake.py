"""Files of entries: who may send one, what it must be, and what is said when it is not (E1, E11).

A file is known by its content, never by its name. Limits are the call's own; what breaks a picture is the judge's word.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Max
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError

from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.models import Edition
from skillweek.materials.sniff import FORMATS, claimed_format
from skillweek.organisations import access
from skillweek.organisations.models import Organisation
from skillweek.uploads.limits import MIB, TooBig, readable
from skillweek.uploads.models import StoredFile, Upload

_K = EntryFile.Kind
#: The formats, by content, that each kind may be: what phones make and every decoder here reads.
FORMATS_OF: Final[dict[str, frozenset[str]]] = {
    _K.PHOTO: frozenset({"jpeg", "png", "webp", "heic"}),
    _K.VIDEO: frozenset({"mp4", "mov"}),
    _K.AUDIO: frozenset({"mp3", "m4a", "wav"}),
}
ACCEPT: Final[dict[str, str]] = {
    _K.PHOTO: ".jpg,.jpeg,.png,.webp,.heic,.heif,image/jpeg,image/png,image/webp,image/heic",
    _K.VIDEO: ".mp4,.m4v,.mov,video/mp4,video/quicktime",
    _K.AUDIO: ".mp3,.m4a,.wav,audio/mpeg,audio/mp4,audio/wav",
}
#: Pictures of more pixels are refused unread: no phone makes them, and decoding one would take half a gigabyte.
MAX_PIXELS: Final = 64_000_000
_CODECS: Final = frozenset({"avc1", "avc3", "hvc1", "hev1", "av01"})
_BROKEN: Final = frozenset({"file.empty", "file.virus", "photo.truncated", "photo.damaged", "photo.archive"})
_ONE: Final = 1


class Purpose(BaseModel):
    """What an upload says it is for: ``{"contest": {"entry": 12, "kind": "photo"}, "client_id": "…"}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entry: int
    kind: str


def guest_key(participant_id: int) -> str:
    """How uploads know a verified person of the public."""
    return f"participant:{participant_id}"


def guest_asks(
    *, guest: str, edition: Edition, kind: str, name: str, size: int, purpose: dict[str, Any], **_more: Any
) -> Organisation | None:
    """Receiver of ``guest_upload_requested``: the organisation whose call the file is for."""
    if (wanted := _purpose(purpose)) is None:
        return None
    entry = _entry(wanted, edition)
    if entry.participant_id is None or guest_key(entry.participant_id) != guest:
        raise Http404
    _may_take(entry, wanted, kind=kind, name=name, size=size)
    return entry.call.organisation


def school_asks(
    *, user: Any, edition: Edition, organisation: Organisation, kind: str, size: int, purpose: dict[str, Any],
    **_more: Any,
) -> bool:  # fmt: skip
    """Receiver of ``upload_requested``: True for a file that the school adds to its own entry."""
    if (wanted := _purpose(purpose)) is None:
        return False
    entry = _entry(wanted, edition)
    if entry.organisation_id != organisation.pk or not access.can_file_for(user, organisation):
        raise Http404
    _may_take(entry, wanted, kind=kind, name="", size=size)
    return True


def take_file(*, upload: Upload, file: StoredFile, **_more: Any) -> None:
    """Receiver of both completions: the file becomes part of the entry. Refuses what is no such file."""
    from skillweek.contests.domain.entries import touched

    if (wanted := _purpose(upload.purpose)) is None:
        return
    entry = Entry.objects.select_for_update(of=("self",)).select_related("call__edition").get(pk=wanted.entry)
    theirs = upload.guest_key == guest_key(entry.participant_id or 0)
    if not theirs and (upload.guest_key or entry.organisation_id != upload.organisation_id):
        raise Http404
    _has_room(entry, wanted.kind)
    if problem := problem_of(file, wanted.kind, entry.call):
        raise DomainError(problem, code="wrong_file")
    last = entry.files.aggregate(last=Max("position"))["last"]
    made = EntryFile(entry=entry, file=file, kind=wanted.kind, position=0 if last is None else last + 1)
    measure(made)
    made.save()
    touched(entry)


def measure(row: EntryFile) -> None:
    """Note width, height and length from what is known of the file."""
    facts = row.file.facts
    row.width, row.height = int(facts.get("width") or 0), int(facts.get("height") or 0)
    row.seconds = round(float(facts.get("duration") or 0))


def problem_of(file: StoredFile, kind: str, call: Call) -> str:
    """Why the file cannot be used as this kind, with what to do; empty when it can, or when that is open."""
    for finding in file.findings:
        if finding.get("code") in _BROKEN:
            return _sentence(finding)
    if file.state == StoredFile.State.FAILED:
        return _("文件《%(name)s》没能通过检查。请重新导出后再上传。") % {"name": file.name}
    found = str(file.facts.get("format", ""))
    if not found:
        return ""  # in a bucket: known after the check
    if found not in FORMATS_OF[kind]:
        return _wrong_format(file.name, found, kind)
    limit = max_bytes(call, kind)
    if file.size > limit:
        return _too_big(file.name, file.size, limit)
    return _JUDGES[_K(kind)](file, call)


def max_bytes(call: Call, kind: str) -> int:
    """The largest file of a kind; a recording may be as large as a video."""
    return (call.photo_mb if kind == _K.PHOTO else call.video_mb) * MIB


def most_of(call: Call, kind: str) -> int:
    """How many files of a kind one entry may have."""
    if kind == _K.PHOTO:
        return call.photos_max
    taken = call.takes_video if kind == _K.VIDEO else call.takes_audio
    return _ONE if taken else 0


def _photo(file: StoredFile, call: Call) -> str:
    width, height = int(file.facts.get("width") or 0), int(file.facts.get("height") or 0)
    said: dict[str, Any] = {"name": file.name, "width": width, "height": height, "limit": call.photo_side}
    if width * height > min(MAX_PIXELS, call.edition.material_rules.photo.max_pixels):
        text = _("照片《%(name)s》有 %(width)d×%(height)d 像素，超出了可以处理的大小。请用手机原图，或缩小后再上传。")
        return text % said
    if 0 < max(width, height) < call.photo_side:
        text = _("照片《%(name)s》只有 %(width)d×%(height)d 像素，长边至少要 %(limit)d 像素。请上传原图，不要用截图。")
        return text % said
    if file.state == StoredFile.State.READY and not file.facts.get("decodable"):
        return _("照片《%(name)s》打不开，可能没有传完整。请重新选择原图上传。") % said
    return ""


def _video(file: StoredFile, call: Call) -> str:
    facts, said = file.facts, {"name": file.name, "limit": call.video_seconds}
    if not facts.get("has_video") or not facts.get("complete"):
        return _("视频《%(name)s》没有画面或不完整。请在手机里能正常播放后再上传。") % said
    if facts.get("video_codec") not in _CODECS:
        return _("视频《%(name)s》的编码手机放不了。请用手机相册或剪辑软件导出为 mp4（H.264）。") % said
    if float(facts.get("duration") or 0) > call.video_seconds + 1:
        return _("视频《%(name)s》有 %(length)d 秒，最长 %(limit)d 秒。请剪短后再上传。") % {
            **said, "length": round(float(facts["duration"]))
        }  # fmt: skip
    if facts.get("decodable") is False:
        return _("视频《%(name)s》放不出画面。请重新导出后再上传。") % said
    return ""


def _audio(file: StoredFile, call: Call) -> str:
    facts, said = file.facts, {"name": file.name, "limit": call.audio_seconds}
    if not facts.get("complete"):
        return _("音频《%(name)s》没有声音或不完整。请确认能播放后再上传。") % said
    if float(facts.get("duration") or 0) > call.audio_seconds + 1:
        return _("音频《%(name)s》有 %(length)d 秒，最长 %(limit)d 秒。请剪短后再上传。") % {
            **said, "length": round(float(facts["duration"]))
        }  # fmt: skip
    return ""


_JUDGES: Final = {_K.PHOTO: _photo, _K.VIDEO: _video, _K.AUDIO: _audio}


def _may_take(entry: Entry, wanted: Purpose, *, kind: str, name: str, size: int) -> None:
    if kind != StoredFile.Kind.OTHER:
        raise DomainError(_("文件的种类与所在的栏目不符。请刷新页面后再试。"), field="kind")
    _has_room(entry, wanted.kind)
    limit = max_bytes(entry.call, wanted.kind)
    if size > limit:
        raise TooBig(_too_big(name, size, limit), field="size")
    claimed = claimed_format(name)
    if claimed and claimed not in FORMATS_OF[wanted.kind]:
        raise DomainError(_wrong_format(name, claimed, wanted.kind), code="wrong_file")


def _has_room(entry: Entry, kind: str) -> None:
    from skillweek.contests.domain.entries import must_be_writable

    must_be_writable(entry)
    most = most_of(entry.call, kind)
    if not most:
        raise DomainError(_("这个活动不收%(kind)s。") % {"kind": _K(kind).label}, code="not_taken")
    if entry.files.filter(kind=kind).count() >= most:
        text = _("%(kind)s最多 %(most)d 个，已经够了。要换的话，请先移除一个。")
        raise Conflict(text % {"kind": _K(kind).label, "most": most}, code="enough")


def _too_big(name: str, size: int, limit: int) -> str:
    text = _("文件%(name)s有 %(size)s，最大 %(limit)s。请压缩或剪短后再上传。")
    return text % {"name": f"《{name}》" if name else "", "size": readable(size), "limit": readable(limit)}


def _wrong_format(name: str, found: str, kind: str) -> str:
    known = FORMATS.get(found)
    english = (get_language() or "").startswith("en")
    label = found if known is None else known.label_en if english else known.label
    said = {"name": name, "found": label}
    if kind == _K.PHOTO:
        return _("《%(name)s》实际是%(found)s，不是照片。请选择 JPG、PNG、WebP 或 HEIC 照片。") % said
    if kind == _K.VIDEO:
        return _("《%(name)s》实际是%(found)s，不能作为视频。请选择 mp4 或 mov 视频。") % said
    return _("《%(name)s》实际是%(found)s，不能作为音频。请选择 mp3、m4a 或 wav 录音。") % said


def _sentence(finding: dict[str, Any]) -> str:
    suffix = "_en" if (get_language() or "").startswith("en") else ""
    return f"{finding.get(f'message{suffix}', '')}{finding.get(f'todo{suffix}', '')}"


def _entry(wanted: Purpose, edition: Edition) -> Entry:
    rows = Entry.objects.select_related("call__edition", "call__organisation", "organisation")
    found: Entry | None = rows.filter(pk=wanted.entry, call__edition=edition).first()
    if found is None:
        raise Http404
    return found


def _purpose(data: dict[str, Any]) -> Purpose | None:
    """The purpose, or None when it is not this room's. Raises DomainError for a malformed one of ours."""
    if "contest" not in data:
        return None
    try:
        purpose = Purpose.model_validate(data["contest"])
    except ValidationError as error:
        raise DomainError(_("不知道这个文件用在哪里。请刷新页面后再试。"), field="purpose") from error
    if set(data) - {"contest", "client_id"} or purpose.kind not in _K.values or not 0 < purpose.entry < 2**62:
        raise DomainError(_("不知道这个文件用在哪里。请刷新页面后再试。"), field="purpose")
    return purpose
