"""Writing, review and publication of interviews (E8)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import close_old_connections, connection

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.interviews import access
from skillweek.interviews.domain import reviewing, writing
from skillweek.interviews.models import Episode, Series
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.search.queries import search
from tests import factories
from tests.factories import Tree
from tests.interviews import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E8")]


def test_a_school_hands_in_and_the_line_above_publishes(
    series: Series, liaison: User, reviewer: User, member: User
) -> None:
    episode = make.draft(series, member)
    with pytest.raises(NotAllowed):
        reviewing.hand_in(episode, actor=member)
    with pytest.raises(NotAllowed):
        reviewing.publish(episode, actor=liaison)
    assert episode not in access.episodes_visible_to(reviewer)
    reviewing.hand_in(episode, actor=liaison)
    assert episode in access.episodes_visible_to(reviewer)
    with pytest.raises(Conflict):
        writing.save_episode(episode, {"title": "改"}, actor=liaison)
    reviewing.publish(episode, actor=reviewer)
    episode.refresh_from_db()
    assert (episode.is_live, episode.review, episode.guest) == (True, "", "林师傅（示例）")
    assert Message.objects.filter(kind="interview.published", recipient=liaison).count() == 1
    assert search("三十年").total == 1
    verbs = list(AuditEvent.objects.filter(object_type="interviews.episode").values_list("verb", flat=True))
    assert {"interview.make", "interview.submit", "text.publish"} <= set(verbs)


def test_it_goes_back_with_a_reason_and_comes_again(series: Series, liaison: User, reviewer: User) -> None:
    episode = reviewing.hand_in(make.draft(series, liaison), actor=liaison)
    with pytest.raises(DomainError):
        reviewing.give_back(episode, actor=reviewer, note=" ")
    reviewing.give_back(episode, actor=reviewer, note="请补充嘉宾身份。")
    episode.refresh_from_db()
    assert (episode.review, episode.review_note) == ("returned", "请补充嘉宾身份。")
    with pytest.raises(Conflict):
        reviewing.give_back(episode, actor=reviewer, note="再退")
    assert reviewing.hand_in(episode, actor=liaison).review == "waiting"
    with pytest.raises(Conflict):
        reviewing.hand_in(episode, actor=liaison)
    assert reviewing.take_back(episode, actor=liaison).review == ""


def test_the_line_above_corrects_but_never_deletes(series: Series, liaison: User, reviewer: User) -> None:
    episode = reviewing.hand_in(make.draft(series, liaison), actor=liaison)
    writing.save_episode(episode, {"title": "改一个字"}, actor=reviewer)
    for actor in (reviewer, liaison):
        with pytest.raises((NotAllowed, Conflict)):
            writing.delete_episode(episode, actor=actor)
    assert Episode.objects.filter(pk=episode.pk).exists()


def test_the_page_offers_to_publish_only_what_was_handed_in(series: Series, liaison: User, reviewer: User) -> None:
    episode = reviewing.hand_in(make.draft(series, liaison), actor=liaison)
    client, address = factories.client_of(reviewer), f"/w/interviews/{episode.pk}/"
    assert 'value="publish"' in client.get(address).content.decode()
    reviewing.take_back(episode, actor=liaison)
    assert 'value="publish"' not in client.get(address).content.decode()
    response = client.post(f"{address}act/", {"do": "publish", "revision": episode.revision}, follow=True)
    assert "它现在不在等待审核。请刷新查看。" in response.content.decode()
    assert not Episode.objects.get(pk=episode.pk).is_live


def test_a_withdrawn_interview_is_not_found(series: Series, liaison: User, reviewer: User) -> None:
    episode = make.public(series, liaison, reviewer)
    with pytest.raises(DomainError):
        reviewing.withdraw(episode, actor=liaison, reason="")
    reviewing.withdraw(episode, actor=liaison, reason="嘉宾收回同意")
    assert search("三十年").total == 0
    with pytest.raises(Conflict):
        writing.delete_episode(episode, actor=liaison)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"guest_name": " "}, "guest_name"),
        ({"consent": False}, "consent"),
        ({"video": "", "transcript": "", "body": ""}, "video"),
    ],
)
def test_nothing_comes_out_without_guest_consent_and_content(
    series: Series, liaison: User, changes: dict[str, Any], field: str
) -> None:
    episode = make.draft(series, liaison, **changes)
    with pytest.raises(DomainError) as caught:
        reviewing.hand_in(episode, actor=liaison)
    assert caught.value.field == field


def test_a_wrong_time_is_refused_beside_its_field(series: Series, liaison: User) -> None:
    episode = make.draft(series, liaison)
    for name in ("chapters", "transcript"):
        with pytest.raises(DomainError) as caught:
            writing.save_episode(episode, {name: "0:10 后\n0:05 前"}, actor=liaison)
        assert caught.value.field == name and "第 2 行" in caught.value.message


def test_two_writers_do_not_overwrite_each_other(series: Series, liaison: User, member: User) -> None:
    episode = make.draft(series, liaison)
    writing.save_episode(episode, {"title": "甲"}, actor=liaison, expected_revision=episode.revision)
    with pytest.raises(Conflict):
        writing.save_episode(episode, {"title": "乙"}, actor=member, expected_revision=1)


def test_only_the_unit_itself_makes_series(tree: Tree, edition: Edition, series: Series, reviewer: User) -> None:
    stranger = factories.person(tree.school_b, "liaison")
    with pytest.raises(NotAllowed):
        make.series(edition, tree.school_a, stranger)
    with pytest.raises(NotAllowed):
        writing.add_episode(series, actor=reviewer, title="代写")
    assert series not in access.series_visible_to(stranger)
    assert series in access.series_visible_to(reviewer)


def test_a_series_has_its_name_once_and_goes_only_when_empty(
    tree: Tree, edition: Edition, series: Series, liaison: User
) -> None:
    with pytest.raises(DomainError) as caught:
        make.series(edition, tree.school_a, liaison, title=series.title)
    assert caught.value.field == "title"
    with pytest.raises(Conflict):
        writing.save_series(series, actor=liaison, title="新", expected=series.version + 1)
    episode = make.draft(series, liaison)
    with pytest.raises(Conflict):
        writing.delete_series(series, actor=liaison)
    writing.delete_episode(episode, actor=liaison)
    writing.delete_series(series, actor=liaison)
    assert not Series.objects.exists()


def test_a_closed_edition_is_frozen(series: Series, liaison: User, reviewer: User, edition: Edition) -> None:
    episode = make.draft(series, liaison)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    with pytest.raises(NotAllowed):
        writing.save_episode(Episode.objects.get(pk=episode.pk), {"title": "晚"}, actor=liaison)
    with pytest.raises(NotAllowed):
        writing.add_episode(Series.objects.get(pk=series.pk), actor=liaison, title="晚")
    with pytest.raises(NotAllowed):
        reviewing.hand_in(episode, actor=liaison)


def test_a_bureau_publishes_its_own(tree: Tree, edition: Edition, host: User) -> None:
    episode = make.draft(make.series(edition, tree.host, host), host)
    reviewing.publish(episode, actor=host)
    assert Episode.objects.get().is_live


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="on SQLite transactions write one after the other anyway")
@pytest.mark.django_db(transaction=True)
def test_episodes_begun_at_once_have_numbers_of_their_own(tree: Tree, edition: Edition, liaison: User) -> None:
    assert connection.vendor == "postgresql"
    made = make.series(edition, tree.school_a, liaison)

    def begin() -> None:
        try:
            writing.add_episode(made, actor=liaison, title="同时")
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=begin) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Episode.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
