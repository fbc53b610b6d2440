"""An editor writes news with pictures on a phone and a desktop, publishes it, and strangers read it (D6, A1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from skillweek.content.models import Asset
from skillweek.content.models import Page as Text
from skillweek.content.renditions import make_copies
from skillweek.uploads.domain.check import check_stored_file
from tests.factories import Tree, person
from tests.materials.make import make_docx, make_jpeg

SHOTS = Path("test-results/content")
WORD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><style>p.MsoNormal{margin:0}</style></head><body>"
    "<!--StartFragment--><p class=MsoNormal align=center style='text-align:center;mso-x:1'><b>"
    "<span style='font-size:16.0pt;font-family:仿宋'>一、活动安排<o:p></o:p></span></b></p>"
    "<p class=MsoNormal style='text-indent:2em'><span lang=EN-US style='mso-y:2'>5</span>月14日<u>上午</u></p>"
    "<p class=MsoNormal>&nbsp;</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1."
    "<span>&nbsp;</span></span><![endif]>签到</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>参观</p>"
    "<p class=MsoNormal>参观后<del cite='mailto:x'>立即</del>座谈<span class=MsoCommentReference>"
    "<![if !supportAnnotations]><a class=msocomanchor id='_anchor_1' href='#_msocom_1'>[u1]</a><![endif]></span>。</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>3.</span>返回</p>"
    "<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='font-family:Wingdings'>"
    "<span style='mso-list:Ignore'>l<span>&nbsp; </span></span></span>开放企业</p>"
    "<table border=1 style='border-collapse:collapse'><tr><td colspan=2 style='width:9cm'>合并</td></tr>"
    "<tr><td>80 m<sup>2</sup></td>"
    "<td onclick='x()'>CO<span style='vertical-align: sub'>2</span> a<sup>b</sup></td></tr></table><img src='file:///C:/a.png'><!--EndFragment-->"
    "<div style='mso-element:comment-list'><div style='mso-element:comment'><p>[u1]时间待定？</p></div></div>"
    "</body></html>"
)


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """A machine that does much else at once is slow, not wrong."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def _editor(page: Page) -> Locator:
    # The field without the script has the same name until the editor takes its place.
    return page.get_by_role("textbox", name="正文").and_(page.locator("[contenteditable=true]"))


def _patient(page: Page) -> Page:
    page.context.set_default_timeout(40_000)
    page.context.set_default_navigation_timeout(60_000)
    return page


def _selection_is_read(page: Page, text: str) -> None:
    """Wait until ``text`` is selected and the editor knows: it reads the selection from an event that comes later."""
    page.wait_for_function("text => document.getSelection().toString() === text", arg=text)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")


def _finish(asset: Asset) -> None:
    """What the worker does."""
    check_stored_file(asset.pk)
    make_copies(asset.pk)


def _upload(page: Page, path: Path) -> Asset:
    before = set(Asset.objects.values_list("pk", flat=True))
    page.get_by_role("dialog").locator("input[type=file]").first.set_input_files(path)
    expect(page.get_by_role("dialog").get_by_role("button", name="用这个")).to_be_enabled(timeout=20_000)
    return Asset.objects.exclude(pk__in=before).get()


