"""The interface for programs: its answers fit its own description, and nothing private is in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as openapi

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.portal.api import api
from skillweek.site.wsgi import application
from tests.factories import Tree
from tests.portal import making

_NAMES = ("edition", "activities", "activities/{id}", "sessions", "organisations", "notices", "notices/{id}")
_OPERATIONS = tuple(f"/api/v1/{name}" for name in _NAMES)


def _json(path: str, status: int = 200) -> Any:
    answer = Client().get(path)
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


@pytest.fixture
def week(tree: Tree, edition: Edition) -> Edition:
    """Public and hidden rows of every kind."""
    tea = making.activity(edition, tree.school_a, "茶艺", audience=["parents"], is_highlight=True)
    making.session(tea, edition.days[0])
    making.session(tea, edition.days[1], district="huli")
    live = making.activity(edition, tree.school_b, "云参观", audience=["students"], cancelled_at=now())
    making.session(live, edition.days[1], is_online=True, place="", online_url="https://live.example.org/secret")
    making.session(making.activity(edition, tree.tech, "待定"), starts_at=None, ends_at=None, place="", capacity=20)
    making.session(making.activity(edition, tree.college, "草稿", state="draft"))
    making.notice(edition, tree.host)
    making.notice(edition, tree.host, "内部的通知", is_public=False)
    return edition


@pytest.mark.requirement("B7")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["茶艺", "云参观", "待定"]),
        ("?day=2023-05-14", ["茶艺"]),
        ("?day=2023-05-15&district=huli", ["茶艺"]),
        ("?online=true", ["云参观"]),
        ("?audience=students", ["云参观"]),
        ("?highlight=false&page_size=1&page=2", ["待定"]),
        ("?page=99", []),
    ],
)
def test_activities_are_filtered_and_paged(week: Edition, query: str, titles: list[str]) -> None:
    assert [row["title"] for row in _json(f"/api/v1/activities{query}")["items"]] == titles


def test_sessions_follow_each_other_in_time_with_open_ones_last(week: Edition) -> None:
    found = _json("/api/v1/sessions")

    assert [row["starts_at"] and row["starts_at"][:10] for row in found["items"]] == [
        "2023-05-14",
        "2023-05-15",
        "2023-05-15",
        None,
    ]
    assert (found["count"], found["page"], found["pages"]) == (4, 1, 1)


def test_private_data_never_leaves(week: Edition) -> None:
    paths = ["activities", "sessions", "organisations", "notices", "edition"]
    first = _json("/api/v1/activities")["items"][0]["id"]
    text = "".join(Client().get(f"/api/v1/{path}").content.decode() for path in [*paths, f"activities/{first}"])

    words = ("不公开的负责人", "13900001111", "内部的通知", "草稿", "live.example.org")
    assert [word for word in words if word in text] == []
    assert "示例第一职业学校" in text


def test_what_is_hidden_or_absent_is_not_found(week: Edition, tree: Tree) -> None:
    hidden = making.activity(week, tree.school_a, state="draft")

    assert _json(f"/api/v1/activities/{hidden.pk}", 404) == {"detail": "no public activity has this id"}
    assert _json("/api/v1/activities/9999999", 404)["detail"]
    assert _json("/api/v1/activities?page=0", 422)["detail"]
    assert Client().get("/api/v1/").status_code == 404
    assert Client().post("/api/v1/activities", {}).status_code == 405


@pytest.mark.django_db
def test_without_an_edition_the_interface_says_so() -> None:
    assert _json("/api/v1/activities", 404) == {"detail": "no edition is open"}


def test_other_sites_pages_may_read_it(week: Edition) -> None:
    answer = Client().get("/api/v1/activities")

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["ETag"] and answer["Cache-Control"].startswith("public")


@pytest.mark.requirement("B7")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", [*_OPERATIONS])
def test_every_answer_fits_the_description(week: Edition, path: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operation = schema[path]["GET"]

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=st.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)))
    def probe(case: Any) -> None:
        answer = case.call(headers={"Accept-Encoding": "identity"})  # this transport unpacks nothing
        case.validate_response(
            answer,
            checks=[
                checks.not_a_server_error,
                openapi.status_code_conformance,
                openapi.content_type_conformance,
                openapi.response_schema_conformance,
            ],
        )

    probe()


def test_the_description_names_every_operation() -> None:
    assert sorted(api.get_openapi_schema()["paths"]) == sorted(_OPERATIONS)
