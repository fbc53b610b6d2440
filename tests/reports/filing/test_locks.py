"""A photo is removed at the very moment in which its check ends: neither is lost, and nobody waits for ever (C6)."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from skillweek.reports.domain.review import locked
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile
from tests import factories
from tests.factories import person
from tests.materials.make import plain_jpeg
from tests.reports.filing import make


@pytest.mark.requirement("C6")
@pytest.mark.django_db(transaction=True)
def test_removing_a_photo_while_its_check_ends_harms_neither() -> None:
    tree, edition = factories.tree(), factories.edition()
    by = person(tree.school_a, "liaison")
    file = make.send(by, tree.school_a, edition, plain_jpeg(), "茶艺.jpg", "photo", make.purpose("photo"))
    report = make.begin(by, tree.school_a, edition)
    key = str(report.items.get().client_id)
    begun = threading.Event()
    errors: list[BaseException] = []

    def check() -> None:
        try:
            begun.wait(10)
            check_stored_file(file.pk)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    worker = threading.Thread(target=check)
    worker.start()
    with transaction.atomic():
        locked(report.pk)
        begun.set()
        time.sleep(1.5)  # time enough for the check to come as far as it can
        make.change(report, by, {"op": "remove", "item": key})
    worker.join(30)

    assert errors == []
    file.refresh_from_db()
    assert (file.state, file.released_at is not None) == (StoredFile.State.READY, True)
    assert report.items.get().removed_at is not None
