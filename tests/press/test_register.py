"""The register: it fills itself from reports, people decide, merges can be undone (D4)."""

from __future__ import annotations

import pytest

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.press.domain import merging, register
from skillweek.press.domain.following import follow_report, register_missing
from skillweek.press.domain.outlets import join_outlets, save_outlet
from skillweek.press.models import Coverage, MediaOutlet
from skillweek.reports.domain.review import accept_report, reopen_report, return_for_correction
from skillweek.reports.models import DailyReport
from skillweek.statistics import sources
from tests.factories import Tree, person
from tests.press import make

pytestmark = pytest.mark.requirement("D4")
_S = Coverage.State


def counted(edition: Edition, *schools: Organisation, level: str = "municipal") -> tuple[dict[int, int], int]:
    source = sources.find(f"coverage.{level}")
    assert source is not None and source.keys is not None
    units = Organisation.objects.filter(pk__in=[school.pk for school in schools])
    return source.numbers(edition, units), source.keys(edition, units)


def test_a_report_takes_its_coverage_through_its_states(tree: Tree, edition: Edition, reviewer: User) -> None:
    report = make.report(edition, tree.school_a)
    row = Coverage.objects.get()
    assert (row.state, row.title, str(row.outlet), row.source) == (
        _S.REGISTERED, make.FIELDS["title"], "示例日报", "report"
    )  # fmt: skip
    assert [unit.pk for unit in row.organisations.all()] == [tree.school_a.pk]

    accept_report(report, by=reviewer, expected_version=report.version)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == (_S.CONFIRMED, reviewer)

    reopen_report(report, by=reviewer, reason="再看")
    row.refresh_from_db()
    assert row.state == _S.REGISTERED

    report.refresh_from_db()
    return_for_correction(report, by=reviewer, expected_version=report.version, reason="请补充")
    row.refresh_from_db()
    assert row.state == _S.WAITING
    assert counted(edition, tree.school_a) == ({}, 0)

    DailyReport.objects.filter(pk=report.pk).update(state="submitted")
    report.items.update(title="改过的标题")
    report.refresh_from_db()
    assert follow_report(report) == 0
    row.refresh_from_db()
    assert (row.state, row.title) == (_S.REGISTERED, "改过的标题")
    assert counted(edition, tree.school_a) == ({tree.school_a.pk: 1}, 1)


def test_what_a_person_decided_or_corrected_stays(tree: Tree, edition: Edition, reviewer: User) -> None:
    report = make.report(edition, tree.school_a)
    row = Coverage.objects.get()
    register.change(row, actor=reviewer, level="provincial", outlet="示例日报", expected=1)
    register.reject(row, actor=reviewer, remark="不是本届的报道")

    accept_report(report, by=reviewer, expected_version=report.version)

    row.refresh_from_db()
    assert (row.state, row.level, row.remark) == (_S.REJECTED, "provincial", "不是本届的报道")
    assert counted(edition, tree.school_a, level="provincial") == ({}, 0)


def test_material_that_is_purged_leaves_its_row_and_its_name(tree: Tree, edition: Edition) -> None:
    report = make.report(edition, tree.school_a)

    report.items.all().delete()

    row = Coverage.objects.get()
    assert (row.item, row.state) == (None, _S.REGISTERED)
    assert row.source_label == f"{report.day:%Y-%m-%d} {make.FIELDS['title']}"


def test_reports_of_before_the_register_are_entered_once(tree: Tree, edition: Edition) -> None:
    report = DailyReport.objects.create(
        edition=edition, organisation=tree.school_a, day=edition.days[1], state="accepted"
    )
    make.item(report)
    draft = DailyReport.objects.create(edition=edition, organisation=tree.school_b, day=edition.days[1])
    make.item(draft)

    assert (register_missing(edition), register_missing(edition)) == (1, 0)
    assert [(row.home, row.state) for row in Coverage.objects.all()] == [(tree.school_a, _S.CONFIRMED)]


def test_equal_links_merge_by_themselves_and_count_once_for_the_city(tree: Tree, edition: Edition) -> None:
    first = make.coverage(edition, tree.school_a, link="https://www.example.com/1?from=wx")
    second = make.coverage(edition, tree.school_b, link="http://example.com/1", title="另一个标题", level="national")

    assert (second.merged_into, second.merged_by_link) == (first, True)
    assert counted(edition, tree.school_a, tree.school_b) == ({tree.school_a.pk: 1, tree.school_b.pk: 1}, 1)
    assert counted(edition, tree.school_a, tree.school_b, level="national") == ({}, 0)


def test_a_merge_is_undone_and_not_done_again(tree: Tree, edition: Edition, host: User) -> None:
    first = make.coverage(edition, tree.school_a, link="https://example.com/1")
    second = make.coverage(edition, tree.school_b, link="https://example.com/1")

    merging.unmerge(second, actor=host)
    register.change(second, actor=host, title="又改了一次")

    second.refresh_from_db()
    assert (second.merged_into, second.proposed) == (None, None)
    assert counted(edition, tree.school_a, tree.school_b)[1] == 2
    with pytest.raises(Conflict):
        merging.unmerge(second, actor=host)
    merging.merge(second, first, actor=host)
    assert counted(edition, tree.school_a, tree.school_b)[1] == 1


