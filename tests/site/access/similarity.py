"""Who may reach the comparison of two texts: those who may read one of them."""

from __future__ import annotations

from typing import Any

from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.texts import follow_texts
from skillweek.similarity.domain import count_text, put_text
from skillweek.similarity.models import Pair, Text
from tests.site.access.base import RoomWorld
from tests.site.access_rules import SCHOOL, SCHOOL_REVIEWS, SCHOOLS, ByTarget, Rule, get

#: A school's own people, and who decides on what it hands in.
_READS: ByTarget = {
    target: SCHOOL_REVIEWS[target] | (SCHOOL if target == "school_a" else frozenset()) for target in SCHOOLS
}

TABLE: dict[str, Rule] = {"similarity:compare": get(_READS, "pair")}
_TEXT = (
    "茶艺专业的学生为来访家长演示冲泡流程，介绍茶叶的分类与保存方法，孩子们围着茶席坐满了教室，听老师傅讲采茶、炒茶和品茶的故事。"
    * 2
)


class SimilarityWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names."""

    def _pair(self, target: str) -> dict[str, Any]:
        """A school's manuscript and an article that nobody of ours handed in."""
        report, _made = DailyReport.objects.get_or_create(
            edition=self.edition,
            organisation=self.unit_of(target),
            day=self.edition.days[4],
            defaults={"state": DailyReport.State.SUBMITTED},
        )
        item = ReportItem.objects.create(report=report, kind=ReportItem.Kind.MANUSCRIPT, text=_TEXT)
        follow_texts(report.pk)
        put_text("report_coverage", 10**9 + item.pk, edition=self.edition, organisation=None, text=_TEXT)
        for pk in Text.objects.filter(is_due=True).values_list("pk", flat=True):
            count_text(pk)
        return {"pk": Pair.objects.get(first__object_id=item.pk, first__kind="report", second__organisation=None).pk}
