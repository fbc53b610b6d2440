"""A meeting's schedule as a PDF: the whole of it, then a sheet for each side (E3, E4)."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from skillweek.core.typeset import typeset
from skillweek.partnerships.models import Meeting, Pairing, Party
from skillweek.partnerships.queries.schedules import sheets, talks_of

_SOURCE: Final = """
#let data = json("data.json")
#set document(title: data.title)
#set page(paper: "a4", margin: 18mm, footer: context align(center, text(size: 9pt)[#counter(page).display()]))
#set text(font: ("Noto Serif SC", "Noto Sans SC"), size: 10.5pt, lang: "zh", region: "cn")
#let plan(rows, heads) = table(
  columns: (auto, 1fr, 1.4fr, 1.4fr), inset: 6pt, stroke: 0.5pt + rgb("#9aa8a6"),
  table.header(..heads.map(head => strong(head))), ..rows.flatten(),
)
#align(center, text(size: 18pt, weight: "bold", data.title))
#align(center, data.facts)
#plan(data.rows, data.heads)
#for sheet in data.sheets [
  #pagebreak()
  #text(size: 16pt, weight: "bold", sheet.name) \\
  #data.title #h(1em) #data.facts
  #v(3mm)
  #plan(sheet.rows, data.heads)
]
#v(1fr)
#text(size: 9pt, data.care)
"""


def schedule_as_pdf(meeting: Meeting) -> IO[bytes]:
    """An open temporary PDF, at its beginning. Raises DomainError when it cannot be set."""
    with override("zh-hans"):
        return typeset(_SOURCE, lambda _folder: _data(meeting, _folder))


def _data(meeting: Meeting, _folder: Path) -> dict[str, Any]:
    zone = ZoneInfo(meeting.edition.zone)

    def line(talk: Pairing) -> list[str]:
        time = f"{talk.slot.starts_at.astimezone(zone):%H:%M}–{talk.slot.ends_at.astimezone(zone):%H:%M}"
        return [time, str(talk.enterprise.table or ""), talk.enterprise.label, talk.guest.label]

    rows = meeting.parties.filter(state=Party.State.ACCEPTED).select_related("enterprise", "organisation", "table")
    parties = list(rows.defer("enterprise__logo"))
    return {
        "title": meeting.title,
        "facts": f"{date_format(meeting.day, 'DATE_FORMAT')} · {meeting.place}",
        "heads": [_("时间"), _("桌位"), _("企业"), _("对方")],
        "rows": [line(talk) for talk in talks_of(meeting)],
        "sheets": [
            {"name": party.label, "rows": [line(talk) for talk in talks]} for party, talks in sheets(meeting, parties)
        ],
        "care": _("名单含个人信息，用完请销毁。"),
    }
