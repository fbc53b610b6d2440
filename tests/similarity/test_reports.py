"""From a report's text to the finding before the school submits, and to the reviewer's page (C14)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.management import call_command

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.findings import refresh_findings
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.similarity.domain import put_text
from skillweek.similarity.models import Key, Pair, Text
from tests import factories
from tests.reports.review import make
from tests.similarity import made

pytestmark = pytest.mark.requirement("C14")
_K = ReportItem.Kind
Compared = Callable[..., None]


def codes(item: ReportItem) -> list[str]:
    """The codes of the item's findings about likeness, as they are stored."""
    item.refresh_from_db()
    mine = {"manuscript.coverage", "manuscript.alike", "manuscript.again"}
    return [row["code"] for row in item.findings if row["code"] in mine]


@pytest.fixture
def chance() -> random.Random:
    """The same chance for every run."""
    return random.Random(14)


@pytest.fixture
def article(chance: random.Random) -> list[str]:
    """An article of somebody."""
    return made.article(chance)


def test_copy_of_another_schools_text_is_told_to_the_later_one_only(
    tree: factories.Tree, edition: Edition, article: list[str], chance: random.Random, compared: Compared
) -> None:
    theirs = make.item(make.report(edition, tree.school_a), title="先写的", text=made.text_of(article))
    mine_report = make.report(edition, tree.school_b, state=DailyReport.State.DRAFT)
    copied = made.with_part_of(chance, made.article(chance), article, 12)
    mine = make.item(mine_report, title="抄来的", text=made.text_of(copied))
    alone = make.item(mine_report, title="自己写的", text=made.text_of(made.article(chance)))

    compared(theirs.report, mine_report)

    assert codes(theirs) == []
    assert codes(mine) == ["manuscript.alike"]
    assert codes(alone) == []
    finding = next(row for row in mine.findings if row["code"] == "manuscript.alike")
    assert finding["severity"] == "warning"
    # Whose it is, is not the school's to know.
    assert tree.school_a.name not in str(finding)


def test_own_earlier_text_is_only_advice(
    tree: factories.Tree, edition: Edition, article: list[str], compared: Compared
) -> None:
    first = make.item(make.report(edition, tree.school_a), text=made.text_of(article))
    again = make.report(edition, tree.school_a, day=make.FIRST_DAY + timedelta(days=1))
    second = make.item(again, text=made.text_of(article))

    compared(first.report, again)

    assert codes(second) == ["manuscript.again"]
    assert {row["severity"] for row in second.findings if row["code"] == "manuscript.again"} == {"advice"}


def test_coverage_without_a_named_source_is_a_finding_until_the_source_is_named(
    tree: factories.Tree, edition: Edition, article: list[str], chance: random.Random, compared: Compared
) -> None:
    report = make.report(edition, tree.school_a, state=DailyReport.State.DRAFT)
    make.item(
        report, _K.COVERAGE, title="街头的课堂", outlet="云山晚报", text=made.text_of(article),
        published_on=make.FIRST_DAY,
    )  # fmt: skip
    quoting = made.text_of(made.with_part_of(chance, made.article(chance), article, 4))
    mine = make.item(report, title="见闻", text=quoting)
    compared(report)
    assert codes(mine) == ["manuscript.coverage"]
    message = next(row["message"] for row in mine.findings if row["code"] == "manuscript.coverage")
    assert "云山晚报" in message
    assert "街头的课堂" in message

    for naming in ({"source": "云山晚报，3月3日"}, {"source": "", "text": f"{quoting}\n（来源：云山晚报）"}):
        ReportItem.objects.filter(pk=mine.pk).update(**naming)
        refresh_findings(report)
        compared(report)
        assert codes(mine) == [], naming


def test_coverage_that_a_room_above_puts_is_compared_too(
    tree: factories.Tree, edition: Edition, article: list[str], chance: random.Random, compared: Compared,
    press_texts: set[int],
) -> None:  # fmt: skip
    report = make.report(edition, tree.school_a)
    mine = make.item(report, text=made.text_of(made.with_part_of(chance, made.article(chance), article, 4)))
    compared(report)
    assert codes(mine) == []

    put_text(
        "coverage", 5, edition=edition, organisation=None, text=made.text_of(article), title="匠心", outlet="示例日报",
        link="https://news.example.org/5", dated=make.FIRST_DAY,
    )  # fmt: skip
    compared()

    assert codes(mine) == ["manuscript.coverage"]


def test_docx_manuscripts_are_compared(
    tree: factories.Tree, edition: Edition, article: list[str], tmp_path: Path, compared: Compared
) -> None:
    path = tmp_path / "稿件.docx"
    document = docx.Document()
    for start in range(0, len(article), 4):
        document.add_paragraph("".join(article[start : start + 4]))
    document.save(str(path))
    theirs = make.report(edition, tree.school_a)
    make.item(theirs, text=made.text_of(article))
    mine_report = make.report(edition, tree.school_b)
    file = make.stored(edition, tree.school_b, "稿件.docx", path.read_bytes(), kind="manuscript")
    mine = make.item(mine_report, file=file)

    compared(theirs, mine_report)

    assert codes(mine) == ["manuscript.alike"]
    assert Pair.objects.get().second_share == pytest.approx(1.0)


