"""Shared by this room's tests: the invented edition, and running what the tasks would."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport
from skillweek.reports.texts import follow_texts
from skillweek.similarity.domain import count_text
from skillweek.similarity.models import Text
from tests import factories
from tests.reports.review import make


@pytest.fixture
def edition(db: None) -> Edition:
    """The invented edition, open."""
    return make.make_edition()


def count_due() -> None:
    """Count every text that waits for its task."""
    for pk in Text.objects.filter(is_due=True).order_by("pk").values_list("pk", flat=True):
        count_text(pk)


@pytest.fixture
def compared() -> Callable[..., None]:
    """Have reports' texts put and counted, as the worker does."""

    def run(*reports: DailyReport) -> None:
        for report in reports:
            follow_texts(report.pk)
        count_due()

    return run


@pytest.fixture
def press_texts() -> Iterator[set[int]]:
    """A kind ``coverage`` as the press room registers it: ids of texts that the test lets people see."""
    from skillweek.similarity import sources

    known = dict(sources._kinds)
    visible: set[int] = set()
    sources.register_text(
        "coverage",
        "媒体报道",
        places=lambda user, ids: {pk: sources.Place(url=f"/w/press/{pk}/") for pk in ids if pk in visible},
        texts=list,
        is_coverage=True,
    )
    yield visible
    sources._kinds.clear()
    sources._kinds.update(known)


@pytest.fixture
def host_reviewer(tree: factories.Tree) -> User:
    """A reviewer of the host, who reaches everything."""
    return factories.person(tree.host, "reviewer", name="市审核员")
