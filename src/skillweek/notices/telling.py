"""What is said to the people of receiving units and into their groups, and when: once for each version, reminder and
withdrawal. The issuer's own group hears of it too: often all liaisons are in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format

from skillweek.notices.models import Notice, Receipt
from skillweek.notices.recipients import people_of
from skillweek.notifications.domain import notify, notify_group
from skillweek.organisations.models import User

_BATCH: Final = 50


def tell_recipients_of(notice_id: int) -> int:
    """Tell every unit that has not been told of the present version; returns how many were.

    ``told_version`` is written with the messages, batch by batch: after a crash it goes on where it stopped.
    """
    told = 0
    while batch := _next_batch(notice_id):
        told += batch
    _tell_own_group(notice_id)
    return told


def _tell_own_group(notice_id: int) -> None:
    """Post the present version into the issuer's own group."""
    live = Notice.objects.filter(pk=notice_id, live_at__isnull=False)
    notice = live.select_related("organisation", "edition").first()
    if notice is None:
        return
    is_first = notice.version <= 1
    notify_group(
        notice.organisation,
        kind="notice.issued" if is_first else "notice.corrected",
        context={**context_of(notice), "reason": "" if is_first else _reason(notice)},
        url=address_of(notice),
        dedupe_key=f"notice:{notice.pk}:{notice.version}:{notice.organisation_id}",
    )


def _tell(row: Receipt, people: Sequence[User], kind: str, context: Mapping[str, Any], key: str) -> None:
    """Tell a unit's people, and its group where it has set one up."""
    url = address_of(row.notice)
    notify(people, kind=kind, context=context, url=url, dedupe_key=key, organisation=row.organisation)
    notify_group(row.organisation, kind=kind, context=context, url=url, dedupe_key=key)


@transaction.atomic
def _next_batch(notice_id: int) -> int:
    live = Notice.objects.filter(pk=notice_id, live_at__isnull=False)
    notice = live.select_related("organisation", "edition").first()
    if notice is None:
        return 0
    rows = list(
        Receipt.objects.select_for_update(of=("self",))
        .filter(notice=notice, told_version__lt=notice.version)
        .select_related("organisation", "passed_on_by")
        .order_by("pk")[:_BATCH]
    )
    people = people_of([row.organisation_id for row in rows])
    reason = _reason(notice)
    for row in rows:
        first = "notice.passed_on" if row.passed_on_by else "notice.published"
        kind = "notice.corrected" if row.told_version else first
        context = {**context_of(notice, row), "reason": reason if row.told_version else ""}
        if row.acknowledged_at is not None:
            context["deadline"] = ""
        key = f"notice:{notice.pk}:{notice.version}:{row.organisation_id}"
        _tell(row, people.get(row.organisation_id, []), kind, context, key)
    Receipt.objects.filter(pk__in=[row.pk for row in rows]).update(told_version=notice.version)
    return len(rows)


def tell_reminded_units(receipt_ids: Sequence[int]) -> int:
    """Tell the people of these units to acknowledge; those that did meanwhile are left alone. Returns how many."""
    count = 0
    for ids in _batches(receipt_ids):
        rows = list(
            Receipt.objects.filter(pk__in=ids, acknowledged_at=None, notice__live_at__isnull=False).select_related(
                "organisation", "notice__organisation", "notice__edition"
            )
        )
        people = people_of([row.organisation_id for row in rows])
        for row in rows:
            key = f"notice.reminder:{row.pk}:{row.reminder_count}"
            _tell(row, people.get(row.organisation_id, []), "notice.reminder", context_of(row.notice, row), key)
        count += len(rows)
    return count


def tell_withdrawal(notice_id: int) -> int:
    """Tell every unit that received the notice that it was withdrawn; returns how many. Safe to repeat."""
    notice = Notice.objects.select_related("organisation", "edition").get(pk=notice_id)
    if notice.live_at is not None:
        return 0  # it was published again meanwhile
    count = 0
    for ids in _batches(list(notice.receipts.order_by("pk").values_list("pk", flat=True))):
        rows = list(Receipt.objects.filter(pk__in=ids).select_related("organisation"))
        people = people_of([row.organisation_id for row in rows])
        for row in rows:
            context = {**context_of(notice, row), "reason": notice.state_reason}
            key = f"notice.withdrawn:{notice.pk}:{notice.version}:{row.organisation_id}"
            _tell(row, people.get(row.organisation_id, []), "notice.withdrawn", context, key)
        count += len(rows)
    notify_group(
        notice.organisation,
        kind="notice.withdrawn",
        context={**context_of(notice), "reason": notice.state_reason},
        url=address_of(notice),
        dedupe_key=f"notice.withdrawn:{notice.pk}:{notice.version}:{notice.organisation_id}",
    )
    return count


def tell_held(notice: Notice, reason: str) -> None:
    """Tell those who publish for the bureau, and who wrote it, that a scheduled notice did not go out."""
    people = people_of([notice.organisation_id]).get(notice.organisation_id, [])
    writer = [notice.edited_by] if notice.edited_by is not None and notice.edited_by not in people else []
    notify(
        [*people, *writer],
        kind="notice.held",
        context={**context_of(notice), "reason": reason},
        url=address_of(notice),
        dedupe_key=f"notice.held:{notice.pk}:{notice.revision}",
        organisation=notice.organisation,
    )


def context_of(notice: Notice, receipt: Receipt | None = None) -> dict[str, Any]:
    """The values that the texts of this room may use; ``receipt`` when it is said to one unit."""
    passed_on_by = receipt.passed_on_by if receipt else None
    issuers = notice.live.get("issuers") or [notice.organisation.name]
    return {
        "title": notice.title,
        "number": notice.document_number,
        "issuer": "、".join(issuers),
        "deadline": _moment(notice.acknowledge_by, notice.edition.zone),
        "note": receipt.passed_on_note if receipt else "",
        "from_unit": passed_on_by.name if passed_on_by else "",
    }


def address_of(notice: Notice) -> str:
    """Where a recipient reads and acknowledges it."""
    return reverse("notices:read", args=[notice.pk])


def _reason(notice: Notice) -> str:
    from skillweek.content.editorial import version_of

    version = version_of(notice, notice.version)
    return version.reason if version else ""


def _moment(value: datetime | None, zone: str) -> Any:
    """A function, so that each reader gets it in their own language."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone))
    return lambda: date_format(local, "DATETIME_FORMAT")


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
