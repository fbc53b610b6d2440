"""Every page of the room renders for those it is for, and shows what it should."""

from __future__ import annotations

import pytest
from django.urls import reverse

from skillweek.organisations.domain.invitations import invite, start_hand_over
from skillweek.organisations.models import Invitation, Membership, Organisation, RosterUpload
from tests.factories import Tree, client_of, person


def _page(user: object, name: str, *args: object, **query: str) -> str:
    answer = client_of(user).get(reverse(f"organisations:{name}", args=args), query)  # type: ignore[arg-type]
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


@pytest.mark.requirement("A5")
def test_tree_page_shows_the_own_line_and_no_other(tree: Tree) -> None:
    page = _page(person(tree.siming, "reviewer"), "index")

    assert "示例第一职业学校" in page
    assert "示例第二职业学校" not in page
    assert "缺联络员" in page


def test_tree_page_finds_filters_and_names_what_stands_above(tree: Tree) -> None:
    host = person(tree.host, "manager")

    assert "示例技师学院" in _page(host, "index", q="技师")
    assert "示例第一职业学校" not in _page(host, "index", q="技师")
    assert "示例市人社局" in _page(host, "index", q="技师")  # the unit above, though it does not match
    assert "示例第二职业学校" not in _page(host, "index", district="思明区")
    assert "示例职业技术学院" not in _page(host, "index", type="secondary")
    assert "示例第二职业学校" not in _page(host, "index", below=str(tree.siming.pk))
    assert "没有符合条件的单位" in _page(host, "index", q="没有这个")
    assert "示例第一职业学校" in _page(host, "index", kind="nonsense", below="²", page="zzz", district="\0")


def test_tree_page_asks_a_constant_number_of_queries(tree: Tree, django_assert_max_num_queries: object) -> None:
    for number in range(40):
        Organisation.objects.add_child(
            tree.fresh("siming"), create_kwargs={"code": f"X{number}", "name": f"校{number}", "kind": "school"}
        )
    client = client_of(person(tree.host, "manager"))
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(reverse("organisations:index"))


def test_unit_page_masks_numbers_for_those_who_do_not_manage_people(tree: Tree) -> None:
    person(tree.school_a, "liaison", phone="13800138000", email="zhang@example.org", name="张三")
    member = person(tree.school_a, "member")
    reviewer = person(tree.siming, "reviewer")
    manager = person(tree.siming, "manager")

    for viewer in (member, reviewer):
        page = _page(viewer, "unit", tree.school_a.pk)
        assert "138****8000" in page
        assert "13800138000" not in page
        assert "zhang@example.org" not in page
    assert "13800138000" in _page(manager, "unit", tree.school_a.pk)


def test_unit_page_shows_invitations_and_history_to_managers_only(tree: Tree) -> None:
    manager = person(tree.siming, "manager")
    invite(manager, tree.school_a, role="liaison", name="李四", email="li@example.org")

    managed = _page(manager, "unit", tree.school_a.pk)
    assert "li@example.org" in managed
    assert "邮件等待发送" in managed
    assert "邀请人员" in managed
    seen = _page(person(tree.siming, "reviewer"), "unit", tree.school_a.pk)
    assert "li@example.org" not in seen


def test_forms_of_actions_render(tree: Tree) -> None:
    manager = person(tree.edu, "manager")
    row = Membership.objects.get(user=person(tree.school_a, "liaison"))

    assert "单位代码" in _page(manager, "add", tree.siming.pk)
    for name in ("change", "move", "deactivate", "invite"):
        _page(manager, name, tree.school_a.pk)
    for name in ("end", "role", "hand_over", "second_factor", "password"):
        _page(manager, name, row.pk)
    assert "允许暂时空缺" in _page(manager, "end", row.pk)


def test_inviting_shows_the_link_once(tree: Tree) -> None:
    client = client_of(person(tree.school_a, "liaison"))
    url = reverse("organisations:invite", args=[tree.school_a.pk])

    answer = client.post(url, {"role": "member", "name": "王五", "phone": "139 0000 0001"}, follow=True)

    assert "邀请链接" in answer.content.decode()
    assert "/accounts/invitations/" in answer.content.decode()
    again = client.get(reverse("organisations:unit", args=[tree.school_a.pk])).content.decode()
    assert "/accounts/invitations/" not in again
    assert Invitation.objects.get().phone == "13900000001"


def test_a_refused_form_keeps_what_was_typed(tree: Tree) -> None:
    client = client_of(person(tree.edu, "manager"))

    answer = client.post(
        reverse("organisations:add", args=[tree.siming.pk]),
        {"kind": "school", "code": "坏代码", "name": "新学校", "school_type": "secondary"},
    )

    assert answer.status_code == 400
    page = answer.content.decode()
    assert "单位代码只能由字母" in page
    assert "新学校" in page


def test_adding_changing_moving_and_deactivating_in_the_browser(tree: Tree) -> None:
    client = client_of(person(tree.edu, "manager"))

    client.post(
        reverse("organisations:add", args=[tree.siming.pk]),
        {"kind": "school", "code": "n-1", "name": "新学校", "school_type": "secondary"},
    )
    made = Organisation.objects.get(code="N-1")
    assert made.line == "education"
    client.post(reverse("organisations:change", args=[made.pk]), {"name": "新名", "school_type": "secondary"})
    client.post(reverse("organisations:move", args=[made.pk]), {"parent": tree.huli.pk, "reason": "区划调整"})
    client.post(reverse("organisations:deactivate", args=[made.pk]), {"reason": "撤并"})

    made.refresh_from_db()
    assert (made.name, made.is_active) == ("新名", False)
    assert made.path.startswith(tree.huli.path)
    assert "已停用" in _page(person(tree.edu, "manager"), "unit", made.pk)
    client.post(reverse("organisations:reactivate", args=[made.pk]))
    made.refresh_from_db()
    assert made.is_active


