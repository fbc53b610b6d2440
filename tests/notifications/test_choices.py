"""What people choose: kinds, quiet hours, bundles; and that a bundle goes out once (A2, C9)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.notifications.domain import deliver, notify, notify_contact, requeue_due, retry_delivery
from skillweek.notifications.domain.bundles import send_bundles
from skillweek.notifications.domain.preferences import save_preferences, wishes_of
from skillweek.notifications.models import Delivery, Preference, ReaderSettings
from skillweek.notifications.timing import after_quiet, bundle_at
from skillweek.organisations.models import User
from tests.factories import Tree, client_of, person
from tests.notifications.conftest import Postbox

ZONE = ZoneInfo("Asia/Shanghai")
CONTEXT = {"activity": "茶艺体验", "time": "5月14日 09:00"}
State = Delivery.State
PAGE = "/w/inbox/settings/"


def at(hour: int, minute: int = 0, day: int = 14) -> datetime:
    return datetime(2023, 5, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        ((time(22), time(7, 30)), at(21, 59), at(21, 59)),
        ((time(22), time(7, 30)), at(22), at(7, 30, day=15)),
        ((time(22), time(7, 30)), at(3), at(7, 30)),
        ((time(22), time(7, 30)), at(7, 30), at(7, 30)),
        ((time(12), time(14)), at(13), at(14)),
        ((time(12), time(14)), at(14), at(14)),
        (None, at(3), at(3)),
    ],
)
def test_after_quiet_waits_for_the_morning_there(
    hours: tuple[time, time] | None, moment: datetime, expected: datetime
) -> None:
    assert after_quiet(moment.astimezone(UTC), hours, ZONE) == expected


@pytest.mark.parametrize(
    ("digest", "digest_at", "moment", "expected"),
    [
        ("hourly", None, at(9, 1), at(10)),
        ("hourly", None, at(23, 59), at(0, day=15)),
        ("daily", None, at(7), at(8)),
        ("daily", None, at(8), at(8, day=15)),
        ("daily", time(17, 30), at(9), at(17, 30)),
    ],
)
def test_bundle_at_is_the_next_one(digest: str, digest_at: time | None, moment: datetime, expected: datetime) -> None:
    assert bundle_at(moment, ReaderSettings(digest=digest, digest_at=digest_at), ZONE) == expected


@pytest.fixture
def night(edition: object) -> Iterator[None]:
    """It is 23:00 in the edition's city."""
    with time_machine.travel(at(23), tick=False):
        yield


def test_quiet_hours_hold_mail_until_they_end(night: None, kinds: Any, liaison: User, postbox: Postbox) -> None:
    save_preferences(liaison, {}, quiet_from=time(22), quiet_until=time(7, 30))

    notify([liaison], kind="test.told", context=CONTEXT, dedupe_key="1")
    notify([liaison], kind="test.urgent", context=CONTEXT, dedupe_key="2")

    waiting, urgent = Delivery.objects.order_by("pk")
    assert waiting.next_attempt_at == at(7, 30, day=15)
    assert [deliver(waiting.pk), deliver(urgent.pk)] == ["", "sent"]
    assert requeue_due() == 0
    with time_machine.travel(at(7, 30, day=15), tick=False):
        assert deliver(waiting.pk) == "sent"
    assert len(postbox.mails) == 2


def test_short_messages_wait_for_the_citys_morning(night: None, kinds: Any, settings: Any) -> None:
    settings.SMS_DRIVER, settings.QUIET_HOURS = "http", "22:00-07:30"

    for key, kind in (("1", "test.told"), ("2", "test.urgent")):
        notify_contact(phone="13800138000", kind=kind, context=CONTEXT, url="/", dedupe_key=key)

    assert [row.next_attempt_at for row in Delivery.objects.order_by("pk")] == [at(7, 30, day=15), at(23)]


def test_people_choose_kinds_except_those_they_must_get(kinds: Any, liaison: User) -> None:
    save_preferences(liaison, {"test.told": (False, False), "test.urgent": (False, False), "no.such": (True, True)})

    made = notify([liaison], kind="test.told", context=CONTEXT, dedupe_key="1")
    notify([liaison], kind="test.urgent", context=CONTEXT, dedupe_key="2")

    assert len(made) == 1  # the inbox has it all the same
    assert [row.message.kind for row in Delivery.objects.all()] == ["test.urgent"]
    wishes = {wish.kind.code: (wish.email, wish.fixed) for wish in wishes_of(liaison)}
    assert (wishes["test.told"], wishes["test.urgent"]) == ((False, False), (True, True))
    assert list(Preference.objects.values_list("kind", flat=True)) == ["test.told"]


