"""From a real mail to a report with findings and an answer (C8)."""

from __future__ import annotations

from typing import Any

import pytest

from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.mailbox.domain.filing import process
from skillweek.mailbox.models import InboundMail
from skillweek.notifications.domain.delivery import deliver
from skillweek.notifications.models import Delivery, Message
from skillweek.organisations.models import Membership, User
from skillweek.reports.domain.drafts import AddItem, SetText, save_changes
from skillweek.reports.domain.filing import open_report
from skillweek.reports.models import DailyReport
from tests import factories
from tests.mailbox.conftest import FIRST_DAY, NEXT_DAY
from tests.mailbox.make import (
    PHOTO,
    PROOF,
    Receive,
    answers_sent,
    attachment,
    items_of,
    kinds_sent,
    mail,
    photo,
    tnef,
    words,
    zipped,
)
from tests.notifications.conftest import Postbox
from tests.reports.review.make import at

pytestmark = pytest.mark.requirement("C8")
_S, _R = InboundMail.State, InboundMail.Reason
_FAILED = b"Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=example.org"
#: 320 字.
_STORY = "学生在活动周展示茶艺，市民体验职业技能。" * 16


def test_a_mail_becomes_a_draft_with_findings_and_an_answer_in_its_thread(
    receive: Receive, chen: User, postbox: Postbox, settings: Any
) -> None:
    settings.BASE_URL = "https://week.example.org"
    parts = [
        words("请查收。"),
        attachment(b"IMG_0001.jpg", photo()),
        attachment("视频.rar".encode("gbk"), b"Rar!\x1a\x07\x00x"),
    ]

    got = receive(mail(parts, subject="3月3日材料"))

    report = DailyReport.objects.get()
    assert (got.state, got.report, got.organisation, got.day) == (_S.FILED, report, report.organisation, FIRST_DAY)
    assert (report.organisation.code, report.state, got.submitted) == ("S-A", "draft", False)
    assert items_of(report) == [("photo", "")]
    assert [deliver(row.pk) for row in Delivery.objects.filter(channel="email", message__audience="contact")] == [
        "sent"
    ]
    [answer] = postbox.mails
    assert (answer["To"], answer["In-Reply-To"], answer["References"]) == (
        "chen@example.org",
        "<1@example.org>",
        "<1@example.org>",
    )
    assert (answer["Auto-Submitted"], answer["Subject"].strip()) == (
        "auto-replied",
        "【职教周】已收到：3月3日的一日一报材料",
    )
    text = answer.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "示例第一职业学校3月3日的材料已从您的邮件《3月3日材料》收下，共 1 项。" in text
    assert "报告还是草稿，没有提交：有 1 处须修改。" in text
    assert "· 照片《IMG_0001.jpg》没有文字说明" in text
    assert "· 视频.rar：rar 压缩包打不开，请改用 zip 压缩，或直接添加文件。" in text
    assert f"https://week.example.org/w/reports/school/{report.organisation_id}/2023-03-03/" in text
    assert "可以直接回复" in text


def test_the_liaisons_are_always_told_inside_and_the_trail_says_by_mail(receive: Receive, chen: User) -> None:
    colleague = factories.person(chen.memberships.get().organisation, "liaison")

    got = receive(mail([PHOTO], subject="3月3日材料"))

    told = Message.objects.filter(kind="mailbox.told")
    assert {message.recipient for message in told} == {chen, colleague}
    assert {message.url for message in told} == {f"/w/mailbox/{got.pk}/"}
    events = AuditEvent.objects.filter(verb__in=["report.begin", "report.import", "report.mailed", "mailbox.file"])
    assert {(event.verb, event.actor_id) for event in events} == {
        (verb, chen.pk) for verb in ("report.begin", "report.import", "report.mailed", "mailbox.file")
    }


