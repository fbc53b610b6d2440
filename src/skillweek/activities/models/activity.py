"""An activity (活动), how it is classified, who joins in, and what reviewers think of it (B1–B6, B12, B13)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.activities.models.plan import Plan, ReviewState
from skillweek.content.models import Asset
from skillweek.core.models import HandedIn, Remark, Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


class ActivityQuerySet(models.QuerySet["Activity"]):
    """What the public side and the lists share."""

    def published(self, today: date) -> ActivityQuerySet:
        """Activities that strangers see on ``today`` (a day in the edition's zone): published and not taken down.

        ``published_at`` is set only by the verb that checks the integrity rules once more (B13). Cancelled ones stay
        visible, marked as such, so that nobody travels in vain.
        """
        due = models.Q(publish_on=None) | models.Q(publish_on__lte=today)
        return self.filter(due, state=ReviewState.APPROVED, published_at__isnull=False, withdrawn_at=None)


class Activity(Timestamped):
    """One activity of the week. Changed only by the verbs in ``domain``."""

    State = ReviewState

    class Kind(models.TextChoices):
        REGULAR = "regular", _("常规性活动")
        FEATURE = "feature", _("特色亮点活动")
        #: Planned by the city itself (B2); its ``city_code`` names the line of the notice.
        CITY = "city", _("市级活动")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="activities")
    #: The organiser. Joint organisers are ``partners``.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="activities")
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, blank=True, related_name="activities")
    state = models.CharField(_("状态"), max_length=10, choices=ReviewState, default=ReviewState.DRAFT)
    #: Grows with every saved change; a writer names the version they started from.
    version = models.PositiveIntegerField(default=1)

    title = models.CharField(_("活动名称"), max_length=100)
    kind = models.CharField(_("活动类别"), max_length=10, choices=Kind, default=Kind.REGULAR)
    summary = models.CharField(_("一句话介绍"), max_length=200, blank=True)
    #: Sanitised HTML of the shared editor.
    description = models.TextField(_("活动介绍"), blank=True)
    cover = models.ForeignKey(Asset, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("封面图"))
    #: Codes of the edition's lists; empty where nothing fits.
    idea_code = models.CharField(_("参考的特色活动"), max_length=60, blank=True)
    city_code = models.CharField(_("对应的市级活动"), max_length=60, blank=True)
    enquiry_phone = models.CharField(_("咨询电话"), max_length=40, blank=True)
    how_to_join = models.TextField(_("参加办法和注意事项"), blank=True)

    # Order and integrity (B13); seen by the organiser and the line above only.
    person_in_charge = models.CharField(_("活动负责人"), max_length=60, blank=True)
    phone_in_charge = models.CharField(_("负责人电话"), max_length=40, blank=True)
    safety_plan = models.TextField(_("安全预案"), blank=True)
    #: None: not answered yet.
    is_free = models.BooleanField(_("对参加者不收费"), null=True, blank=True)
    funding_source = models.CharField(_("经费来源"), max_length=200, blank=True)
    public_benefit = models.BooleanField(_("公益承诺"), default=False)
    expected_people = models.PositiveIntegerField(_("预计参加人数"), null=True, blank=True)
    #: The integrity rules' findings as they stand now, as JSON like those of material.
    findings = models.JSONField(default=list, blank=True)

    #: From which day on it is shown to the public; null: as soon as it is approved.
    publish_on = models.DateField(_("公开日期"), null=True, blank=True)
    #: When it became public; null: it is not, whatever its state. Set by ``domain.publishing``.
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("取消原因"), max_length=300, blank=True)

    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decision_note = models.TextField(_("审核意见"), blank=True)
    #: Chosen by the city to stand first (亮点, B5); ``highlight_rank`` orders them, the lowest first.
    is_highlight = models.BooleanField(_("亮点"), default=False)
    highlight_rank = models.PositiveIntegerField(default=0)
    #: Where it was copied from (another year's, or another activity).
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动")
        indexes = [
            models.Index(fields=["edition", "state", "publish_on"], name="activity_public"),
            models.Index(fields=["edition", "organisation", "state"], name="activity_own"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_editable(self) -> bool:
        """Whether its organiser may still change everything: drafts and returned ones."""
        return self.state in (ReviewState.DRAFT, ReviewState.RETURNED)

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.cancelled_at is not None

    def codes(self, group: str) -> list[str]:
        """The ticked codes of one of the edition's lists, in the order they were ticked (prefetch ``tags``)."""
        return [tag.code for tag in self.tags.all() if tag.group == group]


class ActivityTag(models.Model):
    """One ticked entry of one of the edition's lists (B1, B4, B5, B7)."""

    class Group(models.TextChoices):
        OUTREACH = "outreach", _("面向公众的方式")
        FORM = "form", _("活动形式")
        INTEGRATION = "integration", _("融合主题")
        SERVICE = "service", _("便民服务")
        ONLINE = "online", _("线上活动")
        AUDIENCE = "audience", _("面向人群")
        TOPIC = "topic", _("宣传重点")
        NATIONAL = "national", _("全国性活动")

    #: Group → the name of the edition document's list.
    LISTS: dict[str, str] = {
        "outreach": "outreach",
        "form": "forms",
        "integration": "integration",
        "service": "services",
        "online": "online",
        "audience": "audiences",
        "topic": "topics",
        "national": "national_activities",
    }

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="tags")
    group = models.CharField(max_length=12, choices=Group)
    code = models.CharField(max_length=60)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "group", "code"], name="activity_tag_once")]
        indexes = [models.Index(fields=["group", "code", "activity"], name="activity_tag_lookup")]

    def __str__(self) -> str:
        return f"{self.group}:{self.code}"


class Partner(Timestamped):
    """A joint organiser (B12). One with an ``organisation`` sees the activity and reports its own part."""

    class State(models.TextChoices):
        INVITED = "invited", _("待确认")
        ACCEPTED = "accepted", _("已确认")
        DECLINED = "declined", _("已谢绝")

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="joint_activities"
    )
    #: For partners outside the tree: an enterprise, an ordinary school.
    name = models.CharField(_("合作单位名称"), max_length=120, blank=True)
    part = models.CharField(_("承担的工作"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    #: What the partner itself reports about its part: text, and figures by the edition's figure codes.
    report = models.TextField(_("本单位完成情况"), blank=True)
    figures = models.JSONField(default=dict, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "organisation"], condition=~models.Q(organisation=None), name="partner_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation or self.name)


class ActivityVersion(HandedIn):
    """The activity as it was handed in, each time: what the reviewer decides on."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="versions")

    class Meta(HandedIn.Meta):
        constraints = [models.UniqueConstraint(fields=["activity", "number"], name="activity_version_once")]

    def __str__(self) -> str:
        return f"{self.activity} v{self.number}"


class ActivityComment(Remark):
    """A remark of the reviewer or the organiser on an activity under review."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="comments")


_MARK = [MinValueValidator(1), MaxValueValidator(5)]


class Assessment(Timestamped):
    """One reviewer's marks for a feature activity: 含金量, 辨识度, 影响力, each from 1 to 5 (B5)."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="assessments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    substance = models.PositiveSmallIntegerField(_("含金量"), validators=_MARK)
    distinction = models.PositiveSmallIntegerField(_("辨识度"), validators=_MARK)
    influence = models.PositiveSmallIntegerField(_("影响力"), validators=_MARK)
    comment = models.CharField(_("评语"), max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "reviewer"], name="assessment_once")]

    def __str__(self) -> str:
        return f"{self.activity} {self.substance}/{self.distinction}/{self.influence}"
