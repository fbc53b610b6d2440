"""Articles that somebody registered by hand with their text are compared with manuscripts (C14, D4)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from skillweek.editions.models import Edition
from skillweek.press.domain import register
from skillweek.reports.models import DailyReport
from skillweek.similarity.domain import rebuild
from skillweek.similarity.models import Text
from skillweek.similarity.sources import kind_of
from tests import factories
from tests.reports.review import make
from tests.similarity import made

pytestmark = pytest.mark.requirement("C14")


def test_a_manuscript_that_repeats_a_registered_article_is_told_so(
    tree: factories.Tree, edition: Edition, compared: Callable[..., None], django_capture_on_commit_callbacks: Any
) -> None:
    article = made.text_of(made.article(random.Random(7)))
    city = factories.person(tree.host, "reviewer")
    facts = {"title": "匠心之城", "outlet": "示例日报", "level": "municipal", "published_on": date(2023, 5, 15)}
    row = register.register(edition, tree.host, actor=city, **facts)
    assert not Text.objects.filter(kind="coverage").exists()  # nothing to compare without a text
    register.change(row, actor=city, **facts, text=article)
    report = make.report(edition, tree.school_a, state=DailyReport.State.DRAFT)
    mine = make.item(report, title="见闻", text=article)
    compared(report)

    mine.refresh_from_db()
    told = [found["message"] for found in mine.findings if found["code"] == "manuscript.coverage"]
    assert len(told) == 1 and "示例日报" in told[0]

    assert rebuild(kind_of("coverage")) == (1, 0)
    with django_capture_on_commit_callbacks(execute=True):
        register.change(row, actor=city, **facts, text="")
    mine.refresh_from_db()
    assert [found["code"] for found in mine.findings if found["code"] == "manuscript.coverage"] == []
    assert not Text.objects.filter(kind="coverage").exists()