def test_quiet_hours_need_two_ends(liaison: User) -> None:
    with pytest.raises(DomainError):
        save_preferences(liaison, {}, quiet_from=time(22))


def _reader(user: User, digest: str = "daily") -> None:
    save_preferences(user, {}, digest=digest)


def _held(user: User, count: int = 3) -> list[Delivery]:
    for number in range(count):
        context = {"activity": f"第{number}场"}
        notify([user], kind="test.low", context=context, url=f"/w/{number}/", dedupe_key=f"low:{number}")
    rows = list(Delivery.objects.order_by("pk"))
    assert {row.state for row in rows} == {State.HELD}
    Delivery.objects.update(next_attempt_at=now() - timedelta(seconds=1))
    return rows


@pytest.mark.requirement("C9")
def test_a_bundle_is_one_mail_with_everything(kinds: Any, liaison: User, postbox: Postbox, settings: Any) -> None:
    settings.BASE_URL = "https://week.example.org"
    _reader(liaison)
    lead, *others = _held(liaison)

    assert (send_bundles(), send_bundles()) == (1, 0)
    assert [deliver(row.pk) for row in (*others, lead, lead)] == ["", "", "sent", ""]

    [mail] = postbox.mails
    assert mail["Subject"].strip() == "【职教周】3 条消息汇总"
    for part in mail.iter_parts():
        said = part.get_content()
        assert [f"第{number}场" in said and f"https://week.example.org/w/{number}/" in said for number in range(3)] == [
            True, True, True,
        ]  # fmt: skip
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


def test_a_bundle_that_fails_is_tried_again_as_a_whole(kinds: Any, liaison: User, postbox: Postbox, tree: Tree) -> None:
    _reader(liaison)
    lead, *others = _held(liaison)
    send_bundles()
    postbox.answers = ["rcpt 550 no"]

    assert deliver(lead.pk) == "failed"
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.FAILED}
    by = person(tree.host, "manager")
    retry_delivery(others[0], by=by)
    retry_delivery(lead, by=by)
    assert [deliver(others[0].pk), deliver(lead.pk)] == ["sent", "sent"]

    assert [mail["Subject"].strip() for mail in postbox.mails] == ["【职教周】您已预约第1场", "【职教周】2 条消息汇总"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


def test_only_what_is_due_and_held_for_that_person_is_bundled(
    kinds: Any, liaison: User, tree: Tree, postbox: Postbox
) -> None:
    other = person(tree.school_a, "member")
    _reader(liaison)
    _reader(other, "hourly")
    notify([liaison, other], kind="test.low", context=CONTEXT, dedupe_key="1")
    notify([liaison], kind="test.told", context=CONTEXT, dedupe_key="2")
    Delivery.objects.filter(message__recipient=other).update(next_attempt_at=now() - timedelta(seconds=1))

    assert send_bundles() == 1

    assert [row.state for row in Delivery.objects.order_by("pk")] == [State.HELD, State.QUEUED, State.QUEUED]


@pytest.mark.django_db(transaction=True)
def test_a_bundle_is_put_together_once_when_workers_race(kinds: Any, liaison: User, postbox: Postbox) -> None:
    _reader(liaison)
    rows = _held(liaison, 6)
    start = threading.Barrier(4)
    made: list[int] = []

    def work() -> None:
        try:
            start.wait()
            made.append(send_bundles())
            for row in rows:
                deliver(row.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(made) == [0, 0, 0, 1]
    assert len(postbox.mails) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


def test_the_page_keeps_what_was_chosen(kinds: Any, liaison: User) -> None:
    client = client_of(liaison)
    assert "必须接收" in client.get(PAGE).content.decode()

    wrong = client.post(PAGE, {"email:test.low": "on", "digest": "hourly", "quiet_from": "22:00"})
    assert "请填写开始和结束" in wrong.content.decode()
    assert not Preference.objects.exists()
    shown = {wish.kind.code: wish.email for _label, rows in wrong.context["groups"] for wish in rows}
    assert (shown["test.low"], shown["test.told"]) == (True, False)  # nothing ticked is lost

    right = {"email:test.low": "on", "digest": "hourly", "quiet_from": "22:00", "quiet_until": "07:30"}
    assert client.post(PAGE, right).status_code == 302
    reader = ReaderSettings.objects.get(user=liaison)
    assert (reader.digest, reader.quiet_from, reader.quiet_until) == ("hourly", time(22), time(7, 30))
    assert {row.kind: row.email for row in Preference.objects.all()}["test.told"] is False
