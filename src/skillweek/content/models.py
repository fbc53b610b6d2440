"""What editors place into texts, with public copies of it, and the base of all editorial texts (D6)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.content.html import plain_text
from skillweek.core.models import Timestamped
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.uploads.models import StoredFile


class Asset(Timestamped):
    """A file that an organisation may place into its texts and activities. Its original is never served in public."""

    class Kind(models.TextChoices):
        PICTURE = "picture", _("图片")
        VIDEO = "video", _("视频")
        ATTACHMENT = "attachment", _("附件")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="assets")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assets")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="asset")
    kind = models.CharField(max_length=12, choices=Kind)
    #: Shown name of an attachment; caption of a picture or video.
    title = models.CharField(_("标题"), max_length=200, blank=True)
    #: What a reader who does not see the picture is told.
    alt = models.CharField(_("图片说明"), max_length=200, blank=True)
    #: Upright size in pixels, 0 while unknown. Pages reserve the space, so nothing jumps.
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    #: Set while something published refers to it; only then strangers may fetch it.
    is_public = models.BooleanField(default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["edition", "organisation", "kind"], name="asset_library")]

    def __str__(self) -> str:
        return self.title or self.file.name


class Rendition(models.Model):
    """A public copy: of a picture in one width and format, upright, or of a video. No metadata, GPS least of all."""

    class Format(models.TextChoices):
        AVIF = "avif", "AVIF"
        WEBP = "webp", "WebP"
        JPEG = "jpg", "JPEG"
        #: Of a video: the same pictures and sound, without what the phone wrote beside them.
        MP4 = "mp4", "MP4"
        #: Of a picture: every pixel of the original for print, in a press kit only.
        PRINT = "prnt", _("印刷用")

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="renditions")
    format = models.CharField(max_length=4, choices=Format)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    key = models.CharField(max_length=255, unique=True)
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "format", "width"], name="rendition_once")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.format} {self.width}"


class AssetUse(models.Model):
    """That a text, an activity or another thing shows an asset: in public, or only in its draft.

    From these rows follows ``Asset.is_public``, and that an asset which is in use cannot be deleted.
    """

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="uses")
    #: ``notices.notice`` and the row's key, as text: owners have keys of many kinds.
    owner_type = models.CharField(max_length=60)
    owner_id = models.CharField(max_length=64)
    #: For the list of uses.
    owner_label = models.CharField(max_length=200, blank=True)
    is_live = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "owner_type", "owner_id", "is_live"], name="asset_use_once")
        ]
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="asset_use_owner")]

    def __str__(self) -> str:
        return f"{self.owner_type} {self.owner_id} → {self.asset_id}"


class Editorial(Timestamped):
    """Base of notices and pages: a rich text with drafts, a time of publication and versions.

    ``draft`` is what the editor sees, ``live`` what the public sees: both hold the same keys (``title``, ``body`` and
    what the subclass adds). Publishing copies draft to live and keeps a ``Version``. All changes go through
    ``content.editorial``. The public sees a text while ``live_at`` is set and ``valid_until`` is not over
    (``editorial.public_q()``); ``state`` says what its editors await, and a published text whose next change is
    scheduled stays public meanwhile.
    """

    #: The keys of ``draft`` and ``live`` that are rich text: sanitised whenever they are written.
    rich_fields: tuple[str, ...] = ("body",)

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SCHEDULED = "scheduled", _("定时发布")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤下")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    #: Copies of ``live`` (or of ``draft`` before the first publication) for lists and links.
    title = models.CharField(_("标题"), max_length=200)
    draft = models.JSONField(default=dict, blank=True)
    live = models.JSONField(default=dict, blank=True)
    #: Grows with every saved change; a writer names the one they started from.
    revision = models.PositiveIntegerField(default=1)
    publish_at = models.DateTimeField(_("定时发布时间"), null=True, blank=True)
    #: First publication; the last change made public, null while nothing is public.
    published_at = models.DateTimeField(null=True, blank=True)
    live_at = models.DateTimeField(null=True, blank=True)
    #: Until when it is shown; null is for ever.
    valid_until = models.DateTimeField(_("有效期至"), null=True, blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def has_changes(self) -> bool:
        """Whether the draft holds something that the public does not see yet."""
        return bool(self.draft != self.live)

    @property
    def is_live(self) -> bool:
        """Whether the public sees it, as long as it is valid."""
        return self.live_at is not None

    def take_columns(self, content: dict[str, Any]) -> None:
        """Copy into columns what lists and filters need of ``content``; subclasses add theirs.

        Called with the draft until the first publication, and with what goes live from then on.
        """
        self.title = str(content.get("title", ""))[:200]

    def assets_in(self, content: dict[str, Any]) -> list[Any]:
        """Everything in ``content`` that names assets: rich texts, ids, lists of these; subclasses add theirs."""
        rich = [str(content.get(name) or "") for name in self.rich_fields]
        return [*rich, content.get("attachments"), content.get("cover")]

    def has_text(self, content: dict[str, Any]) -> bool:
        """Whether ``content`` says something; a subclass may let other fields than the rich ones be enough."""
        rich = [str(content.get(name) or "") for name in self.rich_fields]
        return any(plain_text(text) or "data-asset" in text for text in rich)

    def must_be_publishable(self) -> None:
        """Raise a DomainError while the draft must not become public, also when its time comes; for subclasses."""


class ReviewedText(Editorial):
    """Base of texts that a school hands in and the line above publishes (A5); a bureau publishes its own.

    Who may do what is said by ``content.access_reviewed``, the verbs are those of ``content.reviewing``. ``draft``, a
    change of what is public too, is the unit's until it is handed in, and the reviewer's from then until the decision.
    """

    class Review(models.TextChoices):
        WAITING = "waiting", _("待审核")
        RETURNED = "returned", _("已退回")

    #: Whether the line above also writes in what was handed in, so that a comma needs no return.
    line_above_writes = False

    review = models.CharField(_("审核"), max_length=10, choices=Review, blank=True)
    review_note = models.TextField(_("审核意见"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: Whether the line above may read it: it was handed in or public once, or they began it themselves.
    is_handed_in = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        """Whether it was handed in and nobody has decided."""
        return self.review == self.Review.WAITING

    @property
    def is_settled(self) -> bool:
        """Whether it waits for review, or for its time after it: nothing comes out that nobody read."""
        return self.is_waiting or self.state == self.State.SCHEDULED

    @property
    def may_come_out(self) -> bool:
        """Whether the draft is one to publish now: it waits, or puts back what was taken down, or is a bureau's own."""
        return self.is_waiting or self.state == self.State.WITHDRAWN or not self.organisation.is_school


class Version(models.Model):
    """One published state of an editorial text, kept for comparison: history is visible (A1)."""

    #: ``notices.notice`` or ``content.page``, and the row's key: versions of all rooms lie here.
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    content: Any = models.JSONField()
    reason = models.CharField(_("修改说明"), max_length=300, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id", "number"], name="content_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} v{self.number}"


class Page(Editorial):
    """A page of the portal: news, a topic page, or a static page such as 关于."""

    class Kind(models.TextChoices):
        NEWS = "news", _("新闻动态")
        TOPIC = "topic", _("专题")
        STATIC = "static", _("固定页面")

    kind = models.CharField(_("种类"), max_length=8, choices=Kind)
    #: Address below ``/pages/``; unique within the edition.
    slug = models.SlugField(_("网址"), max_length=80)
    #: Code of the edition's focus topic that a topic page or news belongs to.
    topic = models.CharField(_("宣传重点"), max_length=60, blank=True)
    position = models.PositiveIntegerField(default=0)
    #: Static pages that stand in the portal's footer.
    in_footer = models.BooleanField(_("在页脚显示"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "slug"], name="page_address_once")]
        indexes = [models.Index(fields=["edition", "kind", "state", "-published_at"], name="page_list")]
