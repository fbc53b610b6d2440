"""Beginning, completing and cancelling an upload (C6)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.materials.judge import sha256_of
from skillweek.organisations.models import Organisation
from skillweek.uploads import bucket, spool, storage
from skillweek.uploads.access import can_upload_for
from skillweek.uploads.domain.files import add_file
from skillweek.uploads.judging import Verdict, quick_verdict
from skillweek.uploads.limits import check_guest_quota, check_quota, check_size, clean_name
from skillweek.uploads.models import StoredFile, Upload
from skillweek.uploads.signals import (
    guest_upload_completed,
    guest_upload_requested,
    upload_completed,
    upload_requested,
)

#: So much must stay free on the spool's disk.
_RESERVE: Final = 512 * 1024 * 1024


class DiskFull(DomainError):
    """The server has no room for the file."""

    status = 507
    code = "disk_full"


def create_upload(
    user: Any,
    *,
    edition: Edition,
    organisation: Organisation,
    kind: str,
    name: str,
    size: int,
    purpose: dict[str, Any],
    protocol: str,
) -> Upload:
    """Begin an upload of ``size`` bytes for an organisation and return it, ready to receive (C6).

    ``purpose`` says what it is for; a higher room must accept it by ``upload_requested``. ``protocol`` is an
    ``Upload.Protocol`` and must suit where files are kept. Raises NotAllowed, TooBig, TooMuch (quota), DiskFull, or
    DomainError with what is wrong.
    """
    if not can_upload_for(user, organisation):
        raise NotAllowed(_("您不是“%(name)s”的填报人员，不能为它上传材料。") % {"name": organisation})
    said = _said(edition, kind, name, size, protocol)
    if (known := _begun_before(purpose, user=user, organisation=organisation, **said)) is not None:
        return known
    _check_purpose(user, edition, organisation, kind, size, purpose)
    upload = Upload(organisation=organisation, user=user, purpose=purpose, expires_at=expiry(), **said)
    return _begin(upload, lambda: check_quota(edition, organisation, size))


def create_guest_upload(
    guest: str, *, edition: Edition, kind: str, name: str, size: int, purpose: dict[str, Any], protocol: str
) -> Upload:
    """The same for a verified person without an account, known by the key ``guest`` (E1, ADR 0200).

    The room that takes it names the organisation (``guest_upload_requested``). Raises as ``create_upload``.
    """
    if not guest:
        raise NotAllowed(_("请先验证手机号码或邮箱。"))
    said = _said(edition, kind, name, size, protocol)
    if (known := _begun_before(purpose, guest_key=guest, **said)) is not None:
        return known
    answers = guest_upload_requested.send(
        sender=Upload, guest=guest, edition=edition, kind=kind, name=said["name"], size=size, purpose=purpose
    )
    taking = [answer for _receiver, answer in answers if isinstance(answer, Organisation)]
    if not taking:
        raise _unknown_purpose()
    upload = Upload(organisation=taking[0], guest_key=guest, purpose=purpose, expires_at=expiry(), **said)
    return _begin(upload, lambda: check_guest_quota(edition, guest, size))


def _said(edition: Edition, kind: str, name: str, size: int, protocol: str) -> dict[str, Any]:
    """What both kinds of senders say of the file, checked."""
    if edition.state != Edition.State.OPEN:
        raise DomainError(_("“%(name)s”现在不接收材料。") % {"name": edition}, code="edition_closed")
    if kind not in StoredFile.Kind.values:
        raise DomainError(_("不能识别的材料种类。请刷新页面后再试。"), field="kind")
    expected = Upload.Protocol.S3 if storage.in_bucket() else Upload.Protocol.TUS
    if protocol != expected:
        raise DomainError(_("上传方式已调整。请刷新页面后再试。"), field="protocol")
    name = clean_name(name)
    check_size(edition, kind, name, size)
    return {"edition": edition, "kind": kind, "name": name, "size": size, "protocol": protocol}


def _begin(upload: Upload, check: Callable[[], None]) -> Upload:
    with transaction.atomic():
        # One at a time per organisation, so that two phones together cannot exceed the quota.
        Organisation.objects.select_for_update().get(pk=upload.organisation_id)
        check()
        if upload.protocol == Upload.Protocol.TUS:
            _make_room(upload)
        upload.save(force_insert=True)
    if upload.protocol == Upload.Protocol.S3:
        upload.key = storage.key_of(upload.edition.slug, upload.pk)
        upload.multipart_id = bucket.begin(upload.key)
        upload.save(update_fields=["key", "multipart_id", "updated_at"])
    return upload


def _begun_before(purpose: dict[str, Any], **said: Any) -> Upload | None:
    """The upload that the same phone began for the same item, when the answer to it was lost on the way."""
    if not purpose.get("client_id"):
        return None
    alive = (Upload.State.RECEIVING, Upload.State.COMPLETE)
    known = Upload.objects.filter(state__in=alive, purpose=purpose, **said).order_by("-created_at").first()
    if known is not None and _lost(known):
        cancel_upload(known, actor=None, reason="the bytes are not on the server any more")
        return None
    return known


def _lost(upload: Upload) -> bool:
    """Whether what arrived is gone from the disk, as after a restored backup; such an upload can never be finished."""
    if upload.protocol != Upload.Protocol.TUS or upload.state != Upload.State.RECEIVING:
        return False
    try:
        spool.size_of(upload.pk)
    except spool.Gone:
        return storage.local_size(storage.key_of(upload.edition.slug, upload.pk)) != upload.size
    return False


def expiry() -> datetime:
    """When an upload that receives something now is given up."""
    return now() + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS)


def _check_purpose(
    user: Any, edition: Edition, organisation: Organisation, kind: str, size: int, purpose: dict[str, Any]
) -> None:
    answers = upload_requested.send(
        sender=Upload, user=user, edition=edition, organisation=organisation, kind=kind, size=size, purpose=purpose
    )
    if not any(bool(answer) for _receiver, answer in answers):
        raise _unknown_purpose()


def _unknown_purpose() -> DomainError:
    text = _("不知道这个文件用在哪里。请刷新页面后再试。")
    return DomainError(text, code="unknown_purpose", field="purpose")


def _make_room(upload: Upload) -> None:
    if shutil.disk_usage(spool.spool_folder()).free < upload.size + _RESERVE:
        raise DiskFull(_("服务器存储空间不足，暂时不能接收文件。请联系主办单位的管理员，文件仍在您的手机里。"))
    spool.create(upload.pk)


def complete_upload(upload: Upload) -> StoredFile:
    """Turn an upload whose bytes are all there into a stored file, judge its structure, queue the full check (C6, C14).

    Safe to call again, also after a crash in the middle. Raises Conflict when bytes are missing or somebody is still
    writing, and whatever DomainError a receiver of ``upload_completed`` refuses with; then nothing is lost.
    """
    known = Upload.objects.select_related("file").get(pk=upload.pk)
    if known.file is not None:
        return known.file
    if known.state != Upload.State.RECEIVING:
        raise Conflict(_("这次上传已取消或过期。请重新添加文件。"), code="upload_over")
    if known.protocol == Upload.Protocol.S3:
        return _complete_in_bucket(known)
    key = storage.key_of(known.edition.slug, known.pk)
    try:
        with spool.writing(known.pk) as writer:
            if writer.offset != known.size:
                raise Conflict(_("文件还没有传完。"), code="incomplete")
            writer.sync()
            return _keep(known, spool.path_of(known.pk), key, writer.digest())
    except spool.Busy:
        raise Conflict(_("文件还在传输中。"), code="busy") from None
    except spool.Gone:
        # The process died after moving the file and before committing; or another one was quicker.
        known.refresh_from_db()
        if known.file is not None:
            return known.file
        if storage.local_size(key) != known.size:
            raise Conflict(_("已传部分不在服务器上了。请重新上传。"), code="upload_gone") from None
        path = Path(default_storage.path(key))
        return _keep(known, path, key, sha256_of(path))


def _keep(upload: Upload, path: Path, key: str, sha256: str) -> StoredFile:
    verdict = quick_verdict(path, edition=upload.edition, kind=upload.kind, name=upload.name)
    from_spool = path == spool.path_of(upload.pk)
    if from_spool:
        storage.put(path, key)
    try:
        return _record_completion(upload.pk, key, sha256, verdict)
    except BaseException:
        if from_spool:
            storage.take_back(key, path)
        raise


@transaction.atomic
def _record_completion(upload_id: Any, key: str, sha256: str, verdict: Verdict) -> StoredFile:
    upload = Upload.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=upload_id)
    if upload.file is not None:
        return upload.file
    if upload.state != Upload.State.RECEIVING:
        raise Conflict(_("这次上传已取消或过期。请重新添加文件。"), code="upload_over")
    file = StoredFile(
        # The upload's own id: completing twice can never make two files.
        id=upload.pk, edition=upload.edition, organisation=upload.organisation, uploaded_by_id=upload.user_id,
        guest_key=upload.guest_key, kind=upload.kind, name=upload.name, size=upload.size, sha256=sha256, key=key,
        facts=verdict.facts, findings=verdict.findings,
    )  # fmt: skip
    add_file(file, actor=upload.user, verb="upload.complete")
    upload.file, upload.offset, upload.state = file, upload.size, Upload.State.COMPLETE
    upload.save(update_fields=["file", "offset", "state", "updated_at"])
    (guest_upload_completed if upload.guest_key else upload_completed).send(sender=Upload, upload=upload, file=file)
    return file


def _complete_in_bucket(upload: Upload) -> StoredFile:
    size = bucket.finish(upload.key, upload.multipart_id, upload.size)
    if size is None:
        raise Conflict(_("文件还没有传完。"), code="incomplete")
    if size != upload.size:
        cancel_upload(upload, actor=None, reason="size differs from the declared one")
        raise Conflict(_("收到的文件大小与原文件不一致。请重新上传。"), code="size_differs")
    return _record_completion(upload.pk, upload.key, "", Verdict())


def cancel_upload(upload: Upload, *, actor: Any, state: str = Upload.State.TERMINATED, reason: str = "") -> None:
    """Give an unfinished upload up and erase what arrived (C6). Raises Conflict when it is complete already."""
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state == Upload.State.COMPLETE:
            raise Conflict(_("文件已经传完，请在草稿里删除它。"), code="upload_complete")
        if locked.state == Upload.State.RECEIVING:
            locked.state = state
            locked.save(update_fields=["state", "updated_at"])
            verb = "upload.expire" if state == Upload.State.EXPIRED else "upload.cancel"
            record(verb, locked, actor=actor, organisation_id=locked.organisation_id, reason=reason)
    if locked.protocol == Upload.Protocol.S3:
        bucket.abort(locked.key, locked.multipart_id)
    else:
        spool.remove(locked.pk)
