"""A summary as PDF with Chinese fonts inside, set by typst (C11). Texts are data there, never markup."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from skillweek.core.errors import DomainError
from skillweek.summaries.blocks import Block, blocks_of
from skillweek.summaries.models import Summary
from skillweek.summaries.pictures import pictures_of
from skillweek.summaries.sources import figures_in, sources_of, state_line

logger = logging.getLogger(__name__)

#: Seconds after which the setting of one document is given up.
_SECONDS: Final = 120
_COMPILE: Final = """
import sys, typst
source, output, root, fonts = sys.argv[1:]
typst.compile(source, output=output, root=root, font_paths=[fonts])
"""
#: Laid down by the front-end build, from a package.
FONTS: Final = Path(__file__).resolve().parent.parent / "core/fonts"
_SOURCE: Final = """
#let data = json("data.json")
#set document(title: data.title)
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), numbering: "— 1 —")
#set text(font: ("Noto Serif SC", "Noto Sans SC"), size: 16pt, lang: "zh", region: "cn")
#set par(leading: 13pt, spacing: 13pt, first-line-indent: (amount: 2em, all: true), justify: true)
#let styled(run) = {
  let words = if run.bold { strong(run.text) } else { [#run.text] }
  if run.italic { emph(words) } else { words }
}
#let runs(block) = block.runs.map(styled).join()
#align(center, text(size: 22pt, weight: "bold", data.title))
#if data.state != "" { align(center, text(size: 12pt, data.state)) }
#v(10pt)
#for block in data.blocks {
  if block.kind == "heading" { par(text(weight: "bold", runs(block))) }
  else if block.kind == "item" { par[#if block.number > 0 [#block.number. ] else [· ]#runs(block)] }
  else if block.kind == "table" {
    table(columns: block.columns, inset: 5pt, ..block.rows.flatten().map(cell => text(size: 12pt, cell)))
  }
  else { par(runs(block)) }
}
#for picture in data.pictures {
  block(breakable: false, width: 100%, align(center)[
    #image(picture.file, width: picture.width * 1mm, height: picture.height * 1mm)
    #text(size: 12pt, picture.caption)
  ])
}
#align(right)[#data.unit \\ #data.day]
#if data.sources.len() > 0 {
  set par(first-line-indent: 0em, leading: 6pt, spacing: 6pt)
  text(size: 12pt, weight: "bold", data.sources_title)
  for source in data.sources { par(text(size: 10pt)[#source.text：#link(source.url)]) }
}
"""
_WIDTH: Final = 150.0
_HEIGHT: Final = 105.0


def summary_as_pdf(summary: Summary) -> IO[bytes]:
    """The summary as an open temporary PDF, at its beginning. Raises DomainError when the fonts were not built.

    It is set in a process of its own: sixty photos take half a gigabyte, which no web process should keep.
    """
    if not (FONTS / "NotoSerifSC_400Regular.ttf").exists():
        raise DomainError(_("服务器上没有中文字体，暂时不能生成 PDF。请下载 Word，并告诉运维人员。"), code="no_fonts")
    target = tempfile.TemporaryFile(suffix=".pdf")  # noqa: SIM115 - the response closes it
    with override("zh-hans"), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data.json").write_text(json.dumps(_data(summary, folder), ensure_ascii=False), encoding="utf-8")
        (folder / "summary.typ").write_text(_SOURCE, encoding="utf-8")
        output = folder / "summary.pdf"
        _set(folder / "summary.typ", output)
        with output.open("rb") as made:
            shutil.copyfileobj(made, target)
    target.seek(0)
    return target


def _set(source: Path, output: Path) -> None:
    command = [sys.executable, "-c", _COMPILE, str(source), str(output), str(source.parent), str(FONTS)]
    try:
        subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        logger.error("PDF was not set: %s", (error.stderr or b"").decode(errors="replace")[-2000:])
        text = _("PDF 没有生成成功。请下载 Word，或稍后再试。")
        raise DomainError(text, code="not_set") from error


def _data(summary: Summary, folder: Path) -> dict[str, Any]:
    day, figures = summary.submitted_at or summary.updated_at, figures_in(summary)
    return {
        "title": summary.title,
        "state": state_line(summary, figures),
        "unit": summary.organisation.name,
        "day": date_format(day, "DATE_FORMAT"),
        "blocks": [_block(block) for block in blocks_of(summary.body)],
        "pictures": list(_pictures(summary, folder)),
        "sources_title": _("数据来源"),
        "sources": [{"text": each.text, "url": each.url} for each in sources_of(figures)],
    }


def _block(block: Block) -> dict[str, Any]:
    columns = max((len(row) for row in block.rows), default=0)
    return {
        "kind": block.kind,
        "number": block.number,
        "runs": [{"text": run.text, "bold": run.bold, "italic": run.italic} for run in block.runs],
        "columns": columns,
        "rows": [[*row, *[""] * (columns - len(row))] for row in block.rows],
    }


def _pictures(summary: Summary, folder: Path) -> Any:
    for number, picture in enumerate(pictures_of(summary)):
        path = folder / f"{number}.jpg"
        with picture.open() as stream, path.open("wb") as file:
            shutil.copyfileobj(stream, file)
        ratio = picture.derivative.width / max(1, picture.derivative.height)
        width = min(_WIDTH, _HEIGHT * ratio)
        yield {
            "file": path.name, "width": width, "height": width / ratio,
            "caption": f"{picture.caption}（{picture.school}）",
        }  # fmt: skip
