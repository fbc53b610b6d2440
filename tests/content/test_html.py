"""What is kept of a text, whatever somebody pastes or forges (D6)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.content.html import asset_ids, plain_text, sanitise

A, B = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ALLOWED = {
    "p", "h2", "h3", "h4", "strong", "em", "u", "s", "a", "ul", "ol", "li", "blockquote", "hr", "br", "table", "thead",
    "tbody", "tr", "th", "td", "figure", "figcaption", "img", "video",
}  # fmt: skip


class _Strict(HTMLParser):
    """Reads like a browser and remembers what is not on the list."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ALLOWED:
            self.wrong.append(tag)
        for name, value in attrs:
            fine = {
                "class": bool(re.fullmatch(r"align-(center|right|justify)|gallery", value or "")),
                "href": bool(re.match(r"(https?:|mailto:|tel:|[/#?.]|[^:]*$)", (value or "").strip())),
                "rel": value == "noopener noreferrer",
                "data-asset": bool(re.fullmatch(r"[0-9a-f-]{36}", value or "")),
                "alt": True,
                "colspan": (value or "").isdigit(),
                "rowspan": (value or "").isdigit(),
                "start": (value or "").isdigit(),
            }.get(name, False)
            if not fine:
                self.wrong.append(f"{tag} {name}={value!r}")


def _wrong(html: str) -> list[str]:
    reader = _Strict()
    reader.feed(html)
    return reader.wrong


@pytest.mark.requirement("D6")
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script><p>字</p>",
        "<p onclick='x()' style='position:fixed'>字</p>",
        "<a href='javascript:alert(1)'>字</a>",
        "<a href='java\nscript:alert(1)'>字</a>",
        "<a href='&#106;avascript:x'>字</a>",
        "<a href='data:text/html,x'>字</a>",
        "<img src=x onerror=alert(1)>字",
        "<svg><script>1</script></svg>字",
        "<math><mtext><table><mglyph><style><img src=x onerror=1>字",
        "<noscript><p title='</noscript><img src=x onerror=1>'>字",
        "<iframe srcdoc='<script>1</script>'></iframe>字",
        "<p>字<svg><p><style><a id='</style><img src=1 onerror=1>'>",
        "<form action=/x><button>字</button></form>",
        "<video data-asset='x' src='//evil'></video>字",
        f"<img data-asset='{A}' srcset='//evil 1x' style='x' onload=1>字",
        "<object data='x.swf'></object><embed src=x>字",
        "<p class='btn modal'>字</p><base href='//evil'><meta http-equiv=refresh content='0'>",
        "<template><script>1</script></template>字",
    ],
)
def test_nothing_hostile_is_kept(hostile: str) -> None:
    clean = sanitise(hostile)
    assert _wrong(clean) == []
    assert "字" in plain_text(clean) or "字" not in hostile.partition("<style")[0]
    assert sanitise(clean) == clean