def test_a_changed_text_is_counted_anew_and_a_removed_one_goes(
    tree: factories.Tree, edition: Edition, article: list[str], chance: random.Random, compared: Compared,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    theirs = make.item(make.report(edition, tree.school_a), text=made.text_of(article))
    report = make.report(edition, tree.school_b)
    mine = make.item(report, text=made.text_of(article))
    compared(theirs.report, report)
    assert codes(mine) == ["manuscript.alike"]

    ReportItem.objects.filter(pk=mine.pk).update(text=made.text_of(made.article(chance)))
    compared(report)
    assert codes(mine) == []
    assert not Pair.objects.exists()

    ReportItem.objects.filter(pk=mine.pk).update(text=made.text_of(article))
    compared(report)
    assert codes(mine) == ["manuscript.alike"]

    ReportItem.objects.filter(pk=theirs.pk).update(removed_at=make.at(make.FIRST_DAY, 12))
    with django_capture_on_commit_callbacks(execute=True):
        compared(theirs.report)
    assert codes(mine) == []
    assert not Text.objects.filter(kind="report", object_id=theirs.pk).exists()
    assert not Pair.objects.exists()
    assert set(Key.objects.values_list("text__object_id", flat=True)) == {mine.pk}


def test_accepted_reports_keep_their_findings(
    tree: factories.Tree, edition: Edition, article: list[str], compared: Compared, press_texts: set[int]
) -> None:
    report = make.report(edition, tree.school_a, state=DailyReport.State.ACCEPTED)
    mine = make.item(report, text=made.text_of(article))
    compared(report)

    put_text("coverage", 9, edition=edition, organisation=None, text=made.text_of(article), outlet="示例日报")
    compared()

    assert codes(mine) == []
    assert Pair.objects.count() == 1


def test_reviewer_sees_both_texts_side_by_side(
    tree: factories.Tree, edition: Edition, article: list[str], host_reviewer: User, compared: Compared
) -> None:
    theirs = make.item(make.report(edition, tree.school_a), title="先写的", text=made.text_of(article))
    report = make.report(edition, tree.school_b)
    mine = make.item(report, title="后写的", text=made.text_of(article))
    compared(theirs.report, report)
    client = factories.client_of(host_reviewer)

    page = client.get(f"/w/reports/review/{report.pk}/").content.decode()
    assert f"/w/similar/{Pair.objects.get().pk}/" in page or "文字相同" in page
    side = client.get(f"/w/similar/{Pair.objects.get().pk}/").content.decode()

    assert "先写的" in side
    assert "后写的" in side
    assert side.count('class="likeness-mark"') == 2
    assert f"/w/reports/review/{report.pk}/#item-{mine.pk}" in side
    assert f"/w/reports/review/{theirs.report_id}/#item-{theirs.pk}" in side


def test_evidence_out_of_reach_says_only_that_there_is_some(
    tree: factories.Tree, edition: Edition, article: list[str], chance: random.Random, compared: Compared
) -> None:
    secret = "绝密之句" + article[0]
    theirs_report = make.report(edition, tree.school_b)
    make.item(theirs_report, title="别区的稿件", text=made.text_of([secret, *article]))
    report = make.report(edition, tree.school_a)
    make.item(
        report, title="本区的稿件", text=made.text_of(made.with_part_of(chance, made.article(chance), article, 12))
    )
    compared(theirs_report, report)
    pair = Pair.objects.get()
    reviewer = factories.person(tree.siming, "reviewer")
    client = factories.client_of(reviewer)

    page = client.get(f"/w/reports/review/{report.pk}/").content.decode()
    side = client.get(f"/w/similar/{pair.pk}/").content.decode()

    assert f"/w/similar/{pair.pk}/" in page
    for shown in (page, side):
        assert "本区的稿件" in shown
        assert "别区的稿件" not in shown
        assert "绝密之句" not in shown
        assert tree.school_b.name not in shown
    outsider = factories.person(tree.college, "liaison")
    assert factories.client_of(outsider).get(f"/w/similar/{pair.pk}/").status_code == 404


def test_drafts_of_schools_are_not_read_by_the_line_above(
    tree: factories.Tree, edition: Edition, article: list[str], host_reviewer: User, compared: Compared
) -> None:
    draft = make.report(edition, tree.school_b, state=DailyReport.State.DRAFT)
    make.item(draft, title="还没交的", text=made.text_of(article))
    report = make.report(edition, tree.school_a)
    make.item(report, title="交了的", text=made.text_of(article[:-3]))
    compared(draft, report)

    side = factories.client_of(host_reviewer).get(f"/w/similar/{Pair.objects.get().pk}/").content.decode()

    assert "交了的" in side
    assert "还没交的" not in side


def test_the_command_compares_what_was_there_before(tree: factories.Tree, edition: Edition, article: list[str]) -> None:
    for school in (tree.school_a, tree.school_b):
        make.item(make.report(edition, school), text=made.text_of(article))

    call_command("compare_texts")
    assert Pair.objects.count() == 1

    Pair.objects.all().delete()
    call_command("compare_texts")
    assert not Pair.objects.exists()
    call_command("compare_texts", "--again")
    assert Pair.objects.count() == 1
