"""What the form's script asks, as each kind of person, with what no script of ours would send (C1, C10, A5)."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from skillweek.editions.domain import close_edition
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.reports.domain.comments import add_comment
from skillweek.reports.domain.filing import submit_report
from skillweek.reports.domain.review import return_for_correction
from skillweek.reports.models import DailyReport, ItemComment, ReportItem
from skillweek.reports.views import filing_api
from skillweek.site.samples import sample_text
from skillweek.uploads.models import Derivative, StoredFile
from tests.factories import Tree, client_of, person
from tests.reports.filing import make
from tests.reports.filing.make import VERBS, Form

UNKNOWN = "0d5a2d1e-4f7c-4c0e-9a53-6f0d6a9c1b77"


@pytest.fixture
def colleague(member: User, tree: Tree, edition: Edition) -> Form:
    """A member's form of the same report."""
    return Form(client_of(member), tree.school_a.pk)


def _good(form: Form) -> None:
    key = uuid.uuid4()
    form.save(make.add(key), make.put("title", "题", item=key), make.put("text", sample_text(1000), item=key))


def _submit(form: Form, **more: Any) -> HttpResponse:
    return form.post("submit", {"version": form.get().json()["state"]["version"], **more})


@pytest.mark.requirement("C1")
def test_looking_makes_nothing(form: Form) -> None:
    state = form.get().json()["state"]

    assert form.get("").status_code == 200
    assert (state["version"], state["state"], state["items"], state["editable"], state["canSubmit"]) == (
        1, "draft", [], True, True,
    )  # fmt: skip
    assert [row["code"] for row in state["findings"]] == ["report.empty"]
    assert DailyReport.objects.count() == 0
    assert form.get("history/").status_code == 404


@pytest.mark.requirement("C1")
def test_a_day_from_first_letter_to_withdrawal(form: Form, colleague: Form) -> None:
    key = uuid.uuid4()
    answer = colleague.save(
        make.add(key),
        make.put("title", "茶艺进社区", item=key),
        make.put("text", sample_text(1000), item=key),
        make.put("figure:students", "很多"),
    )
    assert answer["problems"][0]["field"] == "figure:students"
    assert answer["state"]["items"][0]["words"] == 1000
    assert (answer["state"]["canSubmit"], answer["state"]["errors"]) == (False, 0)

    refused = _submit(colleague)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert colleague.post("ask").json()["message"] == "已通知 1 位联络员来核对提交。"

    done = _submit(form).json()
    assert (done["message"], done["state"]["state"]) == ("已提交，等待审核。", "submitted")
    assert (done["state"]["editable"], done["state"]["canWithdraw"]) == (False, True)
    late = colleague.post("save", {"changes": [make.put("note", "晚了")]})
    assert (late.status_code, late.json()["code"]) == (409, "not_editable")
    assert colleague.post("withdraw").status_code == 403

    back = form.post("withdraw").json()
    assert (back["state"]["state"], back["state"]["editable"]) == ("draft", True)
    assert form.get("history/").status_code == 200


@pytest.mark.requirement("C1")
def test_lateness_is_said_when_it_is_marked(form: Form, clock: Any) -> None:
    _good(form)
    clock.move_to(make.at("2023-05-15 12:00:01"))

    done = _submit(form).json()

    assert done["message"] == "已提交，等待审核。本次报送已过截止时间，会标明逾期。"
    assert done["state"]["isLate"] is True


@pytest.mark.requirement("C1")
def test_what_stands_in_the_way_is_listed_in_the_readers_language(form: Form) -> None:
    key = uuid.uuid4()
    form.save(make.add(key), make.put("text", "太短。", item=key))

    chinese = _submit(form).json()
    english = form.post("submit", {"version": 2}, **{"Accept-Language": "en"}).json()

    assert (chinese["code"], chinese["field"]) == ("has_errors", "error_reason")
    assert set(chinese["details"][0]) == {"code", "severity", "message", "todo"}
    assert "字" in chinese["details"][0]["message"]
    assert english["details"][0]["code"] == "manuscript.too_short"
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in english["details"][0]["todo"])
    shown = form.get(**{"Accept-Language": "en"}).json()["state"]["items"][0]["findings"][0]
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in shown["todo"])


def _is_english(text: str) -> bool:
    return bool(text) and not any("\u4e00" <= sign <= "\u9fff" for sign in text)


