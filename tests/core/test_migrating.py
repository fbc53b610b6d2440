"""The operation that makes a room's tables at once."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from skillweek.core.migrating import CreateTables


@pytest.mark.django_db(transaction=True)
def test_tables_that_point_at_each_other_are_made_and_dropped() -> None:
    def key() -> models.BigAutoField[int, int]:
        return models.BigAutoField(primary_key=True)

    child = CreateModel("Child", [("id", key()), ("parent", models.ForeignKey("made.Parent", models.CASCADE))])
    operation = CreateTables([child, CreateModel("Parent", [("id", key())])])
    before = ProjectState()
    after = before.clone()
    assert before.apps  # drawn already, as in the middle of a migration
    operation.state_forwards("made", after)

    with connection.schema_editor() as editor:
        operation.database_forwards("made", editor, before, after)
    made = set(connection.introspection.table_names())
    Child = after.apps.get_model("made", "child")
    Child.objects.create(parent=after.apps.get_model("made", "parent").objects.create())
    count = Child.objects.count()
    with connection.schema_editor() as editor:
        operation.database_backwards("made", editor, after, before)

    assert {"made_parent", "made_child"} <= made
    assert count == 1
    assert {"made_parent", "made_child"}.isdisjoint(connection.introspection.table_names())
