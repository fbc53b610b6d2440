"""A notice is drafted, published, corrected, scheduled and withdrawn (A1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from skillweek.content.editorial import publish_due_texts
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.domain import close_edition
from skillweek.editions.models import Edition
from skillweek.notices.content import READ_BY_RECIPIENTS
from skillweek.notices.domain import (
    correct_notice,
    discard_draft,
    draft_notice,
    publish_notice,
    save_notice,
    unschedule_notice,
    withdraw_notice,
)
from skillweek.notices.models import Notice, Receipt
from skillweek.notices.queries import changes_between, history_of, public_notices
from skillweek.notices.signals import notice_published
from skillweek.notifications.models import Delivery, Message
from skillweek.organisations.models import User
from tests.factories import Tree, person
from tests.notices import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A1")]


def test_publishing_makes_receipts_and_tells_the_people_who_sign(edition: Edition, tree: Tree, editor: User) -> None:
    liaison, member = person(tree.school_a, "liaison"), person(tree.school_a, "member")
    lonely = person(tree.school_b, "member")
    notice = make.draft(edition, tree.host, editor, audience={"kinds": ["school"]}, document_number="示教〔2023〕7号")

    notice = publish_notice(notice, actor=editor)
    make.work()

    assert notice.state == Notice.State.PUBLISHED
    units = set(Receipt.objects.filter(notice=notice).values_list("organisation", flat=True))
    assert units == {tree.school_a.pk, tree.school_b.pk, tree.college.pk, tree.tech.pk}
    told = Message.objects.filter(kind="notice.published")
    assert {row.recipient for row in told} == {liaison, lonely}
    message = told.get(recipient=liaison)
    assert message.title == "新通知：关于做好活动周工作的通知"
    assert "示教〔2023〕7号" in message.body
    assert message.url == f"/w/notices/{notice.pk}/"
    assert Delivery.objects.filter(message=message, channel="email").count() == 1
    assert not Message.objects.filter(recipient=member).exists()


def test_publishing_twice_changes_nothing(edition: Edition, tree: Tree, editor: User) -> None:
    person(tree.school_a, "liaison")
    notice = make.published(edition, tree.host, editor)

    publish_notice(notice, actor=editor)
    make.work()

    assert len(history_of(notice)) == 1
    assert Message.objects.filter(kind="notice.published").count() == 1
    assert AuditEvent.objects.filter(verb="notice.publish").count() == 1


def test_the_day_of_publication_becomes_its_date(edition: Edition, tree: Tree, editor: User) -> None:
    with time_machine.travel(datetime(2023, 5, 5, 16, 30, tzinfo=UTC), tick=False):  # the 6th in Xiamen
        notice = publish_notice(make.draft(edition, tree.host, editor), actor=editor)

    assert notice.live["issued_on"] == "2023-05-06"
    assert str(notice.issued_on) == "2023-05-06"


def test_upper_rooms_hear_of_it_inside_the_transaction(edition: Edition, tree: Tree, editor: User) -> None:
    heard: list[Any] = []

    def listen(*, notice: Notice, version: int, **_more: Any) -> None:
        heard.append((notice.pk, version, Receipt.objects.filter(notice=notice).count()))

    notice_published.connect(listen)
    try:
        notice = publish_notice(make.draft(edition, tree.host, editor), actor=editor)
    finally:
        notice_published.disconnect(listen)

    assert heard == [(notice.pk, 1, 9)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"body": "<p> </p>"}, "body"),
        ({"audience": {}, "is_public": False}, "audience"),
        ({"acknowledge_by": "2023-05-01T12:00:00+08:00"}, "acknowledge_by"),
        ({"valid_until": "2023-05-01T12:00:00+08:00"}, "valid_until"),
        (
            {"acknowledge_by": "2099-05-02T12:00:00+08:00", "valid_until": "2099-05-01T12:00:00+08:00"},
            "acknowledge_by",
        ),
    ],
)
def test_an_unfinished_draft_stays_and_says_what_is_missing(
    edition: Edition, tree: Tree, editor: User, fields: dict[str, Any], field: str
) -> None:
    notice = make.draft(edition, tree.host, editor, **fields)

    with pytest.raises(DomainError) as refused:
        publish_notice(notice, actor=editor)

    assert refused.value.field == field
    notice.refresh_from_db()
    assert (notice.state, notice.receipts.count()) == ("draft", 0)


def test_a_correction_tells_everyone_why_and_keeps_acknowledgements(edition: Edition, tree: Tree, editor: User) -> None:
    person(tree.school_a, "liaison")
    notice = make.published(edition, tree.host, editor, body="<p>请于5月22日前报送。</p>")
    receipt = Receipt.objects.get(notice=notice, organisation=tree.school_a)
    Receipt.objects.filter(pk=receipt.pk).update(acknowledged_at=now())
    save_notice(notice, {"body": "<p>请于5月25日前报送。</p>"}, actor=editor, expected_revision=notice.revision)
    assert public_notices(edition).get().live["body"] == "<p>请于5月22日前报送。</p>"

    notice = correct_notice(notice, actor=editor, reason="报送日期有误。")
    make.work()

    newest, oldest = history_of(notice)
    assert (newest.number, newest.reason, newest.actor) == (2, "报送日期有误。", editor)
    [change] = changes_between(oldest.content, newest.content)
    assert "<del>22</del><ins>25</ins>日" in change.marked
    message = Message.objects.get(kind="notice.corrected")
    assert "报送日期有误。" in message.body
    receipt.refresh_from_db()
    assert receipt.acknowledged_at is not None


def test_a_correction_may_ask_to_acknowledge_again(edition: Edition, tree: Tree, editor: User) -> None:
    notice = make.published(edition, tree.host, editor)
    notice.receipts.update(acknowledged_at=now(), acknowledged_by=editor, seen_at=now())
    save_notice(notice, {"title": "新的标题"}, actor=editor, expected_revision=None)

    correct_notice(notice, actor=editor, reason="标题有误。", ask_again=True)

    assert set(notice.receipts.values_list("acknowledged_at", "seen_at", "version")) == {(None, None, 2)}
    assert AuditEvent.objects.filter(verb="notice.publish", data__ask_again=True).count() == 1


def test_a_correction_reaches_those_whom_the_wider_audience_adds(edition: Edition, tree: Tree, editor: User) -> None:
    person(tree.tech, "liaison")
    notice = make.published(edition, tree.host, editor, audience={"districts": ["思明区"]})
    save_notice(notice, {"audience": {"all": True}}, actor=editor, expected_revision=None)
    assert notice.receipts.count() == 2

    correct_notice(notice, actor=editor, reason="扩大发送范围。")
    make.work()

    assert notice.receipts.count() == 9
    assert Message.objects.get(recipient__memberships__organisation=tree.tech).kind == "notice.published"


def test_another_file_under_the_same_name_and_moved_deadlines_are_seen() -> None:
    old = {"attachments": ["a"], "attachment_titles": {"a": "附件1"}, "valid_until": "", "acknowledge_by": ""}
    new = {
        "attachments": ["b"],
        "attachment_titles": {"b": "附件1"},
        "valid_until": "2023-05-31T16:00:00+00:00",
        "acknowledge_by": "2023-05-10T09:00:00+00:00",
    }

    public = {row.field: row.marked for row in changes_between(old, new, zone="Asia/Shanghai")}
    inner = changes_between(old, new, names=READ_BY_RECIPIENTS, zone="Asia/Shanghai")

    assert public == {
        "valid_until": "<ins>2023年6月1日 00:00</ins>",
        "attachments": "附件1<ins>（已换新文件）</ins>",
    }
    assert {row.field: row.marked for row in inner}["acknowledge_by"] == "<ins>2023年5月10日 17:00</ins>"
    assert changes_between(old, old, names=READ_BY_RECIPIENTS) == []


def test_corrections_need_a_reason_and_a_change(edition: Edition, tree: Tree, editor: User) -> None:
    notice = make.published(edition, tree.host, editor)

    with pytest.raises(DomainError, match="没有改动"):
        correct_notice(notice, actor=editor, reason="无")
    save_notice(notice, {"title": "改了"}, actor=editor, expected_revision=None)
    with pytest.raises(DomainError) as refused:
        correct_notice(notice, actor=editor, reason="  ")
    assert refused.value.field == "reason"
    with pytest.raises(Conflict):
        publish_notice(notice, actor=editor)


def test_two_editors_never_overwrite_each_other(edition: Edition, tree: Tree, editor: User) -> None:
    notice = make.draft(edition, tree.host, editor)
    seen = notice.revision
    colleague = person(tree.host, "reviewer", name="王编辑")
    save_notice(Notice.objects.get(pk=notice.pk), {"title": "王编辑的标题"}, actor=colleague, expected_revision=seen)

    with pytest.raises(Conflict) as conflict:
        save_notice(notice, {"title": "我的标题"}, actor=editor, expected_revision=seen)

    assert "王编辑" in conflict.value.message
    assert Notice.objects.get(pk=notice.pk).title == "王编辑的标题"
    with pytest.raises(Conflict):
        publish_notice(notice, actor=editor, expected_revision=seen)


def test_a_scheduled_notice_goes_out_when_its_time_comes(edition: Edition, tree: Tree, editor: User) -> None:
    person(tree.school_a, "liaison")
    notice = make.draft(edition, tree.host, editor)
    at = now() + timedelta(hours=2)

    notice = publish_notice(notice, actor=editor, at=at)

    assert (notice.state, notice.receipts.count(), public_notices(edition).count()) == ("scheduled", 0, 0)
    publish_due_texts()
    assert public_notices(edition).count() == 0
    with time_machine.travel(at + timedelta(minutes=1)):
        publish_due_texts()
        publish_due_texts()
        make.work()
    assert public_notices(edition).count() == 1
    assert notice.receipts.count() == 9
    assert Message.objects.filter(kind="notice.published").count() == 1


def test_a_scheduled_correction_keeps_its_reason_and_shows_nothing_before(
    edition: Edition, tree: Tree, editor: User
) -> None:
    notice = make.published(edition, tree.host, editor)
    notice.receipts.update(acknowledged_at=now())
    save_notice(notice, {"title": "改过的标题"}, actor=editor, expected_revision=None)
    at = now() + timedelta(hours=1)
    correct_notice(notice, actor=editor, reason="标题有误。", ask_again=True, at=at)
    assert public_notices(edition).get().live["title"] == "关于做好活动周工作的通知"
    assert not notice.receipts.filter(acknowledged_at=None).exists()

    with time_machine.travel(at + timedelta(seconds=1)):
        publish_due_texts()

    notice.refresh_from_db()
    assert (notice.title, notice.version) == ("改过的标题", 2)
    assert history_of(notice)[0].reason == "标题有误。"
    assert not notice.receipts.exclude(acknowledged_at=None).exists()


def test_a_schedule_can_be_taken_back(edition: Edition, tree: Tree, editor: User) -> None:
    at = now() + timedelta(hours=1)
    notice = publish_notice(make.draft(edition, tree.host, editor), actor=editor, at=at)

    unschedule_notice(notice, actor=editor)

    with time_machine.travel(at + timedelta(minutes=5)):
        publish_due_texts()
    assert Notice.objects.get(pk=notice.pk).state == "draft"


def test_a_scheduled_notice_that_cannot_go_out_is_a_draft_again_and_says_why(
    edition: Edition, tree: Tree, editor: User
) -> None:
    writer = person(tree.host, "member")
    notice = make.draft(edition, tree.host, writer)
    at = now() + timedelta(hours=2)
    notice = publish_notice(notice, actor=editor, at=at)
    deadline = (at - timedelta(hours=1)).isoformat()
    save_notice(notice, {"acknowledge_by": deadline}, actor=editor, expected_revision=None)

    with time_machine.travel(at + timedelta(minutes=1), tick=False):
        assert publish_due_texts() == 0

    notice.refresh_from_db()
    assert (notice.state, notice.publish_at, notice.receipts.count()) == ("draft", None, 0)
    told = Message.objects.get(kind="notice.held", recipient=editor)
    assert "签收期限已经过去" in told.body and notice.title in told.title


def test_only_deciders_change_what_will_go_out_by_itself(edition: Edition, tree: Tree, editor: User) -> None:
    writer = person(tree.host, "member")
    notice = make.draft(edition, tree.host, writer)
    notice = publish_notice(notice, actor=editor, at=now() + timedelta(hours=2))

    with pytest.raises(NotAllowed, match="取消定时"):
        save_notice(notice, {"body": "<p>没有人看过的话。</p>"}, actor=writer, expected_revision=None)
    with pytest.raises(NotAllowed, match="取消定时"):
        discard_draft(notice, actor=writer)
    save_notice(notice, {"body": "<p>审核员改的话。</p>"}, actor=editor, expected_revision=None)
    unschedule_notice(notice, actor=editor)
    save_notice(notice, {"body": "<p>再写。</p>"}, actor=writer, expected_revision=None)

    notice.refresh_from_db()
    assert (notice.state, notice.draft["body"]) == ("draft", "<p>再写。</p>")


def test_a_withdrawn_notice_leaves_the_public_and_its_recipients_are_told(
    edition: Edition, tree: Tree, editor: User
) -> None:
    liaison = person(tree.school_a, "liaison")
    notice = make.published(edition, tree.host, editor)

    withdraw_notice(notice, actor=editor, reason="活动改期。")
    withdraw_notice(notice, actor=editor, reason="再点一次。")
    make.work()

    assert public_notices(edition).count() == 0
    message = Message.objects.get(kind="notice.withdrawn", recipient=liaison)
    assert "活动改期。" in message.body
    notice.refresh_from_db()
    assert (notice.is_withdrawn, notice.state_reason, notice.live) == (True, "活动改期。", {})

    publish_notice(notice, actor=editor)  # and again, as a new version
    assert (public_notices(edition).get().version, notice.receipts.count()) == (2, 9)


def test_only_deciders_of_the_own_bureau_publish(edition: Edition, tree: Tree, district: User) -> None:
    notice = make.draft(edition, tree.siming)
    outsiders = [person(tree.siming, "member"), person(tree.siming, "liaison"), person(tree.host, "manager")]

    for user in outsiders:
        with pytest.raises(NotAllowed):
            publish_notice(notice, actor=user)
    for user in [person(tree.host, "manager"), person(tree.huli, "manager"), person(tree.school_a, "manager")]:
        with pytest.raises(NotAllowed):
            draft_notice(edition=edition, organisation=tree.siming, actor=user, fields={"title": "冒名"})
    assert save_notice(notice, {"title": "可以写"}, actor=outsiders[0], expected_revision=None).title == "可以写"
    assert publish_notice(notice, actor=district).receipts.get().organisation == tree.school_a


def test_schools_issue_nothing(edition: Edition, tree: Tree) -> None:
    with pytest.raises(NotAllowed):
        draft_notice(
            edition=edition, organisation=tree.school_a, actor=person(tree.school_a, "manager"), fields={"title": "x"}
        )


def test_drafts_can_be_thrown_away_but_published_ones_cannot(edition: Edition, tree: Tree, editor: User) -> None:
    notice, out = make.draft(edition, tree.host, editor), make.published(edition, tree.host, editor)

    discard_draft(notice, actor=editor)
    with pytest.raises(Conflict):
        discard_draft(out, actor=editor)

    assert list(Notice.objects.all()) == [out]


def test_an_archived_edition_is_frozen(edition: Edition, tree: Tree, editor: User) -> None:
    notice = make.published(edition, tree.host, editor)
    close_edition(edition, actor=editor)
    notice = Notice.objects.get(pk=notice.pk)

    for verb in (
        lambda: save_notice(notice, {"title": "x"}, actor=editor, expected_revision=None),
        lambda: withdraw_notice(notice, actor=editor, reason="x"),
        lambda: publish_notice(notice, actor=editor),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert public_notices().get() == notice


def test_what_is_typed_is_made_safe(edition: Edition, tree: Tree, editor: User) -> None:
    notice = make.draft(
        edition, tree.host, editor, title=" 标\0题\n二 ", body='<p onclick="x()">好</p><script>alert(1)</script>'
    )

    assert notice.draft["title"] == "标题 二"
    assert notice.draft["body"] == "<p>好</p>"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": "长" * 201}, "title"),
        ({"document_number": "号" * 81}, "document_number"),
        ({"issuers": "\n".join(f"单位{n}" for n in range(20))}, "issuers"),
        ({"issued_on": "2023-02-30"}, "issued_on"),
        ({"acknowledge_by": "tomorrow"}, "acknowledge_by"),
        ({"acknowledge_by": "2023-05-06T12:00"}, "acknowledge_by"),
        ({"attachments": [{"asset": "nonsense"}]}, "attachments"),
        ({"attachments": [{"asset": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}]}, "attachments"),
    ],
)
def test_what_cannot_be_kept_names_its_field(
    edition: Edition, tree: Tree, editor: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        make.draft(edition, tree.host, editor, **fields)

    assert refused.value.field == field


@pytest.mark.requirement("A3")
def test_a_supplement_goes_where_its_notice_went(edition: Edition, tree: Tree, editor: User) -> None:
    parent = make.published(edition, tree.host, editor, audience={"districts": ["思明区"]}, issuers=["甲局", "乙局"])

    supplement = draft_notice(
        edition=edition, organisation=tree.host, actor=editor, fields={"body": "<p>地点：会展中心。</p>"}, parent=parent
    )
    supplement = publish_notice(supplement, actor=editor)

    assert supplement.title == "关于《关于做好活动周工作的通知》的补充通知"
    assert (supplement.kind, supplement.live["issuers"]) == ("supplement", ["甲局", "乙局"])
    assert {str(row.organisation) for row in supplement.receipts.all()} == {"示例思明区教育局", "示例第一职业学校"}
    with pytest.raises(DomainError):
        draft_notice(edition=edition, organisation=tree.host, actor=editor, fields={}, parent=supplement)
    with pytest.raises(DomainError):
        draft_notice(
            edition=edition, organisation=tree.edu, actor=person(tree.edu, "manager"), fields={}, parent=parent
        )
