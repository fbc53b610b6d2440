"""What the workspace tells editors about pages: ``content`` stands below the messages and cannot say it itself (D6)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from skillweek.content.models import Page
from skillweek.notifications.domain import notify
from skillweek.notifications.kinds import Kind, Urgency, declare
from skillweek.organisations.access import DECIDING_ROLES
from skillweek.organisations.queries import people_with


def declare_kinds() -> None:
    """Called once, when the room is ready."""
    declare(
        Kind(
            code="page.held",
            label=_("定时发布没有成功"),
            title=gettext_noop("没有按时发布：{title}"),
            body=gettext_noop("原因：{reason}\n内容仍在草稿里。请改好后重新发布。"),
            urgency=Urgency.URGENT,
            mandatory=True,
            group=_("文章与页面"),
            audiences=("person",),
            variables={"title": _("标题"), "reason": _("没有发布的原因")},
            sample={"title": "活动周启动仪式举行", "reason": "正文还是空的。"},
        )
    )


def on_held(*, obj: Any, reason: str, **_more: Any) -> None:
    """Receiver of ``editorial_held``: those who write the bureau's pages hear why."""
    if not isinstance(obj, Page):
        return
    notify(
        people_with(DECIDING_ROLES, obj.organisation),  # they alone write pages: who lost the role hears nothing more
        kind="page.held",
        context={"title": obj.title or obj.draft.get("title") or gettext("没有标题的文章"), "reason": reason},
        url=reverse("content:edit", kwargs={"pk": obj.pk}),
        dedupe_key=f"page.held:{obj.pk}:{obj.revision}",
        organisation=obj.organisation,
    )
