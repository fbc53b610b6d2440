"""Tables that nobody confirmed are thrown away in every room that reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from skillweek.core.clock import now
from skillweek.core.schedule import tick
from skillweek.core.tables.kept import KeptTable
from skillweek.core.tables.sweeping import forget_tables
from tests import factories
from tests.factories import Tree
from tests.voting.make import draft

pytestmark = pytest.mark.requirement("A6")

_KINDS = sorted((m for m in apps.get_models() if issubclass(m, KeptTable)), key=lambda model: model._meta.label)


def _needs(model: type[KeptTable], tree: Tree) -> dict[str, Any]:
    """What a table of this room hangs on, beside its person."""
    names = {field.name for field in model._meta.get_fields()}
    found: dict[str, Any] = {name: tree.school_a for name in ("home", "organisation") if name in names}
    if "edition" in names:
        found["edition"] = factories.edition()
    if "ballot" in names:
        found["ballot"] = draft(factories.edition(), tree.school_a)
    return found


@pytest.mark.parametrize("model", _KINDS, ids=lambda model: model._meta.label)
def test_two_days_after_the_upload_an_unconfirmed_table_is_gone(model: type[KeptTable], tree: Tree) -> None:
    person = factories.person(tree.school_a, "liaison")
    needs = _needs(model, tree)
    old, fresh, entered = (
        model._default_manager.create(user=person, name=name, rows=[], **needs) for name in ("旧", "新", "已导入")
    )
    entered.mark_entered()
    both = model._default_manager.filter(pk__in=[old.pk, entered.pk])
    both.update(created_at=now() - timedelta(days=2, minutes=1))

    assert forget_tables.call() == 1
    assert set(model._default_manager.values_list("name", flat=True)) == {"新", "已导入"}
    assert fresh.pk


@pytest.mark.django_db
def test_it_runs_by_the_clock() -> None:
    assert "core.tables" in tick()
