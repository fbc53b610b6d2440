"""Topics × organisations: every story counted once, in its row and column (D1)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.core.clock import now
from skillweek.organisations.models import Organisation, User
from skillweek.publicity.access import stories_visible_to
from skillweek.publicity.models import Story
from skillweek.publicity.queries.table import NO_TOPIC, table_of
from tests.factories import Tree, client_of
from tests.publicity import make

pytestmark = pytest.mark.django_db
TOPICS = ("policy", "reform", "digital", "economy", "people", "", "gone")
UNITS = ("host", "siming", "school_a", "school_b")
_row = st.tuples(
    st.sampled_from(UNITS), st.sampled_from(TOPICS), st.sampled_from(["draft", "live", "over", "resting", "pulled"])
)


def _story(unit: Organisation, edition: Any, topic: str, how: str) -> Story:
    made = Story(edition=edition, organisation=unit, title="故事", topic=topic, is_handed_in=True)
    if how in ("live", "over"):
        made.state, made.live_at, made.published_at = Story.State.PUBLISHED, now(), now()
        made.valid_until = now() if how == "over" else None
    elif how in ("resting", "pulled"):
        made.state, made.published_at = Story.State.WITHDRAWN, now()
        made.pulled = "report" if how == "pulled" else ""
    return made


@pytest.mark.requirement("D1")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_row, max_size=25))
def test_the_table_counts_every_story_once(tree: Tree, edition: Any, rows: list[tuple[str, str, str]]) -> None:
    Story.objects.all().delete()
    Story.objects.bulk_create(_story(getattr(tree, unit), edition, topic, how) for unit, topic, how in rows)
    units = [getattr(tree, name) for name in UNITS]
    table = table_of(edition, Story.objects.all(), units)
    known = {code for code, _name in table.topics}
    for row in table.rows:
        for code, cell in row.cells.items():
            mine = [
                how for unit, topic, how in rows
                if getattr(tree, unit).pk == row.organisation.pk and (topic if topic in known else NO_TOPIC) == code
            ]  # fmt: skip
            assert cell.published == mine.count("live")
            assert cell.in_work == sum(how in ("draft", "over", "pulled") for how in mine)
    hows = [how for _unit, _topic, how in rows]
    assert table.total.published == hows.count("live") == sum(row.total.published for row in table.rows)
    assert table.total.in_work == sum(row.total.in_work for row in table.rows)
    told = {topic for _unit, topic, how in rows if how == "live"}
    assert table.thin == [name for code, name in table.topics if code not in told]


@pytest.mark.requirement("D1")
def test_each_sees_the_table_of_their_own_area(tree: Tree, edition: Any, liaison: User, reviewer: User) -> None:
    for unit in (tree.school_a, tree.school_b):
        _story(unit, edition, "people", "live").save()
    page = client_of(reviewer).get("/w/publicity/table/").content.decode()
    assert "示例第一职业学校" in page and "示例第二职业学校" not in page
    assert f"tab=all&amp;topic=people&amp;unit={tree.school_a.pk}" in page
    assert "职业教育数字化战略行动成果" in page
    own = client_of(liaison).get("/w/publicity/table/").content.decode()
    assert "示例第一职业学校" in own and "示例思明区教育局" not in own
    assert list(stories_visible_to(liaison).values_list("organisation", flat=True)) == [tree.school_a.pk]
    listed = client_of(reviewer).get(f"/w/publicity/?tab=all&topic=people&unit={tree.school_b.pk}").content.decode()
    assert "story-row-link" not in listed


def test_the_tabs_part_the_work(tree: Tree, edition: Any, liaison: User, member: User, reviewer: User) -> None:
    from skillweek.publicity.domain.reviewing import hand_in

    waiting = make.written(tree.school_a, edition, member, title="等着审核的")
    hand_in(waiting, actor=liaison)
    make.written(tree.school_a, edition, member, title="还在写的")
    page = client_of(reviewer).get("/w/publicity/").content.decode()
    assert "等着审核的" in page and "还在写的" not in page
    assert "1 篇故事等待审核" in client_of(reviewer).get("/w/").content.decode()
    assert "篇故事等待审核" not in client_of(member).get("/w/").content.decode()
    Story.objects.filter(pk=waiting.pk).update(review="returned")
    assert "等着审核的" in client_of(member).get("/w/").content.decode()
    assert "等着审核的" not in client_of(reviewer).get("/w/").content.decode()
    mine = client_of(member).get("/w/publicity/").content.decode()
    assert "等着审核的" in mine and "还在写的" in mine
