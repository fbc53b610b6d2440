"""Mail goes out once, with patience, through a real SMTP server that does not always behave (C9, C10)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.core.models import AuditEvent
from skillweek.notifications.domain import claim, deliver, requeue_due, retry_delivery
from skillweek.notifications.domain.delivery import LEASE, MAX_ATTEMPTS, PAUSES
from skillweek.notifications.models import Delivery
from skillweek.organisations.models import User
from tests.factories import Tree, person
from tests.notifications.conftest import Postbox

Told = Callable[..., Delivery]


def _due(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=now() - timedelta(seconds=1))


@pytest.mark.requirement("C10")
def test_deliver_sends_text_and_html_once(postbox: Postbox, told: Told, liaison: User, settings: Any) -> None:
    settings.BASE_URL = "https://week.example.org"
    delivery = told()

    states = [deliver(delivery.pk), deliver(delivery.pk)]

    assert states == ["sent", ""]
    [mail] = postbox.mails
    assert mail["To"] == liaison.email
    assert mail["Subject"].strip() == "【职教周】5月14日的一日一报被退回"
    text, html = (part.get_content() for part in mail.iter_parts())
    for body in (text, html):
        assert "第 2 张照片请换原图" in body
        assert "https://week.example.org/w/" in body
        assert "示例第一职业学校" in body
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == ("sent", 1, None)
    assert delivery.sent_at is not None


def test_deliver_writes_in_the_readers_language(postbox: Postbox, told: Told, liaison: User) -> None:
    liaison.language = "en"
    liaison.save()

    deliver(told().pk)

    _text, html = (part.get_content() for part in postbox.mails[0].iter_parts())
    assert '<html lang="en">' in html


def test_deliver_escapes_names_in_html_and_only_there(postbox: Postbox, told: Told) -> None:
    deliver(told(title="A & B <b>", body="1 < 2").pk)

    text, html = (part.get_content() for part in postbox.mails[0].iter_parts())
    assert "A & B <b>" in text
    assert "A &amp; B &lt;b&gt;" in html


def test_deliver_tries_again_after_a_temporary_refusal(postbox: Postbox, told: Told) -> None:
    postbox.answers = ["rcpt 451 4.7.1 Greylisted", "452 4.3.1 Full"]
    delivery = told()

    first = deliver(delivery.pk)
    too_early = deliver(delivery.pk)
    delivery.refresh_from_db()
    pause = delivery.next_attempt_at - now() if delivery.next_attempt_at else None
    reply_code, reason = delivery.reply_code, delivery.reason
    _due(delivery)
    second = deliver(delivery.pk)
    _due(delivery)
    third = deliver(delivery.pk)

    assert (first, too_early, second, third) == ("queued", "", "queued", "sent")
    assert (reply_code, reason) == (451, Delivery.Reason.BUSY)
    assert pause is not None and timedelta(seconds=50) < pause <= PAUSES[0]
    assert len(postbox.mails) == 1
    # One task from the start, one for each further attempt, at its time.
    assert DBTaskResult.objects.filter(task_path__endswith="deliver_mail").count() == 3


def test_deliver_tries_again_when_the_server_dies_midway(postbox: Postbox, told: Told) -> None:
    postbox.answers = ["die"]
    delivery = told()

    first = deliver(delivery.pk)
    delivery.refresh_from_db()
    reason = delivery.reason
    _due(delivery)

    assert (first, reason) == ("queued", Delivery.Reason.UNREACHABLE)
    assert deliver(delivery.pk) == "sent"
    assert postbox.mails[0]["Message-ID"].startswith(f"<skillweek-delivery-{delivery.pk}@")


def test_deliver_waits_when_no_server_answers(postbox: Postbox, told: Told, settings: Any) -> None:
    settings.EMAIL_PORT = 1

    assert deliver(told().pk) == "queued"


def test_deliver_ends_at_a_permanent_refusal(postbox: Postbox, told: Told, caplog: pytest.LogCaptureFixture) -> None:
    postbox.answers = ["rcpt 550 5.1.1 No such user user@example.org"]
    delivery = told()

    with caplog.at_level("INFO"):
        state = deliver(delivery.pk)

    delivery.refresh_from_db()
    assert (state, delivery.reason, delivery.reply_code) == ("failed", Delivery.Reason.REFUSED, 550)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("skillweek")]
    assert ours
    assert [line for line in ours if "example.org" in line] == []


def test_deliver_gives_up_after_its_attempts(postbox: Postbox, told: Told) -> None:
    postbox.answers = ["451 later"] * 9
    delivery = told()
    states = []
    for _attempt in range(MAX_ATTEMPTS + 1):
        _due(delivery)
        states.append(deliver(delivery.pk))

    assert states == ["queued"] * (MAX_ATTEMPTS - 1) + ["failed", ""]
    delivery.refresh_from_db()
    assert (delivery.reason, delivery.attempts) == (Delivery.Reason.GAVE_UP, MAX_ATTEMPTS)


def test_deliver_takes_over_from_a_dead_worker_only_after_the_lease(postbox: Postbox, told: Told) -> None:
    delivery = told()
    assert claim(delivery.pk) is not None  # that worker dies here

    assert deliver(delivery.pk) == ""
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=now() - LEASE)
    assert requeue_due() == 1
    assert deliver(delivery.pk) == "sent"
    assert len(postbox.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_deliver_sends_once_when_workers_race(postbox: Postbox, told: Told) -> None:
    delivery = told()
    start = threading.Barrier(4)
    states: list[str] = []

    def work() -> None:
        try:
            start.wait()
            states.append(deliver(delivery.pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(states) == ["", "", "", "sent"]
    assert len(postbox.mails) == 1


def test_deliver_skips_people_who_left_meanwhile(postbox: Postbox, told: Told, liaison: User) -> None:
    delivery = told()
    liaison.is_active = False
    liaison.save()

    assert deliver(delivery.pk) == "skipped"
    assert postbox.mails == []


def test_retry_uses_the_present_address_and_is_recorded(
    postbox: Postbox, told: Told, liaison: User, tree: Tree
) -> None:
    postbox.answers = ["rcpt 550 no"]
    delivery = told()
    deliver(delivery.pk)
    liaison.email = "right@example.org"
    liaison.save()
    manager = person(tree.siming, "manager")

    retry_delivery(delivery, by=manager)

    assert deliver(delivery.pk) == "sent"
    assert postbox.mails[0]["To"] == "right@example.org"
    assert AuditEvent.objects.filter(verb="delivery.retry", actor=manager).count() == 1


def test_retry_refuses_what_was_sent(postbox: Postbox, told: Told, tree: Tree) -> None:
    delivery = told()
    deliver(delivery.pk)

    with pytest.raises(Conflict):
        retry_delivery(delivery, by=person(tree.siming, "manager"))
