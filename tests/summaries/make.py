"""Real rows for the tests of summaries: accepted reports with cases, coverage and photos that have made copies."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.press.domain.following import follow_report
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.uploads.models import Derivative, StoredFile
from tests.statistics import make


def photo(edition: Edition, organisation: Organisation, report: DailyReport, caption: str, **fields: Any) -> ReportItem:
    """A photo item whose file has a large copy, as libvips leaves it: a JPEG without a JFIF mark."""
    number = StoredFile.objects.count()
    file = StoredFile.objects.create(
        edition=edition, organisation=organisation, kind=StoredFile.Kind.PHOTO, name=f"{caption}.jpg", size=1,
        key=f"originals/{number}", state=StoredFile.State.READY,
    )  # fmt: skip
    buffer = io.BytesIO()
    Image.new("RGB", (160, 100), (20, 120, 110)).save(buffer, "JPEG")
    data = buffer.getvalue()
    bare = data[:2] + data[20:] if data[2:4] == b"\xff\xe0" else data
    key = default_storage.save(f"derivatives/{number}.jpg", ContentFile(bare))
    Derivative.objects.create(file=file, role=Derivative.Role.LARGE, key=key, width=160, height=100, size=len(bare))
    made: ReportItem = ReportItem.objects.create(
        report=report, kind=ReportItem.Kind.PHOTO, caption=caption, file=file, **fields
    )
    return made


def week(edition: Edition, organisation: Organisation, students: int = 30) -> DailyReport:
    """An accepted report with everything a summary is made of, and an activity."""
    kinds = ReportItem.Kind
    report = make.report(
        edition, organisation, 0, figures={"students": students},
        items=(
            (kinds.CASE, {"title": "家电维修进社区", "text": "学生为居民免费修理家电。" * 5, "is_highlight": True}),
            (kinds.COVERAGE, {"title": "职教周开幕", "outlet": "厦门日报", "level": "municipal"}),
        ),
    )  # fmt: skip
    photo(edition, organisation, report, "学生修理电风扇")
    follow_report(report)
    make.activity(edition, organisation, title="家电维修日", tags={"topic": ["economy"]}, days=(0,))
    return report
