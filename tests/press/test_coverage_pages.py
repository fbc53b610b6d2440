"""The register's pages: lists, forms, scans, tables (D4)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.press.models import Coverage, CoverageUpload
from skillweek.uploads.models import StoredFile
from tests.factories import Tree, client_of
from tests.materials.make import make_jpeg
from tests.press import make

pytestmark = pytest.mark.requirement("D4")


def listed(user: User, query: str = "") -> list[str]:
    page = client_of(user).get(f"/w/press/{query}").context["page"]
    return [row.title for row in page]


def test_people_find_what_is_in_their_reach(tree: Tree, edition: Edition, liaison: User, reviewer: User) -> None:
    make.coverage(edition, tree.school_a, title="本校")
    make.coverage(edition, tree.school_b, title="别校")
    make.coverage(edition, tree.host, title="也写到本校", organisations=[tree.school_a])

    assert sorted(listed(liaison)) == sorted(listed(reviewer)) == ["也写到本校", "本校"]
    other = Coverage.objects.get(title="别校")
    assert client_of(liaison).get(f"/w/press/coverage/{other.pk}/").status_code == 404


def test_filters_and_order(tree: Tree, edition: Edition, host: User) -> None:
    make.coverage(edition, tree.school_a, title="甲", level="national", outlet="人民日报")
    make.coverage(edition, tree.school_b, title="乙乙乙乙", published_on=edition.days[1])
    make.coverage(edition, tree.tech, title="乙乙乙乙", published_on=edition.days[1])

    assert listed(host, "?level=national") == ["甲"]
    assert listed(host, f"?day={edition.days[0]}") == ["甲"]
    assert listed(host, "?outlet=人民") == ["甲"]
    assert listed(host, f"?district={tree.school_a.district}") == ["甲"]
    assert listed(host, "?dup=proposed") == ["乙乙乙乙"]
    assert listed(host, "?sort=day") == ["甲", "乙乙乙乙", "乙乙乙乙"]
    assert listed(host, "?state=confirmed") == []
    assert len(listed(host, "?level=nonsense&day=x&sort=1&page=99")) == 3


def test_a_school_enters_an_article_with_its_scan(tree: Tree, edition: Edition, liaison: User, tmp_path: Path) -> None:
    sent = SimpleUploadedFile("版面.jpg", make_jpeg(tmp_path / "a.jpg", 60, 40, min_bytes=0).read_bytes())
    data = {
        "home": tree.school_a.pk, "title": "甲", "outlet": "示例日报", "level": "municipal",
        "published_on": edition.days[0], "units": f"{tree.tech.name}、{tree.school_a.code}", "scan_file": sent,
    }  # fmt: skip

    response = client_of(liaison).post("/w/press/add/", data)

    row = Coverage.objects.get()
    assert response.status_code == 302
    assert {unit.pk for unit in row.organisations.all()} == {tree.tech.pk, tree.school_a.pk}
    assert row.scan is not None and (row.scan.name, row.scan.organisation) == ("版面.jpg", tree.school_a)
    assert "版面.jpg" in client_of(liaison).get(f"/w/press/coverage/{row.pk}/").content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"units": "没有的学校"}, "units"),
        ({"published_on": "2999-01-01"}, "published_on"),
        ({"scan_file": SimpleUploadedFile("页.html", b"<html><body>x</body></html>")}, "scan_file"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    tree: Tree, edition: Edition, liaison: User, change: dict[str, Any], field: str
) -> None:
    data = {"home": tree.school_a.pk, "title": "甲", "outlet": "乙报", "level": "municipal",
            "published_on": edition.days[0], **change}  # fmt: skip

    response = client_of(liaison).post("/w/press/add/", data)

    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert (Coverage.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_one_merges_from_the_page(tree: Tree, edition: Edition, host: User) -> None:
    first = make.coverage(edition, tree.school_a)
    second = make.coverage(edition, tree.school_b)
    browser = client_of(host)
    assert "可能是同一篇" in browser.get(f"/w/press/coverage/{second.pk}/").content.decode()

    browser.post(f"/w/press/coverage/{second.pk}/act/", {"do": "merge", "into": first.pk})

    second.refresh_from_db()
    assert second.merged_into == first
    browser.post(f"/w/press/coverage/{second.pk}/act/", {"do": "unmerge"})
    second.refresh_from_db()
    assert second.merged_into is None


def test_the_export_imports_back_as_known(tree: Tree, edition: Edition, host: User) -> None:
    make.coverage(edition, tree.school_a, link="https://example.com/1", media="print")
    browser = client_of(host)
    book = b"".join(browser.get("/w/press/export/"))
    sheet = openpyxl.load_workbook(BytesIO(book)).active
    assert [cell.value for cell in sheet[1]][:3] == ["标题", "媒体名称", "媒体级别"]
    assert [cell.value for cell in sheet[2]][1:6] == [
        "示例日报", "市级", edition.days[0].isoformat(), "https://example.com/1", "报刊"
    ]  # fmt: skip

    upload = _upload(browser, tree, book)

    page = browser.get(f"/w/press/import/{upload.pk}/")
    assert page.context["counts"] == {"new": 0, "same": 1, "error": 0}


def test_a_table_is_looked_at_before_it_is_entered(tree: Tree, edition: Edition, host: User) -> None:
    lines = [
        "标题,媒体,级别,日期,网址,单位",
        f"甲,人民日报,,{edition.days[0]},https://example.com/1,{tree.school_a.name}",
        f"甲,人民日报,,{edition.days[0]},https://example.com/1,{tree.school_a.name}",
        "乙,没听说过的报,,5月14日,,",
        "丙,示例日报,市级,何时,example,无此校",
    ]
    browser = client_of(host)

    upload = _upload(browser, tree, "\n".join(lines).encode(), "报道.csv")

    page = browser.get(f"/w/press/import/{upload.pk}/")
    assert [row.action for row in page.context["page"]] == ["new", "same", "error", "error"]
    assert [name for name, _text in page.context["page"][3].problems] == ["发布日期", "链接", "涉及单位"]
    assert Coverage.objects.count() == 0
    browser.post(f"/w/press/import/{upload.pk}/confirm/", {"seen": "old"})
    assert Coverage.objects.count() == 0
    browser.post(f"/w/press/import/{upload.pk}/confirm/", {"seen": page.context["seen"]})
    row = Coverage.objects.get()
    assert (row.title, row.level, row.state) == ("甲", "national", "confirmed")
    assert [unit.pk for unit in row.organisations.all()] == [tree.school_a.pk]
    browser.post(f"/w/press/import/{upload.pk}/confirm/", {"seen": page.context["seen"]})
    assert Coverage.objects.count() == 1


def _upload(browser: Any, tree: Tree, content: bytes, name: str = "报道.xlsx") -> CoverageUpload:
    response = browser.post("/w/press/import/", {"home": tree.host.pk, "file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.context["form"].errors
    return CoverageUpload.objects.get()


def test_lists_cost_the_same_however_long(
    tree: Tree, edition: Edition, host: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        make.coverage(edition, tree.school_a, title=f"报道{number}号", outlet=f"报{number}")
    browser = client_of(host)
    browser.get("/w/press/")
    with django_assert_max_num_queries(25):
        browser.get("/w/press/")
