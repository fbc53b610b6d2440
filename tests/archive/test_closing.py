"""Ending a week in the browser, what is frozen then, and looking back at it (A8)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from skillweek.archive.domain.closing import end_edition, open_points, take_up_again
from skillweek.archive.reading import EditionReader
from skillweek.archive.tables import exported_models
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from tests.archive import make
from tests.factories import REPOSITORY, Tree, client_of, person
from tests.factories import edition as load


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = False


def state(edition: Edition) -> str:
    """The edition's state as the database has it now."""
    return str(Edition.objects.values_list("state", flat=True).get(pk=edition.pk))


@pytest.mark.requirement("A8")
def test_the_host_sees_what_is_open_gives_a_reason_and_ends_the_week(
    tree: Tree, edition: Edition, tmp_path: Path
) -> None:
    week = make.week(tree, edition, tmp_path, closed=False)
    web = client_of(week.manager)
    address = reverse("archive:close", args=[edition.pk])

    page = web.get(address).content.decode()
    unanswered = web.post(address, {"reason": "  "})
    answer = web.post(address, {"reason": "活动周结束"})

    points = {point.label: point.count for point in open_points(edition)}
    assert points["所学校没有提交统计表"] == 3
    assert points["份每日报送退回后没有再报"] == 1
    assert points["项活动还是草稿"] == 1
    assert all(label in page for label in points)
    assert unanswered.status_code == 400
    assert "必填" in unanswered.content.decode()
    assert answer.status_code == 302
    assert state(edition) == "closed"
    event = AuditEvent.objects.get(verb="edition.close")
    assert (event.actor_id, event.reason) == (week.manager.pk, "活动周结束")


def test_only_the_host_ends_and_only_with_a_reason(tree: Tree, edition: Edition) -> None:
    boss, other = person(tree.host, "manager"), person(tree.edu, "manager")
    with pytest.raises(NotAllowed):
        end_edition(edition, actor=other, reason="我来")
    with pytest.raises(DomainError, match="理由"):
        end_edition(edition, actor=boss, reason=" \0 ")
    with pytest.raises(Conflict, match="没有归档"):
        take_up_again(edition, actor=boss, reason="补报")
    end_edition(edition, actor=boss, reason="结束")
    with pytest.raises(Conflict, match="没有什么可以结束"):
        end_edition(edition, actor=boss, reason="结束")
    with pytest.raises(NotAllowed):
        take_up_again(edition, actor=other, reason="我来")
    take_up_again(edition, actor=boss, reason="有两所学校要补报")
    assert state(edition) == "open"
    events = AuditEvent.objects.filter(verb="edition.open").order_by("pk")
    assert [event.reason for event in events][-1] == "有两所学校要补报"


def content_of(edition: Edition) -> dict[str, list[Any]]:
    """Every exported row of the edition, the audit trail apart."""
    reader = EditionReader(edition)
    return {
        model._meta.label: list(reader.lines(model)) for model in exported_models() if model is not AuditEvent
    }  # fmt: skip


@contextmanager
def writes_to(tables: set[str]) -> Iterator[list[str]]:
    """Collects the statements that write to one of the tables."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE") and any(f'"{table}"' in sql for table in tables):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def test_no_address_changes_anything_of_an_ended_week(tree: Tree, edition: Edition) -> None:
    """Every POST of the access walk, by everybody it answers in an open week, on the walk's own things: frozen."""
    from tests.site.access_rules import CAST
    from tests.site.access_table import TABLE
    from tests.site.access_world import World

    places = {name: (getattr(tree, place[0]), place[1]) if place else () for name, place in CAST.items()}
    clients = {name: client_of(person(*place)) for name, place in places.items()}
    world = World(tree)
    requests = []
    for name, rule in sorted(TABLE.items()):
        if rule.method != "POST" or name.split(":")[0] in {"account_logout", "set_language", "portal"}:
            continue
        for target in rule.targets[:1] if isinstance(rule.allow, frozenset) else ("school_a", "siming", "host"):
            if target in rule.targets and (who := sorted(rule.allowed(target) & set(CAST))):
                url = reverse(name, kwargs=world.kwargs(rule.make, target))
                body = {"data": rule.data, "headers": dict(rule.headers), **world.body(rule.body, target)}
                requests.append((name, url, body, {who[0], who[-1]}))
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    before = content_of(edition)
    # What is no part of the week's content, or is meant to work on: reopening, people, one's own reading.
    free = {"editions:open", "archive:reopen"}
    tables = {model._meta.db_table for model in exported_models() if model is not AuditEvent}
    changed = []
    for name, url, body, who in requests:
        for one in sorted(who):
            with transaction.atomic():
                with writes_to(tables) as written:
                    clients[one].post(url, **body)
                # Reading everything is slow: only where something was written at all.
                if written and name not in free and (after := content_of(edition)) != before:
                    labels = [label for label in after if after[label] != before[label]]
                    changed.append(f"{name} by {one}: {labels}")
                transaction.set_rollback(True)
    assert "\n".join(changed) == ""


def test_looking_back_shows_the_past_and_nothing_can_be_done_there(
    tree: Tree, edition: Edition, tmp_path: Path
) -> None:
    week = make.week(tree, edition, tmp_path)
    now = load("yunshan-2031", folder=REPOSITORY / "tests" / "editions" / "yunshan-2031")
    school, stranger = client_of(week.liaison), client_of(person(tree.school_b, "liaison"))

    before = school.get(reverse("activities:index")).content.decode()
    school.post(reverse("archive:look", args=[edition.pk]))
    index = school.get(reverse("archive:index")).content.decode()
    there = school.get(reverse("activities:index")).content.decode()
    home = school.get(reverse("workspace:home"))
    others = stranger.get(reverse("activities:index")).content.decode()
    school.post(reverse("archive:leave"))
    after = school.get(reverse("activities:index")).content.decode()

    assert "茶艺体验" not in before
    assert f"正在查看往届：{edition.title}" in index
    assert "茶艺体验" in there
    assert home["Location"] == reverse("archive:index")
    assert "正在查看往届" not in others
    assert now.title in after
    assert "茶艺体验" not in after
    # By the same rules: the past shows nobody more than the week itself did.
    stranger.post(reverse("archive:look", args=[edition.pk]))
    assert stranger.get(reverse("reports:edit", args=[week.report.pk])).status_code == 404
    assert school.post(reverse("archive:look", args=[now.pk])).status_code == 404


def test_public_pages_of_a_past_week_stay_and_say_that_it_is_over(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    week = make.week(tree, edition, tmp_path)
    web = Client()
    home = web.get("/")
    past = web.get(home["Location"]).content.decode()
    listed = web.get(reverse("archive_public:index")).content.decode()
    pages = [
        reverse("portal:activity", args=[week.activity.pk]),
        reverse("publicity_public:story", args=[week.story.pk]),
        reverse("content_public:page", args=["opening"]),
        reverse("notices_public:notice", args=[Notice.objects.get(title="补充通知").pk]),
    ]
    assert home["Location"] == reverse("archive_public:edition", args=[edition.slug])
    assert edition.title in listed
    for address in pages:
        assert address in past
        assert "已于2023年5月20日结束" in web.get(address).content.decode()
    assert "草稿活动" not in past
    found = web.get(reverse("archive_public:edition", args=[edition.slug]), {"q": "没有这样的"}).content.decode()
    assert "没有找到这样的活动" in found
    assert "茶艺体验" not in found
