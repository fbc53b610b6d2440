"""The dashboard and the wall screen: the roll-up's numbers, in one's own reach, whatever the address says (C13)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from skillweek.activities.models import Activity
from skillweek.content.intake import add_asset
from skillweek.content.models import Asset
from skillweek.content.renditions import make_copies
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, SchoolType
from skillweek.reports.models import DailyReport
from skillweek.reports.queries.scope import SchoolFilter
from skillweek.statistics.charts import MAX_BARS, Chart, Series, gathered
from skillweek.statistics.domain.wall_links import MOST, make_link, token_of
from skillweek.statistics.models import FormEntry, WallLink
from skillweek.statistics.queries.dashboard import Dashboard, dashboard, district_chart
from skillweek.statistics.queries.figures import count_again
from skillweek.statistics.queries.reach import Reach
from skillweek.statistics.queries.rollup import rollup
from skillweek.statistics.queries.wall import wall_of
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from tests.factories import Tree, client_of, person
from tests.materials.make import make_jpeg
from tests.statistics import make

_S = FormEntry.State


def week(tree: Tree, edition: Edition) -> None:
    """Activities, people at doors, reports and coverage of several schools; one form is accepted."""
    tea = make.activity(edition, tree.school_a, title="茶艺体验", tags={"outreach": ["into-community"]}, days=(0,))
    make.session(tea, 1, people=12)
    make.activity(edition, tree.school_a, kind=Activity.Kind.FEATURE, title="大师工坊", days=(1, 2))
    repair = make.activity(edition, tree.school_b, title="家电维修", is_highlight=True, highlight_rank=1)
    make.session(repair, 1, people=30)
    make.activity(edition, tree.tech, title="焊接表演", days=(3,))
    make.activity(edition, tree.school_b, title="还没有通过", state=Activity.State.SUBMITTED, days=(0,))
    coverage = (("coverage", {"level": "national"}), ("coverage", {"level": "municipal"}))
    make.report(edition, tree.school_a, 0, figures={"students": 30}, items=coverage)
    make.report(edition, tree.school_a, 1, figures={"students": 12}, state=DailyReport.State.SUBMITTED)
    make.report(edition, tree.school_b, 0, figures={"students": 5})
    make.report(edition, tree.tech, 0, figures={"students": 7}, state=DailyReport.State.RETURNED)
    count_again(edition, Organisation.objects.schools())
    FormEntry.objects.filter(organisation=tree.school_a).update(state=_S.ACCEPTED)


def chart(board: Dashboard, key: str) -> Chart:
    return next(each for each in [*board.charts, *board.categories] if each.key == key)


@pytest.mark.requirement("C13")
@pytest.mark.parametrize("accepted_only", [False, True])
@pytest.mark.parametrize(
    "chosen", [SchoolFilter(), SchoolFilter(district="思明区"), SchoolFilter(line="education"),
               SchoolFilter(school_type=SchoolType.TECHNICAL)],
)  # fmt: skip
def test_every_number_is_the_roll_ups(tree: Tree, edition: Edition, chosen: SchoolFilter, accepted_only: bool) -> None:
    week(tree, edition)
    for root in (tree.host, tree.edu, tree.siming, tree.hr):
        reach = Reach(root, chosen)
        found = rollup(edition, root, chosen=chosen)
        numbers = found.accepted if accepted_only else found.total
        board = dashboard(edition, reach, by="students", accepted_only=accepted_only)
        assert board.found.total == found.total and board.found.accepted == found.accepted
        assert chart(board, "districts").total == numbers.get("students", 0)
        for field in found.fields:
            if field.kind == "distinct":
                continue
            districts = district_chart(board.found, field, accepted_only)
            assert districts.total == numbers.get(field.code, 0), field.code
            assert sum(total for _label, _values, total in districts.rows()) == districts.total
        levels = [f"coverage_{level}" for level in ("national", "provincial", "municipal")]
        coverage = [values for _label, values, _total in chart(board, "coverage").rows()] or [[0, 0]] * 3
        assert [sum(values) for values in coverage] == [numbers.get(code, 0) for code in levels]
        kinds = [each.total for each in board.categories if each.key == "category-0"]  # none without activities
        assert sum(kinds) == numbers.get("activities_total", 0)
        if not accepted_only:
            assert sum(day.reported for day in board.days) == found.total.get("students", 0)
        below = [each for each in (tree.school_a, tree.school_b, tree.tech, tree.college) if each in reach.schools()]
        assert all(day.reports.expected == found.schools == len(below) for day in board.days)


@pytest.mark.requirement("C13")
def test_the_week_by_days_and_the_best_activities(tree: Tree, edition: Edition) -> None:
    week(tree, edition)

    board = dashboard(edition, Reach(tree.host), by="students")

    assert [day.sessions for day in board.days][:4] == [1, 3, 1, 1]
    assert [day.people for day in board.days][:3] == [0, 42, 0]
    assert [(day.reported, day.reported_accepted) for day in board.days][:2] == [(35, 35), (12, 0)]
    first = board.days[0].reports
    assert (first.expected, first.accepted, first.returned, first.waiting) == (4, 2, 1, 0)
    assert [(each.title, each.present) for each in board.highlights] == [("家电维修", 30), ("大师工坊", 0)]
    assert [each.title for each in dashboard(edition, Reach(tree.siming)).highlights] == ["大师工坊"]
    assert "合计 42 人次" in chart(board, "people").sentence


def test_a_long_list_ends_with_the_rest_and_keeps_its_sum() -> None:
    numbers = list(range(100, 0, -1))
    long = Chart("x", "各区", "区", [f"区{n}" for n in numbers], [Series("a", "teal", numbers)])

    short = gathered(long, MAX_BARS)

    assert len(short.labels) == MAX_BARS and short.labels[-1] == "其余 87 个"
    assert short.total == long.total == sum(total for _label, _values, total in long.rows())


def test_the_page_shows_ones_own_schools_only(tree: Tree, edition: Edition) -> None:
    week(tree, edition)
    district = client_of(person(tree.siming, "reviewer"))

    assert district.get("/w/statistics/dashboard/")["Location"] == f"/w/statistics/dashboard/{tree.siming.pk}/"
    page = district.get(f"/w/statistics/dashboard/{tree.siming.pk}/").content.decode()
    assert "大师工坊" in page and ">家电维修<" not in page and "湖里区" not in page
    for unit in (tree.host, tree.edu, tree.huli, tree.hr, tree.school_b):
        for kind in ("dashboard", "wall"):
            assert district.get(f"/w/statistics/{kind}/{unit.pk}/").status_code in (403, 404)
    assert client_of(person(tree.school_a, "manager")).get("/w/statistics/dashboard/").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "by=%00&district=%00", "by=' OR 1=1 --", "by=highlights", "state=%F0%9F%98%80&line=x",
        "district=" + "区" * 3000, "school_type[]=a&edition=%00",
        "edition=../../etc&by=<script>alert(1)</script>", "page=-1&q=%27%22%3E",
    ],
)  # fmt: skip
def test_a_hostile_address_is_an_ordinary_page(tree: Tree, edition: Edition, query: str) -> None:
    client = client_of(person(tree.host, "manager"))
    for path in ("dashboard", "wall"):
        answer = client.get(f"/w/statistics/{path}/{tree.host.pk}/?{query}")
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content
    assert client.get(f"/w/statistics/dashboard/?{query}").status_code == 302


def test_names_do_not_become_markup(tree: Tree, edition: Edition) -> None:
    Organisation.objects.filter(pk=tree.school_a.pk).update(district="</script><b>x")
    week(tree, edition)
    page = client_of(person(tree.host, "manager")).get(f"/w/statistics/dashboard/{tree.host.pk}/").content.decode()

    assert "</script><b>" not in page
    block = re.search(r'<script id="chart-districts-data" type="application/json">(.*?)</script>', page)
    assert block and "</script><b>x" in json.loads(block[1])["labels"]


# --- The wall screen ------------------------------------------------------------------------------


@pytest.mark.requirement("C13")
def test_the_wall_says_what_the_roll_up_and_the_doors_say(tree: Tree, edition: Edition) -> None:
    week(tree, edition)
    with time_machine.travel(edition.report_deadline(edition.days[0]) - timedelta(hours=1)):
        wall = wall_of(edition, tree.host)
        found = rollup(edition, tree.host)

    assert wall.activities == found.total["activities_total"] == 4
    assert wall.activities_accepted == found.accepted["activities_total"] == 2
    assert wall.coverage == 2 and wall.people == 42 and wall.sessions == 6
    assert (wall.reports.accepted, wall.reports.expected) == (2, 4)
    assert wall.phase == "during"


def test_the_wall_names_nobody_and_shows_only_public_highlights(tree: Tree, edition: Edition) -> None:
    hidden = make.activity(edition, tree.school_a, title="没有公开的亮点", is_highlight=True)
    shown = make.activity(
        edition, tree.school_a, title="公开的亮点", is_highlight=True,
        person_in_charge="示例负责人", phone_in_charge="13800000000",
        published_at=edition.report_deadline(edition.days[0]) - timedelta(days=30),
    )  # fmt: skip
    page = client_of(person(tree.host, "reviewer", name="示例王科长")).get(f"/w/statistics/wall/{tree.host.pk}/live/")
    text = page.content.decode()

    assert shown.title in text and hidden.title not in text
    assert "13800000000" not in text and "示例负责人" not in text and "示例王科长" not in text
    assert page["Cache-Control"] == "private, no-store" or "no-store" in page["Cache-Control"]


def test_a_highlights_picture_is_shown_only_while_it_is_public(
    tree: Tree, edition: Edition, client: Any, tmp_path: Path
) -> None:
    source = make_jpeg(tmp_path / "cover.jpg", 1200, 800, min_bytes=0)
    file = store_local_file(source, edition=edition, organisation=tree.school_a, user=None, kind="other", name="c.jpg")
    cover = add_asset(file, kind="picture")
    check_stored_file(file.pk)
    make_copies(cover.pk)
    published = edition.report_deadline(edition.days[0]) - timedelta(days=30)
    make.activity(edition, tree.school_a, title="有封面", is_highlight=True, cover=cover, published_at=published)
    link = make_link(tree.host, by=person(tree.host, "manager"), name="大厅")
    address = f"/statistics/wall/{token_of(link)}/"

    hidden = client.get(address).content.decode()
    Asset.objects.filter(pk=cover.pk).update(is_public=True)
    shown = client.get(address).content.decode()

    assert "有封面" in hidden and "<img" not in hidden
    addresses = re.findall(r'<img[^>]* src="([^"]+)"', shown)
    assert len(addresses) == 1 and client.get(addresses[0]).status_code == 200


@pytest.mark.requirement("C13")
def test_a_screen_shows_the_wall_by_its_link_until_it_is_revoked(tree: Tree, edition: Edition, client: Any) -> None:
    week(tree, edition)
    manager = client_of(person(tree.siming, "manager"))
    manager.post(f"/w/statistics/wall/{tree.siming.pk}/links/", {"name": "一楼大厅"})
    link = WallLink.objects.get()
    address = f"/statistics/wall/{token_of(link)}/"
    assert address in manager.get(f"/w/statistics/wall/{tree.siming.pk}/links/").content.decode()
    assert token_of(link) not in (link.nonce, link.token_hash)

    page, live = client.get(address), client.get(f"{address}live/")
    assert page.status_code == live.status_code == 200
    assert "示例思明区教育局" in page.content.decode()
    assert '<dd data-figure="people">12</dd>' in live.content.decode()  # not the other district's thirty
    assert page["X-Robots-Tag"] == "noindex" and page["Referrer-Policy"] == "no-referrer"
    link.refresh_from_db()
    assert link.last_seen_at is not None

    assert client_of(person(tree.huli, "manager")).post(f"/w/statistics/wall/link/{link.pk}/revoke/").status_code in (
        403,
        404,
    )
    assert client.get(address).status_code == 200
    manager.post(f"/w/statistics/wall/link/{link.pk}/revoke/")
    assert client.get(address).status_code == client.get(f"{address}live/").status_code == 404
    verbs = AuditEvent.objects.filter(object_type="statistics.walllink").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["wall_link.make", "wall_link.revoke"]


def test_forged_expired_and_orphaned_links_open_nothing(tree: Tree, edition: Edition, client: Any) -> None:
    link = make_link(tree.siming, by=person(tree.siming, "manager"), name="大厅")
    token = token_of(link)

    for forged in ("x", token[:-1], token.swapcase(), link.token_hash, link.nonce, "é" * 20, "a" * 500):
        assert client.get(f"/statistics/wall/{forged}/").status_code == 404
    assert client.get(f"/statistics/wall/{token}/").status_code == 200
    with time_machine.travel(link.expires_at + timedelta(minutes=1)):
        assert client.get(f"/statistics/wall/{token}/").status_code == 404
    Organisation.objects.filter(pk=tree.siming.pk).update(is_active=False)
    assert client.get(f"/statistics/wall/{token}/").status_code == 404


def test_only_managers_make_links_and_not_without_end(tree: Tree, edition: Edition) -> None:
    address = f"/w/statistics/wall/{tree.siming.pk}/links/"
    assert client_of(person(tree.siming, "reviewer")).post(address, {"name": "大厅"}).status_code == 403
    manager = client_of(person(tree.siming, "manager"))
    assert manager.post(address, {"name": " \0 "}).status_code == 400
    assert manager.post(address, {"name": "厅" * 61}).status_code == 400
    assert not WallLink.objects.exists()
    for _number in range(MOST):
        manager.post(address, {"name": "大厅"})
    assert manager.post(address, {"name": "大厅"}).status_code == 429
    assert WallLink.objects.count() == MOST


@pytest.mark.parametrize("path", ["dashboard", "wall"])
def test_queries_do_not_grow_with_the_schools(
    tree: Tree, edition: Edition, django_assert_max_num_queries: Any, path: str
) -> None:
    week(tree, edition)
    client = client_of(person(tree.host, "manager"))
    client.get(f"/w/statistics/{path}/{tree.host.pk}/")
    with django_assert_max_num_queries(60) as few:
        client.get(f"/w/statistics/{path}/{tree.host.pk}/")
    for number in range(12):
        fields = {"code": f"S-{number}", "name": f"示例第{number}学校", "kind": "school", "line": "education"}
        school = Organisation.objects.add_child(
            tree.fresh("siming"), create_kwargs={**fields, "district": f"区{number}"}
        )
        make.activity(edition, school, kind=Activity.Kind.FEATURE, days=(0,))
        make.report(edition, school, 0, figures={"students": 3})
    count_again(edition, Organisation.objects.schools())
    with django_assert_max_num_queries(len(few)):
        client.get(f"/w/statistics/{path}/{tree.host.pk}/")
