"""An enterprise's account and what it offers (E3, E4)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from skillweek.bookings import proof
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.light_accounts import drop_account
from skillweek.organisations.models import User
from skillweek.partnerships.domain import catalogue_import, enterprises, erasure, majors, needs
from skillweek.partnerships.models import CityMajor, Enterprise, Need, SchoolMajor
from skillweek.partnerships.queries.matches import fits_for_need, fits_for_school, public_needs
from skillweek.press.models import Journalist
from tests.bookings.test_pages import solve
from tests.factories import Tree, client_of, person
from tests.partnerships import make

_PASSWORD = "strong-words-2023"


def picture(size: tuple[int, int] = (900, 300)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, "JPEG", exif=b"Exif\x00\x00secret")
    return target.getvalue()


def form(**more: Any) -> dict[str, Any]:
    return {
        "name": "示例智造有限公司", "credit_code": "91350100m000100y43", "industry": "manufacturing", "scale": "small",
        "place": "集美区", "website": "", "profile": "做电梯。", "contact_name": "林经理", "phone": "13800138000",
        "email": "Lin@example.org", "agreed": "on", "proof": solve(proof.new_challenge()), **more,
    }  # fmt: skip


def link() -> str:
    return Message.objects.filter(kind="partner.confirm").latest("pk").url


@pytest.mark.requirement("E3")
def test_from_the_form_to_a_verified_enterprise(tree: Tree, edition: Edition, host: User) -> None:
    browser = Client()
    data = form(logo=SimpleUploadedFile("logo.jpg", picture(), "image/jpeg"))
    assert "请查收邮件" in browser.post("/partners/signup/", data).content.decode()
    row = Enterprise.objects.get()
    assert (row.state, row.credit_code, row.home) == ("unconfirmed", "91350100M000100Y43", tree.host)
    with Image.open(io.BytesIO(bytes(row.logo))) as logo:
        assert (logo.format, max(logo.size)) == ("PNG", 256)
    assert b"secret" not in bytes(row.logo)

    assert browser.post(link(), {"password": "123", "again": "123"}).status_code == 400
    assert browser.post(link(), {"password": _PASSWORD, "again": _PASSWORD})["Location"] == "/partners/mine/"
    assert browser.get(link()).status_code == 410
    assert "正在核验" in browser.get("/partners/mine/").content.decode()
    assert browser.get("/w/")["Location"] == "/partners/mine/"
    assert Client().get(f"/partners/enterprises/{row.pk}/").status_code == 404
    assert Client().get(f"/partners/enterprises/{row.pk}/logo.png").status_code == 404

    client_of(host).post(f"/w/partners/enterprises/{row.pk}/decide/", {"do": "verify"})
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("verified", host)
    assert Message.objects.filter(recipient=row.user, kind="partner.decided").count() == 1
    shown = Client().get(f"/partners/enterprises/{row.pk}/").content.decode()
    assert "示例智造有限公司" in shown
    assert not any(secret in shown for secret in ("林经理", "13800138000", "lin@example.org"))
    assert Client().get(f"/partners/enterprises/{row.pk}/logo.png")["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"credit_code": "91350100M000100Y44"}, "credit_code"),
        ({"credit_code": "123"}, "credit_code"),
        ({"phone": "12"}, "phone"),
        ({"email": "x"}, "email"),
        ({"industry": "magic"}, "industry"),
        ({"agreed": ""}, "agreed"),
        ({"proof": ""}, "proof"),
        ({"logo": SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")}, "logo"),
        ({"website": "javascript:alert(1)"}, "website"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(tree: Tree, edition: Edition, change: dict[str, Any], field: str) -> None:
    response = Client().post("/partners/signup/", form(**change))
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not Enterprise.objects.exists()


def test_a_school_invites_and_verifies_its_own(tree: Tree, edition: Edition, liaison: User, host: User) -> None:
    Client().post(f"/partners/signup/?by={tree.school_a.code}", form())
    row = Enterprise.objects.get()
    assert row.home == tree.school_a
    enterprises.confirm_address(enterprises.token_of(row), password=_PASSWORD)
    row.refresh_from_db()
    assert Message.objects.filter(kind="partner.applied", recipient=liaison).count() == 1
    with pytest.raises(NotAllowed):
        enterprises.verify(row, actor=person(tree.school_b, "liaison"))
    assert client_of(person(tree.school_b, "liaison")).get(f"/w/partners/enterprises/{row.pk}/").status_code == 404
    assert enterprises.verify(row, actor=liaison).is_verified
    with pytest.raises(Conflict):
        enterprises.verify(row, actor=host)


def test_the_same_code_is_verified_once(tree: Tree, edition: Edition, host: User) -> None:
    one = make.enterprise(edition)
    other = make.enterprise(edition, credit_code=one.credit_code, state="applied")
    with pytest.raises(Conflict, match="已经核验过"):
        enterprises.verify(other, actor=host)


def test_refused_ones_learn_why_and_apply_again(tree: Tree, edition: Edition, host: User) -> None:
    row = make.enterprise(edition, state="applied")
    with pytest.raises(DomainError):
        enterprises.refuse(row, actor=host, remark=" ")
    enterprises.refuse(row, actor=host, remark="名称和执照不一致")
    browser = client_of(row.user)
    assert "名称和执照不一致" in browser.get("/partners/mine/").content.decode()
    data = {**form(name="改正后的名称"), "version": 1}
    assert browser.post("/partners/mine/profile/", data)["Location"] == "/partners/mine/"
    row.refresh_from_db()
    assert (row.state, row.name, row.remark) == ("applied", "改正后的名称", "")


def test_who_is_known_is_told_by_mail_only(tree: Tree, edition: Edition) -> None:
    row = make.enterprise(edition, email="lin@example.org")
    assert "请查收邮件" in Client().post("/partners/signup/", form()).content.decode()
    assert Enterprise.objects.count() == 1
    assert Message.objects.filter(kind="partner.known").count() == 1
    row.refresh_from_db()
    assert row.is_verified


def test_an_account_that_another_room_needs_stays(tree: Tree, edition: Edition) -> None:
    row = make.enterprise(edition)
    user = row.user
    Journalist.objects.create(edition=edition, user=user, name="x", outlet="示例日报", email="j@example.org")
    assert not drop_account(user)
    Enterprise.objects.all().delete()
    assert not drop_account(user)
    Journalist.objects.all().delete()
    assert drop_account(user)


def test_forgotten_links_and_due_contacts_go(tree: Tree, edition: Edition) -> None:
    kept = make.enterprise(edition)
    late = make.enterprise(edition, state="unconfirmed", link_until=now() - timedelta(hours=1))
    assert erasure.forget_unconfirmed() == 1
    assert not Enterprise.objects.filter(pk=late.pk).exists()
    user = kept.user
    assert erasure.erase(edition) == 1
    assert erasure.erase(edition) == 0
    kept.refresh_from_db()
    assert (kept.contact_name, kept.phone, kept.email, kept.user) == ("", "", "", None)
    assert (kept.name != "", User.objects.filter(pk=user.pk).exists()) == (True, False)


def need_form(**more: Any) -> dict[str, Any]:
    return {
        "kind": "position", "title": "机电设备维修工", "text": "会看电气图。", "fields_wanted": ["460301", "0603"],
        "number": "5", "place": "集美", "pay": "5000", "starts_on": "", "ends_on": "",
        "client_id": "7f1c9c1e-6d0f-4c3f-9a39-0f8b4b8f5a11", "then": "submit", **more,
    }  # fmt: skip


@pytest.mark.requirement("E4")
def test_a_position_is_public_only_after_it_was_read(tree: Tree, edition: Edition, host: User) -> None:
    owner = make.enterprise(edition)
    browser = client_of(owner.user)
    assert browser.post("/partners/mine/needs/add/", need_form()).status_code == 302
    assert browser.post("/partners/mine/needs/add/", need_form()).status_code == 302
    row = Need.objects.get()
    assert (row.state, {field.code for field in row.fields.all()}) == ("waiting", {"460301", "0603"})
    assert Client().get(f"/partners/needs/{row.pk}/").status_code == 404
    staff = client_of(host)
    assert "机电设备维修工" in staff.get("/w/partners/needs/?state=waiting").content.decode()
    staff.post(f"/w/partners/needs/{row.pk}/decide/", {"do": "publish", "version": row.version})
    assert "机电一体化技术" in Client().get(f"/partners/needs/{row.pk}/").content.decode()

    browser.post(f"/partners/mine/needs/{row.pk}/", need_form(title="改过的标题", version=3))
    row.refresh_from_db()
    assert (row.state, row.title) == ("waiting", "改过的标题")
    assert Client().get(f"/partners/needs/{row.pk}/").status_code == 404
    with pytest.raises(Conflict):
        needs.publish(row, actor=host, expected=1)
    needs.publish(row, actor=host)
    needs.refuse(row, actor=host, reason="待遇没有写清楚")
    assert "待遇没有写清楚" in browser.get(f"/partners/mine/needs/{row.pk}/").content.decode()


@pytest.mark.parametrize(
    "change", [{"fields_wanted": []}, {"fields_wanted": ["999999"]}, {"title": ""}, {"number": "-1"},
               {"starts_on": "2023-06-01", "ends_on": "2023-05-01"}],
)  # fmt: skip
def test_a_wrong_need_keeps_what_was_typed(tree: Tree, edition: Edition, change: dict[str, Any]) -> None:
    response = client_of(make.enterprise(edition).user).post("/partners/mine/needs/add/", need_form(**change))
    assert response.status_code == 400
    assert "会看电气图。" in response.content.decode()
    assert not Need.objects.exists()


def test_unverified_and_foreign_enterprises_offer_nothing(tree: Tree, edition: Edition) -> None:
    waiting = make.enterprise(edition, state="applied")
    assert client_of(waiting.user).post("/partners/mine/needs/add/", need_form()).status_code == 403
    row = make.need(make.enterprise(edition))
    assert client_of(make.enterprise(edition).user).get(f"/partners/mine/needs/{row.pk}/").status_code == 404


def test_dates_filters_and_search_of_the_public_list(tree: Tree, edition: Edition) -> None:
    owner = make.enterprise(edition)
    today = edition.starts_on
    make.need(owner, "460301", title="数控班组长", ends_on=today - timedelta(days=400))
    make.need(owner, "460301", title="电梯维保工")
    make.need(owner, "0603", title="订单班合作", kind="order")
    make.need(owner, "720201", title="护理员")
    assert {row.title for row in public_needs(edition)} == {"电梯维保工", "订单班合作", "护理员"}

    def shown(query: str) -> set[str]:
        return {row.title for row in Client().get(f"/partners/?{query}").context["needs"]}

    assert shown("field=06") == {"电梯维保工", "订单班合作"}
    assert shown("field=12") == {"护理员"}
    assert shown("kind=order") == {"订单班合作"}
    assert shown("q=电梯") == {"电梯维保工"}
    assert shown("field=06' OR 1=1&q=%00") == {"电梯维保工", "订单班合作", "护理员"}


@pytest.mark.requirement("E3")
def test_schools_and_needs_are_matched_with_the_reason(tree: Tree, edition: Edition, liaison: User) -> None:
    owner = make.enterprise(edition)
    make.need(owner, "460301", title="机电一体化维修")
    make.need(owner, "06", title="车间管理")
    make.need(owner, "720201", title="护理员")
    majors.state_major(edition, tree.school_a, actor=liaison, code="660301", students=120)
    fits = fits_for_school(edition, tree.school_a)
    assert [(fit.need.title, fit.score) for fit in fits] == [("机电一体化维修", 70), ("车间管理", 35)]
    assert fits[0].reason == "因为同属“自动化类”，都提到“机电”"
    assert fits[1].reason == "因为同属“装备制造大类”"
    assert [fit.organisation for fit in fits_for_need(fits[0].need)] == [tree.school_a]
    page = client_of(liaison).get("/w/partners/matches/").content.decode()
    assert "因为同属“装备制造大类”" in page


def test_a_school_states_its_majors_by_search(tree: Tree, edition: Edition, liaison: User) -> None:
    browser = client_of(liaison)
    assert "机电技术应用" in browser.get("/w/partners/majors/?q=机电").content.decode()
    browser.post("/w/partners/majors/act/", {"do": "state", "code": "660301", "students": "120"})
    browser.post("/w/partners/majors/act/", {"do": "state", "code": "660301", "students": "130"})
    browser.post("/w/partners/majors/act/", {"do": "state", "code": "000000"})
    row = SchoolMajor.objects.get()
    assert (row.organisation, row.name, row.students) == (tree.school_a, "机电技术应用", 130)
    assert browser.post("/w/partners/majors/act/", {"unit": tree.school_b.pk, "code": "660301"}).status_code == 404
    browser.post("/w/partners/majors/act/", {"do": "drop", "code": "660301"})
    assert not SchoolMajor.objects.exists()


def test_the_city_brings_the_catalogue_up_to_date(tree: Tree, edition: Edition, host: User, liaison: User) -> None:
    table = (
        "专业代码,专业名称,停用\n660399,示例新专业,\n570102K,学前教育（改名）,\n460301,,是\n12,错,\n660399,又一次,\n"
    )
    browser = client_of(host)
    file = SimpleUploadedFile("majors.csv", table.encode(), "text/csv")
    where = browser.post("/w/partners/catalogue/import/", {"file": file})["Location"]
    preview = browser.get(where)
    assert preview.context["counts"] == {"new": 1, "rename": 1, "drop": 1, "same": 0, "error": 2}
    assert not CityMajor.objects.exists()
    assert [row.note for row in preview.context["page"] if row.action == "rename"] == ["改名，原来是“学前教育”"]
    browser.post(f"{where}confirm/", {"seen": preview.context["seen"]})
    browser.post(f"{where}confirm/", {"seen": preview.context["seen"]})
    assert set(CityMajor.objects.values_list("code", "is_dropped")) == {
        ("660399", False), ("570102", False), ("460301", True),
    }  # fmt: skip
    with pytest.raises(DomainError):
        majors.state_major(edition, tree.school_a, actor=liaison, code="460301")
    assert majors.state_major(edition, tree.school_a, actor=liaison, code="660399").name == "示例新专业"
    assert client_of(liaison).get("/w/partners/catalogue/import/").status_code == 403


def test_a_catalogue_that_changed_meanwhile_is_shown_again(tree: Tree, edition: Edition, host: User) -> None:
    browser = client_of(host)
    file = SimpleUploadedFile("majors.csv", "专业代码,专业名称\n660399,示例新专业\n".encode(), "text/csv")
    where = browser.post("/w/partners/catalogue/import/", {"file": file})["Location"]
    seen = browser.get(where).context["seen"]
    CityMajor.objects.create(code="660399", name="别人先加的专业", changed_by=host)
    answer = browser.post(f"{where}confirm/", {"seen": seen}, follow=True)
    assert "结果与您看到的不同" in answer.content.decode()
    assert CityMajor.objects.get().name == "别人先加的专业"


def test_the_exported_catalogue_is_read_back_unchanged(tree: Tree, edition: Edition, host: User) -> None:
    content = catalogue_import.write().read()
    kept = catalogue_import.keep_upload(host, name="x.xlsx", content=content)
    assert {one.action for one in catalogue_import.dry_run(kept)} == {"same"}


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a,b\n1,2\n", "专业代码,专业名称\n".encode()])
def test_other_files_are_refused_with_a_sentence(tree: Tree, edition: Edition, host: User, content: bytes) -> None:
    with pytest.raises(DomainError) as caught:
        catalogue_import.keep_upload(host, name="x", content=content)
    assert caught.value.field == "file"


def test_lists_ask_the_database_the_same_for_one_and_for_many(
    tree: Tree, edition: Edition, host: User, django_assert_max_num_queries: Any
) -> None:
    for _n in range(12):
        make.need(make.enterprise(edition, logo=b"png"), "460301", "0603")
    staff = client_of(host)
    for client, url, most in (
        (Client(), "/partners/", 25), (Client(), "/partners/enterprises/", 25),
        (staff, "/w/partners/needs/", 45), (staff, "/w/partners/enterprises/", 45),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    "query", ["page=abc", "page=9999", "q=" + "长" * 3000, "industry=%00", "field=99&kind=x", "edition=x"]
)
def test_hostile_queries_are_answered(tree: Tree, edition: Edition, query: str) -> None:
    make.need(make.enterprise(edition))
    for path in ("", "enterprises/", "meetings/"):
        assert Client().get(f"/partners/{path}?{query}").status_code in (200, 404)


def test_huge_and_strange_forms_are_refused_kindly(tree: Tree, edition: Edition) -> None:
    strange = {
        "name": "x" * 5000,
        "credit_code": "\0" * 40,
        "profile": "长" * 5000,
        "website": "x" * 400,
    }
    response = Client().post("/partners/signup/", form(**strange))
    assert response.status_code == 400
    assert set(strange) <= set(response.context["form"].errors)
