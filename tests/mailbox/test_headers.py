"""Headers and bodies as Chinese mail programs really write them (C8)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.mailbox.parsing.headers import parameters_of, text_of, words_of
from skillweek.mailbox.parsing.words import links_in, own_words, read_html
from tests.mailbox.make import word

pytestmark = pytest.mark.requirement("C8")
_NAME = "学生茶艺展示（第一场）.jpg"


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        (_NAME.encode("gb18030"), "gb2312"),
        (_NAME.encode("gb18030"), ""),
        (_NAME.encode("gb18030"), "utf-8"),
        (_NAME.encode("gb18030"), "iso-8859-1"),
        (_NAME.encode("gb18030"), "no-such-charset"),
        (_NAME.encode(), "gbk"),
        (_NAME.encode(), "us-ascii"),
        (_NAME.encode("big5", "ignore").replace(b"", b""), "big5"),
        (_NAME.encode("utf-16"), "utf-16"),
    ],
)
def test_text_is_read_whatever_its_label_says(raw: bytes, label: str) -> None:
    expected = _NAME.encode("big5", "ignore").decode("big5") if label == "big5" else _NAME

    assert text_of(raw, label) == expected


@given(st.binary(max_size=200), st.sampled_from(["", "gb2312", "utf-8", "big5", "hz-gb-2312", "x", "utf-7", "idna"]))
def test_no_bytes_break_the_reader(raw: bytes, label: str) -> None:
    assert isinstance(text_of(raw, label), str)
    assert isinstance(words_of(raw), str)
    assert isinstance(parameters_of(raw), tuple)


@pytest.mark.parametrize(
    "raw",
    [
        word("5月14日材料"),
        word("5月14日材料", "utf-8", "UTF-8"),
        word("5月14日材料", "utf-8", "gb2312"),
        word("5月14日材料").lower().replace(word("5月14日材料").lower(), word("5月14日材料")),
        word("5月14日") + b"\r\n " + word("材料"),
        word("5月14日") + word("材料"),
        word("5月14日材料")[:-2].rstrip(b"=") + b"?=",
        "5月14日材料".encode("gb18030"),
        "5月14日材料".encode(),
        b"=?gb2312?Q?5=D4=C214=C8=D5=B2=C4=C1=CF?=",
        b"=?GBK?q?5=D4=C214=C8=D5?=\r\n\t=?GBK?q?=B2=C4=C1=CF?=",
    ],
)
def test_subjects_are_read_in_all_their_forms(raw: bytes) -> None:
    assert words_of(raw) == "5月14日材料"


def test_a_character_cut_between_two_encoded_words_is_whole_again() -> None:
    raw = "职业教育".encode()
    first, second = base64.b64encode(raw[:4]), base64.b64encode(raw[4:])

    assert words_of(b"=?utf-8?B?" + first + b"?=\r\n =?utf-8?B?" + second + b"?=") == "职业教育"
    whole = base64.b64encode(raw)
    assert words_of(b"=?utf-8?B?" + whole[:6] + b"?= =?utf-8?B?" + whole[6:] + b"?=") == "职业教育"


@pytest.mark.parametrize(
    "header",
    [
        b'attachment; filename="' + _NAME.encode("gb18030") + b'"',
        b"attachment; filename=" + _NAME.encode("gb18030"),
        b'attachment; filename="' + word(_NAME) + b'"',
        b"attachment; filename=" + word(_NAME, "utf-8", "utf-8"),
        b"attachment; filename*=utf-8''" + "".join(f"%{byte:02X}" for byte in _NAME.encode()).encode(),
        b"attachment; filename*=\"GB2312''" + "".join(f"%{byte:02x}" for byte in _NAME.encode("gbk")).encode() + b'"',
        b"attachment;\r\n filename*0*=GBK''%D1%A7%C9%FA%B2%E8%D2%D5;\r\n filename*1*=%D5%B9%CA%BE%A3%A8%B5;\r\n"
        b" filename*2*=%DA%D2%BB%B3%A1%A3%A9.jpg",
        b'attachment; filename*1="' + _NAME.encode()[9:] + b'"; filename*0="' + _NAME.encode()[:9] + b'"',
        b'attachment; filename="' + "".join(f"%{byte:02X}" for byte in _NAME.encode()).encode() + b'"',
        b"attachment; filename=\"photo.jpg\"; filename*=UTF-8'zh-CN'"
        + "".join(f"%{byte:02X}" for byte in _NAME.encode()).encode(),
    ],
)
def test_file_names_are_read_in_all_their_forms(header: bytes) -> None:
    assert parameters_of(header) == ("attachment", {"filename": _NAME})


def test_html_becomes_text_with_what_it_shows_and_links_to() -> None:
    page = read_html(
        "<html><head><style>p{color:red}</style></head><body><p>陈老师：<br>材料&nbsp;见附件</p><script>x()</script>"
        '<table><tr><td>图1</td><td>茶艺</td></tr></table><img src="cid:logo@x"><a href="https://pan.baidu.com/s/1a">下载</a>'
    )

    assert page.text == "陈老师：\n材料 见附件\n\n图1 茶艺\n\n下载"
    assert (page.pictures, page.links) == ({"logo@x"}, ["https://pan.baidu.com/s/1a"])


def test_quotes_and_signatures_are_no_words_of_the_sender() -> None:
    text = (
        "今天的材料见附件。\n\n发自我的iPhone\n\n------------------ 原始邮件 ------------------\n"
        "发件人: 市活动周办\n请报送5月16日材料"
    )
    outlook = (
        "5月14日\n\n发件人: 活动周 <week@example.org>\n发送时间: 2023年5月15日\n收件人: 陈老师\n主题: 报送\n\n请补充"
    )

    assert own_words(text) == "今天的材料见附件。"
    assert own_words(outlook) == "5月14日"
    assert own_words("发件人：第一职业学校团委\n今天举行开幕式。") == "发件人：第一职业学校团委\n今天举行开幕式。"


def test_stores_of_large_files_are_named_and_other_addresses_are_not() -> None:
    text = (
        "视频 https://wx.mail.qq.com/ftn/download?func=3&key=abc 和 https://pan.baidu.com/s/1xyz 提取码 8888，"
        "官网 https://www.example.org/news ，假的 https://pan.baidu.com.evil.example/s/1"
    )

    assert [(link.store, link.url) for link in links_in(text, ["javascript:alert(1)"])] == [
        ("QQ邮箱中转站", "https://wx.mail.qq.com/ftn/download?func=3&key=abc"),
        ("百度网盘", "https://pan.baidu.com/s/1xyz"),
    ]
