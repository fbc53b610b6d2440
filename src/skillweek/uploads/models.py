"""Arriving uploads, stored files, what is derived from them, and how like they are (C6, C14)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class StoredFile(Timestamped):
    """A file that arrived whole. Its bytes are never changed; public copies are derivatives without GPS."""

    class State(models.TextChoices):
        #: Arrived; structural check done, full check under way.
        CHECKING = "checking", _("检查中")
        READY = "ready", _("已检查")
        #: The check could not be finished after retries; ``findings`` say why.
        FAILED = "failed", _("无法检查")

    class Kind(models.TextChoices):
        MANUSCRIPT = "manuscript", _("文字稿件")
        PHOTO = "photo", _("照片")
        VIDEO = "video", _("视频")
        COVERAGE = "coverage", _("媒体报道")
        OTHER = "other", _("其他")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="files")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="files")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: Sent by a verified person without an account (``guests``); only the room that took it shows it to anybody.
    guest_key = models.CharField(max_length=64, blank=True, db_index=True)
    #: What the person meant it to be; the judge says what it is in ``facts["format"]``.
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(_("文件名"), max_length=255)
    size = models.BigIntegerField(_("字节数"))
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    #: Signed 64-bit form of the perceptual hash; null for anything but decodable photos.
    phash = models.BigIntegerField(null=True, blank=True)
    #: Key in the default storage.
    key = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    #: The judge's facts and findings on the file alone (captions are judged where they stand).
    facts = models.JSONField(default=dict, blank=True)
    findings = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    #: Full checks begun. Counted before the work, so that a file which kills the worker is not tried for ever.
    check_attempts = models.PositiveSmallIntegerField(default=0)
    #: Set when nothing refers to it any more; the sweep erases it later.
    released_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["edition", "organisation"], name="file_edition_organisation")]

    def __str__(self) -> str:
        return self.name


class Derivative(models.Model):
    """Something made from a stored file for showing: thumbnails, a poster, extracted text."""

    class Role(models.TextChoices):
        THUMB = "thumb", _("缩略图")
        LARGE = "large", _("大图")
        POSTER = "poster", _("视频封面")

    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="derivatives")
    role = models.CharField(max_length=8, choices=Role)
    key = models.CharField(max_length=255, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "role"], name="derivative_once")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.role}"


class HashBand(models.Model):
    """One of the four 16-bit slices of a photo's perceptual hash, as ``number × 65536 + slice``.

    Two hashes that differ in at most 7 of 64 bits have a slice that differs in at most one bit, so asking for
    each slice and its 16 one-bit neighbours finds them all (``queries``).
    """

    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="bands")
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    band = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["edition", "band"], name="hash_band_lookup")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.band:#x}"


class Upload(Timestamped):
    """A file on its way in, by tus (local storage) or by S3 multipart (bucket)."""

    class State(models.TextChoices):
        RECEIVING = "receiving", _("上传中")
        COMPLETE = "complete", _("已完成")
        TERMINATED = "terminated", _("已取消")
        EXPIRED = "expired", _("已过期")

    class Protocol(models.TextChoices):
        TUS = "tus", "tus"
        S3 = "s3", "S3 multipart"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    #: Who sends it: a signed-in person, or else a guest.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    guest_key = models.CharField(max_length=64, blank=True, db_index=True)
    protocol = models.CharField(max_length=4, choices=Protocol)
    kind = models.CharField(max_length=12, choices=StoredFile.Kind)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    #: Where it was meant for, e.g. ``{"report": 12, "section": "photos"}``; read by the room that receives it.
    purpose = models.JSONField(default=dict, blank=True)
    #: S3 only: the object's key and multipart id.
    key = models.CharField(max_length=255, blank=True)
    multipart_id = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVING)
    expires_at = models.DateTimeField(db_index=True)
    file = models.OneToOneField(StoredFile, models.SET_NULL, null=True, blank=True, related_name="upload")

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="upload_organisation_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, guest_key="") | models.Q(user=None) & ~models.Q(guest_key=""),
                name="upload_of_person_or_guest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.offset}/{self.size}"
