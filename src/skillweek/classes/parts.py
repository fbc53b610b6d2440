"""How classes stand among what a week offers and counts (E5, E6)."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.activities.queries.public import public_activities
from skillweek.classes.queries import timetable
from skillweek.classes.queries.offers import class_name
from skillweek.editions.models import Edition
from skillweek.participation.figures import Figure
from skillweek.participation.offers import Offer
from skillweek.participation.switches import Switch

SWITCHES: Final = (
    Switch(
        code="classes.parents", label=_("家长听课"), label_of=partial(class_name, are_groups=False),
        teaser=_("请家长进校听一堂课：场次和预约表都已备好。"),
        icon="easel2", url_name="classes:index", row_ids=("E5",),
        count=partial(timetable.count_classes, are_groups=False),
    ),
    Switch(
        code="classes.youth", label=_("亲子和班级体验"), label_of=partial(class_name, are_groups=True),
        teaser=_("家庭和中小学班级预约体验，监护人同意留有凭据，全部预约排成课表。"), icon="backpack",
        url_name="classes:youth", row_ids=("E6",), count=partial(timetable.count_classes, are_groups=True),
    ),
)  # fmt: skip
FIGURES: Final = (
    Figure(
        code="classes.families", label=_("预约课堂和体验的家庭"), unit=_("个"), numbers=timetable.families,
        rows=timetable.family_rows,
    ),
    Figure(
        code="classes.groups", label=_("预约体验的中小学班级"), unit=_("个"), numbers=timetable.groups,
        rows=timetable.group_rows,
    ),
)  # fmt: skip


def offers_of(edition: Edition) -> list[Offer]:
    """One offer for each preset that has a public class."""
    found = []
    shown = public_activities(edition).filter(cancelled_at=None)
    names: dict[str, list[str]] = {}
    ideas = [preset.idea for preset in edition.doc.class_presets]
    rows = shown.filter(idea_code__in=ideas).order_by("organisation__path")
    for idea, name in rows.values_list("idea_code", "organisation__name"):
        if name not in names.setdefault(idea, []):
            names[idea].append(name)
    for preset in edition.doc.class_presets:
        if not (units := names.get(preset.idea)):
            continue
        state = "over" if edition.state == Edition.State.CLOSED else "open"
        found.append(
            Offer(
                kind=f"classes-{preset.code}", kind_label=preset.name, icon="mortarboard", title=preset.name,
                url=reverse("classes_public:preset", args=[preset.code]), organisation_name="、".join(units[:3]),
                starts_on=edition.starts_on, ends_on=edition.ends_on, state=state, teaser=preset.teaser,
            )
        )  # fmt: skip
    return found
