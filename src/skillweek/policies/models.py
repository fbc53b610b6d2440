"""The library of policies and laws that stories explain (D5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from skillweek.content.models import Editorial
from skillweek.core.errors import DomainError


class Policy(Editorial):
    """A law, a policy or an explanation of one. Changed only by the verbs in ``domain``.

    ``draft`` and ``live`` hold: ``title``, ``body`` (rich text, may be empty), ``summary`` (one sentence in plain
    words), ``aliases`` (short names it is looked for by), ``number``, ``issuer``, ``issued_on`` and ``effective_on``
    (ISO dates or empty), ``level``, ``kind``, ``status``, ``source_url``, ``attachments`` (ids of assets) and
    ``related`` (ids of policies).
    """

    class Level(models.TextChoices):
        NATION = "nation", _("国家")
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        DISTRICT = "district", _("区")
        SCHOOL = "school", _("校")

    class Kind(models.TextChoices):
        LAW = "law", _("法律")
        REGULATION = "regulation", _("法规规章")
        OPINION = "opinion", _("意见通知")
        PLAN = "plan", _("方案规划")
        INTERPRETATION = "interpretation", _("解读")

    class Status(models.TextChoices):
        CURRENT = "current", _("现行")
        AMENDED = "amended", _("已修订")
        REPEALED = "repealed", _("废止")

    level = models.CharField(_("层级"), max_length=10, choices=Level, default=Level.NATION)
    kind = models.CharField(_("种类"), max_length=16, choices=Kind, default=Kind.OPINION)
    status = models.CharField(_("效力"), max_length=10, choices=Status, default=Status.CURRENT)
    number = models.CharField(_("文号"), max_length=120, blank=True)
    issued_on = models.DateField(_("发布日期"), null=True, blank=True)
    #: Key of the catalogue that it was loaded from, so that it is loaded once; empty for what people entered.
    catalogue_key = models.CharField(max_length=60, blank=True)
    #: It came from a catalogue and nobody of the bureau has compared it with the official text yet (待核对).
    needs_check = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("政策")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "catalogue_key"],
                condition=~models.Q(catalogue_key=""),
                name="policy_of_catalogue_once",
            )
        ]
        indexes = [models.Index(fields=["edition", "level", "kind", "-issued_on"], name="policy_list")]

    def take_columns(self, content: dict[str, Any]) -> None:
        """What lists filter and sort by."""
        super().take_columns(content)
        self.level = content.get("level") or self.Level.NATION
        self.kind = content.get("kind") or self.Kind.OPINION
        self.status = content.get("status") or self.Status.CURRENT
        self.number = str(content.get("number") or "")[:120]
        self.issued_on = date_in(content.get("issued_on"))

    def has_text(self, content: dict[str, Any]) -> bool:
        """A sentence of our own and the address of the official text are enough: laws are not typed from memory."""
        return super().has_text(content) or bool(content.get("summary") and content.get("source_url"))

    def must_be_publishable(self) -> None:
        """Raise DomainError while nothing says who issued it, or its edition is archived."""
        from skillweek.content.access import is_open

        if not is_open(self.edition):
            said = {"name": self.edition}
            raise DomainError(gettext("“%(name)s”已归档，政策不能再发布。") % said, code="edition_closed")
        if not str(self.draft.get("issuer") or "").strip():
            raise DomainError(gettext("还没有写发布机关，不能发布。请先填写。"), field="issuer", code="no_issuer")


def date_in(value: object) -> date | None:
    """The day in a text ``2022-05-01``; None for anything else."""
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None