@pytest.mark.requirement("C1")
def test_refusals_and_answers_speak_english_to_those_who_read_it(form: Form, colleague: Form, tree: Tree) -> None:
    english = {"Accept-Language": "en"}
    wrong = form.post("save", {"changes": [make.put("figure:students", "很多")]}, **english).json()
    outsider = Form(client_of(person(tree.school_b, "liaison")), tree.school_a.pk)
    refused = [
        form.post("save", b"{", **english),
        form.post("save", {"changes": [{}]}, **english),
        form.post("detach", {"item": UNKNOWN}, **english),
        form.post("comment", {"text": ""}, **english),
        colleague.post("submit", {"version": 1}, **english),
        outsider.get(**english),
    ]
    done = form.post("submit", {"version": 1, "reason": "当天没有活动"}, **english)
    refused += [form.post("submit", {"version": 1}, **english), colleague.post("withdraw", **english)]

    assert wrong["problems"][0]["message"].endswith("such as 120.")
    messages = [answer.json()["message"] for answer in [*refused, done]]
    assert [text for text in messages if not _is_english(text)] == []
    assert {answer.status_code for answer in refused} == {400, 403, 404, 409}


@pytest.mark.requirement("C1")
@pytest.mark.parametrize("version", [0, -1, "2", None, True, 2.0, 10**30, [2]])
def test_a_version_that_nobody_saw_is_not_handed_in(version: Any, form: Form) -> None:
    _good(form)

    response = form.post("submit", {"version": version})

    assert (response.status_code, response.json()["code"]) == (409, "changed")
    assert DailyReport.objects.get().state == "draft"


@pytest.mark.requirement("A5")
@pytest.mark.parametrize(
    ("unit", "role"),
    [("school_b", "liaison"), ("siming", "reviewer"), ("siming", "manager"), ("host", "manager"), ("", "")],
)
def test_outsiders_find_nothing(unit: str, role: str, form: Form, tree: Tree) -> None:
    _good(form)
    assert _submit(form).status_code == 200
    outsider = Form(client_of(person(getattr(tree, unit), role) if unit else person()), tree.school_a.pk)
    before = DailyReport.objects.values().get()

    answers = [outsider.get(), *(outsider.post(verb, {"version": 2, "changes": []}) for verb in VERBS)]

    assert [answer.status_code for answer in answers] == [404] * 7
    assert {answer.json()["code"] for answer in answers} == {"not_found"}
    assert {answer.status_code for answer in (outsider.get(""), outsider.get("history/"))} == {404}
    assert DailyReport.objects.values().get() == before
    assert "茶" not in "".join(answer.content.decode() for answer in answers)


@pytest.mark.requirement("C1")
def test_a_closed_edition_is_read_only(form: Form, tree: Tree, edition: Edition) -> None:
    _good(form)
    close_edition(edition, actor=person(tree.host, "manager"), reason="结束")

    assert form.get().json()["state"]["editable"] is False
    assert [form.post(verb).status_code for verb in VERBS] == [400] * 6


@pytest.mark.requirement("C1")
def test_odd_characters_in_remarks_and_reasons_are_taken_in(form: Form) -> None:
    remark = form.post("comment", {"text": "看到了\0\ud83d，已换。"})
    filed = _submit(form, reason="台风\0停课\ud83d。")

    assert (remark.status_code, filed.status_code) == (200, 200)
    assert (ItemComment.objects.get().text, DailyReport.objects.get().error_reason) == ("看到了，已换。", "台风停课。")


