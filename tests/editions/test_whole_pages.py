"""A whole edition in the browser: zip out and in, next year's from this year's, the rules (A4)."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from skillweek.editions.domain import change_document
from skillweek.editions.folder import folder_files, read_folder
from skillweek.editions.models import Edition
from skillweek.editions.zipped import read_zip, zip_folder
from skillweek.materials.browser_rules import browser_rules
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport
from tests import factories
from tests.editions.web import fresh, url
from tests.factories import EDITIONS, Tree, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A4")]
YUNSHAN = Path(__file__).parent / "yunshan-2031"


# A zip out and in --------------------------------------------------------------------------------------------------


def _zip(files: dict[str, bytes]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return SimpleUploadedFile("届次.zip", out.getvalue(), "application/zip")


def _folder(folder: Path, inside: str = "") -> dict[str, bytes]:
    return {f"{inside}{path.name}": path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_export_is_the_folder(web: Client, edition: Edition) -> None:
    answer = web.get(url("export", edition))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name.removeprefix("xiamen-2023/"): archive.read(name).decode() for name in archive.namelist()}
    assert "xiamen-2023.zip" in answer["Content-Disposition"]
    assert files == folder_files(edition.doc)
    assert read_zip(io.BytesIO(answer.content)) == edition.doc
    assert zip_folder(edition.doc) == answer.content


def test_import_shows_first_and_writes_after_confirmation(web: Client, edition: Edition) -> None:
    files = _folder(EDITIONS / "xiamen-2023", "桌面/xiamen-2023/")
    toml = files["桌面/xiamen-2023/edition.toml"].decode().replace("技能:让生活更美好", "技能照亮前程")
    files["桌面/xiamen-2023/edition.toml"] = toml.encode()
    files["__MACOSX/桌面/xiamen-2023/edition.toml"] = b"\0"

    looked: Any = web.post(reverse("editions:import"), {"file": _zip(files)})
    untouched = fresh(edition).revision
    form = looked.context["form"]
    sent = {"document": form["document"].value(), "revision": form["revision"].value()}
    confirmed = web.post(reverse("editions:import_confirm"), sent)

    assert "<ins>技能照亮前程</ins>" in looked.content.decode()
    assert untouched == 1
    assert confirmed.status_code == 302
    assert (fresh(edition).theme, fresh(edition).revision) == ("技能照亮前程", 2)


def test_import_makes_a_new_draft(web: Client) -> None:
    looked: Any = web.post(reverse("editions:import"), {"file": _zip(_folder(YUNSHAN))})
    form = looked.context["form"]
    web.post(reverse("editions:import_confirm"), {"document": form["document"].value(), "revision": "0"})

    made = Edition.objects.get()
    assert (made.slug, made.state, made.doc) == ("yunshan-2031", "draft", read_folder(YUNSHAN))


def test_import_compares_anew_when_somebody_was_quicker(web: Client, edition: Edition, manager: User) -> None:
    data = edition.document | {"theme": "技能照亮前程"}
    change_document(edition, {"mailbox": "week@example.org"}, actor=manager, expected_revision=1)

    answer = web.post(reverse("editions:import_confirm"), {"document": json.dumps(data), "revision": "1"})

    assert answer.status_code == 400
    assert "<del>week@example.org</del>" in answer.content.decode()
    assert fresh(edition).theme == "技能:让生活更美好"


def test_import_of_a_contradiction_asks_for_a_reason(web: Client, edition: Edition, tree: Tree) -> None:
    DailyReport.objects.create(
        edition=edition, organisation=tree.school_a, day=edition.days[0], state=DailyReport.State.ACCEPTED
    )
    sent = {"document": json.dumps(edition.document | {"starts_on": "2023-05-15"}), "revision": "1"}

    refused = web.post(reverse("editions:import_confirm"), sent)
    done = web.post(reverse("editions:import_confirm"), {**sent, "force": "on", "reason": "推迟一天"})

    assert (refused.status_code, done.status_code) == (400, 302)
    assert "已有 1 份报告" in refused.content.decode()
    assert fresh(edition).starts_on.day == 15


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"说明.txt": b"x"}, "edition.toml"),
        ({"edition.toml": b"title = 1"}, "notice.md"),
        ({f"{n}.txt": b"" for n in range(300)}, "不超过 200 个文件"),
    ],
)
def test_import_names_what_is_wrong(files: dict[str, bytes], message: str, web: Client) -> None:
    answer = web.post(reverse("editions:import"), {"file": _zip(files)})

    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not Edition.objects.exists()


def test_import_of_no_zip_is_refused(web: Client) -> None:
    answer = web.post(reverse("editions:import"), {"file": SimpleUploadedFile("届次.zip", b"no zip at all")})

    assert answer.status_code == 400
    assert "能打开的 zip 压缩包" in answer.content.decode()


# Next year ---------------------------------------------------------------------------------------------------------


def test_next_year_starts_from_this_year(web: Client, edition: Edition) -> None:
    sent = {
        "id": "xiamen-2024",
        "title": "2024年厦门市职业教育活动周",
        "theme": "一技在手，一生无忧",
        "starts_on": "2024-05-12",
        "ends_on": "2024-05-18",
    }

    answer = web.post(url("copy", edition), sent)
    taken = web.post(url("copy", edition), sent)

    copied = Edition.objects.get(slug="xiamen-2024")
    assert (answer.status_code, taken.status_code) == (302, 400)
    assert "这个代码已有一届在用" in taken.content.decode()
    assert (copied.state, copied.days[0].isoformat(), copied.theme) == ("draft", "2024-05-12", "一技在手，一生无忧")
    assert copied.doc.summary_due_on.isoformat() == "2024-05-20"
    assert copied.doc.topics == edition.doc.topics


# Rules -------------------------------------------------------------------------------------------------------------


def test_rules_page_says_when_and_what(tree: Tree, edition: Edition, liaison: User) -> None:
    page = client_of(liaison).get(reverse("editions:rules")).content.decode()

    for words in (
        "5月15日 周一 12:00",
        "2000 像素",
        "2 MB（2 000 000 字节）",
        "200 MiB（209 715 200 字节）",
        "按宽松理解：2M = 2 000 000 字节",
        "国家级、省级、市级",
        "郭明波",
        "<h3>2023年厦门市职业教育活动周通知</h3>",
    ):
        assert words in page, words
    assert "届次设置" not in page


def test_rules_page_shows_deadlines_in_the_editions_own_zone(tree: Tree, liaison: User) -> None:
    factories.edition("yunshan-2031", folder=YUNSHAN)

    page = client_of(liaison).get(reverse("editions:rules")).content.decode()

    assert "9月8日 周一 18:00" in page


def test_rules_of_a_draft_are_the_hosts_own_matter(tree: Tree, web: Client, liaison: User) -> None:
    draft = factories.edition(opened=False)

    for name in ("edition_rules", "edition_rules_json"):
        assert client_of(liaison).get(url(name, draft)).status_code == 404
        assert web.get(url(name, draft)).status_code == 200
    assert client_of(liaison).get(reverse("editions:rules")).status_code == 200
    assert client_of(liaison).get(reverse("editions:rules_json")).status_code == 404


def test_rules_json_is_what_the_phone_checks_by(tree: Tree, edition: Edition, liaison: User) -> None:
    phone = client_of(liaison)

    first = phone.get(reverse("editions:rules_json"))
    again = phone.get(reverse("editions:rules_json"), headers={"If-None-Match": first["ETag"]})

    assert first.json() == json.loads(json.dumps(browser_rules(edition.material_rules)))
    assert (again.status_code, again.content) == (304, b"")
