"""What the form's addresses refuse: wrong days, methods and bodies, the signed out, too many requests (C1, A5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport
from tests.factories import Tree
from tests.reports.filing import make
from tests.reports.filing.make import VERBS, Form

_DEEP = "[" * 100_000 + "]" * 100_000
_BODIES: list[Any] = [
    b"",
    b"{",
    b"\xff\xfe",
    b"null",
    b"[]",
    b'"text"',
    b"NaN",
    b"1" * 6000,
    _DEEP,
    '{"changes": ' + _DEEP + "}",
    '{"changes": [{"op": "set", "field": "note", "value": NaN}]}',
    b'{"changes": "' + b"x" * (4 * 1024 * 1024) + b'"}',
    {"changes": [{"op": "set", "field": "note", "value": {"a": []}}]},
    {"changes": {"0": {}}},
]


@pytest.mark.requirement("A5")
def test_signed_out_people_get_401_in_json_and_pages_the_sign_in(form: Form, tree: Tree) -> None:
    nobody = Form(Client(), tree.school_a.pk)

    answers = [nobody.get(), *(nobody.post(verb) for verb in VERBS)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, "signed_out")] * 7
    assert nobody.get("").headers["Location"].startswith("/accounts/login/")


@pytest.mark.requirement("C1")
@pytest.mark.parametrize("day", ["2023-05-13", "2023-05-21", "0001-01-01", "2023-02-30", "9999-12-31", "20230514"])
def test_days_that_are_none_of_the_week_are_not_found(day: str, form: Form) -> None:
    form.base = form.base.replace(str(make.DAY), day)

    assert {form.get().status_code, form.get("").status_code, form.get("history/").status_code} == {404}
    assert {form.post(verb).status_code for verb in VERBS} <= {400, 404}
    assert DailyReport.objects.count() == 0


@pytest.mark.requirement("C1")
def test_a_day_ahead_can_be_looked_at_and_not_written(form: Form) -> None:
    form.base = form.base.replace(str(make.DAY), "2023-05-16")

    page, saved = form.get(""), form.post("save", {"changes": []})

    assert "这一天还没有到" in page.content.decode()
    assert (saved.status_code, saved.json()["code"], DailyReport.objects.count()) == (400, "day_future", 0)


@pytest.mark.requirement("C1")
@pytest.mark.parametrize("body", _BODIES, ids=range(len(_BODIES)))
def test_malformed_bodies_are_refused_in_words(body: Any, form: Form) -> None:
    response = form.post("save", body)

    assert (response.status_code, response.json()["code"]) == (400, "malformed")
    assert "本机" in response.json()["message"]
    assert DailyReport.objects.count() == 0


@pytest.mark.requirement("C1")
def test_a_form_post_instead_of_json_is_refused(form: Form) -> None:
    response = form.client.post(form.base + "save/", {"changes": "[]"})

    assert (response.status_code, response.json()["code"]) == (400, "malformed")


@pytest.mark.requirement("C1")
def test_every_address_takes_one_method(form: Form) -> None:
    assert [form.get(f"{verb}/").status_code for verb in VERBS] == [405] * 6
    assert form.post("state").status_code == 405


@pytest.mark.requirement("A5")
def test_posts_without_the_token_are_refused_in_json(liaison: User, tree: Tree, edition: Edition) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(liaison, backend="allauth.account.auth_backends.AuthenticationBackend")
    form = Form(client, tree.school_a.pk)

    answers = [form.post(verb) for verb in VERBS]

    assert [(answer.status_code, answer.json()["ok"]) for answer in answers] == [(403, False)] * 6
    assert DailyReport.objects.count() == 0


@pytest.mark.requirement("C1")
def test_too_many_requests_are_told_to_wait_in_json(form: Form, clock: Any) -> None:
    answers = [form.post("ask") for _turn in range(11)]

    assert {answer.status_code for answer in answers[:10]} == {400}  # nobody else to ask
    last = answers[10]
    assert (last.status_code, last.json()["code"], int(last["Retry-After"]) > 0) == (429, "too_much", True)
    # Saving has a counter of its own.
    assert form.post("save", {"changes": []}).status_code == 200
