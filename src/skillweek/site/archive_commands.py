"""``skillweek archive``, ``skillweek backup`` and ``skillweek restore`` (A8).

Exit code 0: done; 1: refused, nothing was written; 2: called wrongly.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from skillweek.site.edition_commands import _edition, _set_up


@click.group()
def archive() -> None:
    """Export a closed edition as a complete archive, or import one."""


@archive.command(name="export")
@click.argument("slug", metavar="EDITION")
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="FILE.zip, or a new folder.")
def export_command(slug: str, target: Path) -> None:
    """Write everything of EDITION: data, tables, originals, checksums."""
    _set_up()
    from skillweek.archive.exporting import expected_bytes, open_export, write_folder, zip_chunks
    from skillweek.core.errors import DomainError

    edition = _edition(slug)
    size = expected_bytes(edition)
    with click.progressbar(length=max(1, size), label=f"{slug}，约 {size / 1024**2:.0f} MB") as bar:
        try:
            export = open_export(edition, by=None, told=bar.update)
            if target.suffix == ".zip":
                beside = target.with_name(target.name + ".unfinished")
                try:
                    with beside.open("wb") as out:
                        for chunk in zip_chunks(export):
                            out.write(chunk)
                except BaseException:
                    beside.unlink(missing_ok=True)
                    raise
                beside.replace(target)
            else:
                write_folder(export, target)
        except DomainError as error:
            _refuse(error)
        except OSError as error:
            _fail(f"{target} 写不进去：{error.strerror}。")
    click.echo(f"{slug}：已写到 {target}。共 {sum(export.counts.values())} 条数据。")
    for label, found in (("找不到原件", export.missing), ("内容与上传时不同", export.damaged)):
        if found:
            click.echo(f"注意：{len(found)} 个文件{label}，已记在 manifest.json。", err=True)


@archive.command(name="import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
def import_command(source: Path) -> None:
    """Read an archive (zip or folder) into this installation, as an edition that has ended."""
    _set_up()
    from skillweek.archive.importing import import_archive
    from skillweek.core.errors import DomainError

    try:
        done = import_archive(source, actor=None, told=click.echo)
    except DomainError as error:
        _refuse(error)
    click.echo(f"{done.edition.slug}：已导入，{sum(done.counts.values())} 条数据。缩略图和检索由后台进程重建。")
    for note in done.notes:
        click.echo(note)
    if done.differences:
        click.echo("与归档的合计不同：", err=True)
        for line in done.differences:
            click.echo(f"  {line}", err=True)
    else:
        click.echo("合计与归档完全一致。")


@click.command()
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="A folder, or FILE.tar.")
@click.option("--keep", type=click.IntRange(min=0), default=0, help="Keep so many backups in the folder; 0 keeps all.")
def backup(target: Path, keep: int) -> None:
    """Back up database, files and secret key. The site may be running."""
    _set_up()
    from skillweek.archive.backup import back_up
    from skillweek.core.errors import DomainError

    try:
        done = back_up(target, keep=keep, tell=click.echo)
    except DomainError as error:
        _refuse(error)
    except OSError as error:
        _fail(f"{target} 写不进去：{error.strerror}。")
    _tell(done, "备份好了")


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what this installation holds.")
def restore(source: Path, force: bool) -> None:
    """Restore a backup into this installation. Stop the site first."""
    from skillweek.site.cli import setup_django

    setup_django()
    from skillweek.archive.backup import restore as restore_backup
    from skillweek.core.errors import DomainError

    try:
        done = restore_backup(source, force=force, tell=click.echo)
    except DomainError as error:
        _refuse(error)
    except OSError as error:
        _fail(f"恢复没有完成：{error.strerror}。")
    _tell(done, "恢复好了，条数和校验值都与备份一致")


def _tell(done: Any, what: str) -> None:
    text = f"{what}：{done.path}。{done.tables} 张表 {done.rows} 行，{done.files} 个文件 {done.bytes / 1024**2:.0f} MB"
    click.echo(f"{text}，其中 {done.linked} 个沿用上一份备份。" if done.linked else f"{text}。")
    for note in done.notes:
        click.echo(note)


def _refuse(error: Any) -> NoReturn:
    for detail in error.details:
        click.echo(f"✗ {detail}", err=True)
    _fail(error.message)


def _fail(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(1)
