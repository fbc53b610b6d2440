"""What the register does when reports move and files are let go of (D4)."""

from __future__ import annotations

from typing import Any

from skillweek.press.domain.following import follow_report
from skillweek.press.models import Coverage, Journalist
from skillweek.reports.models import DailyReport
from skillweek.uploads.models import StoredFile


def report_moved(*, report: DailyReport, actor: Any, **_more: Any) -> None:
    """Receiver of ``report_state_changed``."""
    follow_report(report, actor=actor)


def holds_file(*, file: StoredFile, **_more: Any) -> bool:
    """Receiver of ``file_releasing``: True while a row that counts, or one registered here, shows the scan, or it is
    a press card."""
    if Journalist.objects.filter(card=file).exists():
        return True
    rows = Coverage.objects.filter(scan=file)
    return rows.exclude(source=Coverage.Source.REPORT, state=Coverage.State.WAITING).exists()


def needs_account(*, user: Any, **_more: Any) -> bool:
    """Receiver of ``account_in_use``: True while the account is a journalist's."""
    return Journalist.objects.filter(user=user).exists()
