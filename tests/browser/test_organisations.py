"""Units and people on a phone: readable, reachable, usable without a mouse (A5, A6, A7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from skillweek.organisations.domain.invitations import invite, token_of
from skillweek.organisations.models import Membership, Role
from tests.factories import PASSWORD, Tree, person


@pytest.mark.requirement("A5")
@pytest.mark.requirement("A7")
def test_pages_of_units_and_people_are_accessible_on_a_phone(
    phone_page: Page, tree: Tree, sign_in: Callable[..., object], assert_accessible: Callable[..., None]
) -> None:
    manager = person(tree.edu, "manager", name="王管理", phone="13800000001")
    liaison = person(tree.school_a, "liaison", name="张联络", phone="13800000002")
    invite(manager, tree.school_a, role=Role.MEMBER, name="李填报", email="li@example.org")
    row = Membership.objects.get(user=liaison)
    sign_in(phone_page, manager)

    for path, heading in {
        "/w/organisations/": "单位与人员",
        f"/w/organisations/{tree.school_a.pk}/": "示例第一职业学校",
        f"/w/organisations/{tree.school_a.pk}/invite/": "邀请人员",
        f"/w/organisations/people/{row.pk}/end/": "结束张联络",
        "/w/organisations/contacts/": "联系表",
        "/w/organisations/roster/": "导入名册",
        "/w/organisations/profile/": "我的资料",
    }.items():
        phone_page.goto(path)
        expect(phone_page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert_accessible(phone_page)


@pytest.mark.requirement("A6")
def test_a_new_colleague_comes_in_by_the_link(
    phone_page: Page, tree: Tree, live_site: str, assert_accessible: Callable[..., None]
) -> None:
    invitation = invite(None, tree.school_a, role=Role.MEMBER, name="李填报", phone="13900000001")

    phone_page.goto(f"/accounts/invitations/{token_of(invitation)}/")
    assert_accessible(phone_page)
    phone_page.get_by_label("设置密码").fill(PASSWORD)
    phone_page.get_by_label("再输一次密码").fill(PASSWORD)
    phone_page.get_by_role("button", name="开通账号").click()

    expect(phone_page).to_have_url(f"{live_site}/w/")
    expect(phone_page.get_by_text("账号已开通")).to_be_visible()


@pytest.mark.requirement("A6")
def test_a_roster_is_looked_at_before_it_is_imported(
    desktop_page: Page, tree: Tree, sign_in: Callable[..., object], assert_accessible: Callable[..., None]
) -> None:
    sign_in(desktop_page, person(tree.edu, "manager"))
    rows = (
        "单位代码,单位名称,单位性质,学校类型,上级单位代码\n"
        "N-1,新校,学校,中职学校,EDU-SM\nS-A,改名学校,,,\nN-2,缺上级,学校,中职学校,\n"
    )

    desktop_page.goto("/w/organisations/roster/")
    desktop_page.get_by_label("名册文件").set_input_files(
        {"name": "名册.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    desktop_page.get_by_role("button", name="上传并预检").click()
    expect(desktop_page.get_by_text("新单位要填上级单位代码")).to_be_visible()
    assert_accessible(desktop_page)
    desktop_page.get_by_role("button", name="确认导入").click()

    expect(desktop_page.get_by_role("heading", level=1)).to_have_text("导入完成")
    assert_accessible(desktop_page, "main")  # the message beside it is just fading in
