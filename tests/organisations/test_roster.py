"""The roster: hostile files are refused in words, a dry run is what happens, and again changes nothing (A6)."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.tables.sweeping import forget_tables
from skillweek.organisations.domain.invitations import accept_invitation, invite, token_of
from skillweek.organisations.domain.roster import confirm_import, dry_run, keep_upload
from skillweek.organisations.domain.tree import change_organisation, deactivate_organisation
from skillweek.organisations.models import Invitation, Organisation, RosterUpload, User
from skillweek.organisations.roster.layout import COLUMNS
from skillweek.organisations.roster.outcome import Outcome, Plan
from skillweek.organisations.roster.writing import roster_rows, write_roster, write_template
from tests.factories import Tree, client_of, person

HEAD = [column.heading for column in COLUMNS]


def _csv(*rows: dict[str, str], encoding: str = "utf-8-sig") -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, HEAD, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode(encoding)


def _plan(user: User, content: bytes, name: str = "名册.csv") -> tuple[RosterUpload, Plan]:
    upload = keep_upload(user, name=name, content=content)
    return upload, dry_run(upload)


def _only(plan: Plan) -> Outcome:
    assert len(plan.outcomes) == 1
    return plan.outcomes[0]


def _problem(plan: Plan) -> tuple[str, str]:
    found = _only(plan).problems[0]
    return found.column, found.text


SCHOOL = {"单位代码": "N-1", "单位名称": "新校", "单位性质": "学校", "学校类型": "中职学校", "上级单位代码": "EDU-SM"}


@pytest.fixture
def manager(tree: Tree) -> User:
    """A manager of the city education bureau."""
    return person(tree.edu, "manager")


@pytest.mark.requirement("A6")
def test_dry_run_shows_each_outcome_and_confirming_does_exactly_that(tree: Tree, manager: User) -> None:
    content = _csv(
        {**SCHOOL, "联络员姓名": "张三", "手机": "１３９ ００００ 0000", "邮箱": "Z@Example.org"},
        {"单位代码": "S-A", "单位名称": "示例第一职业学校", "简称": "一职"},
        {"单位代码": "S-B"},
        {"单位代码": "S-T", "单位名称": "别的条线"},
    )

    upload, plan = _plan(manager, content)

    assert [str(outcome.action) for outcome in plan.outcomes] == ["new", "update", "same", "error"]
    assert [(c.column, c.old, c.new) for c in plan.outcomes[1].changes] == [("简称", "", "一职")]
    assert plan.outcomes[3].problems[0].column == "单位代码"
    assert not Organisation.objects.filter(code="N-1").exists()
    counts = confirm_import(upload, seen=plan.digest())
    assert counts == {"new": 1, "update": 1, "same": 1, "error": 1, "skip": 0}
    made = Organisation.objects.get(code="N-1")
    assert (made.line, made.school_type, made.path[:-4]) == ("education", "secondary", tree.siming.path)
    invited = Invitation.objects.get()
    assert (invited.name, invited.phone, invited.email, invited.role) == (
        "张三",
        "13900000000",
        "z@example.org",
        "liaison",
    )
    assert tree.fresh("tech").name == "示例技师学院"


@pytest.mark.requirement("A6")
def test_importing_again_changes_nothing(tree: Tree, manager: User) -> None:
    content = _csv({**SCHOOL, "联络员姓名": "张三", "手机": "13900000000"})
    upload, plan = _plan(manager, content)
    confirm_import(upload, seen=plan.digest())

    again, second = _plan(manager, content)
    assert second.counts["same"] == 1
    with pytest.raises(DomainError, match="没有需要导入"):
        confirm_import(again, seen=second.digest())
    accept_invitation(token_of(Invitation.objects.get()), person(phone="13900000000"))
    _upload, third = _plan(manager, content)
    assert third.counts["same"] == 1
    assert third.outcomes[0].notes  # the account's own name stays the person's business
    with pytest.raises(Conflict, match="已经导入"):
        confirm_import(upload, seen=plan.digest())


def test_a_row_may_name_a_parent_that_stands_below_it(tree: Tree, manager: User) -> None:
    content = _csv(
        {**SCHOOL, "上级单位代码": "N-D"},
        {"单位代码": "N-D", "单位名称": "新区局", "单位性质": "区级部门", "上级单位代码": "EDU"},
    )

    upload, plan = _plan(manager, content)
    confirm_import(upload, seen=plan.digest())

    school = Organisation.objects.get(code="N-1")
    assert Organisation.objects.get_parent(school).code == "N-D"


def test_several_liaisons_take_a_row_each(tree: Tree, manager: User) -> None:
    content = _csv(
        {**SCHOOL, "联络员姓名": "甲", "手机": "13900000001"},
        {"单位代码": "n-1", "联络员姓名": "乙", "邮箱": "yi@example.org"},
        {"单位代码": "N-1", "联络员姓名": "甲", "手机": "13900000001"},
        {"单位代码": "N-1", "单位名称": "不一样", "联络员姓名": "丙", "手机": "13900000003"},
    )

    upload, plan = _plan(manager, content)

    assert [str(outcome.action) for outcome in plan.outcomes] == ["new", "update", "error", "error"]
    assert "第 2 行" in plan.outcomes[2].problems[0].text
    assert "第 2 行" in plan.outcomes[3].problems[0].text
    confirm_import(upload, seen=plan.digest())
    assert set(Invitation.objects.values_list("name", flat=True)) == {"甲", "乙"}


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"单位代码": ""}, "单位代码", "字母"),
        ({"单位代码": "代码一"}, "单位代码", "字母"),
        ({"单位名称": ""}, "单位名称", "请填写单位名称"),
        ({"单位名称": "长" * 121}, "单位名称", "最多 120"),
        ({"单位性质": ""}, "单位性质", "要写明单位性质"),
        ({"单位性质": "大学"}, "单位性质", "区级部门"),
        ({"单位性质": "市级主办单位"}, "单位性质", "只能有一个"),
        ({"条线": "人社"}, "条线", "同一条线"),
        ({"学校类型": ""}, "学校类型", "请选择学校类型"),
        ({"上级单位代码": ""}, "上级单位代码", "要填上级单位代码"),
        ({"上级单位代码": "NONE"}, "上级单位代码", "都没有"),
        ({"上级单位代码": "HR"}, "上级单位代码", "不在您的管理范围"),
        ({"上级单位代码": "S-A"}, "单位代码", "不能放在"),
        ({"联络员姓名": "张三"}, "手机", "要有手机或邮箱"),
        ({"手机": "13900000000"}, "联络员姓名", "请填联络员姓名"),
        ({"联络员姓名": "张三", "手机": "1.39E+10"}, "手机", "科学计数法"),
        ({"联络员姓名": "张三", "手机": "0592-2667858"}, "手机", "不是手机号码"),
        ({"联络员姓名": "张三", "邮箱": "zhang@"}, "邮箱", "邮箱地址"),
    ],
)
def test_each_error_names_column_and_remedy(
    tree: Tree, manager: User, change: dict[str, str], column: str, words: str
) -> None:
    _upload, plan = _plan(manager, _csv({**SCHOOL, **change}))

    assert words in _problem(plan)[1]
    assert _problem(plan)[0] == column or column == "单位代码"
    assert not plan.does_something


def test_a_known_unit_keeps_kind_and_moves_only_with_the_right(tree: Tree, manager: User) -> None:
    assert "性质不能改" in _problem(_plan(manager, _csv({"单位代码": "S-A", "单位性质": "区级部门"}))[1])[1]
    district = person(tree.siming, "manager")
    moving = _csv({"单位代码": "S-A", "上级单位代码": "EDU-HL"})
    assert "不在您的管理范围" in _problem(_plan(district, moving)[1])[1]
    own = _csv({"单位代码": "EDU-SM", "上级单位代码": "HR"})
    assert "上级管理员" in _problem(_plan(district, own)[1])[1]

    upload, plan = _plan(manager, moving)
    assert [(c.old, c.new) for c in _only(plan).changes] == [("EDU-SM", "EDU-HL")]
    confirm_import(upload, seen=plan.digest())
    assert tree.fresh("school_a").path.startswith(tree.huli.path)
    deactivate_organisation(manager, tree.fresh("school_a"), reason="停办")
    assert "先在单位页面恢复" in _problem(_plan(manager, moving)[1])[1]


def test_only_managers_of_bureaus_import_and_see_their_own_uploads(tree: Tree, manager: User) -> None:
    for user in (person(tree.school_a, "manager"), person(tree.edu, "reviewer"), person()):
        with pytest.raises(NotAllowed):
            keep_upload(user, name="x.csv", content=_csv(SCHOOL))


def test_confirming_what_has_changed_meanwhile_writes_nothing(tree: Tree, manager: User) -> None:
    upload, plan = _plan(manager, _csv({**SCHOOL}, {"单位代码": "S-A", "简称": "一职"}))
    change_organisation(manager, tree.school_a, {"short_name": "旧称"})

    with pytest.raises(Conflict, match="预检之后"):
        confirm_import(upload, seen=plan.digest())

    assert not Organisation.objects.filter(code="N-1").exists()
    upload.refresh_from_db()
    assert len(upload.rows) == 2  # nothing that was uploaded is lost


def test_a_correction_in_the_roster_reaches_an_open_invitation(tree: Tree, manager: User) -> None:
    invitation = invite(manager, tree.school_a, role="liaison", name="张山", phone="13900000000")
    old = token_of(invitation)

    row = {"单位代码": "S-A", "联络员姓名": "张三", "手机": "13900000000", "邮箱": "z@example.org"}
    upload, plan = _plan(manager, _csv(row))
    assert [(c.column, c.old, c.new) for c in _only(plan).changes] == [
        ("联络员姓名", "张山", "张三"),
        ("邮箱", "", "z@example.org"),
    ]
    confirm_import(upload, seen=plan.digest())

    invitation.refresh_from_db()
    assert (invitation.name, invitation.email, invitation.mail_state) == ("张三", "z@example.org", "queued")
    assert token_of(invitation) != old


def test_leaving_out_mails_is_a_choice(tree: Tree, manager: User) -> None:
    upload, plan = _plan(manager, _csv({**SCHOOL, "联络员姓名": "张三", "邮箱": "z@example.org"}))
    assert plan.mails == 1
    confirm_import(upload, seen=plan.digest(), send=False)
    assert Invitation.objects.get().mail_state == "none"


def test_template_is_read_back_without_its_example(tree: Tree, manager: User) -> None:
    _upload, plan = _plan(manager, write_template(), "模板.xlsx")

    assert str(_only(plan).action) == "skip"
    book = zipfile.ZipFile(io.BytesIO(write_template()))
    assert b"dataValidation" in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.requirement("A6")
def test_what_is_exported_imports_back_unchanged(tree: Tree, manager: User) -> None:
    for unit, number in ((tree.school_a, 1), (tree.school_a, 2), (tree.siming, 3)):
        person(unit, "liaison", phone=f"1390000000{number}")
    invite(manager, tree.school_b, role="liaison", name="待定", email="b@example.org")
    content = write_roster((tree.edu.path,))

    _upload, plan = _plan(manager, content, "名册.xlsx")

    assert plan.counts == {"new": 0, "update": 0, "same": 7, "error": 0, "skip": 0}


_CODES = itertools.count()
_NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Co", "Cn", "Zs", "Zl", "Zp"]),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() == text)
_UNIT = st.fixed_dictionaries(
    {
        "单位名称": _NAMES,
        "简称": st.one_of(st.just(""), _NAMES),
        "学校类型": st.sampled_from(["中职学校", "高职院校", "技工院校"]),
        "所在区": st.sampled_from(["", "思明区", "湖里区"]),
        "上级单位代码": st.sampled_from(["EDU", "EDU-SM", "EDU-HL"]),
        "联络员姓名": _NAMES,
        "手机": st.integers(13_000_000_000, 19_999_999_999).map(str),
    }
)


@pytest.mark.requirement("A6")
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(units=st.lists(_UNIT, min_size=1, max_size=4))
def test_any_roster_survives_import_export_import(tree: Tree, manager: User, units: list[dict[str, str]]) -> None:
    rows = [{"单位代码": f"H{next(_CODES)}", "单位性质": "学校", **unit} for unit in units]
    upload, plan = _plan(manager, _csv(*rows))
    assert plan.counts["new"] == len(rows), [outcome.problems for outcome in plan.outcomes]
    confirm_import(upload, seen=plan.digest(), send=False)

    exported = {row["code"]: row for row in roster_rows((tree.edu.path,))}
    for row in rows:
        kept = exported[row["单位代码"]]
        assert [kept["name"], kept["short_name"], kept["district"], kept["parent"], kept["liaison"], kept["phone"]] == [
            row[key] for key in ("单位名称", "简称", "所在区", "上级单位代码", "联络员姓名", "手机")
        ]
    _again, second = _plan(manager, write_roster((tree.edu.path,)), "名册.xlsx")
    assert second.counts["same"] == len(second.outcomes)


def test_formulas_and_hidden_characters_do_no_harm(tree: Tree, manager: User) -> None:
    content = _csv({**SCHOOL, "单位名称": "=cmd|' /C calc'!A0", "简称": "新\u200b\u202e校", "所在区": "+1+1"})

    upload, plan = _plan(manager, content)
    confirm_import(upload, seen=plan.digest())

    made = Organisation.objects.get(code="N-1")
    assert (made.name, made.short_name) == ("=cmd|' /C calc'!A0", "新校")
    book = zipfile.ZipFile(io.BytesIO(write_roster((tree.edu.path,))))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_the_dry_run_of_a_long_roster_asks_a_constant_number_of_queries(
    tree: Tree, manager: User, django_assert_max_num_queries: Any
) -> None:
    rows = [
        {**SCHOOL, "单位代码": f"N-{number}", "联络员姓名": "甲", "手机": f"139{number:08d}"} for number in range(500)
    ]
    upload = keep_upload(manager, name="x.csv", content=_csv(*rows))
    with django_assert_max_num_queries(10):
        assert dry_run(upload).counts["new"] == 500


def test_a_stale_confirmation_in_the_browser_shows_the_new_dry_run(tree: Tree, manager: User) -> None:
    client = client_of(manager)
    file = SimpleUploadedFile("名册.csv", _csv({**SCHOOL}))
    client.post(reverse("organisations:roster"), {"file": file})
    upload = RosterUpload.objects.get()

    page = client.post(reverse("organisations:roster_confirm", args=[upload.pk]), {"seen": "0" * 64}, follow=True)

    assert "预检之后有人改动了" in page.content.decode()
    assert "确认导入" in page.content.decode()
    assert not Organisation.objects.filter(code="N-1").exists()
    client.post(reverse("organisations:roster_discard", args=[upload.pk]))
    assert not RosterUpload.objects.exists()


def test_rows_that_nobody_confirms_are_forgotten(tree: Tree, manager: User) -> None:
    old, fresh = (keep_upload(manager, name=name, content=_csv(SCHOOL)) for name in ("旧.csv", "新.csv"))
    RosterUpload.objects.filter(pk=old.pk).update(created_at=now() - timedelta(days=3))

    assert forget_tables.call() == 1

    assert list(RosterUpload.objects.all()) == [fresh]
