"""How visits stand among what a week offers and counts (E9)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from skillweek.participation.figures import Figure
from skillweek.participation.switches import Switch
from skillweek.press.queries.visits import count_offers, count_waiting, numbers, rows_behind

SWITCH: Final = Switch(
    code="visits",
    label=_("媒体探校"),
    teaser=_("记者和达人申请进校；学校答复、安排行程，报道交回来计入统计。"),
    icon="camera-video",
    url_name="press:visits",
    row_ids=("E9",),
    count=count_offers,
    waiting=count_waiting,
)
FIGURE: Final = Figure(code="press.visits", label=_("媒体和达人探校"), unit=_("次"), numbers=numbers, rows=rows_behind)
