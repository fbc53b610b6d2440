"""A verified enterprise changes what it says of itself, and a person looks before the public does (E3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.partnerships.domain import enterprises, erasure, profiles
from skillweek.partnerships.models import Enterprise, ProfileChange
from tests.factories import Tree, client_of, person
from tests.partnerships import make
from tests.partnerships.test_enterprises import picture


def values(row: Enterprise, **more: Any) -> dict[str, Any]:
    """What the form sends when nothing was touched, and ``more``."""
    names = ("name", "credit_code", "industry", "scale", "place", "website", "profile", "contact_name", "phone")
    return {**{name: getattr(row, name) for name in names}, "version": row.version, **more}


def save(row: Enterprise, **more: Any) -> Any:
    row.refresh_from_db()
    return client_of(row.user).post("/partners/mine/profile/", values(row, **more), follow=True)


def public(row: Enterprise) -> str:
    return Client().get(f"/partners/enterprises/{row.pk}/").content.decode()


@pytest.fixture
def firm(tree: Tree, edition: Edition) -> Enterprise:
    return make.enterprise(edition, name="示例机电有限公司", profile="做电梯。", place="集美区")


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("name", "示例智能机电有限公司"), ("credit_code", make.credit_code(990)), ("profile", "做电梯，也做扶梯。"),
        ("place", "翔安区"), ("website", "https://www.example.com/"), ("industry", "education"), ("scale", "large"),
    ],
)  # fmt: skip
def test_the_public_reads_what_was_verified_until_the_change_is_accepted(
    firm: Enterprise, host: User, field: str, new: str
) -> None:
    old, before = getattr(firm, field), public(firm)
    assert "通过前公众看到的是原来的资料" in save(firm, **{field: new}).content.decode()
    firm.refresh_from_db()
    assert (getattr(firm, field), firm.state) == (old, "verified")
    assert public(firm) == before
    assert Message.objects.filter(kind="partner.changed", recipient=host).count() == 1

    staff = client_of(host)
    assert firm.name in staff.get("/w/partners/enterprises/?state=changed").content.decode()
    assert "1 家企业改了资料" in staff.get("/w/partners/").content.decode()
    page = staff.get(f"/w/partners/enterprises/{firm.pk}/").content.decode()
    assert ("重新对照国家企业信用信息公示系统核对" in page) == (field in ("name", "credit_code"))
    staff.post(f"/w/partners/enterprises/{firm.pk}/decide/", {"do": "accept_change", "version": 1})
    firm.refresh_from_db()
    assert (getattr(firm, field), firm.state) == (new, "verified")
    assert not ProfileChange.objects.exists()
    assert Message.objects.filter(kind="partner.change_decided", recipient=firm.user).count() == 1
    event = AuditEvent.objects.get(verb="enterprise.accept_change")
    assert (list(event.data), event.actor) == ([field], host)


def test_the_new_name_is_nowhere_in_public_before_it_is_accepted(firm: Enterprise, host: User) -> None:
    need = make.need(firm)
    save(firm, name="还没有核对的名称", profile="还没有读过的介绍", website="https://unread.example.com/")
    for address in (
        "/partners/", "/partners/enterprises/", f"/partners/enterprises/{firm.pk}/", f"/partners/needs/{need.pk}/",
        "/partners/enterprises/?q=还没有读过的介绍",
    ):  # fmt: skip
        text = Client().get(address).content.decode()
        assert "还没有核对的名称" not in text, address
        assert "unread.example.com" not in text, address
    assert firm.name in Client().get("/partners/").content.decode()


def test_a_logo_is_shown_after_it_was_seen(firm: Enterprise, tree: Tree, host: User) -> None:
    logo = f"/partners/enterprises/{firm.pk}/logo.png"
    save(firm, logo=SimpleUploadedFile("logo.jpg", picture(), "image/jpeg"))
    assert Client().get(logo).status_code == 404
    seen = f"/w/partners/enterprises/{firm.pk}/logo.png?of=change"
    assert client_of(host).get(seen)["Content-Type"] == "image/png"
    assert client_of(person(tree.school_a, "liaison")).get(seen).status_code == 404
    profiles.accept_change(firm, actor=host, expected=1)
    assert Client().get(logo).status_code == 200


def test_who_verifies_sees_the_logo_of_who_applies(tree: Tree, edition: Edition, host: User) -> None:
    row = make.enterprise(edition, state="applied", logo=b"\x89PNG")
    address = f"/w/partners/enterprises/{row.pk}/logo.png"
    assert address in client_of(host).get(f"/w/partners/enterprises/{row.pk}/").content.decode()
    assert client_of(host).get(address).status_code == 200
    assert client_of(person(tree.school_a, "liaison")).get(address).status_code == 404


def test_the_contact_changes_at_once(firm: Enterprise, host: User) -> None:
    assert "已保存" in save(firm, contact_name="陈经理", phone="13700137000").content.decode()
    firm.refresh_from_db()
    assert (firm.contact_name, firm.phone) == ("陈经理", "13700137000")
    assert not ProfileChange.objects.exists()
    assert not Message.objects.filter(kind="partner.changed").exists()


def test_who_corrects_a_waiting_change_does_not_ring_again(firm: Enterprise, host: User) -> None:
    save(firm, name="新名称一")
    save(firm, name="新名称二")
    change = ProfileChange.objects.get()
    assert (change.name, change.version, change.state) == ("新名称二", 2, "waiting")
    assert Message.objects.filter(kind="partner.changed", recipient=host).count() == 1
    with pytest.raises(Conflict, match="刚刚被改过"):
        profiles.accept_change(firm, actor=host, expected=1)
    save(firm, name="新名称二", phone="13700137000")
    assert ProfileChange.objects.get().version == 2  # the contact is not part of it
    assert profiles.accept_change(firm, actor=host, expected=2).name == "新名称二"


def test_a_refused_change_says_why_and_is_handed_in_again(firm: Enterprise, host: User) -> None:
    save(firm, name="改得不对的名称")
    with pytest.raises(DomainError):
        profiles.refuse_change(firm, actor=host, remark=" ", expected=1)
    client_of(host).post(
        f"/w/partners/enterprises/{firm.pk}/decide/", {"do": "refuse_change", "version": 1, "remark": "与执照不一致"}
    )
    mine = client_of(firm.user).get("/partners/mine/").content.decode()
    assert "与执照不一致" in mine
    form = client_of(firm.user).get("/partners/mine/profile/").content.decode()
    assert 'value="改得不对的名称"' in form
    assert "示例机电有限公司" in public(firm)
    with pytest.raises(Conflict):
        profiles.accept_change(firm, actor=host, expected=2)
    save(firm, name="与执照一致的名称")
    assert Message.objects.filter(kind="partner.changed", recipient=host).count() == 2
    assert ProfileChange.objects.get().is_waiting
    assert "1 家企业改了资料" in client_of(host).get("/w/partners/").content.decode()


@pytest.mark.parametrize("way", ["button", "form"])
def test_a_change_is_taken_back(firm: Enterprise, host: User, way: str) -> None:
    save(firm, name="别的名称")
    if way == "button":
        client_of(firm.user).post("/partners/mine/profile/back/")
    else:
        save(firm)
    assert not ProfileChange.objects.exists()
    with pytest.raises(Conflict):
        profiles.accept_change(firm, actor=host, expected=1)
    with pytest.raises(NotAllowed):
        profiles.take_back(firm, actor=host)


def test_only_who_verifies_decides_on_a_change(firm: Enterprise, tree: Tree) -> None:
    save(firm, name="别的名称")
    stranger = person(tree.school_a, "liaison")
    for verb in (
        lambda: profiles.accept_change(firm, actor=stranger, expected=1),
        lambda: profiles.refuse_change(firm, actor=stranger, remark="不行", expected=1),
        lambda: profiles.accept_change(firm, actor=firm.user, expected=1),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert "别的名称" not in client_of(stranger).get(f"/w/partners/enterprises/{firm.pk}/").content.decode()


def test_a_wrong_code_and_a_taken_code_are_refused(firm: Enterprise, edition: Edition, host: User) -> None:
    wrong = save(firm, credit_code="91350100M000100Y44")
    assert (wrong.status_code, ProfileChange.objects.exists()) == (400, False)
    other = make.enterprise(edition)
    save(firm, credit_code=other.credit_code)
    with pytest.raises(Conflict, match="已经核验过"):
        profiles.accept_change(firm, actor=host, expected=1)
    firm.refresh_from_db()
    assert firm.credit_code != other.credit_code
    assert ProfileChange.objects.get().is_waiting


def test_a_verification_taken_back_keeps_what_the_enterprise_wrote(firm: Enterprise, host: User) -> None:
    save(firm, name="改过的名称")
    enterprises.refuse(firm, actor=host, remark="请先改好名称")
    firm.refresh_from_db()
    assert (firm.name, firm.state, ProfileChange.objects.exists()) == ("改过的名称", "refused", False)


def test_two_saves_from_one_page_do_not_overwrite_each_other(firm: Enterprise) -> None:
    browser, sent = client_of(firm.user), values(firm, name="第一次")
    assert browser.post("/partners/mine/profile/", sent).status_code == 302
    stale = browser.post("/partners/mine/profile/", {**sent, "name": "第二次"})
    assert (stale.status_code, ProfileChange.objects.get().name) == (400, "第一次")
    assert "刚刚被改过" in stale.content.decode()


def test_a_change_goes_with_the_contact(firm: Enterprise, edition: Edition) -> None:
    save(firm, name="别的名称")
    assert erasure.erase(edition) == 1
    assert not ProfileChange.objects.exists()
