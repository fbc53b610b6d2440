"""The list of sources at the end of a document: every number can be followed from the paper too (C11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from skillweek.summaries.figures import Reference, references
from skillweek.summaries.models import Summary


@dataclass(frozen=True)
class DocumentSource:
    """One line of the list, and the address it leads to."""

    text: str
    url: str


def sources_of(summary: Summary) -> list[DocumentSource]:
    """A line for each figure in the order of the text: what changed since and what nobody accepted yet is said."""
    found = references(summary.edition, summary.organisation, summary.body)
    return [DocumentSource(_line(number, each), absolute(each.url)) for number, each in enumerate(found, start=1)]


def state_line(summary: Summary) -> str:
    """What stands beneath the title while something is not accepted; empty when everything is."""
    if summary.state != Summary.State.ACCEPTED:
        return _("（%(state)s，未经审核）") % {"state": summary.get_state_display()}
    if any(each.waiting for each in references(summary.edition, summary.organisation, summary.body)):
        return _("（部分数字尚未通过审核，见文末数据来源）")
    return ""


def absolute(path: str) -> str:
    """The address with the site in front, for readers of a file."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def _line(number: int, each: Reference) -> str:
    text = f"{number}. {each.name} {each.said}"
    if each.is_stale:
        text += _("，统计表现为 %(now)d") % {"now": each.now or 0}
    if each.waiting:
        text += _("，其中 %(waiting)d 尚未通过审核") % {"waiting": each.waiting}
    return text
