"""Documents as typed data: checked once for each state, never another edition's (A4)."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from pydantic import ValidationError

from skillweek.editions.folder import read_folder
from skillweek.editions.models import Edition
from skillweek.editions.typed import document_of

XIAMEN = Path(__file__).resolve().parents[2] / "editions/xiamen-2023"


@pytest.fixture(scope="module")
def document():
    return read_folder(XIAMEN).model_dump(mode="json")


@pytest.mark.requirement("A4")
def test_equal_documents_are_checked_once_and_shared(document):
    assert document_of(document) is document_of(copy.deepcopy(document))


@pytest.mark.requirement("A4")
def test_a_changed_document_is_read_anew(document):
    before = document_of(document)
    changed = {**document, "theme": "另一个主题"}
    assert document_of(changed).theme == "另一个主题"
    assert document_of(document) is before
    assert before.theme == document["theme"]


@pytest.mark.requirement("A4")
def test_a_document_changed_in_place_is_read_anew_by_the_next_edition(document):
    mine = copy.deepcopy(document)
    first = Edition(document=mine).doc
    mine["theme"] = "另一个主题"
    assert Edition(document=mine).doc.theme == "另一个主题"
    assert first.theme == document["theme"]


@pytest.mark.requirement("A4")
def test_a_document_that_is_not_valid_is_refused_each_time(document):
    for _time in range(2):
        with pytest.raises(ValidationError):
            document_of({**document, "theme": None})


@pytest.mark.requirement("A4")
def test_a_document_with_more_than_json_has_is_read_too(document):
    from datetime import date

    days = {name: date.fromisoformat(document[name]) for name in ("starts_on", "ends_on") if name in document}
    assert days
    assert document_of({**document, **days}) == document_of(document)
