"""A package of material that a school hands in, taken apart by the one judge into items of its report (C7)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from skillweek.core import audit
from skillweek.reports.models import DailyReport, PackageImport
from skillweek.uploads.models import StoredFile


@transaction.atomic
def begin_import(report: DailyReport, file: StoredFile, *, by: Any) -> PackageImport:
    """Note that ``file`` is a package for ``report`` and queue its taking apart; the same file again changes nothing."""
    from skillweek.reports.tasks import import_package

    known = PackageImport.objects.filter(report=report, file=file).first()
    if known is not None:
        return known
    package = PackageImport.objects.create(
        report=report, file=file, name=file.name, digest=file.sha256, requested_by=by
    )
    audit.record(
        "report.import", report, actor=by, organisation_id=report.organisation_id, data={"package": package.pk}
    )
    import_package.enqueue(package.pk)
    return package


def run_import(package_id: int) -> None:
    """Take the package apart. Safe to run twice: what is there already is not made again."""
    raise NotImplementedError
