"""Saving what several phones send: merged field by field, repeated safely, refused in words, nothing lost (C1)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.domain import items
from skillweek.reports.domain.drafts import MAX_CHANGES, parse_changes
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.site.samples import sample_text
from tests.factories import Tree, person
from tests.reports.filing import make
from tests.reports.filing.make import add, change, put


def _item(report: DailyReport, key: Any) -> ReportItem:
    return report.items.get(client_id=key)


def _messages(saved: Any) -> list[str]:
    return [row["message"] for row in saved.problems]


@pytest.mark.requirement("C1")
def test_changes_are_kept_judged_and_recorded(draft: DailyReport, liaison: User) -> None:
    key = uuid.uuid4()

    saved = change(
        draft, liaison, add(key), put("title", "茶艺进社区", item=key), put("text", sample_text(1000), item=key)
    )

    assert (saved.conflicts, saved.problems, saved.report.version) == ([], [], 2)
    item = _item(draft, key)
    assert (item.title, item.word_count, item.findings) == ("茶艺进社区", 1000, [])
    event = AuditEvent.objects.get(verb="report.save")
    assert (event.actor, event.data) == (liaison, {"fields": ["items", "text", "title"], "version": 2})


@pytest.mark.requirement("C1")
def test_two_writers_of_different_fields_are_both_kept(draft: DailyReport, liaison: User, member: User) -> None:
    item = make.text_item(draft, liaison, "原文", title="原题")

    mine = change(draft, liaison, put("title", "新题", "原题", item.client_id), put("note", "备注"))
    theirs = change(draft, member, put("text", "新文", "原文", item.client_id), put("figure:students", "30"))

    assert mine.conflicts == theirs.conflicts == []
    draft.refresh_from_db()
    assert (draft.note, draft.figures) == ("备注", {"students": 30})
    assert (_item(draft, item.client_id).title, _item(draft, item.client_id).text) == ("新题", "新文")


@pytest.mark.requirement("C1")
def test_two_writers_of_one_field_get_both_texts_and_nothing_is_overwritten(
    draft: DailyReport, liaison: User, member: User
) -> None:
    item = make.text_item(draft, liaison, "原文")
    change(draft, liaison, put("text", "甲的文", "原文", item.client_id))
    before = make.version_of(draft)

    late = change(draft, member, put("text", "乙的文", "原文", item.client_id), put("note", "乙的备注"))

    where = {"item": str(item.client_id), "field": "text"}
    assert late.conflicts == [{**where, "yours": "乙的文", "theirs": "甲的文"}]
    draft.refresh_from_db()
    assert (_item(draft, item.client_id).text, draft.note, draft.version) == ("甲的文", "乙的备注", before + 1)

    # Having seen the colleague's text, they decide for their own.
    assert change(draft, member, put("text", "乙的文", "甲的文", item.client_id)).conflicts == []
    assert _item(draft, item.client_id).text == "乙的文"


@pytest.mark.requirement("C1")
def test_a_conflict_alone_changes_nothing(draft: DailyReport, liaison: User, member: User) -> None:
    change(draft, liaison, put("note", "甲"))
    before = make.version_of(draft)

    saved = change(draft, member, put("note", "乙"))

    assert saved.conflicts == [{"item": None, "field": "note", "yours": "乙", "theirs": "甲"}]
    assert (make.version_of(draft), AuditEvent.objects.filter(verb="report.save").count()) == (before, 1)


@pytest.mark.requirement("C1")
def test_two_writers_of_the_same_text_do_not_meet(draft: DailyReport, liaison: User, member: User) -> None:
    change(draft, liaison, put("figure:students", "12"))
    assert change(draft, member, put("figure:students", " １２ ")).conflicts == []


@pytest.mark.requirement("C1")
def test_the_same_request_again_changes_nothing(draft: DailyReport, liaison: User) -> None:
    one, two = uuid.uuid4(), uuid.uuid4()
    changes = [
        add(one),
        add(two, "manuscript"),
        put("title", "题", item=one),
        put("link", "", item=two),
        put("figure:students", "１２"),
        {"op": "remove", "item": str(two)},
        {"op": "order", "kind": "case", "items": [str(one)]},
    ]
    first = change(draft, liaison, *changes)
    kept = list(draft.items.order_by("pk").values())
    events = AuditEvent.objects.count()

    again = change(draft, liaison, *changes)

    assert again.report.version == first.report.version
    assert (again.conflicts, len(again.problems)) == ([], len(first.problems))
    assert (list(draft.items.order_by("pk").values()), AuditEvent.objects.count()) == (kept, events)


@pytest.mark.requirement("C1")
def test_text_for_a_removed_item_comes_back_and_can_be_saved_after_restoring(
    draft: DailyReport, liaison: User, member: User
) -> None:
    item = make.text_item(draft, liaison, "原文")
    change(draft, liaison, {"op": "remove", "item": str(item.client_id)})

    saved = change(draft, member, put("text", "补充", "原文", item.client_id), put("note", "备注"))

    assert saved.problems == [
        {
            "item": str(item.client_id),
            "field": "text",
            "removed": True,
            "message": "这一项已被移除，您写的内容没有保存。可以先恢复它。",
        }
    ]
    draft.refresh_from_db()
    assert draft.note == "备注"
    change(draft, member, {"op": "restore", "item": str(item.client_id)}, put("text", "补充", "原文", item.client_id))
    assert (_item(draft, item.client_id).text, _item(draft, item.client_id).removed_at) == ("补充", None)
    verbs = AuditEvent.objects.filter(verb__startswith="report.item_").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["report.item_remove", "report.item_restore"]


@pytest.mark.requirement("C1")
def test_text_typed_just_before_removal_is_there_after_restoring(draft: DailyReport, liaison: User) -> None:
    item = make.text_item(draft, liaison, "原文")
    key = {"item": str(item.client_id)}

    change(draft, liaison, put("text", "最后一句", "原文", item.client_id), {"op": "remove", **key})
    change(draft, liaison, {"op": "restore", **key})

    assert _item(draft, item.client_id).text == "最后一句"


@pytest.mark.requirement("C1")
def test_order_is_kept_and_unknown_ones_are_passed_over(draft: DailyReport, liaison: User) -> None:
    keys = [make.text_item(draft, liaison, f"第{n}篇").client_id for n in range(4)]
    first, second, third, fourth = (str(key) for key in keys)

    forged_and_twice = [third, str(uuid.uuid4()), first, third]
    change(draft, liaison, {"op": "order", "kind": "case", "items": forged_and_twice})

    order = [str(key) for key in draft.items.order_by("position").values_list("client_id", flat=True)]
    assert order == [first, third, second, fourth]
    change(draft, liaison, {"op": "order", "kind": "case", "items": [fourth, third, second, first]})
    order = [str(key) for key in draft.items.order_by("position").values_list("client_id", flat=True)]
    assert order == [fourth, third, second, first]


_PROBLEMS = [
    ("figure:students", "很多", "参与学生（人次）请填整数，例如 120。"),
    ("figure:students", "-3", "参与学生（人次）请填整数，例如 120。"),
    ("figure:students", "1.5", "参与学生（人次）请填整数，例如 120。"),
    ("figure:students", "9" * 400, "参与学生（人次）请填整数，例如 120。"),
    ("figure:students", "200001", "参与学生（人次）最多填 200000，请检查是否多写了。"),
    ("figure:unknown", "1", "没有这一项，请刷新页面。"),
    ("note", "长" * 2001, "内容有 2001 个字符，最多 2000 个。请精简。"),
    ("state", "accepted", "没有这一项，请刷新页面。"),
    ("is_late", "", "没有这一项，请刷新页面。"),
]


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(("field", "value", "message"), _PROBLEMS)
def test_a_wrong_value_of_the_report_is_told_and_nothing_else_is_lost(
    field: str, value: str, message: str, draft: DailyReport, liaison: User
) -> None:
    change(draft, liaison, put("figure:students", "7"))

    saved = change(draft, liaison, put(field, value, "7"), put("figure:teachers", "3"))

    assert saved.problems == [{"item": None, "field": field, "message": message}]
    draft.refresh_from_db()
    assert (draft.figures, draft.note, draft.state) == ({"students": 7, "teachers": 3}, "", "draft")


_ITEM_PROBLEMS = [
    ("published_on", "昨天", "日期请这样写：2023-05-16。"),
    ("published_on", "2023-02-30", "日期请这样写：2023-05-16。"),
    ("level", "galactic", "请从列表中选择媒体级别。"),
    ("link", "javascript:alert(1)", "链接不完整，请粘贴完整网址，例如 https://www.example.com/1.html。"),
    ("link", "看这里", "链接不完整，请粘贴完整网址，例如 https://www.example.com/1.html。"),
    ("link", "https://example.com/" + "a" * 500, "内容有 520 个字符，最多 500 个。请精简。"),
    ("outlet", "报" * 121, "内容有 121 个字符，最多 120 个。请精简。"),
    ("title", "题" * 201, "内容有 201 个字符，最多 200 个。请精简。"),
    ("text", "文" * 60_001, "内容有 60001 个字符，最多 60000 个。请精简。"),
    ("caption", "覆盖里没有说明", "没有这一项，请刷新页面。"),
    ("findings", "[]", "没有这一项，请刷新页面。"),
    ("report_id", "1", "没有这一项，请刷新页面。"),
    ("__class__", "x", "没有这一项，请刷新页面。"),
]


@pytest.mark.requirement("C5")
@pytest.mark.parametrize(("field", "value", "message"), _ITEM_PROBLEMS)
def test_a_wrong_value_of_an_item_is_told_and_nothing_else_is_lost(
    field: str, value: str, message: str, draft: DailyReport, liaison: User
) -> None:
    key = uuid.uuid4()

    saved = change(
        draft, liaison, add(key, "coverage"), put(field, value, item=key), put("outlet", "厦门日报", item=key)
    )

    assert saved.problems == [{"item": str(key), "field": field, "message": message}]
    assert _item(draft, key).outlet == "厦门日报"


@pytest.mark.requirement("C5")
def test_what_people_write_is_read_leniently(draft: DailyReport, liaison: User) -> None:
    key = uuid.uuid4()

    saved = change(
        draft,
        liaison,
        add(key, "coverage"),
        put("link", " www.example.com/1.html ", item=key),
        put("published_on", " 2023-05-14 ", item=key),
        put("level", "municipal", item=key),
        put("figure:students", "１,２００"),
        put("figure:teachers", "1，200 "),
        put("figure:residents", "007"),
    )

    assert saved.problems == []
    item = _item(draft, key)
    assert (item.link, item.published_on) == ("https://www.example.com/1.html", date(2023, 5, 14))
    draft.refresh_from_db()
    assert draft.figures == {"students": 1200, "teachers": 1200, "residents": 7}
    change(draft, liaison, put("figure:teachers", "", "1200"), put("published_on", "", "2023-05-14", key))
    draft.refresh_from_db()
    assert (draft.figures, _item(draft, key).published_on) == ({"students": 1200, "residents": 7}, None)


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("前\0后", "前后"),
        ("甲\r\n乙\r丙", "甲\n乙\n丙"),
        ("半个表情\ud83d后面", "半个表情后面"),
        ("整个表情😀", "整个表情😀"),
        ("制表\t与\x1b[0m\x85控制", "制表\t与[0m控制"),
        ("𠮷野家", "𠮷野家"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_odd_characters_cost_nobody_the_rest_of_their_text(
    typed: str, kept: str, draft: DailyReport, liaison: User
) -> None:
    saved = change(draft, liaison, put("note", typed), put("figure:students", "5"))

    assert (saved.problems, saved.conflicts) == ([], [])
    draft.refresh_from_db()
    assert (draft.note, draft.figures) == (kept, {"students": 5})
    # The next change starts from what the phone still shows.
    assert change(draft, liaison, put("note", "新", typed)).conflicts == []


@pytest.mark.requirement("C1")
def test_a_whole_book_in_one_field_does_not_keep_the_others_from_being_saved(draft: DailyReport, liaison: User) -> None:
    key = uuid.uuid4()

    saved = change(draft, liaison, add(key), put("text", "文" * 400_000, item=key), put("note", "备注"))

    assert _messages(saved) == ["内容有 400000 个字符，最多 60000 个。请精简。"]
    draft.refresh_from_db()
    assert draft.note == "备注"


@pytest.mark.requirement("C1")
def test_forged_and_foreign_items_are_not_touched(
    draft: DailyReport, liaison: User, tree: Tree, edition: Edition
) -> None:
    stranger = person(tree.school_b, "liaison")
    theirs = make.begin(stranger, tree.school_b, edition)
    foreign = make.text_item(theirs, stranger, "别校的文", title="别校")
    key = str(foreign.client_id)

    saved = change(
        draft,
        liaison,
        put("text", "改掉", "别校的文", foreign.client_id),
        {"op": "remove", "item": key},
        {"op": "order", "kind": "case", "items": [key]},
        put("title", "没有这一项", item=uuid.uuid4()),
    )

    assert [row["removed"] for row in saved.problems] == [False, False]
    foreign.refresh_from_db()
    assert (foreign.text, foreign.removed_at, draft.items.count()) == ("别校的文", None, 0)
    with pytest.raises(NotAllowed):
        change(theirs, liaison, put("text", "改掉", "别校的文", foreign.client_id))


@pytest.mark.requirement("C1")
def test_an_item_id_of_another_report_is_this_reports_own(draft: DailyReport, liaison: User, tree: Tree) -> None:
    """The same id in two reports names two items: nobody can block or reach another school's."""
    stranger = person(tree.school_b, "liaison")
    theirs = make.begin(stranger, tree.school_b, draft.edition)
    foreign = make.text_item(theirs, stranger, "别校的文")

    change(draft, liaison, add(foreign.client_id), put("text", "本校的文", item=foreign.client_id))

    foreign.refresh_from_db()
    assert (foreign.text, _item(draft, foreign.client_id).text) == ("别校的文", "本校的文")


