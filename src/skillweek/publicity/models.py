"""Stories of the week and the library of figures, experience and deeds (D1, D2)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models import Activity
from skillweek.content.models import Asset, ReviewedText
from skillweek.core.models import Timestamped
from skillweek.organisations.models import Organisation
from skillweek.policies.models import Policy
from skillweek.reports.models import DailyReport, ReportItem


class Story(ReviewedText):
    """A story for the public, credited to those who lived it. Changed only by the verbs in ``domain``.

    ``draft`` and ``live`` hold: ``title``, ``body`` (rich text), ``summary``, ``kind``, ``topic``, ``cover`` (an
    asset's id), ``gallery`` (list of ``{"asset": id, "caption": text}`` in order), ``video`` (an asset's id),
    ``video_caption``, ``byline``, ``credits`` (ids of organisations beside its own), ``activity`` (id or None) and
    ``policies`` (list of ``{"policy": id, "article": text}``).
    """

    class Kind(models.TextChoices):
        STORY = "story", _("活动故事")
        FIGURE = "figure", _("典型人物")
        EXPERIENCE = "experience", _("典型经验")
        DEED = "deed", _("典型事迹")

    class Pulled(models.TextChoices):
        REPORT = "report", _("素材所在的一日一报不再是“已通过”")
        ITEM = "item", _("素材已从一日一报里移除")
        ACTIVITY = "activity", _("关联的活动已撤下")

    line_above_writes = True

    kind = models.CharField(_("种类"), max_length=12, choices=Kind, default=Kind.STORY)
    #: Code of one of the edition's focus topics (宣传重点); empty only while it is written.
    topic = models.CharField(_("宣传重点"), max_length=60, blank=True)
    activity = models.ForeignKey(Activity, models.SET_NULL, null=True, blank=True, related_name="stories")
    #: Everybody it is credited to, its own organisation included.
    credits = models.ManyToManyField(Organisation, related_name="credited_stories", blank=True)

    #: Why it was taken down by itself; empty when it was not.
    pulled = models.CharField(max_length=10, choices=Pulled, blank=True)
    #: Names the material it was made of, so that the same is never made twice; empty for stories written from nothing.
    source_key = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("故事")
        constraints = [
            models.UniqueConstraint(fields=["source_key"], condition=~Q(source_key=""), name="story_of_material_once")
        ]
        indexes = [
            models.Index(fields=["edition", "topic", "-published_at"], name="story_list"),
            models.Index(fields=["edition", "organisation", "state"], name="story_table"),
        ]

    @property
    def may_come_out(self) -> bool:
        """Also what the line above made of an accepted report, which nobody hands in, and changes of what was public.

        What the school handed in and took back, or got back, is the school's again until it hands it in anew.
        """
        return super().may_come_out or self.submitted_at is None or self.published_at is not None

    def take_columns(self, content: dict[str, Any]) -> None:
        """Title, kind, topic and activity as lists and filters need them."""
        super().take_columns(content)
        self.kind = content.get("kind") or self.Kind.STORY
        self.topic = str(content.get("topic") or "")
        self.activity_id = content.get("activity") or None

    def assets_in(self, content: dict[str, Any]) -> list[Any]:
        """With the gallery and the video."""
        gallery = [row.get("asset") for row in content.get("gallery") or []]
        return [*super().assets_in(content), gallery, content.get("video")]

    def must_be_publishable(self) -> None:
        """Topic, open edition, sources accepted. Raises DomainError."""
        from skillweek.publicity.domain.sources import must_be_publishable

        must_be_publishable(self)


class StoryPolicy(models.Model):
    """That a story explains a policy, or one article of it (D5). Follows the live text once there is one."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="explained")
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="explaining")
    #: As typed: 第十二条; empty for the whole policy.
    article = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["story", "policy", "article"], name="story_policy_once")]

    def __str__(self) -> str:
        return f"{self.story_id} → {self.policy_id} {self.article}"


class StorySource(Timestamped):
    """One piece of a report that a story was made of."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="sources")
    report = models.ForeignKey(DailyReport, models.PROTECT, related_name="story_sources")
    #: None once the piece has been removed from the report for good.
    item = models.ForeignKey(ReportItem, models.SET_NULL, null=True, related_name="story_sources")
    kind = models.CharField(max_length=12, choices=ReportItem.Kind)
    label = models.CharField(max_length=200, blank=True)
    #: The picture or video in the library; None for texts.
    asset = models.ForeignKey(Asset, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["story", "item"], name="story_source_once")]

    def __str__(self) -> str:
        return self.label or str(self.get_kind_display())
