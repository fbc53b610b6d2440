"""A certificate to print: A4 across, with a QR code that leads to its page (E2)."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from skillweek.core.typeset import typeset
from skillweek.participation.models import Certificate

_SOURCE: Final = """
#let data = json("data.json")
#set document(title: data.title)
#set page(paper: "a4", flipped: true, margin: 18mm, fill: rgb("#fffdf7"))
#set text(font: ("Noto Serif SC", "Noto Sans SC"), size: 16pt, lang: "zh", region: "cn", fill: rgb("#23312f"))
#rect(width: 100%, height: 100%, stroke: 2.5pt + rgb("#0f766e"), inset: 5mm)[
  #rect(width: 100%, height: 100%, stroke: 0.6pt + rgb("#b98a2f"), inset: 10mm)[
    #align(center)[
      #text(size: 13pt, tracking: 2pt, fill: rgb("#0f766e"), data.edition)
      #v(6mm)
      #text(size: 40pt, weight: "bold", tracking: 16pt, data.heading)
      #v(7mm)
      #text(size: 24pt, weight: "bold", data.holder)
      #v(2mm)
      #line(length: 55%, stroke: 0.6pt + rgb("#b98a2f"))
      #v(4mm)
      #text(size: 20pt, data.title)
      #v(2mm)
      #for line in data.lines { text(size: 14pt, line); linebreak() }
    ]
    #place(bottom + left, grid(columns: (26mm, auto), column-gutter: 4mm, align: horizon,
      image("code.svg", width: 26mm),
      text(size: 10pt)[#data.code_label #text(font: "Noto Sans SC", weight: "bold", data.code) \\ #data.check_label]))
    #place(bottom + right, align(right)[#text(size: 15pt, data.unit) \\ #text(size: 13pt, data.day)])
  ]
]
"""


def certificate_as_pdf(certificate: Certificate) -> IO[bytes]:
    """The certificate as an open temporary PDF, at its beginning. Raises DomainError when it cannot be set."""
    with override("zh-hans"):
        return typeset(_SOURCE, lambda folder: _data(certificate, folder))


def _data(certificate: Certificate, folder: Path) -> dict[str, Any]:
    url = f"{settings.BASE_URL}{certificate.get_absolute_url()}"
    segno.make(url, error="m").save(str(folder / "code.svg"), border=1, scale=4)
    return {
        "heading": _("证书"),
        "edition": certificate.edition.title,
        "title": certificate.title,
        "holder": certificate.holder,
        "lines": [str(line) for line in certificate.lines],
        "unit": certificate.organisation.name,
        "day": date_format(certificate.issued_at.astimezone(ZoneInfo(certificate.edition.zone)), "DATE_FORMAT"),
        "code": certificate.spaced_code,
        "code_label": _("证书编号"),
        "check_label": _("扫码或在网站“查验证书”页输入编号，即可核对真伪。"),
    }