def test_ending_replacing_and_cancelling_in_the_browser(tree: Tree) -> None:
    client = client_of(person(tree.siming, "manager"))
    liaison = Membership.objects.get(user=person(tree.school_a, "liaison"))
    person(tree.school_a, "liaison")

    handed = client.post(reverse("organisations:hand_over", args=[liaison.pk]), {"phone": "13900000002"}, follow=True)
    assert "交接中" in handed.content.decode()
    invitation = Invitation.objects.get()
    cancelled = client.post(reverse("organisations:revoke", args=[invitation.pk]), follow=True)
    assert "交接已取消" in cancelled.content.decode()
    client.post(reverse("organisations:role", args=[liaison.pk]), {"role": "member", "reason": "换岗"})
    member = Membership.objects.get(user=liaison.user, is_active=True)
    assert member.role == "member"
    client.post(reverse("organisations:end", args=[member.pk]), {"reason": "调离"})
    member.refresh_from_db()
    assert not member.is_active


def test_roster_pages_lead_from_file_to_result(tree: Tree) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_of(person(tree.edu, "manager"))
    rows = (
        "单位代码,单位名称,单位性质,学校类型,上级单位代码,联络员姓名,邮箱\n"
        "N-1,新校,学校,中职学校,EDU-SM,张三,z@example.org\n"
        "N-2,缺上级,学校,中职学校,,,\n"
    )

    started = client.post(
        reverse("organisations:roster"), {"file": SimpleUploadedFile("名册.csv", rows.encode("gb18030"))}, follow=True
    )
    page = started.content.decode()
    assert "新增" in page
    assert "新单位要填上级单位代码" in page
    upload = RosterUpload.objects.get()
    confirm = reverse("organisations:roster_confirm", args=[upload.pk])
    done = client.post(confirm, {"seen": upload.seen_digest, "send": "on"}, follow=True).content.decode()
    assert "导入完成" in done
    assert Organisation.objects.get(code="N-1").is_school
    assert Invitation.objects.get().mail_state == "queued"
    assert RosterUpload.objects.get().rows == []


def test_roster_page_says_what_is_wrong_with_a_file(tree: Tree) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_of(person(tree.edu, "manager"))
    answer = client.post(reverse("organisations:roster"), {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04broken")})

    assert answer.status_code == 400
    assert "打不开" in answer.content.decode()


@pytest.mark.requirement("A7")
def test_contact_table_shows_the_line_above_and_everyone_below(tree: Tree) -> None:
    person(tree.edu, "liaison", name="市局联络员", phone="13800000001")
    person(tree.siming, "liaison", name="区局联络员", phone="13800000002")
    school = person(tree.school_a, "liaison", name="甲校联络员", phone="13800000003")
    person(tree.school_b, "liaison", name="乙校联络员", phone="13800000004")
    person(tree.hr, "liaison", name="人社联络员", phone="13800000005")

    seen = _page(school, "contacts")
    assert [name in seen for name in ("市局联络员", "区局联络员", "甲校联络员", "乙校联络员", "人社联络员")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    district = _page(person(tree.siming, "reviewer"), "contacts")
    assert "甲校联络员" in district
    assert "乙校联络员" not in district
    whole = _page(person(tree.host, "reviewer"), "contacts")
    assert "13800000004" in whole
    assert "13800000005" in whole


@pytest.mark.requirement("A7")
def test_contact_table_follows_a_profile_change_and_exports(tree: Tree) -> None:
    import io

    from python_calamine import load_workbook

    school = person(tree.school_a, "liaison", name="旧名", phone="13800000003")
    client = client_of(school)
    client.post(
        reverse("organisations:profile"),
        {"name": "新名", "email": school.email, "phone": "13800000009", "password": "correct-horse-职教"},
    )

    assert "13800000009" in _page(person(tree.siming, "reviewer"), "contacts")
    exported = client_of(person(tree.siming, "reviewer")).get(reverse("organisations:contacts_export"))
    rows = load_workbook(io.BytesIO(exported.content)).get_sheet_by_index(0).to_python()
    assert any("新名" in row and "13800000009" in row for row in rows)
    assert _page(school, "profile")


def test_a_link_to_reset_a_password_works_once(tree: Tree, client: object) -> None:
    liaison = person(tree.school_a, "liaison")
    member = person(tree.school_a, "member", email=None, phone="13800000006")
    row = Membership.objects.get(user=member)
    page = (
        client_of(liaison)
        .post(reverse("organisations:password", args=[row.pk]), {"reason": "忘记密码"})
        .content.decode()
    )
    link = page.split("<code>")[1].split("</code>")[0]
    path = "/" + link.split("/", 3)[3]

    opened = client.get(path, follow=True)  # type: ignore[attr-defined]
    form_path = opened.redirect_chain[-1][0]
    new = "another-horse-职教"
    client.post(form_path, {"password1": new, "password2": new})  # type: ignore[attr-defined]

    member.refresh_from_db()
    assert member.check_password(new)
    assert start_hand_over(member, row, phone="13800000007").replaces_id == row.pk
