"""Two people at the same moment (A6)."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from skillweek.core.errors import DomainError
from skillweek.organisations.domain.invitations import accept_invitation, invite, token_of
from skillweek.organisations.domain.people import end_membership
from skillweek.organisations.models import Membership
from tests.factories import Tree, person


def _together(*calls: Callable[[], object]) -> list[str]:
    """Run the calls at once; returns what became of each."""
    barrier, outcomes = Barrier(len(calls)), [""] * len(calls)

    def run(number: int, call: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            call()
            outcomes[number] = "done"
        except DomainError:
            outcomes[number] = "refused"
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


@pytest.mark.requirement("A6")
@pytest.mark.django_db(transaction=True)
def test_one_link_lets_one_person_in(tree: Tree) -> None:
    token = token_of(invite(None, tree.school_a, role="member", name="新人"))
    one, other = person(), person()

    outcomes = _together(lambda: accept_invitation(token, one), lambda: accept_invitation(token, other))

    assert outcomes == ["done", "refused"]
    assert Membership.objects.filter(role="member").count() == 1


@pytest.mark.requirement("A6")
@pytest.mark.django_db(transaction=True)
def test_two_managers_who_remove_each_other_leave_one(tree: Tree) -> None:
    one, other = person(tree.siming, "manager"), person(tree.siming, "manager")
    rows = {row.user_id: row for row in Membership.objects.select_related("organisation")}

    outcomes = _together(
        lambda: end_membership(one, rows[other.pk], reason="x"), lambda: end_membership(other, rows[one.pk], reason="x")
    )

    assert outcomes == ["done", "refused"]
    assert Membership.objects.filter(is_active=True).count() == 1
