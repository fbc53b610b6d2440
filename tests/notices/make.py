"""Notices for tests, made by the product's own verbs."""

from __future__ import annotations

from typing import Any

from django_tasks_db.models import DBTaskResult

from skillweek.editions.models import Edition
from skillweek.notices.domain import draft_notice, publish_notice
from skillweek.notices.models import Notice
from skillweek.organisations.models import Organisation

ALL = {"all": True}


def draft(edition: Edition, issuer: Organisation, actor: Any = None, **fields: Any) -> Notice:
    """A complete draft to everybody below ``issuer``."""
    content = {"title": "关于做好活动周工作的通知", "body": "<p>请各单位认真组织。</p>", "audience": ALL, **fields}
    parent = content.pop("parent", None)
    return draft_notice(edition=edition, organisation=issuer, actor=actor, fields=content, parent=parent)


def published(edition: Edition, issuer: Organisation, actor: Any = None, **fields: Any) -> Notice:
    """The same, published, with everybody told."""
    notice = publish_notice(draft(edition, issuer, actor, **fields), actor=actor)
    work()
    return notice


def work() -> None:
    """Do what this room left to the background worker, within the test's own transaction."""
    for row in DBTaskResult.objects.ready().filter(task_path__startswith="skillweek.notices."):
        arguments = row.args_kwargs
        row.task.call(*arguments["args"], **arguments["kwargs"])
        row.set_successful(None)
