"""Stories are compared as manuscripts are, but not with the reports that they were made of (C14, D2)."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from django.utils.html import format_html_join

from skillweek.editions.models import Edition
from skillweek.publicity.domain.writing import delete_story, save_story
from skillweek.publicity.models import Story
from skillweek.similarity.models import Text
from tests import factories
from tests.reports.review import make
from tests.similarity import made

pytestmark = pytest.mark.requirement("C14")


def test_story_shows_its_reviewer_what_stands_in_another_units_text(
    tree: factories.Tree, edition: Edition, compared: Callable[..., None]
) -> None:
    article = made.article(random.Random(3))
    theirs = make.report(edition, tree.school_b)
    make.item(theirs, title="别校的稿件", text=made.text_of(article))
    own = make.report(edition, tree.school_a)
    make.item(own, title="本校的稿件", text=made.text_of(article))
    writer = factories.person(tree.school_a, "liaison")
    body = format_html_join("", "<p>{}</p>", ((one,) for one in article))
    story = save_story(
        Story(edition=edition, organisation=tree.school_a), {"title": "茶香", "body": body}, actor=writer
    )
    Story.objects.filter(pk=story.pk).update(is_handed_in=True)
    compared(theirs, own)

    page = factories.client_of(factories.person(tree.host, "reviewer")).get(f"/w/publicity/{story.pk}/")

    assert page.status_code == 200
    text = page.content.decode()
    assert "与 1 篇文字有相同段落" in text
    assert "别校的稿件" in text
    assert "本校的稿件" not in text

    delete_story(story, actor=writer)
    assert not Text.objects.filter(kind="story").exists()
