"""How the questionnaire stands among what a week offers and counts."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from skillweek.careers.queries import matching
from skillweek.participation.figures import Figure
from skillweek.participation.switches import Switch

SWITCH: Final = Switch(
    code="careers", label=_("兴趣测评"), teaser=_("36 道小题，配上本周的活动；不登录、不留姓名，只计人次。"),
    icon="compass", url_name="careers:index", row_ids=("E6",), count=matching.count_openings,
)  # fmt: skip
FIGURE: Final = Figure(
    code="careers.answers", label=_("职业兴趣测评"), unit=_("人次"), numbers=matching.numbers, rows=matching.rows_behind
)