@pytest.mark.requirement("C1")
def test_beyond_the_limit_new_items_wait_and_the_rest_is_saved(
    draft: DailyReport, liaison: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MAX_ITEMS", 2)
    old, new, newer = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    change(draft, liaison, add(old), add(new))

    saved = change(draft, liaison, add(newer), put("note", "备注"), {"op": "remove", "item": str(old)})

    assert saved.problems == [{"item": str(newer), "field": "", "message": "一份报告最多 2 项材料，请先移除不需要的。"}]
    draft.refresh_from_db()
    assert (draft.note, draft.items.filter(removed_at=None).count()) == ("备注", 1)
    assert change(draft, liaison, add(newer)).problems == []


_SET = {"op": "set", "field": "note", "value": "x"}
_MALFORMED: list[Any] = [
    None,
    {},
    "changes",
    [None],
    [[]],
    [{}],
    [{"op": "drop"}],
    [{"op": "set", "field": "note"}],
    [{**_SET, "value": 5}],
    [{**_SET, "value": None}],
    [{**_SET, "item": "nothing"}],
    [{**_SET, "extra": 1}],
    [{**_SET, "field": "n" * 81}],
    [{"op": "add", "item": str(uuid.uuid4()), "kind": "photo"}],
    [{"op": "add", "kind": "case"}],
    [{"op": "order", "kind": "case", "items": "abc"}],
    [_SET] * (MAX_CHANGES + 1),
]


@pytest.mark.requirement("C1")
@pytest.mark.parametrize("data", _MALFORMED)
def test_malformed_changes_are_refused_whole(data: Any) -> None:
    with pytest.raises(DomainError) as refused:
        parse_changes(data)
    assert refused.value.code == "malformed"


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("state", "message"), [("submitted", "如需修改，请先撤回"), ("accepted", "已经通过审核，不能再修改")]
)
def test_what_was_handed_in_is_not_changed(state: str, message: str, draft: DailyReport, liaison: User) -> None:
    DailyReport.objects.update(state=state)

    with pytest.raises(Conflict, match=message) as refused:
        change(draft, liaison, put("note", "晚了"))

    assert (refused.value.code, refused.value.details) == ("not_editable", [{"state": state, "version": 1}])
    draft.refresh_from_db()
    assert draft.note == ""


@pytest.mark.requirement("C1")
def test_saving_costs_the_same_for_one_item_and_for_forty(
    draft: DailyReport, liaison: User, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    first = make.text_item(draft, liaison, "第一篇")
    with django_assert_max_num_queries(20) as one:
        change(draft, liaison, put("text", "改", "第一篇", first.client_id))
    keys = [make.text_item(draft, liaison, f"第{n}篇").client_id for n in range(39)]

    with django_assert_num_queries(len(one.captured_queries)):
        change(draft, liaison, put("text", "再改", "改", first.client_id))
    with django_assert_max_num_queries(len(one.captured_queries) + 9):
        change(draft, liaison, *[put("title", f"题{n}", item=key) for n, key in enumerate(keys[:10])])
