"""Counting visits exactly, without knowing who came (B11, ADR 0217)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.online.models import DaySalt, VisitCount, VisitMark

#: What calls itself a program. Nothing here keeps a lying one out; the rate limit bounds what it can add.
_PROGRAMS: Final = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|monitor|scan|curl|wget|python|java/|go-http|okhttp|headless|lighthouse|phantom"
    r"|facebookexternalhit|bytespider|yisou|sogou web|360spider|node|axios|libwww|httpclient|feed|archive",
    re.IGNORECASE,
)
_LONGEST_AGENT: Final = 400


@dataclass(frozen=True)
class Subject:
    """What is visited. ``key`` is ``tour:12``; a page of the whole week has no ``organisation_id``."""

    key: str
    edition: Edition
    organisation_id: int | None
    label: str


def is_program(agent: str) -> bool:
    """Whether a browser's name is missing, or says that it is a program."""
    return not agent.strip() or "mozilla" not in agent.lower() or bool(_PROGRAMS.search(agent))


def network_of(address: str) -> str:
    """A household's or a phone's network: the whole address of IPv4, the first 64 bits of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else found)


def count(subject: Subject, *, address: str, agent: str) -> bool:
    """Count one view, and a visitor when this one comes to the subject for the first time today; return whether so.

    Programs count nothing. Neither the address nor the browser's name is kept.
    """
    if is_program(agent):
        return False
    day = today_in(subject.edition.zone)
    visitor = _visitor(day, address, agent)
    with transaction.atomic():
        # One row is locked for an instant; its lock also makes the first mark of two at once be one.
        row = _row(subject, day)
        is_new = _mark(day, subject.key, visitor)
        VisitCount.objects.filter(pk=row.pk).update(
            views=F("views") + 1, visitors=F("visitors") + int(is_new), label=subject.label[:200]
        )
    return is_new


def _visitor(day: date, address: str, agent: str) -> str:
    text = f"{network_of(address)}\n{agent[:_LONGEST_AGENT]}"
    return hmac.new(salt_of(day), text.encode(), hashlib.sha256).hexdigest()


def salt_of(day: date) -> bytes:
    """The day's salt, made by whoever comes first."""
    found = DaySalt.objects.filter(day=day).first()
    if found is None:
        try:
            with transaction.atomic():
                found = DaySalt.objects.create(day=day, salt=secrets.token_bytes(32))
        except IntegrityError:
            found = DaySalt.objects.get(day=day)
    return bytes(found.salt)


def _row(subject: Subject, day: date) -> VisitCount:
    rows = VisitCount.objects.select_for_update()
    found = rows.filter(day=day, subject=subject.key).first()
    if found is not None:
        return found
    with suppress(IntegrityError), transaction.atomic():
        VisitCount.objects.create(
            day=day, subject=subject.key, edition=subject.edition, organisation_id=subject.organisation_id
        )
    return rows.get(day=day, subject=subject.key)


def _mark(day: date, subject: str, visitor: str) -> bool:
    _row, made = VisitMark.objects.get_or_create(day=day, subject=subject, visitor=visitor)
    return made


def forget() -> int:
    """Throw away the salts and marks of days that are over everywhere; return how many days. Safe to repeat.

    Without its salt a mark cannot be told from noise; it goes all the same.
    """
    today = _earliest_today()
    days, _more = DaySalt.objects.filter(day__lt=today).delete()
    VisitMark.objects.filter(day__lt=today).delete()
    return days


def _earliest_today() -> date:
    """The earliest day that is still today for an edition: a salt lives until its day is over in every zone."""
    zones = {settings.TIME_ZONE, *Edition.objects.values_list("zone", flat=True)}
    return min(now().astimezone(ZoneInfo(zone)).date() for zone in zones)
