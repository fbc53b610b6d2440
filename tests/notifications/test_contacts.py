"""People without an account: told once, able to leave, erasable (B8)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.notifications.domain import deliver, erase_contacts, notify_contact, retry_delivery
from skillweek.notifications.domain.addresses import unsubscribe_token
from skillweek.notifications.models import Delivery, Message, OptOut
from tests.factories import Tree, client_of, person
from tests.notifications.conftest import Postbox

State, Reason = Delivery.State, Delivery.Reason


@pytest.fixture(autouse=True)
def _kinds(kinds: Any, settings: Any) -> None:
    settings.BASE_URL = "https://week.example.org"


def told(key: str = "booking:7:confirmed", kind: str = "test.told", **fields: Any) -> Message | None:
    fields.setdefault("email", "wang@example.org")
    fields.setdefault("name", "王女士")
    context = {"activity": "茶艺体验", "time": "5月14日 09:00"}
    return notify_contact(kind=kind, context=context, url="/book/t/secret-ticket/", dedupe_key=key, **fields)


@pytest.mark.requirement("B8")
def test_contact_gets_a_mail_with_the_personal_link(postbox: Postbox, tree: Tree) -> None:
    message = told(organisation=tree.school_a)
    assert message is not None

    assert deliver(message.deliveries.get().pk) == "sent"

    [mail] = postbox.mails
    assert mail["To"] == "wang@example.org"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "王女士，您好：" in text
    assert "https://week.example.org/book/t/secret-ticket/" in text
    assert "相关工作" not in text  # that is for staff


def test_contact_reads_it_in_their_language(postbox: Postbox, db: None) -> None:
    message = told(language="en")
    assert message is not None

    deliver(message.deliveries.get().pk)

    assert '<html lang="en">' in postbox.mails[0].get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_contact_is_told_once_under_a_key(db: None) -> None:
    assert told() is not None
    assert told() is None
    assert told(email="other@example.org") is not None
    assert told(email="") is None
    assert (Message.objects.count(), Delivery.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_contact_is_told_nothing_when_the_callers_change_fails() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        told()
        raise ZeroDivisionError

    assert (Message.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.requirement("B8")
def test_erase_leaves_nothing_personal_and_sends_nothing_more(postbox: Postbox, db: None) -> None:
    sent, waiting, other = told(), told("booking:7:reminder"), told("booking:70:confirmed", email="li@example.org")
    assert sent and waiting and other
    deliver(sent.deliveries.get().pk)

    assert erase_contacts(prefix="booking:7:") == 2
    assert erase_contacts(prefix="booking:7:") == 0

    for message in (sent, waiting):
        message.refresh_from_db()
        delivery = message.deliveries.get()
        fields = {**vars(message), **vars(delivery)}
        assert [name for name, value in fields.items() if re.search("王女士|wang|茶艺|secret", str(value))] == []
        assert message.erased_at is not None
        assert deliver(delivery.pk) == ""
    assert [row.state for row in Delivery.objects.order_by("pk")] == ["sent", "skipped", "queued"]
    assert len(postbox.mails) == 1


def test_erase_by_age_spares_people_with_an_account(db: None, tree: Tree) -> None:
    from skillweek.notifications.domain import notify

    old, fresh = told(), told("booking:8:confirmed")
    notify([person(tree.school_a)], kind="test.told", context={"activity": "x"}, dedupe_key="booking:7:staff")
    assert old and fresh
    Message.objects.exclude(pk=fresh.pk).update(created_at=now() - timedelta(days=40))

    assert erase_contacts(before=now() - timedelta(days=30)) == 1

    assert list(Message.objects.filter(erased_at=None, audience="contact")) == [fresh]
    with pytest.raises(ValueError, match="which"):
        erase_contacts()


def test_an_erased_message_is_not_sent_again(db: None, tree: Tree) -> None:
    message = told()
    assert message
    erase_contacts(prefix="booking:7:")

    with pytest.raises(Conflict):
        retry_delivery(message.deliveries.get(), by=person(tree.host, "manager"))


@pytest.mark.requirement("B8")
def test_contact_leaves_by_the_link_and_comes_back(postbox: Postbox, db: None) -> None:
    first = told()
    assert first
    deliver(first.deliveries.get().pk)
    link = postbox.mails[0]["List-Unsubscribe"].strip().strip("<>").removeprefix("https://week.example.org")
    assert postbox.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    visitor = Client(enforce_csrf_checks=True)

    opened = visitor.get(link)
    assert opened.status_code == 200
    assert not OptOut.objects.exists()  # mail scanners open links too
    assert visitor.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 302

    quiet, needed = told("2"), told("3", kind="test.urgent")
    assert quiet and needed
    assert quiet.deliveries.get().reason == Reason.OPTED_OUT
    assert needed.deliveries.get().state == State.QUEUED
    visitor.post(link, {"back": "1"})
    again = told("4")
    assert again and again.deliveries.get().state == State.QUEUED


def test_mandatory_kinds_have_no_way_to_leave(postbox: Postbox, db: None) -> None:
    message = told(kind="test.urgent")
    assert message
    deliver(message.deliveries.get().pk)

    assert postbox.mails[0]["List-Unsubscribe"] is None


def test_leaving_needs_a_link_of_ours(db: None) -> None:
    good = unsubscribe_token("wang@example.org")

    for token in ("x", good[:-1] + ("A" if good[-1] != "A" else "B"), good + "x"):
        assert Client().post(f"/messages/leave/{token}/").status_code == 404
    assert not OptOut.objects.exists()


def test_the_log_masks_contacts(tree: Tree) -> None:
    told(organisation=tree.school_a)
    told("2", email="", phone="13800138000", organisation=tree.school_a)

    page = client_of(person(tree.host, "manager")).get("/w/inbox/deliveries/").content.decode()

    assert "w***@example.org" in page
    assert "138****8000" in page
    assert [word for word in ("wang@", "13800138000", "王女士", "secret-ticket", "您已预约") if word in page] == []


def test_contacts_are_in_nobodys_inbox(tree: Tree) -> None:
    told(organisation=tree.school_a)

    for role in ("manager", "liaison"):
        assert "示例消息" not in client_of(person(tree.school_a, role)).get("/w/inbox/").content.decode()