@pytest.mark.requirement("D6")
def test_news_with_pictures_is_written_published_and_read(
    phone_page: Page, new_page: Callable[..., Page], sign_in: Callable[..., Any], tree: Tree, edition: Any,
    tmp_path: Path, assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    page = _patient(phone_page)
    sign_in(page, person(tree.host, "manager"))
    page.goto("/w/content/")
    page.get_by_role("link", name="新建新闻动态").click()
    page.get_by_role("textbox", name="标题", exact=True).fill("活动周启动仪式举行")
    _editor(page).click()
    page.keyboard.type("5月14日上午，启动仪式在示例第一职业学校举行。")
    page.get_by_role("button", name="图片", exact=True).click()
    first = _upload(page, make_jpeg(tmp_path / "启动仪式.jpg", 1800, 1200, min_bytes=0, gps=True))
    _finish(first)
    _shot(page, "library-phone")
    assert_accessible(page)
    page.get_by_role("dialog").get_by_role("button", name="用这个").click()
    page.get_by_label("图上有什么（读屏软件会读出来）").fill("学生在台上展示茶艺")
    page.get_by_label("图注（显示在下方）").fill("启动仪式现场")
    page.get_by_role("dialog").get_by_role("button", name="完成").click()
    expect(page.locator(".rt-media img")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="附件", exact=True).click()
    paper = _upload(page, make_docx(tmp_path / "活动方案.docx", 40))
    page.get_by_role("dialog").get_by_role("button", name="用这个").click()
    _finish(paper)
    expect(_editor(page)).to_contain_text("活动方案")
    expect(page.locator(".rt-media img")).to_be_visible()  # the file stands behind the picture, not in its place
    _shot(page, "edit-phone")
    assert_accessible(page)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存，公众还看不到。")).to_be_visible()
    text = Text.objects.get()
    assert "src=" not in text.draft["body"] and 'alt="学生在台上展示茶艺"' in text.draft["body"]
    page.get_by_role("button", name="现在发布").click()
    page.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布：")).to_be_visible()

    reader = _patient(new_page({"width": 390, "height": 844}, has_touch=True, is_mobile=True))
    reader.goto("/pages/")
    _shot(reader, "news-phone")
    assert_accessible(reader)
    reader.get_by_role("link", name="活动周启动仪式举行").click()
    picture = reader.locator(".rt-picture img")
    expect(picture).to_have_attribute("alt", "学生在台上展示茶艺")
    picture.scroll_into_view_if_needed()
    reader.wait_for_function("document.querySelector('.rt-picture img').naturalWidth > 0")
    assert reader.evaluate("document.querySelector('.rt-picture img').currentSrc").endswith(".avif")
    assert_accessible(reader)
    _shot(reader, "page-phone")
    with reader.expect_download() as saved:
        reader.get_by_role("link", name="活动方案").click()
    assert saved.value.suggested_filename == "活动方案.docx"
    picture.click()
    expect(reader.locator(".pswp--open")).to_be_visible()
    expect(reader.locator(".shot-lightbox-caption")).to_have_text("启动仪式现场")


@pytest.mark.requirement("D6")
def test_text_pasted_from_word_comes_out_clean(
    desktop_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Any
) -> None:
    _patient(desktop_page)
    sign_in(desktop_page, person(tree.host, "reviewer"))
    desktop_page.goto(f"/w/content/add/{tree.host.pk}/news/")
    _editor(desktop_page).click()
    desktop_page.evaluate(
        """html => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.querySelector(".ProseMirror").dispatchEvent(event);
        }""",
        WORD,
    )
    desktop_page.get_by_role("textbox", name="标题", exact=True).fill("粘贴")
    desktop_page.get_by_role("button", name="保存草稿").click()
    expect(desktop_page.get_by_text("草稿已保存")).to_be_visible()
    assert Text.objects.get().draft["body"] == (
        '<p class="align-center"><strong>一、活动安排</strong></p><p>5月14日<u>上午</u></p>'
        "<ol><li><p>签到</p></li><li><p>参观</p></li></ol>"
        '<p>参观后座谈。</p><ol start="3"><li><p>返回</p></li></ol><ul><li><p>开放企业</p></li></ul>'
        '<table><tbody><tr><td colspan="2"><p>合并</p></td></tr>'
        "<tr><td><p>80 m²</p></td><td><p>CO₂ ab</p></td></tr></tbody></table>"
    )


def test_every_button_of_the_toolbar_does_what_it_says_by_keyboard(
    desktop_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Any, assert_accessible: Callable[..., None]
) -> None:
    page = _patient(desktop_page)
    sign_in(page, person(tree.host, "manager"))
    page.goto(f"/w/content/add/{tree.host.pk}/static/")
    page.get_by_role("textbox", name="标题", exact=True).fill("格式")
    value = page.locator("textarea[name=body]")
    for name, expected in [
        ("大标题", "<h2>字</h2>"), ("小标题", "<h3>字</h3>"), ("加粗", "<p><strong>字</strong></p>"),
        ("斜体", "<p><em>字</em></p>"), ("下划线", "<p><u>字</u></p>"), ("项目列表", "<ul><li><p>字</p></li></ul>"),
        ("编号列表", "<ol><li><p>字</p></li></ol>"), ("引用", "<blockquote><p>字</p></blockquote>"),
        ("居中", '<p class="align-center">字</p>'), ("靠右", '<p class="align-right">字</p>'),
    ]:  # fmt: skip
        _editor(page).click()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.type("字")
        page.keyboard.press("Shift+Home")
        _selection_is_read(page, "字")
        button = page.get_by_role("button", name=name, exact=True)
        button.focus()
        page.keyboard.press("Enter")
        expect(value, name).to_have_value(re.compile(re.escape(expected)))
        expect(button).to_have_attribute("aria-pressed", "true")
        button.focus()
        page.keyboard.press("Enter") if name not in ("居中", "靠右") else page.get_by_role(
            "button", name="靠左"
        ).click()
        expect(value, name).to_have_value(re.compile("<p>字</p>"))
    _editor(page).click()
    page.get_by_role("button", name="链接", exact=True).click()
    page.get_by_label("网址、邮箱或电话").fill("javascript:alert(1)")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.get_by_text("网址不完整")).to_be_visible()
    page.get_by_label("网址、邮箱或电话").fill("www.example.org/a")
    page.get_by_label("显示的文字").fill("详情")
    page.keyboard.press("Enter")
    assert '<a rel="noopener noreferrer" href="https://www.example.org/a">详情</a>' in value.input_value()
    page.get_by_role("button", name="表格", exact=True).click()
    page.get_by_role("button", name="加一行").click()
    page.get_by_role("button", name="删这列").click()
    assert (value.input_value().count("<tr>"), value.input_value().count("<th")) == (4, 2)
    _shot(page, "edit-desktop")
    assert_accessible(page)
    page.get_by_role("button", name="删除表格").click()
    assert "<table" not in value.input_value()
    page.get_by_role("button", name="撤销").click()
    assert "<table" in value.input_value()


