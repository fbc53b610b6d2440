"""Certificates as a figure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import Figure, FigureRow
from skillweek.participation.models import Certificate


def _numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    rows = Certificate.objects.filter(edition=edition, revoked_at=None, organisation__in=organisations.order_by())
    return dict(rows.order_by().values_list("organisation").annotate(number=Count("pk")))


def _rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    rows = Certificate.objects.filter(edition=edition, organisation=organisation, revoked_at=None)
    return [
        FigureRow(
            row.title,
            1,
            row.issued_at.astimezone(ZoneInfo(edition.zone)).date(),
            row.spaced_code,
            row.get_absolute_url(),
        )
        for row in rows.order_by("-issued_at", "-pk")
    ]


CERTIFICATES = Figure("participation.certificates", _("颁发证书"), _("张"), _numbers, _rows)
