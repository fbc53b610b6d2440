"""Editing an edition in the browser: every part, every list, conflicts, history (A4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from skillweek.editions.describe import PARTS
from skillweek.editions.describe_lists import LIST_SPECS
from skillweek.editions.domain import change_document, close_edition
from skillweek.editions.forms import PartForm, RowForm
from skillweek.editions.models import Edition
from skillweek.editions.schema import LISTS, EditionDocument
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport
from tests import factories
from tests.editions.web import as_shown, fresh, save, url
from tests.factories import Tree, person

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A4")]
YUNSHAN = Path(__file__).parent / "yunshan-2031"


# Everything can be edited ------------------------------------------------------------------------------------------


def test_every_field_of_the_document_has_its_place() -> None:
    single = {path for part in PARTS.values() for path in part.fields}
    rules = EditionDocument.model_fields["material_rules"].annotation
    for name in EditionDocument.model_fields:
        if name in LISTS or name in ("id", "readings"):
            continue
        inner = {path for path in single if path == name or path.startswith(f"{name}.")}
        assert inner, name
    for kind in ("manuscript", "photo", "video", "coverage"):
        fields = rules.model_fields[kind].annotation.model_fields  # type: ignore[union-attr]
        assert {f"material_rules.{kind}.{field}" for field in fields} <= single
    for part in ("source", "report_deadline"):
        fields = EditionDocument.model_fields[part].annotation.model_fields  # type: ignore[union-attr]
        assert {f"{part}.{field}" for field in fields} <= single


def test_every_list_and_column_has_its_place() -> None:
    for name, model in LISTS.items():
        assert {*LIST_SPECS[name].columns, "code"} == set(model.model_fields), name
    fields = EditionDocument.model_fields["statistics_form"].annotation.model_fields["fields"]  # type: ignore[union-attr]
    [row, _more] = fields.annotation.__args__
    assert {*LIST_SPECS["statistics_fields"].columns, "code"} == set(row.model_fields)


@pytest.mark.parametrize("part", PARTS)
def test_saving_a_part_unchanged_changes_nothing(part: str, web: Client, edition: Edition) -> None:
    answer = save(web, url("part", edition, part))

    assert answer.status_code == 302
    assert fresh(edition).revision == 1


@pytest.mark.parametrize("name", LIST_SPECS)
def test_saving_a_row_unchanged_changes_nothing(name: str, web: Client, edition: Edition) -> None:
    code = RowForm(name, edition).rows[-1]["code"]

    answer = save(web, url("row", edition, name, code))

    assert answer.status_code == 302
    assert fresh(edition).revision == 1


# Single values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "changes", "path", "value"),
    [
        ("basics", {"theme": "技能照亮前程"}, "theme", "技能照亮前程"),
        ("basics", {"zone": "Asia/Urumqi"}, "zone", "Asia/Urumqi"),
        ("basics", {"reading:theme": "以通知为准。"}, "readings.theme", "以通知为准。"),
        ("source", {"source.issuers": "甲局\n\n 乙局 \n"}, "source.issuers", ["甲局", "乙局"]),
        ("deadlines", {"report_deadline.time": "18:00"}, "report_deadline.time", "18:00:00"),
        ("deadlines", {"report_reminders": "16：30， 9:00"}, "report_reminders", ["09:00:00", "16:30:00"]),
        ("manuscript", {"material_rules.manuscript.tolerance": "12.5"}, "material_rules.manuscript.tolerance", 0.125),
        ("photo", {"material_rules.photo.min_bytes_0": "1.5", "material_rules.photo.min_bytes_1": "1048576"},
         "material_rules.photo.min_bytes", 1_572_864),
        ("photo", {"material_rules.photo.formats": ["jpeg", "png"]}, "material_rules.photo.formats", ["jpeg", "png"]),
        ("video", {"reading:material_rules.video.max_bytes": ""}, "material_rules.readings.video.max_bytes", None),
        ("statistics", {"statistics_form.origin": "notice"}, "statistics_form.origin", "notice"),
        ("notice", {"notice": "# 新通知\r\n\r\n正文"}, "notice", "# 新通知\n\n正文"),
    ],
)  # fmt: skip
def test_part_is_saved(
    part: str, changes: dict[str, Any], path: str, value: Any, web: Client, edition: Edition
) -> None:
    answer = save(web, url("part", edition, part), **changes)

    found: Any = fresh(edition).document
    for step in path.split(".", 2) if ".readings." in path else path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    assert (answer.status_code, found) == (302, value)
    assert fresh(edition).revision == 2
    assert edition.revisions.first().actor.name == "王管理"


@pytest.mark.parametrize(
    ("part", "changes", "field", "message"),
    [
        ("basics", {"title": ""}, "title", "必填"),
        ("basics", {"ends_on": "2023-05-01"}, "ends_on", "应为2023-05-14 当天或以后的日期，最长 60 天。"),
        ("basics", {"starts_on": "下周"}, "starts_on", "请写成 2023-05-14 这样的日期。"),
        ("deadlines", {"report_reminders": "10点"}, "report_reminders", "“10点”不是时刻"),
        ("manuscript", {"material_rules.manuscript.tolerance": "120"}, "material_rules.manuscript.tolerance", "100"),
        ("photo", {"material_rules.photo.min_bytes_0": "很大"}, "material_rules.photo.min_bytes", "请填写数字"),
        ("photo", {"material_rules.photo.formats": []}, "material_rules.photo.formats", "必填"),
        ("video", {"material_rules.video.max_bytes_0": "0"}, "material_rules.video.max_bytes", "应为大于 0 的数。"),
    ],
)
def test_wrong_input_is_named_at_its_field_and_stays(
    part: str, changes: dict[str, Any], field: str, message: str, web: Client, edition: Edition
) -> None:
    answer: Any = save(web, url("part", edition, part), **changes)

    assert answer.status_code == 400
    assert message in " ".join(answer.context["form"].errors[field])
    assert fresh(edition).revision == 1
    typed = next(iter(changes.values()))
    assert not typed or str(typed) in answer.content.decode()


def test_part_form_keeps_the_fractions_it_was_not_asked_about(edition: Edition) -> None:
    edition.document["material_rules"]["manuscript"]["tolerance"] = 0.123456789
    form = PartForm("manuscript", edition)

    shown = form["material_rules.manuscript.tolerance"].value()

    assert shown == "12.3456789"


# Lists -------------------------------------------------------------------------------------------------------------


def test_row_is_added_where_it_is_wanted_with_a_code_of_its_own(web: Client, edition: Edition) -> None:
    answer = save(web, url("row_add", edition, "topics"), name="新重点", text="说明", position="2")

    names = [row.name for row in fresh(edition).doc.topics]
    assert (answer.status_code, names[1], len(names)) == (302, "新重点", 6)
    assert fresh(edition).doc.topics[1].code == "topics-6"


def test_row_is_changed_and_moved(web: Client, edition: Edition) -> None:
    save(web, url("row", edition, "outlets", "xmrb"), name="厦门日报社", position="1")
    web.post(url("row_move", edition, "contacts", "society"), {"to": "up", "revision": "2"})
    web.post(url("row_move", edition, "contacts", "education"), {"to": "up", "revision": "3"})

    document = fresh(edition).doc
    assert (document.outlets[0].name, document.outlets[0].level) == ("厦门日报社", "municipal")
    assert [row.code for row in document.contacts] == ["education", "society", "human-resources"]
    assert fresh(edition).revision == 3


def test_row_is_removed_and_brought_back(web: Client, edition: Edition) -> None:
    answer = web.post(url("row_remove", edition, "ideas", "quiz"), {"revision": "1"}, follow=True)
    gone = [row.code for row in fresh(edition).doc.ideas]
    undo = url("restore", edition, 1) + "?expected=2&back=ideas"

    assert undo.replace("&", "&amp;") in answer.content.decode()
    restored = web.post(undo)

    assert "quiz" not in gone
    assert restored["Location"] == url("list", edition, "ideas")
    assert [row.code for row in fresh(edition).doc.ideas] == [row.code for row in edition.doc.ideas]


def test_last_section_stays(web: Client, edition: Edition, manager: User) -> None:
    one = edition.document["sections"][:1]
    change_document(edition, {"sections": one}, actor=manager, expected_revision=1)

    answer = web.post(url("row_remove", edition, "sections", "case"), {"revision": "2"})

    assert answer.status_code == 400
    assert "至少 1 条" in answer.content.decode()


def test_a_code_is_used_once(web: Client, edition: Edition) -> None:
    answer = save(web, url("row_add", edition, "topics"), code="policy", name="又一个", text="说明")

    assert answer.status_code == 400
    assert "这个代码已经用过" in answer.content.decode()


# Two people, reports ----------------------------------------------------------------------------------------------


def test_what_is_typed_stays_when_somebody_was_quicker(
    web: Client, edition: Edition, manager: User, tree: Tree
) -> None:
    address = url("part", edition, "basics")
    read = as_shown(web, address)
    colleague = person(tree.host, "manager")
    change_document(edition, {"theme": "同事改的主题"}, actor=colleague, expected_revision=1)

    refused: Any = web.post(address, {**read, "theme": "我的主题"})

    page = refused.content.decode()
    assert refused.status_code == 400
    assert "我的主题" in page
    assert "同事改的主题" in page
    assert fresh(edition).theme == "同事改的主题"
    shown = refused.context["form"]
    assert shown["revision"].value() == "2"
    again = web.post(address, {**read, "theme": "我的主题", "revision": "2"})
    assert (again.status_code, fresh(edition).theme) == (302, "我的主题")


def test_a_contradiction_asks_for_a_reason(web: Client, edition: Edition, tree: Tree) -> None:
    DailyReport.objects.create(
        edition=edition, organisation=tree.school_a, day=edition.days[0], state=DailyReport.State.ACCEPTED
    )
    address = url("part", edition, "basics")
    before = web.get(address).content.decode()

    refused = save(web, address, starts_on="2023-05-15")
    nameless = save(web, address, starts_on="2023-05-15", force="on")
    revision = fresh(edition).revision
    done = save(web, address, starts_on="2023-05-15", force="on", reason="开幕式推迟一天")

    assert "理由" not in before
    assert "5月14日不在新的起止日期内，但已有 1 份报告。" in refused.content.decode()
    assert "请写明理由" in nameless.content.decode()
    assert (refused.status_code, nameless.status_code, revision) == (400, 400, 1)
    assert (done.status_code, fresh(edition).starts_on.day) == (302, 15)
    assert edition.revisions.first().reason == "开幕式推迟一天"


def test_closed_edition_is_only_read(web: Client, edition: Edition, manager: User) -> None:
    close_edition(edition, actor=manager)

    answers = [
        web.post(url("part", edition, "basics"), {"revision": "1", "theme": "新"}),
        web.post(url("row_remove", edition, "topics", "policy"), {"revision": "1"}),
        web.post(url("row_move", edition, "topics", "policy"), {"revision": "1", "to": "down"}),
        web.post(url("restore", edition, 1), {"revision": "1"}),
    ]

    assert {answer.status_code for answer in answers} == {302}
    assert fresh(edition).revision == 1
    assert "修改" not in web.get(url("list", edition, "topics")).content.decode().split("<main")[1].split("</main")[0]
    assert web.get(url("edition", edition)).status_code == 200


def test_opening_and_closing(web: Client, tree: Tree) -> None:
    edition = factories.edition(opened=False)

    web.post(url("open", edition))
    opened = fresh(edition).state
    close_edition(fresh(edition), actor=None, reason="结束")
    answer = web.post(url("open", edition))

    # One that has ended is taken up again only with a reason: tests/archive/test_closing.
    assert (opened, fresh(edition).state) == ("open", "closed")
    assert answer["Location"] == reverse("archive:reopen", args=[edition.pk])


# History -----------------------------------------------------------------------------------------------------------


def test_history_shows_what_changed_and_restores_it(web: Client, edition: Edition) -> None:
    save(web, url("part", edition, "basics"), theme="技能照亮前程")
    save(web, url("row", edition, "contacts", "education"), phone="2667859")

    history = web.get(url("history", edition)).content.decode()
    revision = web.get(url("revision", edition, 2)).content.decode()
    answer = web.post(url("restore", edition, 1), {"revision": "3"})

    assert "联系人 · 郭明波 · 联系方式" in history
    assert "<del>技能:让生活更美好</del>" in revision
    assert "<ins>技能照亮前程</ins>" in revision
    assert answer.status_code == 302
    assert fresh(edition).document == edition.document
    assert edition.revisions.first().reason == "恢复到第 1 版"


def test_restoring_against_reports_asks_for_a_reason(web: Client, edition: Edition, manager: User, tree: Tree) -> None:
    changed = change_document(edition, {"ends_on": "2023-05-21"}, actor=manager, expected_revision=1)
    DailyReport.objects.create(
        edition=edition, organisation=tree.school_a, day=changed.ends_on, state=DailyReport.State.ACCEPTED
    )
    address, sent = url("restore", edition, 1), {"revision": "2"}

    refused = web.post(address, sent).content.decode()
    nameless = web.post(address, {**sent, "force": "on"}).content.decode()
    done = web.post(address, {**sent, "force": "on", "reason": "活动提前结束"})

    assert "5月21日不在新的起止日期内" in refused
    assert "请写明理由" in nameless
    assert (done.status_code, fresh(edition).ends_on.day) == (302, 20)