def test_what_was_typed_and_never_saved_comes_back(
    phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Any
) -> None:
    page = _patient(phone_page)
    sign_in(page, person(tree.host, "manager"))
    address = f"/w/content/add/{tree.host.pk}/news/"
    page.goto(address)
    _editor(page).click()
    page.keyboard.type("写了很久的一段话")
    page.goto("/w/content/")
    page.goto(address)
    expect(page.get_by_text("这台设备上有")).to_be_visible()
    _shot(page, "restore-phone")
    page.get_by_role("button", name="恢复").click()
    expect(_editor(page)).to_contain_text("写了很久的一段话")
    page.get_by_role("textbox", name="标题", exact=True).fill("存好了")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("这台设备上有")).to_have_count(0)


@pytest.mark.requirement("A1")
def test_two_editors_meet_and_nothing_is_lost(
    desktop_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Any, assert_accessible: Callable[..., None]
) -> None:
    from skillweek.content.editorial import publish, save_draft

    other = person(tree.host, "manager", name="王编辑")
    text = Text(edition=edition, organisation=tree.host, kind="news", slug="a")
    save_draft(text, {"title": "开幕", "body": "<p>时间：上午</p>"}, actor=other)
    publish(text, actor=other)
    page = _patient(desktop_page)
    sign_in(page, person(tree.host, "manager"))
    page.goto(f"/w/content/{text.pk}/")
    _editor(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("九点")
    save_draft(text, {"body": "<p>时间：下午</p>"}, actor=other)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("heading", name="王编辑刚刚保存了另一份")).to_be_visible()
    expect(page.locator(".diff-box ins")).to_have_text(["上午九点"])
    expect(_editor(page)).to_contain_text("时间：上午九点")
    _shot(page, "conflict-desktop")
    assert_accessible(page)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.get_by_role("link", name="草稿改了什么").click()
    expect(page.locator(".text-page ins")).to_have_text(["九点"])
    assert_accessible(page)


def _shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
