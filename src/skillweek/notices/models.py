"""Notices (通知), who receives them, and who has acknowledged (A1, A2, A3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.content.models import Editorial
from skillweek.core.clock import now
from skillweek.core.models import Timestamped
from skillweek.organisations.models import Organisation


class Notice(Editorial):
    """An official document. The recipients that must acknowledge are ``Receipt`` rows, made at publication.

    ``draft`` and ``live`` hold everything that an editor writes: ``title``, ``body``, ``document_number``, ``issuers``
    (a list), ``recipients_text``, ``issued_on``, ``attachments`` (asset ids in order), ``attachment_titles`` (id →
    name), ``audience``, ``acknowledge_by``, ``valid_until``, ``is_public``, ``is_pinned``. The columns below are
    copies of ``live`` for queries, taken at publication; before that, of ``draft``.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", _("通知")
        #: 另行通知: settles what a notice left open (A3).
        SUPPLEMENT = "supplement", _("补充通知")

    kind = models.CharField(_("种类"), max_length=10, choices=Kind, default=Kind.NOTICE)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="supplements", verbose_name=_("所补充的通知")
    )
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    issued_on = models.DateField(_("成文日期"), null=True, blank=True)
    #: Whom it goes to, by rule: ``{"lines": [...], "districts": [...], "kinds": [...], "school_types": [...],
    #: "organisations": [ids], "all": bool}``. See ``audience``.
    audience: Any = models.JSONField(default=dict, blank=True)
    #: Whether strangers may read it on the portal.
    is_public = models.BooleanField(_("在门户公开"), default=True)
    #: Until when to acknowledge.
    acknowledge_by = models.DateTimeField(_("签收期限"), null=True, blank=True)
    is_pinned = models.BooleanField(_("置顶"), default=False)
    #: Number of the version that readers see; 0 before the first publication.
    version = models.PositiveIntegerField(default=0)
    #: Chosen for the coming publication: everybody is to acknowledge the correction anew.
    asks_again = models.BooleanField(default=False)
    #: Made from the edition's own text.
    from_edition = models.BooleanField(default=False)
    #: The reason of a scheduled publication, kept until it happens; of a withdrawal.
    state_reason = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("通知")
        indexes = [models.Index(fields=["edition", "state", "-published_at"], name="notice_list")]

    def take_columns(self, content: dict[str, Any]) -> None:
        """Copy what lists, receipts and reminders need."""
        super().take_columns(content)
        self.title = self.title or str(_("未命名的通知"))
        self.document_number = content.get("document_number") or ""
        day = content.get("issued_on")
        self.issued_on = date.fromisoformat(day) if day else None
        self.audience = content.get("audience") or {}
        self.is_public = bool(content.get("is_public", True))
        self.is_pinned = bool(content.get("is_pinned"))
        for name in ("acknowledge_by", "valid_until"):
            moment = content.get(name)
            setattr(self, name, datetime.fromisoformat(moment) if moment else None)

    def must_be_publishable(self) -> None:
        """Raise a DomainError unless the draft may go out now, also when the clock publishes it."""
        from skillweek.notices.content import ready_to_publish

        ready_to_publish(self, now())

    @property
    def is_expired(self) -> bool:
        """Whether its validity is over; it stays readable and says so."""
        return self.valid_until is not None and self.valid_until <= now()

    @property
    def is_out(self) -> bool:
        """Whether it was ever published: it has versions, and perhaps receipts."""
        return self.published_at is not None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it went out and was taken back."""
        return self.published_at is not None and self.live_at is None


class PassOn(models.Model):
    """A unit passed a notice on (转发) to its own units. Kept, so that units which join later get it too."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="pass_ons")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    audience: Any = models.JSONField(default=dict)
    note = models.CharField(_("转发说明"), max_length=500, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.notice} · {self.organisation}"


class Receipt(Timestamped):
    """One organisation's copy of one notice: seen, acknowledged, by whom; passed on by whom (A2)."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="receipts")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="receipts")
    #: The unit that passed it on (转发); null when it came from the issuer.
    passed_on_by = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    passed_on_note = models.CharField(_("转发说明"), max_length=500, blank=True)
    #: The notice's version number this copy is of: a correction asks to acknowledge again when the issuer says so.
    version = models.PositiveIntegerField(default=1)
    #: The last version that the unit's people were told of; 0: not yet.
    told_version = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminder_count = models.PositiveSmallIntegerField(default=0)
    #: When the scheduler reminded of the coming deadline.
    auto_reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("签收")
        constraints = [models.UniqueConstraint(fields=["notice", "organisation"], name="receipt_once")]
        indexes = [models.Index(fields=["organisation", "acknowledged_at"], name="receipt_inbox")]

    def __str__(self) -> str:
        return f"{self.notice} · {self.organisation}"

    @property
    def is_late(self) -> bool:
        """Whether it was acknowledged after the deadline, or the deadline has passed without."""
        deadline = self.notice.acknowledge_by
        return deadline is not None and (self.acknowledged_at or now()) > deadline
