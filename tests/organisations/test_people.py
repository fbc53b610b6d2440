"""The verbs on invitations, roles and units: what they do, refuse and record (A5, A6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.organisations.domain import invitations as inv
from skillweek.organisations.domain import people
from skillweek.organisations.mail import deliver_invitation, link_of
from skillweek.organisations.models import Invitation, Membership, Organisation, Role, User
from tests.factories import PASSWORD, Tree, client_of, person

NEW = {"name": "李四", "email": "", "phone": "13900000001", "password": "brand-new-职教"}


def _verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def _path(invitation: Invitation) -> str:
    return "/" + link_of(invitation).split("/", 3)[3]


@pytest.mark.requirement("A6")
def test_an_invitation_makes_an_account_and_lets_it_in(tree: Tree, client: Client) -> None:
    liaison = person(tree.school_a, "liaison")
    invitation = inv.invite(liaison, tree.school_a, role="member", name="李四", phone="139 0000 0001")

    opened = client.get(_path(invitation))
    assert "示例第一职业学校" in opened.content.decode()
    assert 'value="13900000001"' in opened.content.decode()
    answer = client.post(_path(invitation), {**NEW, "password_again": NEW["password"]})

    assert answer["Location"] == "/w/"
    assert client.get("/w/").status_code == 200
    user = User.objects.get(phone="13900000001")
    assert list(user.memberships.values_list("role", "is_active")) == [("member", True)]
    assert _verbs() == ["invitation.create", "user.create", "invitation.accept"]


@pytest.mark.requirement("A6")
def test_somebody_with_an_account_signs_in_and_gains_the_role(tree: Tree, client: Client) -> None:
    known = person(tree.school_b, "member", email="known@example.org")
    invitation = inv.invite(person(tree.school_a, "liaison"), tree.school_a, role="member", name="兼职")

    login = client.post(
        f"/accounts/login/?next={_path(invitation)}", {"login": "known@example.org", "password": PASSWORD}
    )
    assert login["Location"] == _path(invitation)
    assert "您现在登录的是" in client.get(_path(invitation)).content.decode()
    client.post(_path(invitation))

    assert known.memberships.filter(is_active=True).count() == 2


def test_a_taken_address_points_to_signing_in_and_keeps_the_invitation(tree: Tree, client: Client) -> None:
    person(tree.school_b, "member", phone="13900000001")
    invitation = inv.invite(person(tree.school_a, "liaison"), tree.school_a, role="member", name="李四")

    answer = client.post(_path(invitation), {**NEW, "password_again": NEW["password"]})

    assert answer.status_code == 400
    assert "已有账号" in answer.content.decode()
    invitation.refresh_from_db()
    assert invitation.is_open


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "12345678901"}, "数字"),
        ({"password": "short"}, "10"),
        ({"password_again": "other-职教-0000"}, "两次输入的密码不一样"),
        ({"name": ""}, "必填"),
        ({"phone": "12345"}, "不是手机号码"),
        ({"phone": "", "email": ""}, "至少填一项"),
        ({"email": "nonsense@"}, "不是完整的邮箱地址"),
    ],
)
def test_a_new_account_says_what_is_wrong_and_keeps_the_rest(
    tree: Tree, client: Client, change: dict[str, str], words: str
) -> None:
    invitation = inv.invite(person(tree.school_a, "liaison"), tree.school_a, role="member", name="李四")
    data = {**NEW, "password_again": NEW["password"], **change}
    if "password" in change:
        data["password_again"] = change["password"]

    answer = client.post(_path(invitation), data)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Membership.objects.filter(role="member").exists()


@pytest.mark.requirement("A6")
def test_a_link_works_once_and_only_as_long_as_it_should(tree: Tree, client: Client) -> None:
    liaison = person(tree.school_a, "liaison")

    def said(invitation: Invitation) -> tuple[int, str]:
        answer = client.get(_path(invitation))
        return answer.status_code, answer.content.decode()

    used = inv.invite(liaison, tree.school_a, role="member", name="甲")
    inv.accept_invitation(inv.token_of(used), person())
    with pytest.raises(DomainError):
        inv.accept_invitation(inv.token_of(used), person())
    revoked = inv.revoke_invitation(liaison, inv.invite(liaison, tree.school_a, role="member", name="乙"))
    expired = inv.invite(liaison, tree.school_a, role="member", name="丙")
    Invitation.objects.filter(pk=expired.pk).update(expires_at=now() - timedelta(seconds=1))
    closed = inv.invite(None, tree.school_b, role="member", name="丁")
    Organisation.objects.filter(pk=tree.school_b.pk).update(is_active=False)

    for invitation, words in ((used, "已经用过"), (revoked, "已被撤回"), (expired, "已过期"), (closed, "已停用")):
        status, page = said(invitation)
        assert status == 410
        assert words in page
    forged = client.get("/accounts/invitations/" + "0" * 48 + "/")
    assert forged.status_code == 404
    assert "核对链接" in forged.content.decode()


def test_neither_database_nor_queue_holds_a_token(tree: Tree) -> None:
    from django_tasks_db.models import DBTaskResult

    invitation = inv.invite(person(tree.school_a, "liaison"), tree.school_a, role="member", email="x@example.org")
    token = inv.token_of(invitation)

    stored = str(list(Invitation.objects.values())) + str(list(AuditEvent.objects.values()))
    stored += str(list(DBTaskResult.objects.values()))
    assert token not in stored
    assert inv.find_invitation(token) == invitation


@pytest.mark.requirement("A6")
def test_sending_again_kills_the_old_link(tree: Tree) -> None:
    liaison = person(tree.school_a, "liaison")
    invitation = inv.invite(liaison, tree.school_a, role="member", email="x@example.org")
    old = inv.token_of(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=now() - timedelta(days=1))

    fresh = inv.resend_invitation(liaison, invitation)

    assert inv.find_invitation(old) is None
    assert fresh.is_open
    inv.accept_invitation(inv.token_of(fresh), person())
    with pytest.raises(Conflict):
        inv.resend_invitation(liaison, fresh)


@pytest.mark.requirement("A6")
def test_the_mail_is_sent_once_and_carries_the_link(tree: Tree, settings: Any) -> None:
    settings.BASE_URL = "https://week.example.org"
    invitation = inv.invite(person(tree.school_a, "liaison"), tree.school_a, role="member", email="X@Example.org ")

    for _again in range(2):
        deliver_invitation(invitation.pk, invitation.nonce)

    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["x@example.org"]
    assert link_of(invitation) in str(mail.outbox[0].body)
    assert "&" not in str(mail.outbox[0].subject)
    invitation.refresh_from_db()
    assert invitation.mail_state == "sent"


@pytest.mark.django_db(transaction=True)
def test_the_worker_mails_what_was_committed(tree: Tree) -> None:
    invitation = inv.invite(None, tree.school_a, role="member", email="x@example.org")
    assert mail.outbox == []  # the page does not wait for the mail server

    call_command("db_worker", "--batch", "--queue-name", "mail", "--no-startup-delay", "--interval", "0", verbosity=0)

    assert [message.to for message in mail.outbox] == [["x@example.org"]]
    invitation.refresh_from_db()
    assert invitation.mail_state == "sent"


def test_a_stale_or_answered_invitation_is_not_mailed(tree: Tree) -> None:
    liaison = person(tree.school_a, "liaison")
    renewed = inv.invite(liaison, tree.school_a, role="member", email="x@example.org")
    old = renewed.nonce
    inv.resend_invitation(liaison, renewed)
    revoked = inv.revoke_invitation(liaison, inv.invite(liaison, tree.school_a, role="member", email="y@example.org"))

    assert deliver_invitation(renewed.pk, old) == ("void", None)
    assert deliver_invitation(revoked.pk, revoked.nonce) == ("void", None)
    assert deliver_invitation(999_999, "none") == ("void", None)
    assert mail.outbox == []


def test_a_mail_server_that_is_down_is_tried_again_and_shown(tree: Tree, settings: Any) -> None:
    invitation = inv.invite(person(tree.school_a, "liaison"), tree.school_a, role="member", email="x@example.org")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2

    state, retry_at = deliver_invitation(invitation.pk, invitation.nonce)

    assert state == "failed"
    assert retry_at is not None
    assert retry_at > now()
    invitation.refresh_from_db()
    assert (invitation.mail_state, invitation.mail_attempts) == ("failed", 1)
    for _more in range(4):
        state, retry_at = deliver_invitation(invitation.pk, invitation.nonce)
    assert retry_at is None


def test_inviting_is_refused_for_outsiders_duplicates_and_nonsense(tree: Tree) -> None:
    liaison = person(tree.school_a, "liaison", phone="13800000001")

    with pytest.raises(NotAllowed):
        inv.invite(liaison, tree.school_b, role="member", name="甲")
    with pytest.raises(NotAllowed):
        inv.invite(liaison, tree.school_a, role="manager", name="甲")
    with pytest.raises(DomainError, match="学校不设审核员"):
        inv.invite(None, tree.school_a, role="reviewer", name="甲")
    with pytest.raises(Conflict, match="已有这个角色"):
        inv.invite(liaison, tree.school_a, role="liaison", phone="13800000001")
    inv.invite(liaison, tree.school_a, role="member", email="a@example.org")
    with pytest.raises(Conflict, match="待接受"):
        inv.invite(liaison, tree.school_a, role="member", email="A@example.org")
    with pytest.raises(DomainError, match="至少填写"):
        inv.invite(liaison, tree.school_a, role="member")


@pytest.mark.requirement("A6")
def test_a_hand_over_ends_the_old_role_when_the_successor_accepts(tree: Tree) -> None:
    leaving = person(tree.school_a, "liaison")
    row = Membership.objects.get(user=leaving)
    invitation = inv.start_hand_over(leaving, row, name="接任", phone="13900000002")
    with pytest.raises(Conflict, match="进行中的交接"):
        inv.start_hand_over(leaving, row, phone="13900000003")
    row.refresh_from_db()
    assert row.is_active  # nothing changes before the successor is there
    with pytest.raises(DomainError, match="接任者打开"):
        inv.accept_invitation(inv.token_of(invitation), leaving)

    successor = person()
    new = inv.accept_invitation(inv.token_of(invitation), successor)

    row.refresh_from_db()
    assert (row.is_active, new.is_active, new.role) == (False, True, "liaison")
    assert row.ended_at is not None
    assert "membership.handed_over" in _verbs()
    assert client_of(leaving).get(f"/w/organisations/{tree.school_a.pk}/").status_code == 404


@pytest.mark.requirement("A6")
def test_a_hand_over_can_be_cancelled_by_whoever_hands_over(tree: Tree) -> None:
    leaving = person(tree.school_a, "liaison")
    invitation = inv.start_hand_over(leaving, Membership.objects.get(user=leaving), phone="13900000002")

    inv.revoke_invitation(leaving, invitation)

    with pytest.raises(DomainError, match="撤回"):
        inv.accept_invitation(inv.token_of(invitation), person())
    assert Membership.objects.get(user=leaving).is_active
    assert _verbs()[-1] == "membership.hand_over_cancel"


@pytest.mark.requirement("A6")
def test_the_last_liaison_and_the_last_manager_do_not_vanish_silently(tree: Tree) -> None:
    liaison = Membership.objects.get(user=person(tree.school_a, "liaison"))
    manager = Membership.objects.get(user=person(tree.siming, "manager"))

    for row in (liaison, manager):
        with pytest.raises(Conflict, match="唯一的"):
            people.end_membership(row.user, row, reason="离开")
    with pytest.raises(Conflict, match="唯一的"):
        people.change_role(liaison.user, liaison, "member", reason="换岗")
    above = person(tree.edu, "manager")
    with pytest.raises(Conflict, match="允许暂时空缺"):
        people.end_membership(above, manager, reason="调离")

    people.end_membership(above, manager, reason="调离", leave_empty=True)
    assert not Membership.objects.get(pk=manager.pk).is_active
    person(tree.school_a, "liaison")
    people.end_membership(liaison.user, liaison, reason="离开")
    assert not Membership.objects.get(pk=liaison.pk).is_active


def test_ending_needs_a_right_and_a_reason(tree: Tree) -> None:
    member = Membership.objects.get(user=person(tree.school_a, "member"))

    with pytest.raises(NotAllowed):
        people.end_membership(person(tree.school_b, "manager"), member, reason="x")
    with pytest.raises(NotAllowed):
        people.end_membership(person(tree.siming, "reviewer"), member, reason="x")
    with pytest.raises(DomainError, match="理由"):
        people.end_membership(person(tree.siming, "manager"), member, reason=" ")
    with pytest.raises(NotAllowed):
        people.change_role(member.user, member, "liaison", reason="想当联络员")


@pytest.mark.requirement("A6")
def test_a_role_changes_and_the_record_keeps_both(tree: Tree) -> None:
    manager = person(tree.siming, "manager")
    member = Membership.objects.get(user=person(tree.school_a, "member"))

    new = people.change_role(manager, member, "liaison", reason="升任")

    member.refresh_from_db()
    assert (member.is_active, new.role, new.is_active) == (False, "liaison", True)
    event = AuditEvent.objects.get(verb="membership.start")
    assert (event.reason, event.data["role"]) == ("升任", ["member", "liaison"])


@pytest.mark.requirement("A6")
def test_a_lost_second_factor_is_reset_with_a_reason(tree: Tree) -> None:
    reviewer = person(tree.siming, "reviewer")
    manager = person(tree.edu, "manager")
    with pytest.raises(Conflict):
        people.reset_second_factor(manager, reviewer, reason="x")
    Authenticator.objects.create(user=reviewer, type=Authenticator.Type.TOTP, data={"secret": "A"})
    with pytest.raises(DomainError, match="理由"):
        people.reset_second_factor(manager, reviewer, reason="")
    with pytest.raises(NotAllowed):
        people.reset_second_factor(person(tree.huli, "manager"), reviewer, reason="x")

    people.reset_second_factor(manager, reviewer, reason="手机遗失，已当面核实")

    assert not Authenticator.objects.filter(user=reviewer).exists()
    assert AuditEvent.objects.get(verb="user.reset_second_factor").reason == "手机遗失，已当面核实"


def test_a_new_way_in_asks_for_the_password_and_closes_the_old_one(tree: Tree) -> None:
    user = person(tree.school_a, "liaison", email="old@example.org")
    EmailAddress.objects.create(user=user, email="old@example.org", primary=True, verified=True)
    person(email="taken@example.org")

    with pytest.raises(DomainError, match="登录密码"):
        people.update_profile(user, name="新名", email="new@example.org", phone="")
    with pytest.raises(Conflict, match="已有账号"):
        people.update_profile(user, name="新名", email="taken@example.org", phone="", password=PASSWORD)
    saved = people.update_profile(user, name="新名", email="New@example.org", phone="", password=PASSWORD)

    assert (saved.name, saved.email, saved.phone) == ("新名", "new@example.org", None)
    assert not EmailAddress.objects.exists()
    assert "old@example.org" not in str(list(AuditEvent.objects.values()))  # the trail keeps no full addresses
    assert people.update_profile(saved, name="再改", email="new@example.org", phone="").name == "再改"


@pytest.mark.requirement("A6")
def test_an_empty_installation_gets_its_first_manager_by_command(db: None, client: Client, capsys: Any) -> None:
    call_command("create_manager", "--email", "Boss@example.org", "--name", "张三", "--host-name", "示例市教育局")
    call_command(
        "create_manager", "--email", "boss@example.org", "--name", "张三"
    )  # the link got lost: here is a new one
    first, link = (line for line in capsys.readouterr().out.split() if line.startswith("http"))
    assert client.get("/" + first.split("/", 3)[3]).status_code == 404
    assert Organisation.objects.get().name == "示例市教育局"

    path = "/" + link.split("/", 3)[3]
    data = {"name": "张三", "email": "boss@example.org", "password": NEW["password"], "password_again": NEW["password"]}
    assert client.post(path, data)["Location"] == "/w/"
    assert Membership.objects.get().role == Role.MANAGER
    call_command("create_manager", "--phone", "13800000001", "--name", "李四", "--password", NEW["password"])
    assert User.objects.get(phone="13800000001").check_password(NEW["password"])
    for arguments in (["--name", "无"], ["--name", "无", "--phone", "13800000001", "--password", NEW["password"]]):
        with pytest.raises(CommandError):
            call_command("create_manager", *arguments)


def test_the_operator_resets_a_second_factor_by_command(tree: Tree) -> None:
    boss = person(tree.host, "manager", phone="13800000001")
    Authenticator.objects.create(user=boss, type=Authenticator.Type.TOTP, data={"secret": "A"})

    call_command("reset_second_factor", "--login", "+86 13800000001", "--reason", "已核实")

    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.get(verb="user.reset_second_factor").channel == "cli"
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "--login", "nobody@example.org", "--reason", "已核实")
