"""Who may see, write, hand in and decide on daily reports (A5, C1, C10). The default answer is no."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Organisation
from skillweek.reports.models import DailyReport, PackageImport


def visible_to(user: Any) -> QuerySet[DailyReport]:
    """Reports whose content the person may read: all of their own units; of units below, those handed in.

    A draft is the school's own. The line above learns of it only as a state on the board.
    """
    scope = access.scope_of(user)
    own = Q(organisation__in=list(scope.roles))
    below = access.subtree_q(scope.deciding_paths, "organisation__") & ~Q(state=DailyReport.State.DRAFT)
    return DailyReport.objects.filter(own | below)


def filing_schools(user: Any) -> list[Organisation]:
    """The active schools in which the person writes reports, in the tree's order."""
    ids = [pk for pk, roles in access.scope_of(user).roles.items() if roles & access.FILING_ROLES]
    return list(Organisation.objects.schools().filter(pk__in=ids))


def can_file(user: Any, organisation: Organisation) -> bool:
    """Whether the person writes this school's reports (C1)."""
    return organisation.is_school and access.can_file_for(user, organisation)


def can_edit(user: Any, report: DailyReport) -> bool:
    """Whether the person may change this report now: of their school, not handed in, the edition open."""
    return report.is_editable and _is_open(report) and can_file(user, report.organisation)


def can_submit(user: Any, report: DailyReport) -> bool:
    """Whether the person may hand this report in now: a liaison or manager of the school (C1)."""
    return can_edit(user, report) and access.can_submit_for(user, report.organisation)


def can_withdraw(user: Any, report: DailyReport) -> bool:
    """Whether the person may take back what was handed in: nobody has decided yet."""
    waiting = report.state == DailyReport.State.SUBMITTED
    return waiting and _is_open(report) and access.can_submit_for(user, report.organisation)


def can_review(user: Any, report: DailyReport) -> bool:
    """Whether the person decides on this report: a reviewer strictly above the school (C10)."""
    return report.state != DailyReport.State.DRAFT and access.can_review(user, report.organisation)


def imports_visible_to(user: Any) -> QuerySet[PackageImport]:
    """Package imports of the schools in which the person writes reports (C7)."""
    filing = [pk for pk, roles in access.scope_of(user).roles.items() if roles & access.FILING_ROLES]
    return PackageImport.objects.filter(report__organisation__in=filing, report__organisation__is_active=True)


def _is_open(report: DailyReport) -> bool:
    return report.edition.state == Edition.State.OPEN
