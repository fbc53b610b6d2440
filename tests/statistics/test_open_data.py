"""Open data: only when the city says so, only accepted sums, never one school's, and no formula (C13)."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
import time_machine

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.statistics.domain.open_data import open_data_of, publish_open_data, withdraw_open_data
from skillweek.statistics.models import FormEntry, FormFigure
from skillweek.statistics.open_data import COLUMNS, FEWEST, as_csv, rows_of, safe_cell, table_of
from skillweek.statistics.queries.rollup import rollup
from tests.factories import Tree, client_of, person

_S = FormEntry.State


def fill(edition: Edition, school: Organisation, students: int, state: str = _S.ACCEPTED) -> None:
    entry, _made = FormEntry.objects.update_or_create(edition=edition, organisation=school, defaults={"state": state})
    FormFigure.objects.update_or_create(entry=entry, code="students", defaults={"number": students})


def schools(tree: Tree, edition: Edition, **districts: int) -> None:
    """So many accepted schools in each district, with 10 students each."""
    for district, number in districts.items():
        for n in range(number):
            fields = {"code": f"{district}-{n}", "name": f"{district}第{n}学校", "district": district}
            kind = {"kind": "school", "line": "education", "school_type": "secondary"}
            made = Organisation.objects.add_child(tree.fresh("edu"), create_kwargs={**fields, **kind})
            fill(edition, made, 10)


@pytest.fixture
def manager(tree: Tree) -> User:
    return person(tree.host, "manager")


def publish(edition: Edition, by: User, licence: str = "可自由使用，请注明来源。") -> None:
    publish_open_data(edition, by=by, licence=licence, expected_version=open_data_of(edition).version)


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.requirement("C13")
def test_nothing_is_there_until_the_city_publishes_and_after_it_takes_back(
    tree: Tree, edition: Edition, manager: User, client: Any
) -> None:
    schools(tree, edition, 甲区=4)
    paths = ["/statistics/", *(f"/statistics/{edition.slug}{end}" for end in ("/", ".csv", ".json"))]
    assert [client.get(path).status_code for path in paths] == [404] * 4

    boss = client_of(manager)
    address = f"/w/statistics/open-data/publish/?edition={edition.slug}"
    boss.post(address, {"edition": edition.slug, "version": "0", "licence": "CC BY 4.0，示例市"})
    assert [client.get(path).status_code for path in paths] == [200] * 4
    assert "CC BY 4.0，示例市" in client.get("/statistics/").content.decode()
    assert client.get(paths[3]).json()["licence"] == "CC BY 4.0，示例市"

    boss.post("/w/statistics/open-data/withdraw/", {"edition": edition.slug, "version": "1"})
    assert [client.get(path).status_code for path in paths] == [404] * 4
    events = AuditEvent.objects.filter(object_type="statistics.opendata").order_by("pk")
    assert [(event.verb, event.data["published"]) for event in events] == [
        ("open_data.publish", True), ("open_data.withdraw", False),
    ]  # fmt: skip


def test_only_the_hosts_manager_decides_and_knows_what_they_change(tree: Tree, edition: Edition, manager: User) -> None:
    for user in (person(tree.host, "reviewer"), person(tree.edu, "manager"), person(tree.school_a, "manager")):
        with pytest.raises(NotAllowed):
            publish(edition, user)
        assert client_of(user).get("/w/statistics/open-data/").status_code == 403
    with pytest.raises(Conflict):
        publish_open_data(edition, by=manager, licence="x", expected_version=7)
    with pytest.raises(DomainError):
        publish(edition, manager, licence=" ")
    with pytest.raises(Conflict):
        withdraw_open_data(edition, by=manager, expected_version=0)
    publish(edition, manager)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    edition.refresh_from_db()
    with pytest.raises(NotAllowed):
        publish(edition, manager)
    withdraw_open_data(edition, by=manager, expected_version=1)  # a mistake must not stay public


@pytest.mark.requirement("C13")
def test_the_file_says_what_the_roll_up_has_accepted(tree: Tree, edition: Edition, manager: User, client: Any) -> None:
    schools(tree, edition, 甲区=4, 乙区=3)
    fill(edition, tree.school_a, 1000, state=_S.SUBMITTED)
    publish(edition, manager)

    answer = client.get(f"/statistics/{edition.slug}.csv")
    rows = read(answer.content)

    assert answer.content.startswith(b"\xef\xbb\xbf") and answer["Content-Type"] == "text/csv; charset=utf-8"
    assert list(rows[0]) == [name for name, _key, _meaning in COLUMNS]
    found = rollup(edition, tree.host)
    whole = {row["指标代码"]: int(row["数值"]) for row in rows if row["维度"] == "合计"}
    assert whole["students"] == found.accepted["students"] == 70
    for dimension in ("按区", "按学校类型"):
        parts = [row for row in rows if row["维度"] == dimension and row["指标代码"] == "students"]
        assert sum(int(row["数值"]) for row in parts) == 70
    assert {row["分组"]: row["已审核学校数"] for row in rows if row["维度"] == "按区"} == {"甲区": "4", "乙区": "3"}
    data = client.get(f"/statistics/{edition.slug}.json").json()
    assert [[str(value) for value in row.values()] for row in data["rows"]] == [list(row.values()) for row in rows]
    assert "days_with_activity" not in whole  # days do not add up


@pytest.mark.requirement("C13")
@pytest.mark.parametrize(
    ("districts", "told"),
    [
        ({"甲区": 4, "乙区": 1, "丙区": 1, "丁区": 1}, {"甲区": 4, "其他": 3}),
        ({"甲区": 5, "乙区": 3, "丙区": 1}, {"甲区": 5, "其他": 4}),  # one alone would be the rest of the sum
        ({"甲区": 3, "乙区": 2}, {"其他": 5}),
        ({"甲区": 1, "乙区": 1}, {}),
    ],
)
def test_no_row_tells_what_one_school_reported(
    tree: Tree, edition: Edition, districts: dict[str, int], told: dict[str, int]
) -> None:
    schools(tree, edition, **districts)

    table = table_of(edition)

    assert {part.name: part.schools for part in table.parts if part.dimension == "按区"} == told
    assert all(part.schools >= FEWEST for part in table.parts)
    assert all(part.numbers["students"] == 10 * part.schools for part in table.parts)


def test_no_name_of_a_school_or_person_is_in_it(tree: Tree, edition: Edition) -> None:
    schools(tree, edition, 甲区=4)
    text = as_csv(table_of(edition)).decode() + json.dumps([list(row) for row in rows_of(table_of(edition))])
    assert "学校" in text  # of the column
    assert not any(name in text for name in Organisation.objects.schools().values_list("name", flat=True))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\r=1"])
def test_a_name_never_becomes_a_formula(tree: Tree, edition: Edition, name: str) -> None:
    assert safe_cell(name) == f"'{name}"
    schools(tree, edition, **{name: 3})
    found = {row["分组"] for row in read(as_csv(table_of(edition)))}
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in found)


def test_programs_ask_whether_it_changed(tree: Tree, edition: Edition, manager: User, client: Any) -> None:
    schools(tree, edition, 甲区=4)
    publish(edition, manager)
    address = f"/statistics/{edition.slug}.csv"

    # Nothing is kept between requests here, so each answer is as old as its second.
    with time_machine.travel(now(), tick=False):
        first = client.get(address)
        assert first["ETag"] and first["Last-Modified"]
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
        assert client.get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    schools(tree, edition, 乙区=3)
    assert client.get(address)["ETag"] != first["ETag"]


def test_names_of_groups_do_not_follow_the_readers_language(
    tree: Tree, edition: Edition, manager: User, client: Any
) -> None:
    schools(tree, edition, 甲区=4)
    publish(edition, manager)
    address = f"/statistics/{edition.slug}.csv"
    assert client.get(address, headers={"Accept-Language": "en"}).content == client.get(address).content


@pytest.mark.parametrize("slug", ["nope", "..%2f..%2fetc", "x" * 300, "%00"])
def test_unknown_editions_are_not_there(tree: Tree, edition: Edition, manager: User, client: Any, slug: str) -> None:
    publish(edition, manager)
    for end in ("/", ".csv", ".json"):
        assert client.get(f"/statistics/{slug}{end}").status_code == 404
