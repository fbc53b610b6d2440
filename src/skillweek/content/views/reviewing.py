"""What the pages share on which a reviewed text is handed in, taken back and returned."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from skillweek.content.models import ReviewedText
from skillweek.content.reviewing import Reviewing
from skillweek.core.asked import number_in


def revision_asked(request: HttpRequest) -> int | None:
    """The revision that the person has read, None when the form names none."""
    return number_in(request.POST.get("revision")) or None


@dataclass(frozen=True)
class ReviewActs:
    """A room's verbs as its pages call them: each takes the request and the text, and returns what to say."""

    review: Reviewing

    def hand_in(self, request: HttpRequest, text: ReviewedText) -> str:
        """Hand in the revision that was read."""
        self.review.hand_in(text, actor=request.user, expected_revision=revision_asked(request))
        return _("已提交审核。上级单位发布后公众就能看到，结果会发消息给您。")

    def take_back(self, request: HttpRequest, text: ReviewedText) -> str:
        """Take it back."""
        self.review.take_back(text, actor=request.user)
        return _("已撤回，可以继续修改。")

    def give_back(self, request: HttpRequest, text: ReviewedText) -> str:
        """Return it with the ``note``."""
        self.review.give_back(text, actor=request.user, note=request.POST.get("note", ""))
        return _("已退回，学校会收到通知。")