def test_a_proved_mail_without_errors_hands_the_report_in(receive: Receive, chen: User, trusted: None) -> None:
    got = receive(mail([PHOTO], subject="3月3日材料", headers=[PROOF]))

    report = DailyReport.objects.get()
    assert (got.proof, got.submitted, report.state, report.submitted_by) == ("pass", True, "submitted", chen)
    assert (report.is_late, report.versions.count()) == (False, 1)
    assert "报告已提交，等待审核。" in answers_sent()[0].body


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"MAILBOX_SUBMIT": False}, "draft"),
        ({"MAILBOX_AUTH_SERVER": ""}, "draft"),
        ({"MAILBOX_AUTH_SERVER": "", "MAILBOX_PROOF": "off"}, "submitted"),
    ],
)
def test_without_proof_or_permission_it_stays_a_draft(
    receive: Receive, chen: User, trusted: None, settings: Any, change: dict[str, Any], state: str
) -> None:
    for name, value in change.items():
        setattr(settings, name, value)

    receive(mail([PHOTO], subject="3月3日材料", headers=[PROOF]))

    assert DailyReport.objects.get().state == state


def test_a_colleague_who_may_not_hand_in_gets_a_draft_and_the_liaison_is_asked(
    receive: Receive, chen: User, trusted: None
) -> None:
    factories.person(chen.memberships.get().organisation, "member", email="li@example.org")

    receive(mail([PHOTO], sender="li@example.org", subject="3月3日材料", headers=[PROOF]))

    assert DailyReport.objects.get().state == "draft"
    assert Message.objects.filter(kind="report.ready", recipient=chen).count() == 1


@pytest.mark.parametrize(("minute", "late"), [(0, False), (1, True)])
def test_late_counts_when_the_mailbox_got_it(
    receive: Receive, chen: User, trusted: None, minute: int, late: bool
) -> None:
    """Looked at after the deadline (18:00): what counts is when it came, whatever its own Date says."""
    import time_machine

    arrived = at(NEXT_DAY, 18, minute)
    raw = mail([PHOTO], subject="3月3日材料", headers=[PROOF], sent=at(FIRST_DAY, 8))
    with time_machine.travel(at(NEXT_DAY, 20)):
        receive(raw, arrived)

    report = DailyReport.objects.get()
    assert (report.is_late, report.first_submitted_at) == (late, arrived)


def test_wrapped_zipped_and_written_material_becomes_items_with_captions(receive: Receive, chen: User) -> None:
    inner = zipped({"照片/01.jpg": photo(1), "照片/图片说明.txt": "01.jpg：烘焙体验课\n".encode()}, "gbk")
    parts = [
        words(f"{_STORY}\n\n图1：插花展示现场\n"),
        attachment(b"winmail.dat", tnef({"学生茶艺展示.jpg": photo(), "1.jpg": photo(2)})),
        attachment("材料.zip".encode("gbk"), zipped({"内.zip": inner})),
        attachment("媒体报道扫描件.pdf".encode("gbk"), b"%PDF-1.4\n%%EOF\n"),
    ]

    receive(mail(parts, subject="3月3日 技能进社区"))

    report = DailyReport.objects.get()
    assert sorted(items_of(report)) == [
        ("coverage", ""),
        ("manuscript", "3月3日 技能进社区"),
        ("photo", "学生茶艺展示"),
        ("photo", "插花展示现场"),
        ("photo", "烘焙体验课"),
    ]
    text = report.items.get(kind="manuscript").text
    assert (text, report.items.get(kind="manuscript").findings) == (_STORY, [])


