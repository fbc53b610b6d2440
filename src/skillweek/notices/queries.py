"""Reads for the pages: what is public, what a person received and issued, who has acknowledged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.content.compare import compare, compare_plain
from skillweek.content.editorial import versions_of
from skillweek.content.models import Asset, Version
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.notices.access import issued_visible_to, receipts_visible_to, receiving_units
from skillweek.notices.content import READ_BY_ALL, moment_of
from skillweek.notices.models import Notice, Receipt
from skillweek.organisations.models import Organisation

_NEWEST_FIRST = (F("published_at").desc(), F("pk").desc())
_OUT = Q(notice__published_at__isnull=False)
_MOMENTS = ("valid_until", "acknowledge_by")


# What strangers see --------------------------------------------------------------------------


def public_notices(edition: Edition | None = None) -> QuerySet[Notice]:
    """Notices that strangers may read, pinned ones first, then the newest; of one edition, or of all that were opened.

    Expired ones stay readable, as documents do; they say so.
    """
    shown = Notice.objects.filter(live_at__isnull=False, is_public=True).exclude(edition__state=Edition.State.DRAFT)
    if edition is not None:
        shown = shown.filter(edition=edition)
    return shown.select_related("organisation", "edition").order_by("-is_pinned", *_NEWEST_FIRST)


def withdrawn_public(pk: int) -> Notice | None:
    """A notice that was public once and was withdrawn: its page says so."""
    rows = Notice.objects.filter(pk=pk, published_at__isnull=False, live_at=None, is_public=True)
    return rows.exclude(edition__state=Edition.State.DRAFT).select_related("organisation", "edition").first()


def neighbours(notice: Notice) -> tuple[Notice | None, Notice | None]:
    """上一条 and 下一条: the next newer and the next older public notice; None where there is none."""
    rows = public_notices().order_by()
    newer = Q(published_at__gt=notice.published_at) | Q(published_at=notice.published_at, pk__gt=notice.pk)
    older = Q(published_at__lt=notice.published_at) | Q(published_at=notice.published_at, pk__lt=notice.pk)
    before = rows.filter(newer).order_by("published_at", "pk").first()
    after = rows.filter(older).order_by("-published_at", "-pk").first()
    return before, after


@dataclass(frozen=True)
class Attachment:
    """One file under 附件下载."""

    asset: Asset
    title: str

    @property
    def ending(self) -> str:
        """The file's type in capitals: ``DOCX``."""
        stem, dot, ending = self.asset.file.name.rpartition(".")
        return ending.upper() if dot and stem and len(ending) <= 5 else ""


def attachments_of(content: Mapping[str, Any]) -> list[Attachment]:
    """The files of a draft, of what is live, or of a version, in their order. Erased ones are left out."""
    ids = [UUID(text) for text in content.get("attachments") or []]
    titles = content.get("attachment_titles") or {}
    assets = Asset.objects.filter(pk__in=ids).select_related("file").in_bulk() if ids else {}
    return [Attachment(assets[pk], titles.get(str(pk)) or str(assets[pk])) for pk in ids if pk in assets]


# Corrections ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One field that a correction changed, with its marks; ``is_rich`` when it is a text with blocks."""

    field: str
    marked: str
    is_rich: bool = False


def history_of(notice: Notice) -> list[Version]:
    """Everything that was public of it, newest first."""
    return list(versions_of(notice))


def changes_between(
    old: Mapping[str, Any], new: Mapping[str, Any], *, names: Sequence[str] = READ_BY_ALL, zone: str = "UTC"
) -> list[Change]:
    """What differs between two published states in these fields and the files, moments as clocks in ``zone`` show."""
    changes = []
    for name in names:
        before, after = old.get(name) or "", new.get(name) or ""
        if before == after:
            continue
        if name == "body":
            changes.append(Change(name, compare(str(before), str(after)), True))
        elif name in _MOMENTS:
            changes.append(Change(name, compare_plain(_clock(before, zone), _clock(after, zone))))
        else:
            changes.append(Change(name, compare_plain(_line(before), _line(after))))
    files = _line(_files(old, {})), _line(_files(new, old))
    if files[0] != files[1]:
        changes.append(Change("attachments", compare_plain(*files)))
    return changes


