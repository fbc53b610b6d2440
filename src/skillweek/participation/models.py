"""People of the public who take part, known by a contact they proved to have, and certificates (E1, E2, E10)."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class Participant(Timestamped):
    """Somebody who proved to read a phone number or an e-mail address; one for each contact and edition."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("邮箱")
        PHONE = "phone", _("手机")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="participants")
    channel = models.CharField(max_length=5, choices=Channel)
    #: Kept for messages until the erasure; shown to nobody.
    contact = models.CharField(max_length=254, blank=True)
    #: Keyed hash of the contact, of use within one edition only; ``erased:<pk>`` afterwards.
    contact_key = models.CharField(max_length=64)
    #: What may be shown to organisers: ``138****1234``, ``wa***@example.com``.
    masked = models.CharField(max_length=60, blank=True)
    #: What they want to be called; asked by the room that needs it.
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    language = models.CharField(max_length=10, blank=True)
    #: In the browser's signed cookie; a new one signs every browser out.
    nonce = models.CharField(max_length=32)
    verified_at = models.DateTimeField()
    #: Keyed hashes of where the contact was proved last.
    network_key = models.CharField(max_length=64, blank=True, db_index=True)
    device_key = models.CharField(max_length=64, blank=True, db_index=True)
    erased_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("参与者")
        constraints = [models.UniqueConstraint(fields=["edition", "contact_key"], name="participant_contact_once")]

    def __str__(self) -> str:
        return self.masked or f"{self.pk}"


class ContactCode(models.Model):
    """A code on its way to a contact. Gone when it was used, when it is old, or when a newer one was asked for."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    contact_key = models.CharField(max_length=64, db_index=True)
    code_hash = models.CharField(max_length=64)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.edition_id} {self.made_at:%Y-%m-%d %H:%M}"


class Certificate(Timestamped):
    """What somebody achieved or was awarded, to be checked by anybody who holds its code."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="certificates")
    #: Who stands for it.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="certificates")
    #: The room's word for it: ``quiz``, ``award``.
    kind = models.CharField(max_length=20)
    #: What it is for, in the room's own words (``quiz:attempt:12``): the same thing is certified once.
    key = models.CharField(max_length=80)
    participant = models.ForeignKey(
        Participant, models.SET_NULL, null=True, blank=True, related_name="certificates"
    )  # fmt: skip
    #: The name as printed; after the erasure its first character and stars.
    holder = models.CharField(_("姓名"), max_length=60)
    title = models.CharField(_("证书名称"), max_length=120)
    #: Lines of text below the title.
    lines = models.JSONField(default=list, blank=True)
    #: Twelve characters without look-alikes.
    code = models.CharField(_("证书编号"), max_length=12, unique=True)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(_("撤销原因"), max_length=300, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("证书")
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="certificate_once")]
        indexes = [models.Index(fields=["edition", "organisation", "-issued_at"], name="certificate_list")]

    def __str__(self) -> str:
        return f"{self.title} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("participation_public:certificate", args=[self.code])

    @property
    def spaced_code(self) -> str:
        """The code in groups of four, as people read it aloud."""
        return " ".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))
