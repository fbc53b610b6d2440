"""People who hand in at once (E1). On PostgreSQL they really meet; SQLite lets one write after the other."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from skillweek.contests.domain import awarding, entries
from skillweek.contests.domain.entries import Owner
from skillweek.contests.models import AwardGiven, Entry
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from tests import factories
from tests.contests import make
from tests.factories import Tree

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("E1")]


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that start together; what each returned or was refused with."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def work(number: int, job: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[number] = job()
        except DomainError as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_twelve_who_hand_in_at_once_get_twelve_numbers(edition: Edition, tree: Tree) -> None:
    call = make.call(edition, tree.edu, takes_text=True)
    drafts = [make.draft(call, make.participant(edition), text="读后感。") for _ in range(12)]
    results = at_once(*(lambda draft=draft: entries.submit_entry(draft) for draft in drafts))
    assert [result for result in results if isinstance(result, DomainError)] == []
    assert sorted(Entry.objects.values_list("number", flat=True)) == list(range(1, 13))


def test_two_phones_of_one_person_begin_no_more_than_allowed(edition: Edition, tree: Tree) -> None:
    call = make.call(edition, tree.edu, per_person=1)
    person = make.participant(edition)
    results = at_once(
        *(lambda: entries.begin_entry(call, Owner(participant=person), client_id=uuid.uuid4()) for _ in range(6))
    )
    assert sum(isinstance(result, DomainError) for result in results) == 5
    assert Entry.objects.count() == 1


def test_the_last_place_of_an_award_is_given_once(edition: Edition, tree: Tree) -> None:
    call = make.call(edition, tree.edu)
    actor = factories.person(tree.edu, "reviewer")
    works = [make.words_only(call, number) for number in range(1, 7)]
    award = awarding.save_award(call, actor=actor, name="一等奖", places=2)
    results = at_once(*(lambda work=work: awarding.give_award(call, work, award.pk, actor=actor) for work in works))
    assert sum(isinstance(result, DomainError) for result in results) == 4
    assert AwardGiven.objects.count() == 2


def test_withdrawing_and_approving_at_once_never_shows_a_withdrawn_work(edition: Edition, tree: Tree) -> None:
    from skillweek.contests.domain import moderating

    call = make.call(edition, tree.edu)
    actor = factories.person(tree.edu, "reviewer")
    works = [make.words_only(call, number, state="waiting") for number in range(1, 5)]
    call.__class__.objects.update(takes_text=True, needs_portrait=False)
    for work in works:
        at_once(lambda work=work: moderating.approve(work, actor=actor), lambda work=work: entries.withdraw_entry(work))
    assert set(Entry.objects.values_list("state", flat=True)) == {"withdrawn"}
