"""``skillweek edition``: check, load, export and list editions from the command line (A4).

Exit code 0: done; 1: the data is not right, or the change was refused; 2: the command was called wrongly.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from skillweek.editions.models import Edition
    from skillweek.editions.schema import EditionDocument

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_OUTCOMES = {"created": "已新建", "updated": "已更新", "unchanged": "没有变化"}


@click.group()
def edition() -> None:
    """Check, load or export an edition (届): one notice as a folder of plain files."""


@edition.command()
@click.argument("folder", type=_FOLDER)
def check(folder: Path) -> None:
    """Validate FOLDER. Every fault is named with its file, its key and what was expected. Needs no database."""
    document = _read(folder)
    days = (document.ends_on - document.starts_on).days + 1
    click.echo(f"{document.id}：{document.title}，{document.starts_on} 至 {document.ends_on}，{days} 天。没有问题。")


@edition.command()
@click.argument("folder", type=_FOLDER)
@click.option("--force", is_flag=True, help="Load even what contradicts accepted reports or a closed edition.")
@click.option("--reason", default="", help="Why; kept in the history. Default: that it was forced, if it was.")
@click.option("--open", "opened", is_flag=True, help="Also open the edition, so that schools can file.")
def load(folder: Path, force: bool, reason: str, opened: bool) -> None:
    """Create or update the edition in FOLDER. Safe to repeat: the same folder again changes nothing."""
    document = _read(folder)
    _set_up()
    from skillweek.core.errors import DomainError
    from skillweek.editions.domain import load_edition, open_edition
    from skillweek.editions.models import Edition

    try:
        loaded, outcome = load_edition(
            document, actor=None, reason=reason or ("skillweek edition load --force" if force else ""), force=force
        )
        click.echo(f"{loaded.slug}：{_OUTCOMES[outcome]}，第 {loaded.revision} 版。")
        if opened and loaded.state != Edition.State.OPEN:
            loaded = open_edition(loaded, actor=None, reason=reason)
            click.echo(f"{loaded.slug}：已开放填报。")
    except DomainError as error:
        _refuse(error)


@edition.command()
@click.argument("edition_id", metavar="ID")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write into a folder that holds another edition.")
def export(edition_id: str, folder: Path, force: bool) -> None:
    """Write edition ID to FOLDER, as files that `load` reads back without loss."""
    _set_up()
    from skillweek.editions.folder import write_folder

    document = _edition(edition_id).doc
    if not force and (other := _other_edition(folder, edition_id)):
        _fail(f"{folder} 里已有另一届（{other}）的文件，没有写入。请换一个文件夹，或加 --force 覆盖。")
    try:
        write_folder(document, folder)
    except OSError as error:
        _fail(f"{folder} 写不进去：{error.strerror}。")
    click.echo(f"{edition_id}：已写到 {folder}。")


@edition.command(name="list")
def list_editions() -> None:
    """List the editions in the database, the newest first; `*` marks the one people work in."""
    _set_up()
    from skillweek.editions.models import Edition

    current = Edition.objects.current()
    for row in Edition.objects.all():
        mark = "*" if current and current.pk == row.pk else " "
        days = f"{row.starts_on}–{row.ends_on}"
        click.echo(f"{mark} {row.slug}\t{days}\t{row.get_state_display()}\t第 {row.revision} 版\t{row.title}")


def _read(folder: Path) -> EditionDocument:
    from skillweek.editions.folder import EditionFolderError, read_folder

    try:
        return read_folder(folder)
    except EditionFolderError as error:
        for problem in error.problems:
            click.echo(f"✗ {folder / problem.file}：{problem}", err=True)
        _fail(f"{folder}：有 {len(error.problems)} 处不符合要求，没有载入。")


def _set_up() -> None:
    """Make the database usable and mark what follows as done by the command line."""
    from skillweek.site.cli import setup_django

    setup_django()
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    from skillweek.core import audit
    from skillweek.core.models import AuditEvent

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        _fail(f"数据库连接不上，请检查 DATABASE_URL：{error}")
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _fail("数据库还没有建好或版本较旧。请先运行 skillweek manage migrate。")
    audit.channel.set(AuditEvent.Channel.CLI)


def _edition(edition_id: str) -> Edition:
    from skillweek.editions.models import Edition

    found = Edition.objects.filter(slug=edition_id).first()
    if found is None:
        known = "、".join(Edition.objects.values_list("slug", flat=True)) or "一届也没有"
        raise click.UsageError(f"没有代码为 {edition_id} 的届次。现有：{known}。")
    return found


def _other_edition(folder: Path, edition_id: str) -> str:
    """The id of the edition that stands in ``folder`` already, when it is another one."""
    from skillweek.editions.folder import EDITION_FILE
    from skillweek.materials.edition_folder import edition_id as id_in

    if not (folder / EDITION_FILE).is_file():
        return ""
    found = id_in(folder)
    return found if found != edition_id else ""


def _refuse(error: Exception) -> NoReturn:
    from skillweek.core.errors import DomainError

    assert isinstance(error, DomainError)
    for objection in error.details:
        click.echo(f"✗ {objection}", err=True)
    _fail(f"{error.message}确定要改，请加 --force。" if error.code == "edition_conflict" else error.message)


def _fail(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(1)
