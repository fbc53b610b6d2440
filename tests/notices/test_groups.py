"""Notices reach the groups of the units whose robots want them (A2)."""

from __future__ import annotations

import pytest

from skillweek.editions.models import Edition
from skillweek.notices.domain import acknowledge, remind, save_notice, withdraw_notice
from skillweek.notices.domain.publishing import correct_notice
from skillweek.notifications.domain.robots import add_robot
from skillweek.notifications.models import Delivery, GroupChannel, Message
from skillweek.organisations.models import Organisation, User
from tests.factories import Tree, person
from tests.notices import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A2")]
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="


def _robot(unit: Organisation, *kinds: str) -> GroupChannel:
    by = person(unit, "manager")
    return add_robot(unit, kind="wecom", name="工作群", url=f"{WECOM}{unit.pk:036d}", kinds=list(kinds), by=by)


def _posts(robot: GroupChannel) -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(group_channel=robot).select_related("message").order_by("pk")
    return [(row.message.kind, row.message.title) for row in rows]


def test_a_units_group_hears_of_a_notice_a_correction_and_a_reminder_once(
    edition: Edition, tree: Tree, editor: User
) -> None:
    group = _robot(tree.school_a)
    notice = make.published(edition, tree.host, editor, title="活动周通知", document_number="示教〔2023〕7号")
    make.work()
    save_notice(notice, {"title": "活动周的通知"}, actor=editor, expected_revision=None)
    correct_notice(notice, actor=editor, reason="标题有误。")
    make.work()
    remind(notice, by=editor)
    make.work()

    assert _posts(group) == [
        ("notice.published", "新通知：活动周通知"),
        ("notice.corrected", "通知已更正：活动周的通知"),
        ("notice.reminder", "请签收通知：活动周的通知"),
    ]
    first = Message.objects.get(audience="group", kind="notice.published")
    assert "示教〔2023〕7号" in first.body and f"代表{tree.school_a.name}签收" in first.body


def test_a_robot_gets_only_the_kinds_chosen_for_it_and_no_other_units(
    edition: Edition, tree: Tree, editor: User
) -> None:
    wants_reminders = _robot(tree.school_a, "notice.reminder")
    not_addressed = _robot(tree.tech)
    liaison = person(tree.school_a, "liaison")
    notice = make.published(edition, tree.host, editor, audience={"districts": ["思明区"]})
    acknowledge(notice, tree.school_a, by=liaison)
    remind(notice, by=editor)
    make.work()

    assert _posts(wants_reminders) == []
    assert _posts(not_addressed) == []


def test_the_issuers_own_group_hears_what_it_issues_and_takes_back(edition: Edition, tree: Tree, editor: User) -> None:
    group = _robot(tree.host)
    notice = make.published(edition, tree.host, editor, title="活动周通知")
    withdraw_notice(notice, actor=editor, reason="另行发文。")
    make.work()

    assert _posts(group) == [("notice.issued", "新通知：活动周通知"), ("notice.withdrawn", "通知已撤下：活动周通知")]
    assert "签收" not in Message.objects.get(kind="notice.issued").body  # no deadline, nothing to say of it
    assert "另行发文。" in Message.objects.get(audience="group", kind="notice.withdrawn").body
