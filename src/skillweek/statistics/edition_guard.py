"""Objecting to a form that loses fields which people filled in (C12)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from skillweek.editions.models import Edition
from skillweek.editions.schema import EditionDocument
from skillweek.statistics.models import FormFigure


def object_to_lost_fields(*, edition: Edition, old: EditionDocument, new: EditionDocument, **_more: Any) -> list[str]:
    """A sentence when fields go that hold corrections or texts of schools; what was only counted may go."""
    names = {each.code: each.name for each in old.statistics_form.fields}
    gone = names.keys() - {each.code for each in new.statistics_form.fields}
    if not gone:
        return []
    filled = FormFigure.objects.filter(entry__edition=edition, code__in=gone).filter(
        Q(corrected__isnull=False) | ~Q(text="")
    )
    codes = sorted(set(filled.values_list("code", flat=True)))
    if not codes:
        return []
    fields = "、".join(f"“{names[code]}”" for code in codes)
    return [_("统计表的%(fields)s已有学校填写，删除后不再显示这些数据。") % {"fields": fields}]
