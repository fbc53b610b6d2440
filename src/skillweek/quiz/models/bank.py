"""The bank of questions (E2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.content.models import Asset
from skillweek.core.models import Timestamped
from skillweek.core.tables.kept import KeptTable
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.policies.models import Policy

#: Options are named by these letters, in the order in which they are written.
LETTERS = "ABCDEF"


class Question(Timestamped):
    """One question with its answer, the reason for it and where the law says so. Changed only by the verbs."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("单选")
        MULTIPLE = "multiple", _("多选")
        JUDGE = "judge", _("判断")
        PICTURE = "picture", _("看图题")

    class Difficulty(models.TextChoices):
        EASY = "easy", _("容易")
        MEDIUM = "medium", _("中等")
        HARD = "hard", _("较难")

    class State(models.TextChoices):
        DRAFT = "draft", _("待核对")
        CHECKED = "checked", _("已核对")
        RETIRED = "retired", _("停用")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="questions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="questions")
    kind = models.CharField(_("题型"), max_length=10, choices=Kind, default=Kind.SINGLE)
    stem = models.CharField(_("题目"), max_length=400)
    options: Any = models.JSONField(_("选项"), default=list)
    #: Letters of the right options in order: ``A`` or ``ACD``.
    answer = models.CharField(_("答案"), max_length=6)
    explanation = models.TextField(_("解析"), max_length=1000, blank=True)
    #: The law or document as people name it, and the article in it.
    source = models.CharField(_("出处"), max_length=120, blank=True)
    article = models.CharField(_("条款"), max_length=60, blank=True)
    #: The same in the library of policies, when it is there.
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, blank=True, related_name="questions")
    topic = models.CharField(_("主题"), max_length=40, blank=True)
    difficulty = models.CharField(_("难度"), max_length=8, choices=Difficulty, default=Difficulty.MEDIUM)
    picture = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("图片"))
    #: What somebody who does not see the picture is told; it must not give the answer away.
    picture_alt = models.CharField(_("图片说明"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFT)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: Key in the set that comes with the edition, so that it is loaded once; empty for what people wrote.
    catalogue_key = models.CharField(max_length=60, blank=True)
    #: The question that it was before somebody changed it after people had answered it.
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("题目")
        ordering = ["topic", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "catalogue_key"],
                condition=~models.Q(catalogue_key=""),
                name="question_of_catalogue_once",
            ),
            models.CheckConstraint(condition=~models.Q(answer=""), name="question_has_answer"),
        ]
        indexes = [models.Index(fields=["edition", "organisation", "state", "topic"], name="question_bank")]

    def __str__(self) -> str:
        return self.stem[:60]

    @property
    def lettered(self) -> list[tuple[str, str]]:
        """``[("A", "…"), …]``."""
        return list(zip(LETTERS, self.options, strict=False))

    @property
    def takes_many(self) -> bool:
        """Whether more than one option may be chosen."""
        return self.kind == self.Kind.MULTIPLE or (self.kind == self.Kind.PICTURE and len(self.answer) > 1)

    @property
    def answer_words(self) -> str:
        """The answer as people read it: 正确, or ``A、C``."""
        if self.kind == self.Kind.JUDGE:
            return str(dict(self.lettered).get(self.answer, self.answer))
        return "、".join(self.answer)

    @property
    def cited(self) -> str:
        """《中华人民共和国职业教育法》第三条, or what of it is known."""
        name = self.source.strip("《》 ")
        return f"《{name}》{self.article}" if name else self.article


class QuestionUpload(KeptTable):
    """An uploaded table of questions."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    home = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    made = models.PositiveIntegerField(default=0)
