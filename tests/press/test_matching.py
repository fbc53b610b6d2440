"""When two links or titles are one (D4)."""

from __future__ import annotations

import pytest

from skillweek.press.matching import is_near, title_key, url_key

pytestmark = pytest.mark.requirement("D4")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.com/a/1.html", "http://EXAMPLE.com/a/1.html#top"),
        ("https://example.com/a/?id=7&utm_source=wx&from=timeline", "https://example.com/a?id=7"),
        (
            "https://mp.weixin.qq.com/s?__biz=MzA&mid=22&idx=1&sn=ab&chksm=zz&scene=21#wechat_redirect",
            "http://mp.weixin.qq.com/s?sn=ab&idx=1&mid=22&__biz=MzA",
        ),
        ("https://example.com/x?b=2&a=1", "https://example.com/x?a=1&b=2"),
    ],
)
def test_links_to_one_page_are_equal(one: str, other: str) -> None:
    assert url_key(one) == url_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a/1.html", "https://example.com/a/2.html"),
        ("https://example.com/show?id=1", "https://example.com/show?id=2"),
        ("https://mp.weixin.qq.com/s/AbC", "https://mp.weixin.qq.com/s/aBc"),
        ("https://news.example.com/1", "https://example.com/1"),
    ],
)
def test_links_to_different_pages_differ(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize("url", ["", "https://www.example.com/", "not a link", "https://[bad"])
def test_what_names_no_article_has_no_key(url: str) -> None:
    assert url_key(url) == ""


def test_titles_are_near_when_a_few_signs_differ_and_not_when_the_subject_does() -> None:
    title = title_key("一杯茶里的工匠心：职教周走进茶艺实训室")

    assert is_near(title, title_key("《一杯茶里的工匠心》职教周走进茶艺实训室！"))
    assert is_near(title, title_key("一杯茶里的工匠心——职教周走进茶艺实训室（图）"))
    assert not is_near(title, title_key("一辆车里的工匠心：职教周走进汽修车间"))
    assert not is_near("", "")
