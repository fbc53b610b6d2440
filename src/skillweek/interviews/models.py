"""Series of interviews (职教百家谈) and their episodes (E8)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.content.html import plain_text
from skillweek.content.models import Asset, ReviewedText
from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class Series(Timestamped):
    """A series (栏目) that one organisation runs. The public sees it once an episode of it is public."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="interview_series")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="interview_series")
    title = models.CharField(_("栏目名称"), max_length=120)
    about = models.TextField(_("栏目介绍"), max_length=1000, blank=True)
    #: Who makes it, as podcast players name the author.
    author = models.CharField(_("出品"), max_length=120, blank=True)
    cover = models.ForeignKey(Asset, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("封面"))
    #: Grows with every change; a writer names the one they started from.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("访谈栏目")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "organisation", "title"], name="interview_series_once")
        ]

    def __str__(self) -> str:
        return self.title


class Episode(ReviewedText):
    """One interview. Changed only by the verbs in ``domain``.

    ``draft`` and ``live`` hold: ``title``, ``body`` (rich text), ``summary``, ``cover`` and ``video`` (assets' ids),
    ``guest_name``, ``guest_title``, ``interviewer``, ``consent`` (the guest agreed to publication), ``consent_on``
    (ISO day), ``consent_note``, ``chapters`` and ``transcript`` (texts, one time and words for each line).
    """

    line_above_writes = True

    series = models.ForeignKey(Series, models.PROTECT, related_name="episodes")
    number = models.PositiveIntegerField(_("期数"))
    guest = models.CharField(_("嘉宾"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("访谈")
        ordering = ["series", "number"]
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="interview_number_once")]
        indexes = [models.Index(fields=["edition", "organisation", "state"], name="interview_list")]

    def take_columns(self, content: dict[str, Any]) -> None:
        """Title and guest as lists need them."""
        super().take_columns(content)
        self.guest = str(content.get("guest_name") or "")[:120]

    def assets_in(self, content: dict[str, Any]) -> list[Any]:
        """With the film."""
        return [*super().assets_in(content), content.get("video")]

    def has_text(self, content: dict[str, Any]) -> bool:
        """A film, a transcript or a text is enough."""
        return bool(content.get("video") or content.get("transcript") or plain_text(str(content.get("body") or "")))

    def must_be_publishable(self) -> None:
        """A guest who agreed, times in order. Raises DomainError."""
        from skillweek.interviews.domain.writing import must_be_publishable

        must_be_publishable(self)


class Sound(models.Model):
    """The sound of an episode's film, for podcast players: the same recording, not coded again."""

    episode = models.OneToOneField(Episode, models.CASCADE, primary_key=True, related_name="sound")
    #: Of which film; another film makes another sound.
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="+")
    #: Empty: the film holds no sound that can be taken out as it is.
    key = models.CharField(max_length=255, blank=True)
    size = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.episode_id} {self.key}"
