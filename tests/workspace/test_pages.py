"""Editors hear of a page that did not come out at its time (D6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from skillweek.content.domain.pages import publish_page
from skillweek.content.editorial import publish_due_texts, save_draft
from skillweek.content.models import Page
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from tests.factories import Tree, client_of, person


@pytest.mark.requirement("D6")
def test_a_page_that_could_not_come_out_at_its_time_tells_its_editors_why(tree: Tree, edition: Edition) -> None:
    editor, colleague = person(tree.host, "reviewer"), person(tree.host, "manager")
    person(tree.edu, "manager")
    page = Page(edition=edition, organisation=tree.host, kind=Page.Kind.NEWS, slug="opening")
    save_draft(page, {"title": "启动仪式", "body": "<p>五月十四日。</p>"}, actor=editor)
    at = now() + timedelta(hours=1)
    publish_page(page, actor=editor, at=at)
    save_draft(page, {"title": ""}, actor=editor)

    with time_machine.travel(at + timedelta(minutes=1), tick=False):
        assert publish_due_texts() == 0
        assert publish_due_texts() == 0

    told = Message.objects.filter(kind="page.held")
    assert {message.recipient for message in told} == {editor, colleague}
    assert told.count() == 2
    message = told.get(recipient=colleague)
    assert "标题" in message.body and "草稿" in message.body
    assert client_of(colleague).get(f"/w/content/{page.pk}/").status_code == 200
    assert message.url.endswith(f"/w/content/{page.pk}/")
