"""A publication and the taking back of its source at the same moment; two who make the same story (D2)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from skillweek.publicity.domain.composing import compose_story
from skillweek.publicity.domain.reviewing import publish_story
from skillweek.publicity.models import Story
from skillweek.reports.domain.review import reopen_report
from skillweek.reports.models import DailyReport
from tests import factories
from tests.publicity import make


def _together(*jobs: Callable[[], object]) -> list[object]:
    barrier = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(place: int) -> None:
        try:
            barrier.wait()
            results[place] = jobs[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.requirement("D2")
@pytest.mark.django_db(transaction=True)
def test_no_story_stays_public_whose_source_is_taken_back_meanwhile() -> None:
    tree, edition = factories.tree(), factories.edition()
    reviewer, other = factories.person(tree.siming, "reviewer"), factories.person(tree.host, "reviewer")
    for day in edition.days[:4]:
        report = make.report(edition, tree.school_a, day=day)
        story = make.composed(report, reviewer)
        _together(
            lambda story=story: publish_story(story, actor=reviewer),  # type: ignore[misc]
            lambda report=report: reopen_report(report, by=other, reason="有误"),  # type: ignore[misc]
        )
        assert DailyReport.objects.get(pk=report.pk).state == DailyReport.State.SUBMITTED
        assert not Story.objects.get(pk=story.pk).is_live


@pytest.mark.requirement("D2")
@pytest.mark.django_db(transaction=True)
def test_two_who_choose_the_same_material_get_one_story() -> None:
    tree, edition = factories.tree(), factories.edition()
    people = [factories.person(tree.school_a, "liaison"), factories.person(tree.siming, "reviewer")]
    report = make.report(edition, tree.school_a)
    items = [report.items.get().pk]
    made = _together(*(lambda who=who: compose_story(report, actor=who, items=items) for who in people))  # type: ignore[misc]
    assert Story.objects.count() == 1
    assert sorted(is_new for _story, is_new in made) == [False, True]  # type: ignore[misc]
