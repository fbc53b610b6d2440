"""Galleries, figures, exports and the joint ranking (E1, E11)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from skillweek.contests.models import Call
from skillweek.contests.offering import entry_numbers, entry_rows, people_numbers, people_rows
from skillweek.contests.queries.ranking import combine
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.participation.models import Participant
from tests import factories
from tests.contests import make
from tests.factories import Tree, client_of

pytestmark = [pytest.mark.requirement("E1"), pytest.mark.requirement("E11")]


@pytest.mark.django_db
def test_a_gallery_is_paged_searched_and_sorted_in_few_queries(call: Call) -> None:
    Call.objects.update(groups=["市民组", "学生组"])
    for number in range(1, 41):
        make.words_only(call, number, group="学生组" if number % 2 else "市民组")
    with CaptureQueriesContext(
        connection,
    ) as first:
        page = Client().get(f"/contests/{call.pk}/works/").content.decode()
    assert page.count('class="work work-words"') == 36
    assert len(first) <= 12
    assert Client().get(f"/contests/{call.pk}/works/?page=2").content.decode().count('class="work work-words"') == 4
    found = Client().get(f"/contests/{call.pk}/works/?q=7&sort=number").content.decode()
    assert "作品7<" in found
    grouped = Client().get(f"/contests/{call.pk}/works/?group=学生组").content.decode()
    assert grouped.count('class="work work-words"') == 20


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["?page=999", "?page=x", "?group=%00", "?sort=-pk", "?q=%00%F0%9F%8D%B5", "?q=" + "9" * 60]
)
def test_nonsense_in_the_address_is_passed_over(call: Call, query: str) -> None:
    make.words_only(call, 1)
    assert Client().get(f"/contests/{call.pk}/works/{query}").status_code == 200


@pytest.mark.django_db
def test_a_collection_shows_its_works_by_group(edition: Edition, tree: Tree) -> None:
    call = make.call(edition, tree.edu, face=Call.Face.COLLECTION, groups=["学生风采", "名师风采", "校友风采"])
    for number in range(1, 8):
        make.words_only(call, number, group="学生风采" if number < 7 else "名师风采")
    page = Client().get(f"/contests/{call.pk}/").content.decode()
    assert page.count('class="work work-words"') == 5
    assert page.index("<h3>学生风采</h3>") < page.index("<h3>名师风采</h3>")
    assert "<h3>校友风采</h3>" not in page
    assert "全部 6 件" in page


@pytest.mark.django_db
def test_an_offer_shows_the_latest_work(call: Call, city: User, person: Participant) -> None:
    work = make.approved(call, person, city)
    assert f"/contests/media/{work.files.get().pk}/thumb/" in Client().get("/take-part/").content.decode()


@pytest.mark.django_db
def test_figures_and_their_rows_agree(edition: Edition, tree: Tree, call: Call) -> None:
    second = make.call(edition, tree.edu, title="第二个")
    other = make.call(edition, tree.school_a, title="校内征集")
    person = make.participant(edition)
    for number, of in enumerate((call, call, second, other), start=1):
        make.words_only(of, number, participant=person) if number < 3 else make.words_only(of, number)
    units = Organisation.objects.filter(pk__in=[tree.edu.pk, tree.school_a.pk])
    assert entry_numbers(edition, units) == {tree.edu.pk: 3, tree.school_a.pk: 1}
    assert people_numbers(edition, units) == {tree.edu.pk: 2, tree.school_a.pk: 1}
    for unit in (tree.edu, tree.school_a):
        assert sum(row.amount for row in entry_rows(edition, unit)) == entry_numbers(edition, units)[unit.pk]
        assert sum(row.amount for row in people_rows(edition, unit)) == people_numbers(edition, units)[unit.pk]


@pytest.mark.django_db
def test_the_list_masks_contacts_and_keeps_formulas_text(call: Call, city: User, person: Participant) -> None:
    make.waiting(call, person, title="=1+1", author="林小满", is_minor=True, guardian="林妈妈", guardian_agreed=True)
    answer = client_of(city).get(f"/w/contests/{call.pk}/list.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [str(cell.value) for cell in sheet[2]]
    assert "=1+1" in cells
    assert sheet["C2"].data_type == "s"
    assert person.masked in cells
    assert person.contact not in " ".join(cells)
    assert "林妈妈" not in " ".join(cells)


@pytest.mark.django_db
def test_the_zip_holds_the_originals_of_approved_works(
    call: Call, city: User, edition: Edition, person: Participant
) -> None:
    photo = make.jpeg(200, 100, gps=True)
    Call.objects.update(groups=["市民组"])
    call.refresh_from_db()
    make.approved(call, person, city, photo=photo, group="市民组", title="../车/工")
    make.waiting(call, make.participant(edition), group="市民组")
    answer = client_of(city).get(f"/w/contests/{call.pk}/originals.zip")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert [name for name in archive.namelist() if ".." in name.split("/")] == []
    (name,) = archive.namelist()
    assert name.startswith("市民组/0001-")
    assert archive.read(name) == photo


@pytest.mark.django_db
def test_a_lost_original_does_not_cost_the_others(call: Call, city: User, edition: Edition, settings: Any) -> None:
    from django.core.files.storage import default_storage

    works = [make.approved(call, make.participant(edition), city) for _ in range(2)]
    default_storage.delete(works[0].files.get().file.key)
    answer = client_of(city).get(f"/w/contests/{call.pk}/originals.zip")
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert len(names) == 2
    assert "缺失文件.txt" in names


@pytest.mark.django_db
def test_exports_are_for_those_who_answer_for_the_call(call: Call, tree: Tree) -> None:
    for user in (factories.person(tree.siming, "reviewer"), factories.person(tree.school_a, "liaison")):
        assert client_of(user).get(f"/w/contests/{call.pk}/list.xlsx").status_code == 404
    member = client_of(factories.person(tree.edu, "member"))
    assert member.get(f"/w/contests/{call.pk}/originals.zip").status_code == 403


_SCORES = st.dictionaries(st.integers(1, 12), st.floats(0, 100, allow_nan=False), max_size=12)
_VOTES = st.dictionaries(st.integers(1, 12), st.integers(0, 100_000), max_size=12)
_WEIGHT = st.integers(0, 100)


@given(_SCORES, _VOTES, _WEIGHT, _WEIGHT)
def test_the_joint_ranking_is_between_nothing_and_all(
    jury: dict[int, float], votes: dict[int, int], jury_weight: int, vote_weight: int
) -> None:
    entries = list(range(1, 13))
    places = combine(entries, jury, votes, jury_weight=jury_weight, vote_weight=vote_weight)
    assert sorted(place.entry_id for place in places) == entries
    scores = [place.score for place in places]
    assert all(score is None for score in scores) or all(0 <= (score or 0) <= 100 for score in scores)
    known = [score or 0 for score in scores]
    assert known == sorted(known, reverse=True)


@given(_VOTES, st.integers(1, 100))
def test_votes_alone_rank_by_votes_whatever_they_weigh(votes: dict[int, int], weight: int) -> None:
    entries = list(range(1, 13))
    places = combine(entries, {}, votes, jury_weight=80, vote_weight=weight)
    counts = [votes.get(place.entry_id, 0) for place in places]
    if any(votes.values()):
        shares = [count * 100 / max(votes.values()) for count in counts]
        assert [place.score for place in places] == pytest.approx(shares, abs=0.0051)


@given(_SCORES, _VOTES, st.integers(1, 50), st.integers(1, 50))
def test_weights_count_by_their_proportion(jury: dict[int, float], votes: dict[int, int], a: int, b: int) -> None:
    entries = list(range(1, 13))
    once = combine(entries, jury, votes, jury_weight=a, vote_weight=b)
    twice = combine(entries, jury, votes, jury_weight=2 * a, vote_weight=2 * b)
    for one, two in zip(once, twice, strict=True):
        assert one.score == pytest.approx(two.score, abs=0.011) if one.score is not None else two.score is None
