"""The list of sources at the end of a document: every number can be followed from the paper too (C11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from skillweek.content.queries import absolute
from skillweek.summaries.figures import Reference, references
from skillweek.summaries.models import Summary


@dataclass(frozen=True)
class DocumentSource:
    """One line of the list, and the address it leads to."""

    text: str
    url: str


def figures_in(summary: Summary) -> list[Reference]:
    """The figures of the text as they are now; counted once for a whole document."""
    return references(summary.edition, summary.organisation, summary.body)


def sources_of(figures: list[Reference]) -> list[DocumentSource]:
    """A line for each figure in the order of the text: what changed since and what nobody accepted yet is said."""
    return [DocumentSource(_line(number, each), absolute(each.url)) for number, each in enumerate(figures, start=1)]


def state_line(summary: Summary, figures: list[Reference]) -> str:
    """What stands beneath the title while something is not accepted; empty when everything is."""
    if summary.state != Summary.State.ACCEPTED:
        return _("（%(state)s，未经审核）") % {"state": summary.get_state_display()}
    if any(each.waiting for each in figures):
        return _("（部分数字尚未通过审核，见文末数据来源）")
    return ""


def _line(number: int, each: Reference) -> str:
    text = f"{number}. {each.name} {each.said}"
    if each.is_stale:
        text += _("，统计表现为 %(now)d") % {"now": each.now or 0}
    if each.waiting:
        text += _("，其中 %(waiting)d 尚未通过审核") % {"waiting": each.waiting}
    return text
