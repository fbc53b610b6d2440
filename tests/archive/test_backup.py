"""A backup comes back into an empty installation with every row and every byte; a harmed one is refused (A8)."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from skillweek.archive import backup, databases
from skillweek.archive.reading import EditionReader
from skillweek.archive.tables import exported_models
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from tests import factories
from tests.archive import make

#: One after the other: on PostgreSQL each restore locks every table and index of its database at once, and two together
#: need more locks than a server holds by default.
pytestmark = [
    pytest.mark.requirement("A8"), pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("restore"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    """A secret key of this installation's own."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    (settings.HOME / backup.KEY).write_text("the secret of this installation")


@pytest.fixture
def week(tmp_path: Path) -> Edition:
    """A closed week in a whole tree."""
    return make.week(factories.tree(), factories.edition(), tmp_path).edition


def rows(edition: Edition) -> dict[str, list[Any]]:
    """Every row of the edition."""
    reader = EditionReader(edition)
    return {model._meta.label: list(reader.lines(model)) for model in exported_models()}


def files() -> dict[str, bytes]:
    """Every file by its place."""
    root = Path(default_storage.location)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def empty() -> None:
    """Forget rows, files and key, as a new machine would."""
    make.empty_the_installation()
    shutil.rmtree(default_storage.location)


@pytest.mark.parametrize("name", ["backups", "backup.tar"])
def test_an_empty_installation_becomes_what_was_backed_up(
    week: Edition, tmp_path: Path, settings: Any, name: str
) -> None:
    before, bytes_before = rows(week), files()
    done = backup.back_up(tmp_path / name)
    empty()
    (settings.HOME / backup.KEY).write_text("a new one")

    restored = backup.restore(tmp_path / name)

    assert (restored.tables, restored.rows, restored.files) == (done.tables, done.rows, len(bytes_before))
    assert rows(Edition.objects.get(pk=week.pk)) == before
    assert files() == bytes_before
    assert (settings.HOME / backup.KEY).read_text() == "the secret of this installation"
    assert (settings.HOME / backup.KEY).stat().st_mode & 0o077 == 0


def test_an_installation_with_anything_in_it_is_left_alone(week: Edition, tmp_path: Path) -> None:
    backup.back_up(tmp_path / "backups")
    with pytest.raises(DomainError, match=r"没有恢复.*--force"):
        backup.restore(tmp_path / "backups")
    Edition.objects.update(title="写错了")
    backup.restore(tmp_path / "backups", force=True)
    assert Edition.objects.get(pk=week.pk).title == week.title


def test_the_second_backup_costs_what_came_since(week: Edition, tmp_path: Path) -> None:
    first = backup.back_up(tmp_path / "backups")
    (Path(default_storage.location) / "new.txt").write_text("new")
    second = backup.back_up(tmp_path / "backups", keep=1)
    assert (first.linked, second.linked) == (0, first.files)
    assert second.files == first.files + 1
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [second.path.name]
    assert {path.stat().st_nlink for path in (second.path / "media").rglob("*") if path.is_file()} == {1}


def test_a_harmed_backup_changes_nothing(week: Edition, tmp_path: Path) -> None:
    done = backup.back_up(tmp_path / "backups")
    empty()
    photo = next(path for path in sorted((done.path / "media").rglob("*")) if path.is_file())
    good = photo.read_bytes()
    photo.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(DomainError, match="缺失或已损坏，没有恢复"):
        backup.restore(done.path)
    photo.write_bytes(good)
    database = done.path / databases.FILES[databases.engine()]
    os.truncate(database, database.stat().st_size // 2)
    with pytest.raises(DomainError, match="数据库缺失或已损坏，没有恢复"):
        backup.restore(done.path)
    assert Edition.objects.count() == 0
    assert not Path(default_storage.location).exists()


def test_a_backup_names_no_place_outside(week: Edition, tmp_path: Path) -> None:
    done = backup.back_up(tmp_path / "backups")
    empty()
    sums = done.path / backup.SUMS
    sums.write_text(sums.read_text() + f"{'0' * 64}  media/../../outside.txt\n")
    with pytest.raises(DomainError, match=r"media\.sha256"):
        backup.restore(done.path)
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        tar.add(done.path / backup.NOTE, arcname="../outside.txt")
    with pytest.raises(DomainError):
        backup.restore(evil)
    assert not list(tmp_path.rglob("outside.txt"))
