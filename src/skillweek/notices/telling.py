"""What is said to the people of receiving units, and when: once for each version, reminder and withdrawal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format

from skillweek.notices.models import Notice, Receipt
from skillweek.notices.recipients import people_of
from skillweek.notifications.domain import notify

_BATCH: Final = 50


def tell_recipients_of(notice_id: int) -> int:
    """Tell every unit that has not been told of the present version; returns how many were.

    ``told_version`` is written with the messages, batch by batch: after a crash it goes on where it stopped.
    """
    told = 0
    while batch := _next_batch(notice_id):
        told += batch
    return told


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
        notify(
            people.get(row.organisation_id, []),
            kind=kind,
            context=context,
            url=address_of(notice),
            dedupe_key=f"notice:{notice.pk}:{notice.version}:{row.organisation_id}",
            organisation=row.organisation,
        )
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
            notify(
                people.get(row.organisation_id, []),
                kind="notice.reminder",
                context=context_of(row.notice, row),
                url=address_of(row.notice),
                dedupe_key=f"notice.reminder:{row.pk}:{row.reminder_count}",
                organisation=row.organisation,
            )
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
            notify(
                people.get(row.organisation_id, []),
                kind="notice.withdrawn",
                context={**context_of(notice, row), "reason": notice.state_reason},
                url=address_of(notice),
                dedupe_key=f"notice.withdrawn:{notice.pk}:{notice.version}:{row.organisation_id}",
                organisation=row.organisation,
            )
        count += len(rows)
    return count


def context_of(notice: Notice, receipt: Receipt) -> dict[str, Any]:
    """The values that the texts of this room may use."""
    issuers = notice.live.get("issuers") or [notice.organisation.name]
    return {
        "title": notice.title,
        "number": notice.document_number,
        "issuer": "、".join(issuers),
        "deadline": _moment(notice.acknowledge_by, notice.edition.zone),
        "note": receipt.passed_on_note,
        "from_unit": receipt.passed_on_by.name if receipt.passed_on_by else "",
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