def test_near_titles_of_one_outlet_and_day_are_proposed_and_a_person_decides(
    tree: Tree, edition: Edition, host: User, reviewer: User
) -> None:
    first = make.coverage(edition, tree.school_a)
    second = make.coverage(edition, tree.school_b, title="一杯茶里的工匠心——职教周走进茶艺实训室（图）")
    later = make.coverage(edition, tree.school_b, published_on=edition.days[1])
    other = make.coverage(edition, tree.school_b, title="一辆车里的工匠心：职教周走进汽修车间")

    assert (second.proposed, later.proposed, other.proposed) == (first, None, None)
    with pytest.raises(NotAllowed):  # of another line
        merging.merge(second, first, actor=reviewer)
    merging.merge(second, first, actor=host)
    assert counted(edition, tree.school_a, tree.school_b) == ({tree.school_a.pk: 1, tree.school_b.pk: 3}, 3)


def test_what_is_said_to_differ_is_never_proposed_again(tree: Tree, edition: Edition, host: User) -> None:
    make.coverage(edition, tree.school_a)
    second = make.coverage(edition, tree.school_b)

    merging.keep_apart(second, actor=host)
    register.change(second, actor=host, title=make.FIELDS["title"] + "！")

    second.refresh_from_db()
    assert second.proposed is None


def test_taking_a_group_apart_gives_back_what_came_along(tree: Tree, edition: Edition, host: User) -> None:
    third = make.coverage(edition, tree.school_a, title="甲", link="https://example.com/a")
    root = make.coverage(edition, tree.school_b, title="乙")
    child = make.coverage(edition, tree.tech, title="丙", link="https://example.com/a")
    assert child.merged_into == third

    merging.merge(third, root, actor=host)
    child.refresh_from_db()
    assert child.merged_into == root
    merging.unmerge(third, actor=host)

    child.refresh_from_db()
    assert child.merged_into == third


def test_schools_register_what_is_about_them_and_the_line_above_decides(
    tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    values = {**make.FIELDS, "published_on": edition.days[0]}
    row = register.register(edition, tree.school_a, actor=liaison, organisations=[tree.school_a, tree.tech], **values)

    assert row.state == _S.REGISTERED
    assert counted(edition, tree.school_a, tree.tech) == ({tree.school_a.pk: 1, tree.tech.pk: 1}, 1)
    with pytest.raises(NotAllowed):
        register.confirm(row, actor=liaison)
    with pytest.raises(NotAllowed):
        register.register(edition, tree.school_b, actor=liaison, **values)
    register.confirm(row, actor=reviewer)
    with pytest.raises(NotAllowed):  # confirmed: the line above corrects it
        register.change(row, actor=liaison, title="改")
    with pytest.raises(NotAllowed):
        register.delete(row, actor=liaison)


def test_a_bureaus_own_row_stands_confirmed_and_a_stale_change_is_refused(
    tree: Tree, edition: Edition, host: User
) -> None:
    row = register.register(edition, tree.host, actor=host, **{**make.FIELDS, "published_on": edition.days[0]})
    assert row.state == _S.CONFIRMED
    register.change(row, actor=host, expected=1, title="甲")
    with pytest.raises(Conflict):
        register.change(row, actor=host, expected=1, title="乙")


@pytest.mark.parametrize(
    ("values", "field"),
    [({"title": " "}, "title"), ({"outlet": "没听说过的报", "level": ""}, "level")],
)
def test_what_cannot_be_counted_is_refused(tree: Tree, edition: Edition, values: dict[str, str], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        make.coverage(edition, tree.school_a, **values)
    assert (refused.value.field, Coverage.objects.count()) == (field, 0)


def test_an_outlet_of_the_editions_list_brings_its_level(tree: Tree, edition: Edition) -> None:
    row = make.coverage(edition, tree.school_a, outlet="《人民日报》", level="")

    assert (row.level, str(row.outlet), row.outlet.level) == ("national", "人民日报", "national")


def test_aliases_find_their_outlet_and_outlets_are_joined(tree: Tree, edition: Edition, host: User) -> None:
    paper = save_outlet(MediaOutlet(), actor=host, name="示例晚报", level="municipal", aliases=["示例晚报客户端"])
    assert make.coverage(edition, tree.school_a, outlet="示例晚报 客户端", level="").outlet == paper
    stray = make.coverage(edition, tree.school_b, outlet="示例晚报公众号", level="district").outlet
    assert stray is not None

    with pytest.raises(DomainError):
        save_outlet(stray, actor=host, name="示例晚报", level="municipal", aliases=[])
    join_outlets(stray, paper, actor=host)

    assert [outlet.name for outlet in MediaOutlet.objects.all()] == ["示例晚报"]
    assert make.coverage(edition, tree.school_b, outlet="示例晚报公众号", level="").outlet == paper
    with pytest.raises(NotAllowed):
        save_outlet(paper, actor=person(tree.school_a, "liaison"), name="甲", level="national", aliases=[])


def test_a_closed_edition_is_frozen(tree: Tree, edition: Edition, host: User) -> None:
    row = make.coverage(edition, tree.school_a)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)

    for verb in (register.confirm, register.delete, merging.keep_apart):
        with pytest.raises(NotAllowed):
            verb(row, actor=host)
