"""Media outlets and the register of what they published (D4)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from skillweek.core.models import Timestamped
from skillweek.core.tables.kept import KeptTable
from skillweek.editions.models import Edition
from skillweek.editions.specs import LEVELS
from skillweek.organisations.models import Organisation
from skillweek.press.matching import name_key, title_key, url_key
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.uploads.models import StoredFile


class MediaOutlet(Timestamped):
    """A medium, the same for all editions. Grows by itself from what is registered; people keep it tidy."""

    name = models.CharField(_("媒体名称"), max_length=120, unique=True)
    level = models.CharField(_("媒体级别"), max_length=12, choices=LEVELS, blank=True)
    #: Other ways to write it.
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    #: The name's and aliases' compared forms; kept by ``save``.
    keys = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("媒体")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the compared forms."""
        self.keys = list(dict.fromkeys(key for each in (self.name, *self.aliases) if (key := name_key(each))))
        super().save(*args, **kwargs)


class CoverageQuerySet(models.QuerySet["Coverage"]):
    """Filters that the list and the statistics share."""

    def counted(self, edition: Edition) -> CoverageQuerySet:
        """Those that count: registered and confirmed."""
        return self.filter(edition=edition, state__in=(Coverage.State.REGISTERED, Coverage.State.CONFIRMED))

    def with_article(self) -> Any:
        """Annotate ``article`` (what it was merged into, else itself) and ``article_level``."""
        return self.annotate(
            article=Coalesce("merged_into_id", "pk", output_field=models.BigIntegerField()),
            article_level=Coalesce("merged_into__level", "level"),
        )


class Coverage(Timestamped):
    """One piece of coverage as one unit registered it. Changed only by the verbs in ``domain``.

    Rows about the same article are merged: one of them stands for the article, the others point to it and keep their
    own organisations, so that a merge can be undone and each organisation keeps its share.
    """

    class State(models.TextChoices):
        #: Its report went back to the school, or the school took it out.
        WAITING = "waiting", _("随报告退回")
        REGISTERED = "registered", _("待核实")
        CONFIRMED = "confirmed", _("已核实")
        REJECTED = "rejected", _("不计入")

    class Source(models.TextChoices):
        REPORT = "report", _("一日一报")
        LEAD = "lead", _("宣传线索")
        VISIT = "visit", _("媒体探校")
        HAND = "hand", _("直接登记")

    class Media(models.TextChoices):
        PRINT = "print", _("报刊")
        TV = "tv", _("电视")
        RADIO = "radio", _("广播")
        WEB = "web", _("网站和客户端")
        SOCIAL = "social", _("公众号和视频号")
        OTHER = "other", _("其他")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="coverage")
    #: The unit that registered it.
    home = models.ForeignKey(Organisation, models.PROTECT, related_name="registered_coverage")
    #: Everybody whom it is about.
    organisations = models.ManyToManyField(Organisation, related_name="coverage", verbose_name=_("涉及单位"))
    title = models.CharField(_("标题"), max_length=200)
    outlet = models.ForeignKey(MediaOutlet, models.PROTECT, null=True, blank=True, related_name="coverage")
    #: As the edition's lists name levels; what the article counts as, even where the outlet is known by another.
    level = models.CharField(_("媒体级别"), max_length=12, choices=LEVELS, blank=True)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)
    media = models.CharField(_("媒体类型"), max_length=8, choices=Media, blank=True)
    link = models.URLField(_("链接"), max_length=500, blank=True)
    #: The article as somebody pasted it, for comparing texts (C14); never shown in public.
    text = models.TextField(_("报道正文"), blank=True)
    #: Compared forms of link and title; kept by ``save``.
    link_key = models.CharField(max_length=500, blank=True)
    title_key = models.CharField(max_length=200, blank=True)
    scan = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="coverage_scans")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.REGISTERED)
    remark = models.CharField(_("说明"), max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: It was confirmed because its daily report was accepted, and follows the report back.
    by_report = models.BooleanField(default=False)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: Grows with every change; a writer names the version they started from.
    version = models.PositiveIntegerField(default=1)

    source = models.CharField(_("来源"), max_length=8, choices=Source, default=Source.HAND)
    item = models.OneToOneField(ReportItem, models.SET_NULL, null=True, blank=True, related_name="coverage")
    report = models.ForeignKey(DailyReport, models.SET_NULL, null=True, blank=True, related_name="coverage")
    lead = models.ForeignKey("press.Lead", models.SET_NULL, null=True, blank=True, related_name="coverage")
    #: Who handed it in for a lead.
    journalist = models.ForeignKey("press.Journalist", models.SET_NULL, null=True, blank=True, related_name="coverage")
    #: After which visit it was handed in (E9).
    school_visit = models.ForeignKey(
        "press.SchoolVisit", models.SET_NULL, null=True, blank=True, related_name="coverage"
    )  # fmt: skip
    #: What the source was called, should it be gone.
    source_label = models.CharField(max_length=200, blank=True)
    #: A reviewer changed it here: the report's text no longer overwrites it.
    is_edited = models.BooleanField(default=False)

    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    #: The row through which it came to ``merged_into``: it goes back with it.
    merged_via = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    merged_by_link = models.BooleanField(default=False)
    #: What it may be the same as; a person decides.
    proposed = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    #: Said not to be the same, by a person; never proposed again.
    different = models.ManyToManyField("self", blank=True)

    objects: ClassVar[Any] = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("媒体报道")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("pk")), name="coverage_not_into_itself")
        ]
        indexes = [
            models.Index(fields=["edition", "link_key"], name="coverage_link"),
            models.Index(fields=["edition", "outlet", "published_on"], name="coverage_same"),
            models.Index(fields=["edition", "state", "level"], name="coverage_count"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the compared forms."""
        self.link_key, self.title_key = url_key(self.link), title_key(self.title)
        super().save(*args, **kwargs)

    @property
    def safe_link(self) -> str:
        """The link where it is one of the web; empty for anything a browser might run."""
        return self.link if self.link.lower().startswith(("http://", "https://")) else ""

    @property
    def level_differs(self) -> bool:
        """Whether the outlet is known by another level."""
        return bool(self.outlet and self.outlet.level and self.level and self.outlet.level != self.level)


class CoverageUpload(KeptTable):
    """An uploaded table of coverage."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    home = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    made = models.PositiveIntegerField(default=0)
