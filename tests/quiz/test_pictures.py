"""Picture questions: a real picture with words for those who do not see it (E2)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from skillweek.content.intake import add_asset
from skillweek.content.models import Asset
from skillweek.content.renditions import make_copies
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.quiz.domain import bank
from skillweek.quiz.models import Question
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from tests.factories import Tree, client_of
from tests.materials.make import make_jpeg
from tests.quiz import make


@pytest.fixture
def picture(edition: Edition, tmp_path: Path) -> Callable[[Organisation], Asset]:
    """A real picture in a unit's library."""

    def made(organisation: Organisation) -> Asset:
        path = make_jpeg(tmp_path / f"{organisation.code}.jpg", 600, 400, min_bytes=0)
        file = store_local_file(
            path, edition=edition, organisation=organisation, user=None, kind="other", name=path.name
        )
        asset = add_asset(file, kind="picture")
        check_stored_file(file.pk)
        make_copies(asset.pk)
        return Asset.objects.get(pk=asset.pk)

    return made


def _values(asset: Asset | None, **fields: Any) -> dict[str, Any]:
    named = {"kind": "picture", "stem": "图中是哪种工具？", "picture": asset, "picture_alt": "一把长柄的工具"}
    return {**make.FIELDS, **named, **fields}


@pytest.mark.requirement("E2")
def test_a_picture_is_public_once_its_question_is_checked_and_says_what_it_shows(
    edition: Edition, tree: Tree, host: User, picture: Callable[[Organisation], Asset]
) -> None:
    asset = picture(tree.host)
    question = bank.save_question(Question(edition=edition, organisation=tree.host), actor=host, values=_values(asset))
    asset.refresh_from_db()
    assert not asset.is_public
    bank.check_question(question, actor=host)
    asset.refresh_from_db()
    assert asset.is_public
    quiz = make.quiz(edition, tree.host, host, rules=[make.Rule("", "", 1)])
    page = Client().get(reverse("quiz_public:practice", args=[quiz.pk])).content.decode()
    assert 'alt="一把长柄的工具"' in page and f"/media/{asset.pk}/" in page


def test_without_words_or_with_a_neighbours_picture_it_is_refused(
    edition: Edition, tree: Tree, host: User, picture: Callable[[Organisation], Asset]
) -> None:
    own, foreign = picture(tree.host), picture(tree.school_b)
    for asset, alt, field in ((own, " ", "picture_alt"), (foreign, "一把工具", "picture")):
        with pytest.raises(DomainError) as caught:
            bank.save_question(
                Question(edition=edition, organisation=tree.host), actor=host, values=_values(asset, picture_alt=alt)
            )
        assert caught.value.field == field


def test_the_form_takes_a_picture_of_the_library(
    edition: Edition, tree: Tree, host: User, picture: Callable[[Organisation], Asset]
) -> None:
    asset = picture(tree.host)
    data = {
        "home": tree.host.pk, "kind": "picture", "stem": "图中是哪种工具？", "options": "锤子\n扳手", "answer": "B",
        "difficulty": "easy", "picture": str(asset.pk), "picture_alt": "一把长柄的工具",
    }  # fmt: skip
    answer = client_of(host).post(reverse("quiz:question_add"), data)
    assert answer.status_code == 302
    question = Question.objects.get()
    assert (question.picture, question.answer) == (asset, "B")
    assert 'alt="一把长柄的工具"' in client_of(host).get(answer["Location"]).content.decode()
