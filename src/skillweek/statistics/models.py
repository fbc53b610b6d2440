"""The statistics form (附件3) of each organisation, its figures and every correction (C12, C13)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import HandedIn, Remark, Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class FormEntry(Timestamped):
    """One organisation's form in one edition. Changed only by the verbs in ``domain``."""

    class State(models.TextChoices):
        #: The platform has counted; nobody of the organisation has looked yet.
        COUNTED = "counted", _("平台统计")
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审核")
        RETURNED = "returned", _("已退回")
        ACCEPTED = "accepted", _("已通过")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="form_entries")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="form_entries")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.COUNTED)
    #: Grows with every saved change; a writer names the version they started from.
    version = models.PositiveIntegerField(default=1)
    #: When the platform last counted the figures; accepted forms are counted no more.
    counted_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("备注"), blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_late = models.BooleanField(_("逾期"), default=False)
    #: Why it was handed in although findings of the severity "error" stood; empty when none did.
    error_reason = models.TextField(_("带问题报送的理由"), blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decision_note = models.TextField(_("审核意见"), blank=True)

    class Meta:
        verbose_name = _("情况统计表")
        constraints = [models.UniqueConstraint(fields=["edition", "organisation"], name="one_form_per_organisation")]
        indexes = [models.Index(fields=["edition", "state", "submitted_at"], name="form_queue")]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.edition}"

    @property
    def is_editable(self) -> bool:
        """Whether its organisation may still change it."""
        return self.state in (self.State.COUNTED, self.State.DRAFT, self.State.RETURNED)


class FormFigure(models.Model):
    """One field of one form. ``number`` is what counts everywhere: the correction where there is one, else the count.

    Both values stay: a correction never hides what the platform counted.
    """

    entry = models.ForeignKey(FormEntry, models.CASCADE, related_name="figures")
    #: Code of the edition's form field.
    code = models.CharField(max_length=60)
    #: What the platform counted; null for fields that nothing counts.
    counted = models.BigIntegerField(null=True, blank=True)
    #: What the organisation says instead; null while it says nothing.
    corrected = models.BigIntegerField(null=True, blank=True)
    #: ``corrected`` or else ``counted``; null only when neither is there. Kept by the verbs.
    number = models.BigIntegerField(null=True, blank=True)
    #: Fields of the kind "text".
    text = models.TextField(blank=True)
    #: Why it differs from what was counted.
    reason = models.CharField(_("修改理由"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "code"], name="form_figure_once")]
        indexes = [models.Index(fields=["code", "entry", "number"], name="form_figure_sum")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.code}"


class FigureChange(models.Model):
    """One correction of one figure: never changed, never deleted (C12)."""

    entry = models.ForeignKey(FormEntry, models.CASCADE, related_name="changes")
    code = models.CharField(max_length=60)
    counted = models.BigIntegerField(null=True, blank=True)
    #: Numbers or texts before and after, as text; null stands for "nothing".
    old = models.TextField(null=True, blank=True)
    new = models.TextField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["entry", "code"], name="figure_change_field")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.code}: {self.old} → {self.new}"


class FormVersion(HandedIn):
    """The form exactly as it was handed in, each time: what the reviewer decides on."""

    entry = models.ForeignKey(FormEntry, models.CASCADE, related_name="versions")

    class Meta(HandedIn.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.entry} v{self.number}"


class FormComment(Remark):
    """A remark of the reviewer or the organisation about one field, or about the whole form."""

    entry = models.ForeignKey(FormEntry, models.CASCADE, related_name="comments")
    #: Code of the field; empty for the whole.
    code = models.CharField(max_length=60, blank=True)


class FormReminder(models.Model):
    """One reminder to one school about its form. ``slot`` names a scheduled one and makes it unique."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    slot = models.CharField(max_length=40)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "organisation", "slot"], name="form_reminder_once")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.slot}"


class OpenData(Timestamped):
    """Whether the city gives one edition's accepted figures to everybody, and on what terms (C13)."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="open_data")
    #: Null: not given out.
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: The terms of use, as they stand beside the data.
    licence = models.CharField(_("使用许可"), max_length=300)
    #: Grows with every change; a writer names the version they started from.
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.edition} · {_('开放数据')}"


class WallLink(Timestamped):
    """A link by which a screen in a hall shows a unit's figures without signing in. Its token is derived from
    ``nonce`` and never stored; the row is found by the token's hash."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="wall_links")
    #: Where the screen stands.
    name = models.CharField(_("放在哪里"), max_length=60)
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: When a screen last asked, to the minute.
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.name}"
