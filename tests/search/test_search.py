"""Chinese full-text search, the same on both databases (B7)."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweek.search import sources
from skillweek.search.domain import Entry, put, put_all, remove
from skillweek.search.models import Document
from skillweek.search.queries import Results, matching_ids, search

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B7")]


def _put(number: int, title: str, body: str = "", **more: Any) -> None:
    put(more.pop("kind", "activity"), number, title=title, body=body, url=f"/activities/{number}/", **more)


def _ids(results: Results) -> list[str]:
    return [hit.object_id for hit in results.hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("茶艺", {"1", "2"}),
        ("茶", {"1", "2"}),
        ("茶艺师", {"1"}),
        ("家电维修", {"3"}),
        ("维修", {"3"}),
        ("护理", {"4"}),
        ("老年护理员", {"4"}),
        ("plc", {"5"}),
        ("ＰＬＣ", {"5"}),
        ("robot", {"5"}),
        ("2023", {"5"}),
        ("3d打印", {"5"}),
        ("艺展", {"2"}),  # no word of any dictionary, but it stands there
        ("烹饪", set()),
    ],
)
def test_search_finds_words_parts_latin_and_digits(query: str, expected: set[str]) -> None:
    _put(1, "茶艺师进校园", "品茶与礼仪")
    _put(2, "传统工艺", "闽南茶艺展示")
    _put(3, "家电维修保养进社区", "小家电义务检修")
    _put(4, "健康服务", "养老护理员为老年人量血压")
    _put(5, "PLC 与 Robots 竞赛", "3D打印 2023 年作品展")

    assert set(_ids(search(query))) == expected


def test_search_ranks_title_over_keywords_over_body_and_counts_weight() -> None:
    _put(1, "校园开放日", "烘焙 " * 30)
    _put(2, "校园开放日", "参观", keywords="烘焙")
    _put(3, "西点烘焙体验", "动手做")
    _put(4, "西点烘焙课堂", "动手做", weight=10)

    assert _ids(search("烘焙")) == ["4", "3", "2", "1"]


def test_order_stays_by_place_when_there_are_too_many_matches_to_weigh() -> None:
    put_all(Entry("activity", f"b{n}", "校园开放日", "/", "烘焙与参观") for n in range(1100))
    put_all([Entry("activity", "title", "西点烘焙", "/"), Entry("activity", "words", "开放日", "/", keywords="烘焙")])
    _put(1, "集美烘焙", "亲子")

    assert _ids(search("烘焙", limit=3))[2:] == ["words"]
    assert set(_ids(search("烘焙", limit=2))) == {"title", "1"}
    assert search("烘焙").total == 1103
    loose = search("烘焙 亲子 火箭", limit=1)
    assert (_ids(loose), loose.is_loose) == (["1"], True)


def test_search_asks_for_all_words_and_says_so_when_it_falls_back_to_some() -> None:
    _put(1, "陶艺体验", "亲子动手做陶艺")
    _put(2, "机器人表演", "编程")

    both, some = search("亲子 陶艺"), search("陶艺 编程")

    assert (_ids(both), both.is_loose) == (["1"], False)
    assert (set(_ids(some)), some.is_loose) == ({"1", "2"}, True)


def test_search_pages_without_gap_or_repeat_and_counts_every_kind() -> None:
    for number in range(25):
        _put(number, f"茶艺课 {number}")
    _put(1, "关于茶艺课的通知", kind="notice")

    pages = [search("茶艺课", kinds=["activity"], limit=10, offset=offset) for offset in (0, 10, 20, 30)]

    assert [page.total for page in pages] == [25] * 4
    assert pages[0].by_kind == {"activity": 25, "notice": 1}
    assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
    assert len({key for page in pages for key in _ids(page)}) == 25


def test_search_leaves_out_other_editions_but_not_what_belongs_to_all() -> None:
    _put(1, "茶艺", edition_id=1)
    _put(2, "茶艺", edition_id=2)
    _put(3, "茶艺")

    assert set(_ids(search("茶艺", edition_id=1))) == {"1", "3"}
    assert set(matching_ids("茶艺", "activity", 1)) == {1}
    assert set(matching_ids("茶艺", "activity")) == {1, 2, 3}
    assert set(matching_ids("?!", "activity")) == set()


def test_snippet_is_safe_and_marks_the_original_text() -> None:
    body = "前言。" * 60 + '<script>alert("x")</script>现场有ＰＬＣ实训和<b>茶艺</b>展示。' + "后记。" * 60
    _put(1, "<i>实训</i>与茶艺", body)

    hit = search("plc 茶艺").hits[0]

    assert hit.title_html == "&lt;i&gt;实训&lt;/i&gt;与<mark>茶艺</mark>"
    assert "<mark>ＰＬＣ</mark>" in hit.snippet
    assert "&lt;b&gt;<mark>茶艺</mark>&lt;/b&gt;" in hit.snippet
    assert "<script" not in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")


def test_put_again_replaces_and_remove_forgets() -> None:
    _put(1, "茶艺", "旧的内容是剪纸")
    _put(1, "陶艺", "新的内容")

    assert [_ids(search(word)) for word in ("茶艺", "剪纸", "陶艺")] == [[], [], ["1"]]

    remove("activity", 1)
    remove("activity", 1)

    assert search("陶艺") == Results()
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        *(
            "",
            " ",
            '"',
            "'",
            "*",
            "NEAR(茶, 艺)",
            "茶艺 NOT 展示",
            "title:茶艺",
            "茶艺*",
            "-茶艺",
            "(",
            ")",
            "^茶",
            "茶\\",
        ),
        *(
            "a'b",
            "🍵",
            "茶🍵艺",
            "\x00",
            "& | ! <->",
            "%",
            "茶艺 AND",
            "{茶}",
            ":*",
            "ﷺ",
            "ǅ",
            "²",
            "𠀀𪜀",
            "한국 お茶",
        ),
    ],
)
def test_no_query_is_an_error(query: str) -> None:
    _put(1, "茶艺展示", "a b 茶")

    search(query)
    list(matching_ids(query, "activity"))


def test_a_query_of_ten_thousand_characters_is_read_to_its_limit() -> None:
    _put(1, "茶艺展示")

    assert _ids(search("茶艺 " + "茶艺" * 5000)) == ["1"]
    assert search("龘" * 10_000).total == 0


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_stored_and_searched(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    put("any", 1, title=text, body=text, url="/")

    results = search(text, kinds=["any"])

    assert all("<script" not in hit.snippet for hit in results.hits)
    put("any", 1, title="", body="", url="/")
    assert search(text, kinds=["any"]).total == 0


def test_rebuild_indexes_what_is_listed_and_forgets_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_sources", {})
    sources.register("leaf", "叶", lambda: [Entry("leaf", str(n), f"枫叶 {n}", f"/{n}/") for n in range(450)])
    _put(999, "枫叶", kind="leaf")
    _put(1, "枫叶", kind="tree")
    said = StringIO()

    call_command("rebuild_search", stdout=said)

    assert said.getvalue() == "leaf: 450 indexed, 1 forgotten\n"
    assert search("枫叶").by_kind == {"leaf": 450, "tree": 1}
    with pytest.raises(CommandError, match="nonsense"):
        call_command("rebuild_search", "nonsense")
