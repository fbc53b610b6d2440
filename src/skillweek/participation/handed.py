"""What rooms above hand to a vote or a jury: texts and addresses, no key upwards (E1, E10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from skillweek.content.models import Asset
from skillweek.core.audit import record
from skillweek.core.models import Timestamped


class Contestant(Timestamped):
    """One thing to choose among: made by hand, from a table, or handed over by a room above (``source_key``)."""

    #: Shown to people; given in order, never reused.
    number = models.PositiveIntegerField(_("编号"))
    group = models.CharField(_("组别"), max_length=40, blank=True)
    title = models.CharField(_("名称"), max_length=120)
    text = models.TextField(_("介绍"), max_length=4000, blank=True)
    picture = models.ForeignKey(Asset, models.SET_NULL, null=True, blank=True, related_name="+")
    #: What a room above gave: addresses on this site.
    image_url = models.CharField(max_length=500, blank=True)
    url = models.CharField(_("链接"), max_length=500, blank=True)
    source_key = models.CharField(max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def local_image(self) -> str:
        """The handed-over picture's address where it lies on this site, else nothing."""
        return self.image_url if self.image_url.startswith("/") and not self.image_url.startswith("//") else ""

    @property
    def safe_url(self) -> str:
        """The link where it is one of the web or of this site; empty for anything a browser might run."""
        is_local = self.url.startswith("/") and not self.url.startswith("//")
        return self.url if is_local or self.url.lower().startswith(("http://", "https://")) else ""


C = TypeVar("C", bound=Contestant)


@dataclass(frozen=True)
class Handed:
    """One contestant as a room above has it. ``image_url`` and ``url`` are addresses on this site, or empty."""

    source_key: str
    title: str
    credit: str = ""
    organisation_id: int | None = None
    text: str = ""
    image_url: str = ""
    url: str = ""
    group: str = ""

    def fields(self) -> dict[str, Any]:
        """What the row holds of it, cut to what fits."""
        return {
            "title": self.title[:120], "credit": self.credit[:120], "organisation_id": self.organisation_id,
            "text": self.text[:4000], "image_url": self.image_url[:500], "url": self.url[:500],
            "group": self.group[:40],
        }  # fmt: skip


@dataclass(frozen=True)
class Synced:
    """How many contestants a call made, changed and withdrew, and how many changes it could not take any more."""

    made: int = 0
    changed: int = 0
    withdrawn: int = 0
    late: int = 0

    @property
    def did_something(self) -> bool:
        """Whether anything is other than before."""
        return bool(self.made or self.changed or self.withdrawn)

    def data(self) -> dict[str, int]:
        """For the audit trail."""
        return asdict(self)


def sync(
    rows: models.Manager[C], specs: Iterable[Handed], *, number: int, takes: Callable[[bool, bool], bool],
    back: dict[str, Any], take_out: Callable[[C], object],
) -> Synced:  # fmt: skip
    """Make the handed-over ones among ``rows`` (those of a locked parent) what ``specs`` say; others stay.

    ``number``: the next free one. ``takes(is_new, is_same)``: whether a new one, or a change of a known one (none:
    ``is_same``, it only comes back), is still taken; the rest is late. ``back``: what is set on one that is there
    again. ``take_out`` withdraws one that is gone.
    """
    wanted = {spec.source_key: spec for spec in specs if spec.source_key}
    known = {each.source_key: each for each in rows.exclude(source_key="")}
    made = changed = withdrawn = late = 0
    for key, spec in wanted.items():
        old, fields = known.get(key), spec.fields()
        is_same = old is not None and all(getattr(old, name) == value for name, value in fields.items())
        if is_same and old is not None and old.withdrawn_at is None:
            continue
        if not takes(old is None, is_same):
            late += 1
        elif old is None:
            rows.create(number=number + made, source_key=key, **fields)
            made += 1
        else:
            for name, value in {**fields, "withdrawn_at": None, **back}.items():
                setattr(old, name, value)
            old.save()
            changed += 1
    for key, old in known.items():
        if key not in wanted and old.withdrawn_at is None:
            take_out(old)
            withdrawn += 1
    return Synced(made, changed, withdrawn, late)


def forget(rows: models.Manager[C], source_key: str, *, parent: str, verb: str) -> int:
    """Take author, text, picture and link out of what was handed over under this key; returns in how many parents (the
    relation's name) it changed something. Call it in a transaction; safe to repeat.
    """
    found = rows.select_for_update(of=("self",), no_key=True).filter(source_key=source_key).select_related(parent)
    number = 0
    for row in found:
        values: Any = row
        if not (values.credit or row.text or row.image_url or row.url):
            continue
        values.credit = row.text = row.image_url = row.url = ""
        row.save(update_fields=["credit", "text", "image_url", "url", "updated_at"])
        record(verb, row, organisation_id=getattr(row, parent).organisation_id)
        number += 1
    return number