def test_what_people_typed_stays_and_such_a_report_is_not_handed_in_by_a_mail(
    receive: Receive, chen: User, edition: Edition, trusted: None
) -> None:
    report = open_report(chen, chen.memberships.get().organisation, edition, FIRST_DAY)
    item = "5b0e7c3a-0000-4000-8000-000000000001"
    typed = [
        SetText(op="set", field="note", value="当天下雨。"),
        AddItem(op="add", item=item, kind="manuscript"),  # type: ignore[arg-type]
        SetText(op="set", item=item, field="text", value=_STORY),  # type: ignore[arg-type]
    ]
    save_changes(report, typed, by=chen)
    link = "https://pan.baidu.com/s/1abc"

    got = receive(mail([words(f"视频在网盘：{link}"), PHOTO], subject="3月3日材料", headers=[PROOF]))

    report.refresh_from_db()
    assert (report.state, got.submitted, len(items_of(report))) == ("draft", False, 2)
    assert report.items.get(kind="manuscript").text == _STORY
    assert report.note == f"当天下雨。\n邮件里的大文件链接（平台没有下载，请把文件直接上传）：\n百度网盘 {link}"
    assert f"百度网盘 {link}" in answers_sent()[0].body


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_report_that_was_handed_in_is_not_changed(receive: Receive, chen: User, edition: Edition, state: str) -> None:
    report = DailyReport.objects.create(
        edition=edition, organisation=chen.memberships.get().organisation, day=FIRST_DAY, state=state
    )

    got = receive(mail([PHOTO], subject="3月3日材料"))

    assert (got.state, got.reason, got.organisation, got.day) == (
        _S.WAITING,
        _R.REPORT_CLOSED,
        report.organisation,
        FIRST_DAY,
    )
    assert (report.items.count(), kinds_sent()) == (0, ["mailbox.unclear"])
    assert "没有改动它" in answers_sent()[0].body


def test_a_returned_report_takes_more_material_and_waits_for_its_people(
    receive: Receive, chen: User, edition: Edition, trusted: None
) -> None:
    school = chen.memberships.get().organisation
    report = DailyReport.objects.create(edition=edition, organisation=school, day=FIRST_DAY, state="returned")

    receive(mail([PHOTO], subject="3月3日材料", headers=[PROOF]))

    report.refresh_from_db()
    assert (report.state, items_of(report)) == ("returned", [("photo", "学生茶艺展示")])


def test_a_stranger_gets_a_short_answer_without_data_once_a_day(receive: Receive, chen: User) -> None:
    first = receive(mail([PHOTO], sender="who@example.net", subject="示例第一职业学校3月3日材料"))
    receive(mail([PHOTO], sender="who@example.net", subject="再寄", message_id="2@example.net"))

    assert (first.state, first.reason, DailyReport.objects.count()) == (_S.WAITING, _R.UNKNOWN_SENDER, 0)
    [answer] = answers_sent()
    assert (answer.kind, answer.url, answer.name) == ("mailbox.unknown", "", "")
    assert not [said for said in ("示例第一职业学校", "材料》", "陈老师") if said in answer.title + answer.body]


@pytest.mark.parametrize(
    ("headers", "strictness", "filed", "reason"),
    [
        ([_FAILED + b"; dkim=none"], "check", False, _R.FORGED),
        ([], "strict", False, _R.FORGED),
        ([], "check", True, ""),
        ([_FAILED], "off", True, ""),
    ],
)  # fmt: skip
def test_a_forged_sender_files_nothing_by_the_strictness_that_is_set(
    receive: Receive,
    chen: User,
    trusted: None,
    settings: Any,
    headers: list[bytes],
    strictness: str,
    filed: bool,
    reason: str,
) -> None:
    settings.MAILBOX_PROOF = strictness

    got = receive(mail([PHOTO], subject="3月3日材料", headers=headers))

    assert (DailyReport.objects.count(), got.reason) == (int(filed), reason)
    if got.proof == "fail" and not filed:
        assert kinds_sent() == []


def test_programs_are_never_answered_and_their_mails_are_kept(receive: Receive, chen: User) -> None:
    got = receive(mail([words("我在休假")], subject="自动回复：3月3日", headers=[b"Auto-Submitted: auto-replied"]))

    assert (got.state, got.reason, answers_sent(), DailyReport.objects.count()) == (_S.IGNORED, _R.AUTOMATIC, [], 0)


