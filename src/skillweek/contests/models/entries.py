"""What people entered, its files, and who was named next in a relay (E1, E7, E11)."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.contests.models.calls import Call
from skillweek.core.clock import now
from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.participation.models import Participant
from skillweek.uploads.models import StoredFile


class EntryQuerySet(models.QuerySet["Entry"]):
    """Filters that pages, files and figures share."""

    def shown(self) -> EntryQuerySet:
        """What strangers may see now."""
        moment = now()
        opened = Q(call__show_from=None) | Q(call__show_from__lte=moment)
        public = Q(call__state__in=Call.PUBLIC) & ~Q(call__edition__state=Edition.State.DRAFT)
        return self.filter(opened & public, state=Entry.State.APPROVED)

    def entered(self) -> EntryQuerySet:
        """What was handed in and stands: nothing withdrawn, no drafts."""
        return self.filter(state__in=Entry.ENTERED)


class Entry(Timestamped):
    """One work. Changed only by the verbs in ``domain``; public only while it is approved."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        WAITING = "waiting", _("待审核")
        RETURNED = "returned", _("请修改")
        APPROVED = "approved", _("已通过")
        REFUSED = "refused", _("未采用")
        WITHDRAWN = "withdrawn", _("已撤回")

    #: What the entrant may change while the call takes entries.
    WRITABLE = (State.DRAFT, State.RETURNED, State.WAITING, State.APPROVED)
    ENTERED = (State.WAITING, State.APPROVED, State.RETURNED, State.REFUSED)

    call = models.ForeignKey(Call, models.PROTECT, related_name="entries")
    #: Who entered it: a verified person of the public, or else a school by its people.
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="entries")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="entries")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    #: The browser's own id of it: pressed twice, made once.
    client_id = models.UUIDField(default=uuid.uuid4)
    #: Within the call, given with the first handing in; never given again.
    number = models.PositiveIntegerField(_("编号"), null=True, blank=True)

    title = models.CharField(_("作品标题"), max_length=60, blank=True)
    text = models.TextField(_("文字"), max_length=20_000, blank=True)
    group = models.CharField(_("组别"), max_length=40, blank=True)
    #: As shown in public.
    author = models.CharField(_("署名"), max_length=40, blank=True)
    district = models.CharField(_("所在区"), max_length=30, blank=True)
    is_minor = models.BooleanField(_("作者未满 18 周岁"), default=False)
    guardian = models.CharField(_("监护人姓名"), max_length=40, blank=True)
    guardian_agreed = models.BooleanField(_("监护人同意"), default=False)
    portrait_agreed = models.BooleanField(_("肖像授权"), default=False)
    terms_agreed = models.BooleanField(_("同意投稿须知"), default=False)

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    remark = models.CharField(_("审核意见"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    #: When personal data was taken out.
    erased_at = models.DateTimeField(null=True, blank=True)
    #: Grows with every change; who decides names the version they saw.
    version = models.PositiveIntegerField(default=1)

    #: In a relay: the one that named this, the first of the chain, and how far along it stands (from 1).
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="following")
    first = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="chain")
    step = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("作品")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(participant__isnull=False, organisation=None)
                | Q(participant=None, organisation__isnull=False),
                name="entry_of_person_or_school",
            ),
            models.UniqueConstraint(fields=["call", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["call", "client_id"], name="entry_made_once"),
        ]
        indexes = [
            models.Index(fields=["call", "state", "-approved_at", "-id"], name="entry_gallery"),
            models.Index(fields=["call", "state", "submitted_at"], name="entry_queue"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("未命名作品"))

    @property
    def audit_label(self) -> str:
        """For the audit trail, which outlives the work: not in its author's words."""
        return f"{self.call_id} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("contests_public:entry", args=[self.pk])

    @property
    def source_key(self) -> str:
        """How votes and juries name it."""
        return f"contest-entry:{self.pk}"

    @property
    def is_shown(self) -> bool:
        """Whether strangers see it now."""
        return self.state == self.State.APPROVED and self.call.is_showing

    @property
    def credit(self) -> str:
        """Whose work it is, as shown."""
        unit = str(self.organisation) if self.organisation is not None else ""
        return " · ".join(part for part in (self.author, unit) if part)


class EntryFile(models.Model):
    """A photo, video or recording of an entry. The original stays with the organiser; the public gets copies."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("照片")
        VIDEO = "video", _("视频")
        AUDIO = "audio", _("音频")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="contest_file")
    kind = models.CharField(max_length=5, choices=Kind)
    caption = models.CharField(_("说明"), max_length=120, blank=True)
    position = models.PositiveIntegerField(default=0)
    #: As displayed; 0 until it was checked.
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    #: In whole seconds.
    seconds = models.PositiveIntegerField(default=0)
    #: Of a video or recording: the copy without what the phone wrote beside it; empty until it is made.
    copy_key = models.CharField(max_length=255, blank=True)
    copy_size = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("作品文件")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["entry", "position", "id"], name="entry_files")]

    def __str__(self) -> str:
        return self.caption or self.get_kind_display()


def new_token() -> str:
    """What the link of an invitation ends with."""
    return secrets.token_urlsafe(18)


class Pass(Timestamped):
    """In a relay: whom an entry named next, and the link that was given to them (E7)."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="passed")
    to_name = models.CharField(_("接力给谁"), max_length=60)
    message = models.CharField(_("想对对方说"), max_length=120, blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    #: What came of it.
    accepted = models.OneToOneField(Entry, models.SET_NULL, null=True, blank=True, related_name="invited_by")
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("接力邀请")

    def __str__(self) -> str:
        return self.to_name

    def get_absolute_url(self) -> str:
        return reverse("contests_public:passed", args=[self.token])
