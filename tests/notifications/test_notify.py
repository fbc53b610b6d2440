"""Telling people: once, in their inbox, and by mail where there is an address (C9, C10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.translation import gettext
from django_tasks_db.models import DBTaskResult

from skillweek.core.clock import now
from skillweek.notifications.domain import mark_all_read, notify, purge_old_messages
from skillweek.notifications.models import Delivery, Message
from skillweek.organisations.models import User
from tests.factories import Tree, person


@pytest.mark.requirement("C10")
def test_notify_queues_one_mail_for_each_person_with_an_address(tree: Tree, liaison: User) -> None:
    by_phone = person(tree.school_a, "member", email=None, phone="13800000001")

    made = notify(
        [liaison, by_phone], kind="report.returned", title="退回", dedupe_key="r:1", organisation=tree.school_a
    )

    assert [message.recipient for message in made] == [liaison, by_phone]
    rows = Delivery.objects.order_by("pk").values_list("message__recipient", "address", "state", "reason")
    assert list(rows) == [(liaison.pk, liaison.email, "queued", ""), (by_phone.pk, "", "skipped", "no_address")]
    assert list(DBTaskResult.objects.values_list("queue_name", flat=True)) == ["mail"]


def test_notify_tells_nobody_twice_under_the_same_key(liaison: User, tree: Tree) -> None:
    other = person(tree.school_a, "member")
    notify([liaison], kind="k", title="一", dedupe_key="same")

    made = notify([liaison, other], kind="k", title="二", dedupe_key="same")

    assert [message.recipient for message in made] == [other]
    assert Message.objects.count() == 2
    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_notify_tells_nobody_when_the_callers_change_fails(liaison: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify([liaison], kind="k", title="一", dedupe_key="x")
        raise ZeroDivisionError

    assert (Message.objects.count(), Delivery.objects.count(), DBTaskResult.objects.count()) == (0, 0, 0)


def test_notify_without_email_leaves_no_delivery(liaison: User) -> None:
    notify([liaison], kind="k", title="一", dedupe_key="x", email=False)

    assert Delivery.objects.count() == 0


def test_notify_sends_no_mail_to_closed_accounts(tree: Tree) -> None:
    gone = person(tree.school_a, "member")
    gone.is_active = False
    gone.save()

    notify([gone], kind="k", title="一", dedupe_key="x")

    assert Delivery.objects.get().reason == Delivery.Reason.INACTIVE


def test_notify_makes_texts_in_each_readers_language(tree: Tree) -> None:
    reader = person(tree.school_a, "member")
    reader.language = "en"
    reader.save()

    [message] = notify([reader], kind="k", title=lambda: gettext("Yes"), body=lambda: gettext("No"), dedupe_key="x")

    assert (message.title, message.body) == ("Yes", "No")


def test_notify_keeps_titles_on_one_line(liaison: User) -> None:
    [message] = notify([liaison], kind="k", title="第一行\r\nBcc: x@example.org", dedupe_key="x")

    assert message.title == "第一行 Bcc: x@example.org"


def test_mark_all_read_leaves_what_came_after_the_page(liaison: User) -> None:
    [seen] = notify([liaison], kind="k", title="一", dedupe_key="1")
    [later] = notify([liaison], kind="k", title="二", dedupe_key="2")

    assert mark_all_read(liaison, up_to=seen.pk) == 1

    assert list(Message.objects.filter(read_at=None)) == [later]


def test_purge_deletes_old_read_messages_and_keeps_the_rest(liaison: User, settings: object) -> None:
    settings.MESSAGE_KEEP_DAYS = 100  # type: ignore[attr-defined]
    ages = {"read-old": (101, True), "unread-old": (101, False), "unread-ancient": (201, False), "read-new": (1, True)}
    for key, (days, read) in ages.items():
        [message] = notify([liaison], kind="k", title=key, dedupe_key=key)
        created = now() - timedelta(days=days)
        Message.objects.filter(pk=message.pk).update(created_at=created, read_at=created if read else None)

    assert purge_old_messages() == 2

    assert sorted(Message.objects.values_list("title", flat=True)) == ["read-new", "unread-old"]
