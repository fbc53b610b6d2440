"""Two people at the same moment: one publication, one signature, one reminder (A1, A2)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from skillweek.content.editorial import versions_of
from skillweek.core.errors import Conflict
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notices.domain import (
    acknowledge,
    deliver_to_newcomers,
    draft_from_edition,
    pass_on,
    publish_notice,
    remind,
)
from skillweek.notices.models import Notice, Receipt
from skillweek.notices.telling import tell_recipients_of
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from tests.factories import Tree, person
from tests.notices import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("A2")]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run all calls at the same moment, each on its own connection; returns results and refusals."""
    gate = threading.Barrier(len(calls))
    outcomes: list[Any] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            outcomes.append(call())
        except Conflict as conflict:
            outcomes.append(conflict)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(outcomes) == len(calls), "a thread failed or hangs"
    return outcomes


def test_publishing_at_once_makes_one_version(edition: Edition, tree: Tree, editor: User) -> None:
    person(tree.school_a, "liaison")
    notice = make.draft(edition, tree.host, editor, issued_on="2023-05-06")
    colleague = person(tree.host, "manager")

    at_once(*[lambda user=user: publish_notice(notice, actor=user) for user in (editor, colleague, editor)])

    notice.refresh_from_db()
    assert (versions_of(notice).count(), notice.receipts.count(), notice.version) == (1, 9, 1)
    assert AuditEvent.objects.filter(verb="notice.publish").count() == 1
    at_once(lambda: tell_recipients_of(notice.pk), lambda: tell_recipients_of(notice.pk))
    assert Message.objects.filter(kind="notice.published").count() == 1


def test_two_signatures_at_once_are_one(edition: Edition, tree: Tree, editor: User) -> None:
    notice = make.published(edition, tree.host, editor)
    people = [person(tree.school_a, role) for role in ("liaison", "manager")]

    first, second = at_once(*[lambda user=user: acknowledge(notice, tree.school_a, by=user) for user in people])

    assert first.acknowledged_by == second.acknowledged_by
    assert AuditEvent.objects.filter(verb="receipt.acknowledge").count() == 1


def test_two_reminders_at_once_send_one(edition: Edition, tree: Tree, editor: User) -> None:
    person(tree.school_a, "liaison")
    notice = make.published(edition, tree.host, editor)

    outcomes = at_once(lambda: remind(notice, by=editor), lambda: remind(notice, by=editor))

    assert sorted(len(outcome.reminded) for outcome in outcomes) == [0, 1]
    assert Receipt.objects.get(notice=notice, organisation=tree.school_a).reminder_count == 1


def test_passing_on_and_newcomers_at_once_make_one_copy(edition: Edition, tree: Tree, editor: User) -> None:
    reviewer = person(tree.siming, "reviewer")
    notice = make.published(edition, tree.host, editor, audience={"districts": ["思明区"]})
    Receipt.objects.filter(organisation=tree.school_a).delete()

    at_once(
        lambda: pass_on(notice, tree.siming, by=reviewer, audience={"all": True}),
        lambda: pass_on(notice, tree.siming, by=reviewer, audience={"all": True}),
        deliver_to_newcomers,
        deliver_to_newcomers,
    )

    assert Receipt.objects.filter(notice=notice, organisation=tree.school_a).count() == 1


def test_importing_at_once_makes_one_draft(edition: Edition, tree: Tree, editor: User) -> None:
    at_once(*[lambda: draft_from_edition(edition, tree.host, actor=editor)] * 2)

    assert Notice.objects.count() == 1
