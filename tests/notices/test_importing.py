"""The real notice becomes a draft with files (A1, A4)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from skillweek.content.html import plain_text
from skillweek.content.models import Asset
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.editions.folder import read_folder
from skillweek.editions.models import Edition
from skillweek.notices.annexes import annexes_of
from skillweek.notices.domain import draft_from_edition, seed_notice
from skillweek.notices.models import Notice
from skillweek.notices.official import read_official_text
from skillweek.notices.queries import attachments_of, public_notices
from skillweek.organisations.models import User
from tests import factories
from tests.factories import EDITIONS, REPOSITORY, Tree, person

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A1")]
OTHER_CITY = REPOSITORY / "tests/editions/yunshan-2031"


def _words(content: bytes) -> str:
    paper = Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def test_the_real_notice_keeps_every_word_and_its_levels() -> None:
    document = read_folder(EDITIONS / "xiamen-2023")

    text = read_official_text(document)

    assert text.title == "2023年厦门市职业教育活动周通知"
    assert text.salutation == "各区教育局、人社局,各职业院校(技工院校)"
    assert text.annexes == (
        "2023年职业教育活动周全国性活动清单",
        "2023年职业教育活动周特色活动参考清单",
        "2023年职业教育活动周学校情况统计表",
    )
    headings = ["一、总体要求", "二、时间和主题", "三、主要活动", "四、宣传重点", "五、组织保障"]
    assert [part.split("</h2>")[0] for part in text.body.split("<h2>")[1:]] == headings
    assert "<h3>(一)指导思想</h3>" in text.body
    assert "<p>(一)时间:2023年5月14日-20日</p>" in text.body
    assert "<p>1.常规性活动。" in text.body
    body = plain_text(text.body)
    assert body.endswith("市中华职教社联系人:纪志斌,联系方式:5392857。")
    # nothing between the salutation and the list of annexes is lost
    source = document.notice.split("各职业院校(技工院校):")[1].split("附件:1.")[0]
    assert "".join(body.split()) == "".join(source.replace("\\", "").replace("#", "").split())


def test_another_citys_notice_needs_no_code() -> None:
    document = read_folder(OTHER_CITY)

    text = read_official_text(document)

    assert text.salutation == "各县（区）教育局，市属职业学校"
    assert plain_text(text.body).startswith("定于2031年9月8日至12日举办")
    [annex] = annexes_of(document, text.annexes)
    assert annex.title == "附件1：技能开放周情况表"


def test_the_annexes_hold_the_editions_lists() -> None:
    document = read_folder(EDITIONS / "xiamen-2023")

    national, ideas, form = annexes_of(document, read_official_text(document).annexes)

    assert national.name == "附件1-2023年职业教育活动周全国性活动清单.docx"
    words = _words(national.content)
    assert all(row.title in words and row.department in words for row in document.national_activities)
    words = _words(ideas.content)
    assert all(row.name in words and row.text in words for row in document.ideas)
    words = _words(form.content)
    assert all(field.name in words and field.unit in words for field in document.statistics_form.fields)


def test_the_import_makes_a_draft_with_everything(edition: Edition, tree: Tree, editor: User) -> None:
    notice = draft_from_edition(edition, tree.host, actor=editor)

    assert (notice.state, notice.title) == ("draft", "2023年厦门市职业教育活动周通知")
    assert notice.draft["issuers"] == ["厦门市教育局", "厦门市人力资源和社会保障局", "厦门市中华职业教育社"]
    assert notice.draft["issued_on"] == "2023-05-06"
    assert [row.title for row in attachments_of(notice.draft)] == [
        "附件1：2023年职业教育活动周全国性活动清单",
        "附件2：2023年职业教育活动周特色活动参考清单",
        "附件3：2023年职业教育活动周学校情况统计表",
    ]
    assert not Asset.objects.filter(is_public=True).exists()
    assert public_notices(edition).count() == 0


def test_it_is_imported_once(edition: Edition, tree: Tree, editor: User) -> None:
    notice = draft_from_edition(edition, tree.host, actor=editor)

    with pytest.raises(Conflict) as conflict:
        draft_from_edition(edition, tree.host, actor=editor)

    assert conflict.value.details == [notice.pk]
    assert (Notice.objects.count(), Asset.objects.count()) == (1, 3)


def test_outsiders_import_nothing(edition: Edition, tree: Tree, district: User) -> None:
    for user in (district, person(tree.school_a, "manager"), person()):
        with pytest.raises(NotAllowed):
            draft_from_edition(edition, tree.host, actor=user)


def test_seeding_publishes_once_and_its_files_are_public(edition: Edition, tree: Tree) -> None:
    first = seed_notice(edition, tree.host)
    again = seed_notice(edition, tree.host)

    assert first == again
    assert public_notices(edition).get().receipts.count() == 6
    assert Asset.objects.filter(is_public=True).count() == 3


def test_a_notice_that_is_not_public_keeps_its_files_to_its_recipients(
    edition: Edition, tree: Tree, editor: User
) -> None:
    from skillweek.notices.domain import publish_notice, save_notice

    notice = draft_from_edition(edition, tree.host, actor=editor)
    save_notice(notice, {"is_public": False}, actor=editor, expected_revision=None)

    publish_notice(notice, actor=editor)

    assert not Asset.objects.filter(is_public=True).exists()


@pytest.mark.requirement("A4")
def test_the_other_citys_edition_is_imported_too(tree: Tree, editor: User, tmp_path: Path, settings: Any) -> None:
    other = factories.edition(folder=OTHER_CITY)

    notice = draft_from_edition(other, tree.host, actor=editor)

    assert notice.draft["recipients_text"] == "各县（区）教育局，市属职业学校"