def test_one_address_is_answered_only_so_often_a_day(receive: Receive, chen: User, settings: Any) -> None:
    settings.MAILBOX_REPLIES_DAILY = 2

    for number in range(4):
        receive(mail([words("没有附件")], subject="3月3日", message_id=f"{number}@example.org"))

    assert kinds_sent() == ["mailbox.unclear"] * 2


def test_a_question_about_the_day_is_answered_by_a_reply(receive: Receive, chen: User, postbox: Postbox) -> None:
    asked = receive(mail([PHOTO], subject="3月3日、3月4日材料"))
    [delivery] = Delivery.objects.filter(message__kind="mailbox.unclear")
    deliver(delivery.pk)
    answered_id = str(postbox.mails[0]["Message-ID"])

    reply = mail(
        [words("3月4日\n\n------------------ 原始邮件 ------------------\n您的邮件《3月3日、3月4日材料》已收到")],
        subject="回复：您的邮件已收到", message_id="2@example.org", headers=[f"In-Reply-To: {answered_id}".encode()],
    )  # fmt: skip
    answer = receive(reply)
    process(asked.pk)

    asked.refresh_from_db()
    assert (answer.state, asked.state, asked.day) == (_S.SETTLED, _S.FILED, NEXT_DAY)
    assert kinds_sent() == ["mailbox.unclear", "mailbox.filed"]
    assert items_of(DailyReport.objects.get(day=NEXT_DAY)) == [("photo", "学生茶艺展示")]


def test_a_reply_of_somebody_else_says_nothing_about_a_mail(receive: Receive, chen: User, postbox: Postbox) -> None:
    asked = receive(mail([PHOTO], subject="3月3日、3月4日材料"))
    deliver(Delivery.objects.get(message__kind="mailbox.unclear").pk)
    header = f"In-Reply-To: {postbox.mails[0]['Message-ID']}".encode()

    receive(mail([words("3月4日")], sender="who@example.net", message_id="2@example.net", headers=[header]))

    asked.refresh_from_db()
    assert (asked.state, asked.day) == (_S.WAITING, None)


def test_without_a_date_the_day_due_is_taken_unless_it_was_handed_in(
    receive: Receive, chen: User, edition: Edition
) -> None:
    first = receive(mail([PHOTO], subject="活动材料"))
    DailyReport.objects.update(state="submitted")
    second = receive(mail([PHOTO], subject="活动材料", message_id="2@example.org"))

    assert (first.state, first.day) == (_S.FILED, FIRST_DAY)
    assert (second.state, second.reason) == (_S.WAITING, _R.WHICH_DAY)


def test_of_several_schools_the_named_one_is_meant(receive: Receive, chen: User, tree: factories.Tree) -> None:
    Membership.objects.create(user=chen, organisation=tree.school_b, role="liaison")

    unnamed = receive(mail([PHOTO], subject="3月3日材料"))
    named = receive(mail([PHOTO], subject="3月3日 示例第二职业学校", message_id="2@example.org"))

    assert (unnamed.state, unnamed.reason) == (_S.WAITING, _R.WHICH_SCHOOL)
    assert "示例第一职业学校、示例第二职业学校" in answers_sent()[0].body
    assert (named.state, named.organisation) == (_S.FILED, tree.school_b)


def test_people_who_file_for_no_school_and_closed_weeks_wait(
    receive: Receive, chen: User, tree: factories.Tree, edition: Edition
) -> None:
    factories.person(tree.edu, "reviewer", email="wang@example.org")

    bureau = receive(mail([PHOTO], sender="wang@example.org", subject="3月3日材料"))
    Edition.objects.update(state=Edition.State.CLOSED)
    closed = receive(mail([PHOTO], subject="3月3日材料"))

    assert [(one.state, one.reason) for one in (bureau, closed)] == [
        (_S.WAITING, _R.NOT_FILING),
        (_S.WAITING, _R.NO_EDITION),
    ]
