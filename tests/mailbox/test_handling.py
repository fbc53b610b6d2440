"""The queue for people: who sees which mail, and what they can do with it (C8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.mailbox import access
from skillweek.mailbox.domain import handling
from skillweek.mailbox.domain.erasing import erase_due
from skillweek.mailbox.domain.filing import process
from skillweek.mailbox.models import InboundMail
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport
from skillweek.uploads.storage import local_size
from tests import factories
from tests.factories import client_of, person
from tests.mailbox.conftest import FIRST_DAY
from tests.mailbox.make import attachment, mail, photo, word, words
from tests.reports.review.make import at

pytestmark = pytest.mark.requirement("C8")
_S, _R = InboundMail.State, InboundMail.Reason
Receive = Callable[..., InboundMail]
_PHOTO = attachment(word("学生茶艺展示.jpg"), photo())


@pytest.fixture
def stray(receive: Receive, chen: User) -> InboundMail:
    """A mail of somebody unknown about school A."""
    return receive(mail([words("示例第一职业学校的材料"), _PHOTO], sender="who@example.net", subject="3月3日材料"))


@pytest.fixture
def host(tree: factories.Tree) -> User:
    """A reviewer of the host."""
    return person(tree.host, "reviewer")


def test_mails_of_strangers_are_the_hosts_and_those_about_schools_their_lines(
    receive: Receive, chen: User, tree: factories.Tree, stray: InboundMail, host: User
) -> None:
    filed = receive(mail([_PHOTO], subject="3月3日材料"))
    unclear = receive(mail([_PHOTO], subject="3月3日、4日", message_id="3@example.org"))
    people = {
        "host": host,
        "edu": person(tree.edu, "reviewer"),
        "siming": person(tree.siming, "manager"),
        "huli": person(tree.huli, "reviewer"),
        "hr": person(tree.hr, "manager"),
        "member above": person(tree.edu, "member"),
        "school A": chen,
        "school B": person(tree.school_b, "liaison"),
        "nobody": person(),
    }

    seen = {name: set(access.visible_to(user)) for name, user in people.items()}

    both = {filed, unclear}
    assert seen == {
        "host": {stray, *both}, "edu": both, "siming": both, "school A": both, "huli": set(), "hr": set(),
        "member above": set(), "school B": set(), "nobody": set(),
    }  # fmt: skip


def test_what_lies_in_a_draft_only_the_school_reads(receive: Receive, chen: User, host: User) -> None:
    got = receive(mail([words("绝密的正文"), _PHOTO], subject="3月3日材料"))
    url = f"/w/mailbox/{got.pk}/"

    assert "绝密的正文" in client_of(chen).get(url).content.decode()
    hidden = client_of(host).get(url).content.decode()
    hidden = client_of(host).get(url).content.decode()
    assert ("绝密的正文" in hidden, "学生茶艺展示.jpg" in hidden) == (False, False)
    DailyReport.objects.update(state="submitted")
    assert "绝密的正文" in client_of(host).get(url).content.decode()


def test_a_person_assigns_a_strangers_mail_and_it_goes_the_same_way_as_a_draft(
    stray: InboundMail, chen: User, host: User, tree: factories.Tree
) -> None:
    page = client_of(host).get(f"/w/mailbox/{stray.pk}/").content.decode()
    assert "示例第一职业学校" in page and "示例第二职业学校" not in page

    answer = client_of(host).post(
        f"/w/mailbox/{stray.pk}/assign/", {"organisation": tree.school_a.pk, "day": "2023-03-03"}
    )
    process(stray.pk)

    stray.refresh_from_db()
    report = DailyReport.objects.get()
    assert (answer.status_code, stray.state, stray.assigned_by, stray.submitted) == (302, _S.FILED, host, False)
    assert (report.organisation, report.day, report.state) == (tree.school_a, FIRST_DAY, "draft")
    assert report.items.get().caption == "学生茶艺展示"
    assert Message.objects.filter(kind="mailbox.told", recipient=chen).count() == 1
    # The stranger had the one short answer and learns nothing of the school.
    assert list(Message.objects.filter(audience="contact").values_list("kind", flat=True)) == ["mailbox.unknown"]
    assigned = AuditEvent.objects.get(verb="mailbox.assign")
    assert (assigned.actor_id, assigned.organisation_id) == (host.pk, tree.school_a.pk)


def test_nobody_assigns_to_schools_outside_their_line_or_mails_that_are_not_theirs(
    receive: Receive, stray: InboundMail, chen: User, tree: factories.Tree, host: User
) -> None:
    unclear = receive(mail([_PHOTO], subject="3月3日、4日", message_id="3@example.org"))
    siming = person(tree.siming, "manager")

    for by, what, school in [
        (siming, stray, tree.school_a),
        (siming, unclear, tree.school_b),
        (chen, unclear, tree.school_b),
        (chen, stray, tree.school_a),
        (person(tree.school_b, "liaison"), unclear, tree.school_a),
        (host, unclear, tree.edu),
    ]:
        with pytest.raises(NotAllowed):
            handling.assign(what, organisation=school, day=FIRST_DAY, by=by)
    with pytest.raises(DomainError):
        handling.assign(stray, organisation=tree.school_a, day=FIRST_DAY - timedelta(days=1), by=host)

    assert DailyReport.objects.count() == 0


def test_a_school_says_itself_which_day_its_mail_is_about(receive: Receive, chen: User) -> None:
    unclear = receive(mail([_PHOTO], subject="3月3日、4日"))

    handling.assign(unclear, organisation=chen.memberships.get().organisation, day=FIRST_DAY, by=chen)
    process(unclear.pk)

    unclear.refresh_from_db()
    assert (unclear.state, unclear.day) == (_S.FILED, FIRST_DAY)


def test_a_school_without_people_cannot_be_filed_for(stray: InboundMail, host: User, tree: factories.Tree) -> None:
    handling.assign(stray, organisation=tree.tech, day=FIRST_DAY, by=host)
    process(stray.pk)

    stray.refresh_from_db()
    assert (stray.state, stray.reason, DailyReport.objects.count()) == (_S.WAITING, _R.NO_LIAISON, 0)


def test_a_rejected_mail_is_answered_with_the_reason_and_spam_is_not(
    receive: Receive, stray: InboundMail, host: User
) -> None:
    spam = receive(mail([words("中奖了")], sender="x@spam.example", subject="中奖", message_id="9@spam.example"))
    Message.objects.filter(audience="contact").delete()
    InboundMail.objects.update(replied_at=None)

    with pytest.raises(DomainError):
        handling.reject(stray, by=host, note="  ")
    handling.reject(stray, by=host, note="请用学校登记的邮箱寄送。")
    handling.mark_spam(spam, by=host)

    [answer] = Message.objects.filter(audience="contact")
    assert (answer.kind, "请用学校登记的邮箱寄送。" in answer.body) == ("mailbox.rejected", True)
    stray.refresh_from_db()
    spam.refresh_from_db()
    assert (stray.state, spam.state) == (_S.REJECTED, _S.SPAM)
    handling.reopen(spam, by=host)
    with pytest.raises(Conflict):
        handling.reopen(spam, by=host)


def test_a_mail_dealt_with_is_not_dealt_with_again(receive: Receive, chen: User, host: User) -> None:
    filed = receive(mail([_PHOTO], subject="3月3日材料"))

    for verb in (handling.mark_spam, handling.retry):
        with pytest.raises(Conflict):
            verb(filed, by=host)
    with pytest.raises(Conflict):
        handling.reject(filed, by=host, note="x")


def test_after_the_school_took_its_report_back_the_mail_is_tried_again(
    receive: Receive, chen: User, edition: Edition
) -> None:
    school = chen.memberships.get().organisation
    report = DailyReport.objects.create(edition=edition, organisation=school, day=FIRST_DAY, state="submitted")
    got = receive(mail([_PHOTO], subject="3月3日材料"))
    DailyReport.objects.update(state="draft")

    client_of(chen).post(f"/w/mailbox/{got.pk}/retry/")
    process(got.pk)

    got.refresh_from_db()
    assert (got.state, got.report, report.items.count()) == (_S.FILED, report, 1)


def test_the_liaison_undoes_what_a_mail_did_also_that_it_handed_in(
    receive: Receive, chen: User, tree: factories.Tree, settings: object
) -> None:
    settings.MAILBOX_AUTH_SERVER = "mx.example.org"  # type: ignore[attr-defined]
    proof = b"Authentication-Results: mx.example.org; dkim=pass header.d=example.org"
    got = receive(mail([_PHOTO], subject="3月3日材料", headers=[proof]))
    assert got.submitted
    for other in (person(tree.school_a, "member"), person(tree.siming, "reviewer")):
        with pytest.raises(NotAllowed):
            handling.undo(got, by=other)

    answer = client_of(chen).post(f"/w/mailbox/{got.pk}/undo/", follow=True)

    got.refresh_from_db()
    report = DailyReport.objects.get()
    assert (got.state, report.state, report.items.filter(removed_at=None).count()) == (_S.UNDONE, "draft", 0)
    assert "已从报告里移除 1 项材料" in answer.content.decode()
    history = client_of(chen).get(f"/w/reports/school/{report.organisation_id}/2023-03-03/history/").content.decode()
    assert ("邮件添加了材料" in history, "撤销了邮件添加的材料" in history) == (True, True)


def test_what_was_accepted_is_not_undone(receive: Receive, chen: User) -> None:
    got = receive(mail([_PHOTO], subject="3月3日材料"))
    DailyReport.objects.update(state="accepted")

    answer = client_of(chen).post(f"/w/mailbox/{got.pk}/undo/")

    got.refresh_from_db()
    assert (answer.status_code, got.state) == (409, _S.FILED)
    assert "已经通过审核" in answer.content.decode()


def test_the_list_shows_each_state_and_finds_mails(receive: Receive, stray: InboundMail, host: User) -> None:
    receive(mail([_PHOTO], subject="一日一报"))
    client = client_of(host)

    assert "who@example.net" in client.get("/w/mailbox/").content.decode()
    filed = client.get("/w/mailbox/?list=filed").content.decode()
    assert ("一日一报" in filed, "who@example.net" in filed) == (True, False)
    assert "没有符合条件的邮件" in client.get("/w/mailbox/?q=zzz").content.decode()
    assert "3月3日材料" in client.get("/w/mailbox/?q=who@").content.decode()


def test_a_mail_with_hostile_words_is_shown_as_text(receive: Receive, chen: User, host: User) -> None:
    script = '<script>alert(1)</script><img src=x onerror="a()">'
    got = receive(mail([words(script)], sender="w@example.net", subject=script))

    page = client_of(host).get(f"/w/mailbox/{got.pk}/").content.decode()

    assert ("&lt;script&gt;alert(1)" in page, "<script>alert" in page, "<img src=x" in page) == (True, False, False)


def test_raw_mails_and_what_people_wrote_are_erased_when_the_time_has_come(
    receive: Receive, stray: InboundMail, edition: Edition
) -> None:
    filed = receive(mail([_PHOTO], subject="3月3日材料"))
    last = edition.ends_on + timedelta(days=edition.doc.erase_after_days)

    with time_machine.travel(at(last, 0) - timedelta(minutes=1)):
        assert erase_due() == 0
    with time_machine.travel(at(last, 0, 1)):
        assert (erase_due(), erase_due()) == (2, 0)

    for mailed in (stray, filed):
        assert local_size(mailed.key) is None
        mailed.refresh_from_db()
        said = (mailed.key, mailed.subject, mailed.sender_email, mailed.text, mailed.attachments)
        assert said == ("", "", "", "", [])
    assert not Message.objects.filter(audience="contact").exclude(body="").exists()
    assert DailyReport.objects.get().items.count() == 1
