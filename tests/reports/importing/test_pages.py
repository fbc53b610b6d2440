"""The page of an import: progress while it runs, then the outcome, problems first (C7)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport, PackageImport
from skillweek.reports.tasks import close_lost_imports, import_package
from tests import factories
from tests.factories import client_of
from tests.materials.make import plain_jpeg
from tests.reports.importing.make import hand_in, photo, take

pytestmark = pytest.mark.requirement("C7")
_S = PackageImport.State


@pytest.fixture
def client(by: User) -> Client:
    """The browser of whoever handed the package in."""
    return client_of(by)


def _page(client: Client, package: PackageImport, name: str = "import_progress") -> str:
    response = client.get(reverse(f"reports:{name}", args=[package.pk]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": _S.QUEUED}, "压缩包已收到"),
        ({"state": _S.RUNNING}, "正在打开压缩包"),
        ({"state": _S.RUNNING, "done_count": 3, "total_count": 12}, "已处理 3 项，共 12 项。"),
    ],
)
def test_while_it_runs_the_page_asks_again(
    draft: DailyReport, by: User, client: Client, fields: dict[str, Any], words: str
) -> None:
    package = hand_in(draft, by, {"照片/a.jpg": photo()})
    PackageImport.objects.update(**fields)

    for name in ("import_progress", "import_live"):
        page = _page(client, package, name)
        assert words in page
        assert f'hx-get="/w/reports/imports/{package.pk}/live/" hx-trigger="every 2s"' in page


def test_the_outcome_shows_problems_first_and_stops_asking(draft: DailyReport, by: User, client: Client) -> None:
    package = take(
        draft, by,
        {
            "照片/学生茶艺.jpg": photo(),
            "照片/太小的木工照片.jpg": plain_jpeg(64, 48),
            "照片/空的.jpg": b"",
            "统计.xlsx": b"PK",
        },
    )  # fmt: skip

    page = _page(client, package, "import_live")

    order = ["照片/空的.jpg", "统计.xlsx", "照片/太小的木工照片.jpg", "照片/学生茶艺.jpg"]
    places = [page.index(f'class="card-title">{path}<') for path in order]
    assert places == sorted(places)
    assert "hx-trigger" not in page
    assert "请看看下面排在前面的文件" in page
    assert f"/w/reports/school/{draft.organisation_id}/{draft.day}/" in page


def test_the_page_shows_what_the_full_check_found_since(draft: DailyReport, by: User, client: Client) -> None:
    package = take(draft, by, {"照片/学生茶艺.jpg": photo()})
    finding = {"code": "photo.damaged", "severity": "error", "message": "后来发现损坏", "todo": "", "subject": ""}
    draft.items.update(findings=[finding])

    page = _page(client, package)

    assert "后来发现损坏" in page
    assert "已添加，须改正" in page


def test_a_package_that_failed_says_why(draft: DailyReport, by: User, client: Client) -> None:
    page = _page(client, take(draft, by, b"Rar!\x1a\x07\x00", "材料.rar"))

    assert "《材料.rar》不是 zip 压缩包" in page


def test_names_from_a_package_are_only_text(draft: DailyReport, by: User, client: Client) -> None:
    package = take(draft, by, {"照片/<img src=x onerror=alert(1)>.jpg": photo()})

    assert "<img src=x" not in _page(client, package)


def test_imports_are_for_the_people_of_the_school(draft: DailyReport, by: User, tree: factories.Tree) -> None:
    package = take(draft, by, {"照片/学生茶艺.jpg": photo()})
    urls = [reverse(f"reports:{name}", args=[package.pk]) for name in ("import_progress", "import_live")]
    colleague = factories.person(tree.school_a, "member")
    others = [
        factories.person(tree.school_b, "liaison"),
        factories.person(tree.siming, "manager"),
        factories.person(tree.host, "manager"),
        factories.person(),
    ]

    assert [client_of(colleague).get(url).status_code for url in urls] == [200, 200]
    assert {client_of(user).get(url).status_code for user in others for url in urls} == {404}
    assert {Client().get(url).status_code for url in urls} == {302}
    assert {client_of(by).post(url).status_code for url in urls} == {405}


def test_the_tasks_call_the_verbs(draft: DailyReport, by: User) -> None:
    package = hand_in(draft, by, {"照片/学生茶艺.jpg": photo()})

    import_package.func(package.pk)
    close_lost_imports.func()

    package.refresh_from_db()
    assert (package.state, draft.items.count()) == (_S.DONE, 1)
