"""Every URL × every role × own and foreign things: the default answer is no (A5, A6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories import Tree, client_of, person
from tests.press.make import accredit
from tests.site.access_table import ANONYMOUS, CAST, EVERYBODY, TABLE
from tests.site.access_world import World


def _names(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"


#: Namespaces of what strangers read and do.
_PUBLIC = {
    "api_v1",
    "archive_public",
    "bookings_public",
    "contests_public",
    "content_media",
    "content_public",
    "judging_public",
    "notices_public",
    "notifications_public",
    "online_public",
    "participation_public",
    "partnerships_public",
    "policies_public",
    "portal",
    "careers_public",
    "classes_public",
    "interviews_public",
    "press_public",
    "publicity_public",
    "quiz_public",
    "statistics_public",
    "voting_public",
}
URLS = sorted(set(_names(get_resolver().url_patterns)))


def _room(name: str) -> str:
    """The namespace of a URL's name; accounts and the site's own pages have none."""
    return name.rpartition(":")[0] or "site"


@pytest.fixture
def world(tree: Tree, settings: Any) -> World:
    """Things to reach for in every unit."""
    settings.REQUIRE_TWO_FACTOR = False
    return World(tree)


@pytest.fixture
def cast(tree: Tree) -> dict[str, Client]:
    """A signed-in client for each member of the cast."""
    clients = {ANONYMOUS: Client()}
    for name, place in CAST.items():
        user = person(getattr(tree, place[0]), place[1]) if place else person()
        if name == "journalist":
            accredit(user)
        clients[name] = client_of(user)
    return clients


def _answers(response: HttpResponseBase) -> bool:
    """Whether the site served the request rather than turning the person away."""
    if response.status_code in (301, 302, 303):
        return not response["Location"].startswith("/accounts/login/")
    return response.status_code not in (401, 403, 404)


def _send(client: Client, method: str, url: str, request: dict[str, Any]) -> HttpResponseBase:
    """Ask, and undo whatever it did, the client's session included."""
    kept = {key: morsel.value for key, morsel in client.cookies.items()}
    try:
        with transaction.atomic():
            if method == "POST":
                response = client.post(url, **request)
            else:
                response = client.generic(method, url, headers=request["headers"])
            if response.streaming:
                for _chunk in response:  # read to the end, so that files are closed
                    pass
            transaction.set_rollback(True)
    finally:
        client.cookies.clear()
        for key, value in kept.items():
            client.cookies[key] = value
    return response


def test_every_url_stands_in_the_table() -> None:
    assert [name for name in URLS if name not in TABLE] == []


def test_the_table_has_no_row_without_a_url() -> None:
    rooms = {name.partition(":")[0] for name in URLS if ":" in name}
    stale = [name for name in TABLE if name not in URLS and (":" not in name or name.partition(":")[0] in rooms)]
    assert stale == []


@pytest.mark.requirement("A5")
@pytest.mark.requirement("A6")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("room", sorted({_room(name) for name in URLS}))
def test_urls_answer_exactly_those_they_are_for(room: str, world: World, cast: dict[str, Client]) -> None:
    """One world for all URLs of a room: whatever a request did is undone, and making the world takes longer."""
    wrong: list[str] = []
    for name in URLS:
        if _room(name) == room:
            cache.clear()
            wrong += [f"{name}: {line}" for line in _walk(name, world, cast)]
    assert wrong == []


def _walk(name: str, world: World, cast: dict[str, Client]) -> list[str]:
    """Who got another answer from this URL than its row says."""
    rule = TABLE.get(name)
    if rule is None:
        return ["not in the table of tests/site/access_table.py: say who may reach it"]
    wrong: list[str] = []
    closed: dict[str, set[str]] = {role: set() for role in EVERYBODY}
    for target in rule.targets:
        url = reverse(name, kwargs=world.kwargs(rule.make, target)) + rule.query
        request = {"data": rule.data, "headers": dict(rule.headers), **world.body(rule.body, target)}
        for role in sorted(EVERYBODY):
            response = _send(cast[role], rule.method, url, request)
            expected = role in rule.allowed(target)
            if _answers(response) != expected or response.status_code in (405, 500):
                wrong.append(f"{role} on {target or 'no object'}: {response.status_code}, expected {expected}")
            if not expected:
                others = {"GET", "POST", "PUT", "DELETE"} - {rule.method} - closed[role]
                who = f"{role} on {target or 'no object'}"
                wrong += _leaks(cast[role], others, url, request, who, closed[role])
    return wrong


def _leaks(
    client: Client, methods: set[str], url: str, request: dict[str, Any], who: str, closed: set[str]
) -> list[str]:
    """Other methods must not serve those who are turned away either.

    A method that the view does not know at all (405) goes into ``closed``: whatever the object, it is the same answer,
    so each member of the cast hears it once for each URL.
    """
    found = []
    for method in sorted(methods):
        response = _send(client, method, url, request)
        if response.status_code == 405:
            closed.add(method)
        elif _answers(response):
            found.append(f"{who} by {method}: {response.status_code}")
    return found


@pytest.mark.requirement("A6")
@pytest.mark.parametrize("role", ["manager_host", "reviewer_siming"])
def test_without_a_second_factor_a_bureau_account_reaches_its_set_up_and_what_is_public(
    role: str, world: World, cast: dict[str, Client], settings: Any
) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    wrong = []
    for name, rule in TABLE.items():
        if name not in URLS or ":" not in name:
            continue
        url = reverse(name, kwargs=world.kwargs(rule.make, rule.targets[0]))
        response = _send(cast[role], rule.method, url, {"data": {}, "headers": dict(rule.headers)})
        is_sent_away = response.status_code == 302 and response["Location"] == reverse("mfa_activate_totp")
        if is_sent_away == (name.split(":")[0] in _PUBLIC):
            wrong.append(f"{name}: {response.status_code}")
    assert wrong == []
