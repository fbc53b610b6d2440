"""Kept public pages: quick for strangers, new at once after a change, never somebody else's."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from skillweek.activities.models import Activity
from skillweek.careers.models import Opening
from skillweek.core import audit
from skillweek.editions.models import Edition
from skillweek.portal import revision
from skillweek.press.models import VisitOffer
from tests.contests.make import call
from tests.factories import Tree, client_of, person
from tests.portal import making

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _pages_are_kept(settings: Any) -> Iterator[None]:
    settings.PUBLIC_CACHE_SECONDS = 60
    caches["pages"].clear()
    revision.forget()
    yield
    caches["pages"].clear()
    revision.forget()


def _queries(client: Client, path: str) -> list[str]:
    from django.db import connection

    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.requirement("D6")
def test_a_kept_page_costs_at_most_one_look_at_the_revision(
    tree: Tree, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.session(making.activity(edition, tree.school_a))
    monkeypatch.setattr(revision, "BELIEVED", 60)
    first, second = _queries(Client(), "/"), _queries(Client(), "/")
    monkeypatch.setattr(revision, "BELIEVED", 0)
    revision.forget()
    _queries(Client(), "/")
    third = _queries(Client(), "/")

    assert len(first) > 5
    assert second == []
    assert len(third) == 1
    assert "portal_contentrevision" in third[0]


@pytest.mark.requirement("D6")
@pytest.mark.parametrize("way", ["save", "update with its audit event", "delete"])
def test_a_change_shows_with_the_next_request(tree: Tree, edition: Edition, way: str) -> None:
    activity = making.activity(edition, tree.school_a, "旧的名称", is_highlight=True)
    making.session(activity)
    assert "旧的名称" in Client().get("/").content.decode()

    if way == "save":
        activity.title = "新的名称"
        activity.save()
    elif way == "delete":
        activity.delete()
    else:
        with transaction.atomic():
            Activity.objects.filter(pk=activity.pk).update(title="新的名称")
            audit.record("activity.correct", activity)

    page = Client().get("/").content.decode()
    assert ("旧的名称" in page, "新的名称" in page) == (False, way != "delete")


def test_the_revision_rises_after_the_commit_and_once_for_many_changes(tree: Tree, edition: Edition) -> None:
    before = revision.current()

    with transaction.atomic():
        for _number in range(3):
            making.activity(edition, tree.school_a)
        within = revision.current()

    assert (within, revision.current()) == (before, before + 1)


def test_a_change_that_is_rolled_back_or_still_a_draft_raises_nothing(tree: Tree, edition: Edition) -> None:
    before = revision.current()

    with pytest.raises(RuntimeError), transaction.atomic():
        making.activity(edition, tree.school_a)
        raise RuntimeError
    making.activity(edition, tree.school_a, state="draft")

    assert revision.current() == before


def test_another_process_raises_it_for_this_one(tree: Tree, edition: Edition) -> None:
    activity = making.activity(edition, tree.school_a, "旧的名称", is_highlight=True)
    assert "旧的名称" in Client().get("/").content.decode()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    program = (
        "import django; from django.conf import settings; import tests.settings;"
        "django.setup(); from django.db import connections, connection;"
        f"connection.settings_dict['NAME'] = {str(name)!r};"
        "from skillweek.activities.models import Activity;"
        f"row = Activity.objects.get(pk={activity.pk}); row.title = '新的名称'; row.save()"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env=_environment())
    time.sleep(revision.BELIEVED)

    assert "新的名称" in Client().get("/").content.decode()


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": os.pathsep.join(["src", "."])}


@pytest.mark.requirement("D6")
def test_readers_who_have_the_page_get_304_until_it_changes(tree: Tree, edition: Edition) -> None:
    activity = making.activity(edition, tree.school_a, is_highlight=True)
    first = Client().get("/")
    known = {"If-None-Match": first["ETag"]}

    again = Client().get("/", headers=known)
    since = Client().get("/", headers={"If-Modified-Since": first["Last-Modified"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert since.status_code == 304
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=30, must-revalidate"
    assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= set(first["Vary"].split(", "))
    assert again["Vary"] == first["Vary"]

    activity.title = "新的名称"
    activity.save()

    assert Client().get("/", headers=known).status_code == 200


def test_language_and_text_size_have_pages_of_their_own(edition: Edition) -> None:
    Client().get("/")
    english, large = Client(), Client()
    english.post("/language/", {"language": "en", "next": "/"})
    large.post("/text-size/", {"size": "large", "next": "/"})

    assert '<html lang="en">' in english.get("/").content.decode()
    assert 'class="text-large"' in large.get("/").content.decode()
    assert '<html lang="zh-Hans">' in Client().get("/").content.decode()
    assert '<html lang="en">' in Client().get("/", headers={"Accept-Language": "en"}).content.decode()


def test_who_is_signed_in_gets_and_leaves_nothing_kept(tree: Tree, edition: Edition) -> None:
    staff = client_of(person(tree.school_a, "liaison"))

    own = staff.get("/")
    stranger = Client().get("/")

    assert 'href="/w/"' in own.content.decode()
    assert own["Cache-Control"] == "private, no-cache"
    assert 'href="/w/"' not in stranger.content.decode()
    assert 'href="/w/"' in staff.get("/").content.decode()


def test_kept_pages_carry_the_security_headers_and_pack_themselves(edition: Edition) -> None:
    Client().get("/")
    kept = Client().get("/", headers={"Accept-Encoding": "gzip"})

    assert kept["Content-Encoding"] == "gzip"
    assert edition.title in gzip.decompress(kept.content).decode()
    assert "script-src 'self'" in kept["Content-Security-Policy"]
    assert (kept["X-Frame-Options"], kept["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert kept["Content-Length"] == str(len(kept.content))


def test_refusals_and_foreign_hosts_are_not_kept(edition: Edition, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["week.example.org"]

    assert Client().get("/activities/999999/", headers={"Host": "week.example.org"}).status_code == 404
    assert Client().get("/", headers={"Host": "evil.example"}).status_code == 400
    assert Client().get("/", headers={"Host": "week.example.org"}).status_code == 200


def test_every_watched_table_exists() -> None:
    from django.apps import apps

    assert [str(apps.get_model(name)._meta.label) for name in revision._SHOWN] == list(revision._SHOWN)


@pytest.mark.requirement("D6")
def test_what_the_home_page_offers_to_take_part_in_raises_the_revision(tree: Tree, edition: Edition) -> None:
    before = revision.current()
    with transaction.atomic():
        VisitOffer.objects.create(edition=edition, organisation=tree.school_a, what="实训楼")
    with transaction.atomic():
        Opening.objects.create(edition=edition, organisation=tree.school_a)
    with transaction.atomic():
        call(edition, tree.school_a)
    assert revision.current() == before + 3