def _line(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _clock(text: str, zone: str) -> str:
    moment = moment_of(text)
    return date_format(moment.astimezone(ZoneInfo(zone)), "DATETIME_FORMAT") if moment else ""


def _files(state: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """The names of the files in their order; another file under a name that was there ``before`` is told apart."""
    titles, known = state.get("attachment_titles") or {}, before.get("attachment_titles") or {}
    ids = state.get("attachments") or list(titles)
    names = [(pk, titles.get(pk, "")) for pk in ids]
    return [_("%(name)s（已换新文件）") % {"name": name} if pk not in known and name in known.values() else name
            for pk, name in names]  # fmt: skip


# What a person received ----------------------------------------------------------------------


def received_by(user: Any) -> QuerySet[Receipt]:
    """Receipts of the person's own units, those that still wait for an acknowledgement first, then the newest."""
    mine = Receipt.objects.filter(_OUT, organisation__in=receiving_units(user))
    waits = Case(When(acknowledged_at=None, notice__live_at__isnull=False, then=0), default=1)
    rows = mine.annotate(settled=waits).select_related(
        "notice__organisation", "notice__edition", "organisation", "passed_on_by", "acknowledged_by"
    )
    return rows.order_by("settled", F("notice__published_at").desc(), "-pk")


def unacknowledged(user: Any) -> QuerySet[Receipt]:
    """What the person's units have still to acknowledge, the nearest deadline first."""
    rows = received_by(user).filter(acknowledged_at=None, notice__live_at__isnull=False, organisation__is_active=True)
    open_ones = rows.filter(notice__edition__state=Edition.State.OPEN)
    return open_ones.order_by(F("notice__acknowledge_by").asc(nulls_last=True), F("notice__published_at").desc(), "pk")


def latest_for(user: Any, limit: int = 5) -> list[Receipt]:
    """The notices to show on the person's home page: those to acknowledge, nearest deadline first."""
    return list(unacknowledged(user)[:limit])


# What was issued -----------------------------------------------------------------------------


def issued(user: Any, edition: Edition | None = None) -> QuerySet[Notice]:
    """Notices of the person's bureaus and those below, last touched first, with ``sent`` and ``signed`` counted."""
    rows = issued_visible_to(user)
    if edition is not None:
        rows = rows.filter(edition=edition)
    return (
        rows.select_related("organisation", "edition", "parent")
        .annotate(sent=Count("receipts"), signed=Count("receipts", filter=Q(receipts__acknowledged_at__isnull=False)))
        .order_by("-updated_at", "-pk")
    )


@dataclass(frozen=True)
class Tally:
    """How far the acknowledgements of one notice are."""

    sent: int
    seen: int
    signed: int
    late: int

    @property
    def waiting(self) -> int:
        """Units that have not acknowledged."""
        return self.sent - self.signed


def receipts_for(user: Any, notice: Notice) -> QuerySet[Receipt]:
    """The notice's receipts that the person may look at, in the tree's order."""
    rows = receipts_visible_to(user).filter(notice=notice)
    return rows.select_related(
        "organisation", "seen_by", "acknowledged_by", "passed_on_by", "notice__edition"
    ).order_by("organisation__path")


def tally(rows: QuerySet[Receipt], deadline: datetime | None) -> Tally:
    """Count receipts."""
    late = Q(acknowledged_at__gt=deadline) if deadline else Q(pk__in=[])
    found = rows.order_by().aggregate(
        sent=Count("pk"),
        seen=Count("pk", filter=Q(seen_at__isnull=False)),
        signed=Count("pk", filter=Q(acknowledged_at__isnull=False)),
        late=Count("pk", filter=late),
    )
    return Tally(**found)


STATES = ("waiting", "unseen", "signed", "late", "reminded")


def narrowed(rows: QuerySet[Receipt], *, state: str = "", text: str = "", district: str = "") -> QuerySet[Receipt]:
    """Receipts under the table's filters; unknown states narrow nothing."""
    conditions = {
        "waiting": Q(acknowledged_at=None),
        "unseen": Q(seen_at=None),
        "signed": Q(acknowledged_at__isnull=False),
        "late": Q(acknowledged_at__gt=F("notice__acknowledge_by"))
        | Q(acknowledged_at=None, notice__acknowledge_by__lt=now()),
        "reminded": Q(reminder_count__gt=0),
    }
    if state in conditions:
        rows = rows.filter(conditions[state])
    if text:
        rows = rows.filter(Q(organisation__name__icontains=text) | Q(organisation__short_name__icontains=text))
    if district:
        rows = rows.filter(organisation__district=district)
    return rows


def districts_of(units: QuerySet[Organisation]) -> Sequence[str]:
    """The districts that these units lie in, sorted."""
    return sorted(set(units.exclude(district="").order_by().values_list("district", flat=True)))
