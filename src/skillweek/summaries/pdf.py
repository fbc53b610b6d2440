"""A summary as PDF with Chinese fonts inside, set by typst (C11). Texts are data there, never markup."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO, Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from skillweek.core.typeset import typeset
from skillweek.summaries.blocks import Block, blocks_of
from skillweek.summaries.models import Summary
from skillweek.summaries.pictures import pictures_of
from skillweek.summaries.sources import figures_in, sources_of, state_line

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
    """The summary as an open temporary PDF, at its beginning. Raises DomainError when it cannot be set."""
    with override("zh-hans"):
        return typeset(_SOURCE, lambda folder: _data(summary, folder))


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