@pytest.mark.parametrize(
    ("given_html", "kept"),
    [
        ("<p class=MsoNormal align=center style='mso-x:1'><b><span lang=EN-US>一、标题<o:p></o:p></span></b></p>",
         '<p class="align-center"><strong>一、标题</strong></p>'),
        ("<p>&nbsp;</p><p></p><p>字</p><p><br></p>", "<p>字</p>"),
        ("<h1>大</h1><h5>小</h5>", "<h2>大</h2><h4>小</h4>"),
        ("<p><span style='font-weight:700'>粗</span><span style='color:red'>红</span></p>",
         "<p><strong>粗</strong>红</p>"),
        ("字<b>粗</b><div>块<div>里</div></div>尾", "<p>字<strong>粗</strong></p><p>块</p><p>里</p><p>尾</p>"),
        ("<table width=9><tr><td colspan=2 rowspan=1 style='x'>甲</td></tr></table>",
         '<table><tbody><tr><td colspan="2">甲</td></tr></tbody></table>'),
        (f"<p>前<img data-asset='{A}' alt='图'>后</p>", f'<p>前后</p><figure><img data-asset="{A}" alt="图"></figure>'),
        (f"<figure class='gallery big'><img data-asset={A}><img data-asset={B}><p>x</p>"
         "<figcaption>图<b>注</b></figcaption></figure>",
         f'<figure class="gallery"><img data-asset="{A}"><img data-asset="{B}"><figcaption>图注</figcaption></figure>'),
        (f"<figure class=gallery><img data-asset={A}></figure>", f'<figure><img data-asset="{A}"></figure>'),
        (f"<a data-asset={A.upper()} href='/x'>附件</a>",
         f'<p><a data-asset="{A}" href="/x" rel="noopener noreferrer">附件</a></p>'),
        ("<a name=x>锚</a><ol start=3><li>三</li></ol>", '<p>锚</p><ol start="3"><li>三</li></ol>'),
        ("<p>见<a href='#_Toc1'>一、总体要求</a></p>", "<p>见一、总体要求</p>"),
        ("<ul><li></li></ul><blockquote> </blockquote>", ""),
        ("<hr><p><a href=/x>甲</a></p><hr></p>", '<hr><p><a href="/x" rel="noopener noreferrer">甲</a></p><hr>'),
        (f"<figure><figcaption>没有图</figcaption></figure><figcaption>{'x'}</figcaption>", "<p>没有图</p><p>x</p>"),
    ],
)  # fmt: skip
def test_what_was_meant_is_kept_and_nothing_else(given_html: str, kept: str) -> None:
    assert lxml.html.fromstring(f"<div>{sanitise(given_html)}</div>").xpath("string()") is not None
    assert sanitise(given_html) == kept
    assert sanitise(kept) == kept


_TAGS = sorted(ALLOWED | {"div", "span", "b", "script", "style", "svg", "font", "section", "h1", "tfoot"})
_PIECES = st.lists(
    st.one_of(
        st.text("字 a<>&\"'\x00\ue000", max_size=8),
        st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
        st.sampled_from([
            f"<img data-asset='{A}'>", f"<video data-asset='{B}'>", "<p align=right>", "<td colspan=3>", "<a href=//x>",
        ]),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_PIECES)
def test_any_soup_becomes_safe_and_stays_the_same(pieces: list[str]) -> None:
    once = sanitise("".join(pieces))
    assert _wrong(once) == []
    twice = sanitise(once)
    assert plain_text(twice) == plain_text(once) and asset_ids(twice) == asset_ids(once)
    assert sanitise(twice) == twice


def test_deep_and_long_texts_end() -> None:
    assert "字" in sanitise("<div>" * 5000 + "字")
    assert "字" in sanitise("<ul><li>" * 500 + "字")
    assert sanitise("<b>" * 20_000) == ""
    long = "<p>" + "长" * 300_000 + "</p>"
    assert plain_text(sanitise(long)) == "长" * 300_000


def test_words_and_assets_of_a_text() -> None:
    html = sanitise(
        f"<h2>标题</h2><p>甲<strong>乙</strong><br>丙 &amp; 丁</p><ul><li>一</li><li>二</li></ul>"
        f"<figure><img data-asset='{A}' alt='x'><figcaption>图注</figcaption></figure>"
        f"<p><a data-asset='{B}'>附件</a></p>"
    )
    assert plain_text(html) == "标题\n甲乙\n丙 & 丁\n一\n二\n图注\n附件"
    assert {str(found) for found in asset_ids(html)} == {A, B}
    assert (plain_text(""), asset_ids(""), sanitise("  ")) == ("", set(), "")


@pytest.mark.parametrize("bad", ["\x01", "\x0c", "\x1f", "\ufffe", "\uffff", "\ud800", "&#1;", "&#12;", "&#xFFFF;"])
def test_characters_that_no_parser_takes_are_left_out(bad: str) -> None:
    for text in (f"甲{bad}乙", f"<p>甲{bad}乙</p>", f"{bad}<p></p>{bad}"):
        clean = sanitise(text)
        assert sanitise(clean) == clean
        assert not set(clean) & {"\x01", "\x0c", "\x1f", "\ufffe", "\uffff", "\ud800"}
    assert "甲" in sanitise(f"<p>甲{bad}乙</p>")
