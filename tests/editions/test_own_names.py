"""What the notice calls the pages of taking part is data of the edition (A4, B11, E2, E5, E6, E8)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from pydantic import ValidationError

from skillweek.editions.describe_names import PLAIN
from skillweek.editions.models import Edition
from skillweek.editions.names import NATIONAL, name_of
from skillweek.editions.schema_names import NAME_KINDS, OwnName
from tests.factories import Tree, client_of, person

NOTICE = {
    "online": "云上活动周", "tours": "线上逛校园", "rooms": "网上开放日", "interviews": "职教百家谈",
    "quiz": "职业教育知多少",
}  # fmt: skip


def rename(edition: Edition, **changes: Any) -> None:
    Edition.objects.filter(pk=edition.pk).update(document={**edition.document, **changes})


@pytest.mark.requirement("A4")
def test_the_notices_names_come_with_the_edition(edition: Edition) -> None:
    assert {kind: name_of(edition, kind) for kind in NAME_KINDS} == NOTICE
    assert set(PLAIN) == set(NAME_KINDS)


@pytest.mark.requirement("A4")
def test_another_notice_has_other_names_without_code(tree: Tree, edition: Edition) -> None:
    own = [
        {"code": f"n{number}", "kind": kind, "name": f"云山{kind}"} for number, kind in enumerate(("online", "tours"))
    ]
    presets = [{**row, "name": f"云山{row['name']}"} for row in edition.document["class_presets"]]
    rename(edition, own_names=own, class_presets=presets, online=[])
    home = Client().get("/online/").content.decode()
    assert "<h1>云山online</h1>" in home
    assert "云山tours" in home
    assert "直播间" in home  # this notice has no name for them
    assert not any(name in home for name in ("云上活动周", "线上逛校园", "网上开放日"))
    assert "<h1>云山tours</h1>" in Client().get("/online/all/tour/").content.decode()
    assert "<h1>访谈</h1>" in Client().get("/interviews/").content.decode()

    staff = client_of(person(tree.school_a, "manager"))
    cards = staff.get("/w/take-part/").content.decode()
    assert all(name in cards for name in ("云山tours", "直播间", "访谈", "云山家长课堂", "云山技能与少年"))
    assert not any(name in cards for name in ("线上逛校园", "网上开放日", "职教百家谈"))


def test_other_languages_know_the_national_names_only(edition: Edition) -> None:
    rename(edition, own_names=[{"code": "a", "kind": "interviews", "name": "云山人说职教"}])
    edition = Edition.objects.get(pk=edition.pk)
    with override("en"):
        assert name_of(edition, "interviews") == "云山人说职教"
        assert name_of(edition, "quiz").isascii()
    assert set(NATIONAL) == set(NOTICE.values())


@pytest.mark.parametrize("change", [{"kind": "raffle"}, {"name": ""}, {"code": ""}])
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OwnName(**{"code": "a", "kind": "quiz", "name": "知多少", **change})
