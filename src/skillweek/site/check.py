"""``skillweek check``: the judge on a folder or zip, with no site, no account and no network (C7)."""

from __future__ import annotations

import io
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from skillweek.materials.checking import CheckReport

_COLOURS = {"error": "red", "warning": "yellow", "advice": "cyan"}
_SIGNS = {"error": "✗", "warning": "!", "advice": "·"}


def _report_path(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value.suffix.lower() not in (".html", ".xlsx"):
        raise click.BadParameter("报告文件名须以 .html 或 .xlsx 结尾（must end in .html or .xlsx）")
    return value


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--edition",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the edition whose rules apply. Default: $SKILLWEEK_EDITION, or the newest edition found.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON and nothing else.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_report_path,
    help="Also write a report to FILE.html or FILE.xlsx.",
)
@click.option(
    "--full/--no-decode",
    default=False,
    help="Also decode photos entirely and videos by samples (finds damage within; slower). Default: structure only.",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of messages.")
def check(path: Path, edition: Path | None, as_json: bool, report: Path | None, full: bool, lang: str) -> None:
    """Check the material in PATH, a folder or zip as schools make it.

    Exit code 0: no errors; 1: errors were found; 2: the command was called wrongly.
    """
    from skillweek.materials.checking import check_path
    from skillweek.materials.edition_folder import EditionFolderError, default_edition, edition_id, load_rules

    try:
        folder = edition or default_edition()
        rules = load_rules(folder)
    except EditionFolderError as error:
        raise click.UsageError(str(error)) from error
    _prepare_output(as_json)
    with _progress(as_json, lang) as bar:
        outcome = check_path(path, rules, edition_id(folder), full=full, progress=_advance(bar))
    if as_json:
        click.echo(json.dumps(outcome.as_dict(lang), ensure_ascii=False, indent=2))
    else:
        _print(outcome, lang)
    if report is not None:
        _write(outcome, report, lang, quiet=as_json)
    sys.exit(0 if outcome.ok else 1)


def _prepare_output(as_json: bool) -> None:
    """JSON is UTF-8 wherever it goes; elsewhere a character that the terminal lacks must not end the check."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8" if as_json else None, errors="replace")


def _progress(as_json: bool, lang: str) -> AbstractContextManager[Any]:
    if as_json or not sys.stderr.isatty():
        return nullcontext(None)
    return click.progressbar(length=0, label="Checking" if lang == "en" else "正在检查", file=sys.stderr)


def _advance(bar: Any) -> Any:
    if bar is None:
        return None

    def advance(done: int, total: int) -> None:
        bar.length = max(total, 1)
        bar.update(done)

    return advance


def _write(outcome: CheckReport, report: Path, lang: str, *, quiet: bool) -> None:
    from skillweek.materials.report_files import WRITERS

    try:
        WRITERS[report.suffix.lower()](outcome, report, lang)
    except OSError as error:
        raise click.UsageError(f"报告写不进去（cannot write the report）: {error}") from error
    if not quiet:
        click.echo(f"Report: {report}" if lang == "en" else f"报告已写到：{report}")


def _print(outcome: CheckReport, lang: str) -> None:
    from skillweek.materials.checking import message_of
    from skillweek.materials.report_files import KIND_NAMES, facts_text, summary_text

    for item in outcome.items:
        sign = _SIGNS[item.worst] if item.worst else "✓"
        colour = _COLOURS[item.worst] if item.worst else "green"
        about = " ".join(part for part in (KIND_NAMES[lang][item.kind], facts_text(item, lang)) if part)
        click.echo(f"{click.style(sign, fg=colour, bold=True)} {_plain(item.path)}  {click.style(about, dim=True)}")
        for finding in item.findings:
            message, todo = message_of(finding, lang)
            mark = click.style(_SIGNS[finding.severity], fg=_COLOURS[finding.severity])
            click.echo(f"    {mark} {_plain(message)}")
            if todo:
                click.echo(click.style(f"      → {_plain(todo)}", dim=True))
    click.echo()
    colour = "green" if outcome.ok else "red"
    click.echo(click.style(summary_text(outcome, lang), fg=colour, bold=True))


def _plain(text: str) -> str:
    """Take control characters out: a file's name must not steer the terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)