@pytest.mark.requirement("C1")
def test_state_answers_304_until_something_changes(form: Form, colleague: Form) -> None:
    _good(form)
    first = form.get()

    same = form.get(**{"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])

    colleague.save(make.put("note", "补充"))
    changed = form.get(**{"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed.json()["state"]["values"]["note"]) == (200, "补充")
    assert (changed["ETag"] != first["ETag"], changed["Cache-Control"]) == (True, "no-store")
    # Another reader's tag does not stand for what this one may do.
    assert colleague.get(**{"If-None-Match": changed["ETag"]}).status_code == 200


@pytest.mark.requirement("C10")
def test_the_school_answers_and_settles_remarks(form: Form, liaison: User, reviewer: User) -> None:
    _good(form)
    _submit(form)
    report, item = DailyReport.objects.get(), ReportItem.objects.get()
    remark = add_comment(report, by=reviewer, text="请写明人数", item=item)
    return_for_correction(report, by=reviewer, expected_version=report.version, reason="见批注")

    shown = form.get().json()["state"]["items"][0]["comments"]
    assert [(row["text"], row["resolved"]) for row in shown] == [("请写明人数", False)]
    answer = form.post("comment", {"item": str(item.client_id), "text": "已补充"}).json()
    form.post("comment", {"resolve": remark.pk})

    rows = form.get().json()["state"]["items"][0]["comments"]
    assert [(row["text"], row["resolved"]) for row in rows] == [("请写明人数", True), ("已补充", False)]
    assert answer["state"]["comments"] == []
    assert Message.objects.get(kind="report.commented").recipient == reviewer


@pytest.mark.requirement("C10")
@pytest.mark.parametrize("item", [UNKNOWN, "x", 5, [1], {"a": 1}])
def test_a_remark_on_an_unknown_item_is_not_put_elsewhere(item: Any, form: Form) -> None:
    _good(form)

    assert form.post("comment", {"item": item, "text": "哪一张？"}).status_code == 404
    assert ItemComment.objects.count() == 0


@pytest.mark.requirement("C10")
def test_remarks_of_another_school_are_not_settled(form: Form, tree: Tree, edition: Edition) -> None:
    stranger = person(tree.school_b, "liaison")
    theirs = make.begin(stranger, tree.school_b, edition)
    remark = add_comment(theirs, by=stranger, text="别校的批注")

    assert form.post("comment", {"resolve": remark.pk}).status_code == 404
    remark.refresh_from_db()
    assert remark.resolved_at is None
    assert form.post("comment", {"text": " "}).json()["message"] == "请先写批注内容。"


@pytest.mark.requirement("C5")
@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 404),
        ({"item": "x"}, 404),
        ({"item": str(uuid.uuid4())}, 409),
        ({"item": str(uuid.uuid4()), "slot": 5}, 409),
    ],
)
def test_detach_of_what_is_not_there_is_told(data: dict[str, Any], status: int, form: Form) -> None:
    response = form.post("detach", data)

    assert (response.status_code, response.json()["ok"], bool(response.json()["message"])) == (status, False, True)


@pytest.mark.requirement("C1")
def test_messages_lead_to_the_page_of_their_reader(form: Form, reviewer: User, tree: Tree) -> None:
    _good(form)
    report = DailyReport.objects.get()
    line_above = client_of(reviewer)
    address = f"/w/reports/edit/{report.pk}/"

    assert form.client.get(address)["Location"] == form.base
    assert line_above.get(address).status_code == 404  # a draft is the school's own
    _submit(form)
    assert line_above.get(address)["Location"] == f"/w/reports/review/{report.pk}/"
    assert client_of(person(tree.school_b, "liaison")).get(address).status_code == 404
    assert form.client.get(f"/w/reports/{make.DAY}/")["Location"] == form.base
    assert line_above.get(f"/w/reports/{make.DAY}/").status_code == 404
    assert form.client.get("/w/reports/2023-05-21/").status_code == 404


@pytest.mark.requirement("C1")
def test_the_week_shows_each_days_state(form: Form) -> None:
    _good(form)

    page = form.client.get("/w/reports/").content.decode()

    assert f'href="{form.base}"' in page
    assert "示例第一职业学校" in page
    assert "示例第二职业学校" not in page


def _fill(report: DailyReport, number: int, reviewer: User) -> None:
    """``number`` photos with thumbnails and a remark each."""
    for place in range(number):
        file = StoredFile.objects.create(
            edition=report.edition, organisation=report.organisation, kind="photo", name=f"{place}.jpg", size=3,
            key=f"walk/{uuid.uuid4()}", state="ready", facts={"format": "jpeg", "width": 2400, "height": 1600},
        )  # fmt: skip
        Derivative.objects.create(file=file, role="thumb", key=f"t/{file.pk}", width=1, height=1, size=3)
        item = ReportItem.objects.create(report=report, kind="photo", file=file, position=place)
        ItemComment.objects.create(report=report, item=item, author=reviewer, text="好")


@pytest.mark.requirement("C1")
@pytest.mark.parametrize("page", ["", "state/"])
def test_pages_cost_the_same_for_one_item_and_for_forty(
    page: str, form: Form, draft: DailyReport, reviewer: User
) -> None:
    _fill(draft, 1, reviewer)
    form.get(page)
    with CaptureQueriesContext(
        connection,
    ) as one:
        form.get(page)
    _fill(draft, 39, reviewer)

    with CaptureQueriesContext(connection) as forty:
        response = form.get(page)

    assert response.status_code == 200
    assert len(forty) == len(one) <= 20


@pytest.mark.requirement("C1")
def test_a_request_at_the_limit_of_its_size_is_taken_in(form: Form) -> None:
    key = uuid.uuid4()
    data = {"changes": [make.add(key), make.put("text", "x" * 1000, item=key)], "pad": ""}
    data["pad"] = "x" * (filing_api._BODY_BYTES - len(json.dumps(data)))

    assert form.post("save", data).status_code == 200
    data["pad"] += "x"
    assert form.post("save", data).status_code == 400


@pytest.mark.requirement("C1")
def test_the_history_of_a_report_that_was_never_handed_in_is_told(form: Form) -> None:
    _good(form)

    assert form.get("history/").status_code == 200


@pytest.mark.requirement("C1")
def test_what_is_handed_in_can_be_read_again_by_version(form: Form, liaison: User, reviewer: User) -> None:
    _good(form)
    _submit(form)
    report = DailyReport.objects.get()
    return_for_correction(report, by=reviewer, expected_version=report.version, reason="请写标题")
    item = report.items.get()
    form.save(make.put("title", "新的标题", "题", item.client_id))
    report.refresh_from_db()
    submit_report(report, by=liaison, expected_version=report.version)

    page = form.get("history/").content.decode()

    assert "新的标题" in page
    assert "请写标题" in page
