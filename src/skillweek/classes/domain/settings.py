"""Saying for whom a class is meant (E5, E6)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities.access import can_write_for
from skillweek.activities.models import Activity
from skillweek.classes.models import ClassSetting
from skillweek.core.audit import record
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open


@transaction.atomic
def set_class(activity: Activity, *, actor: Any, grade_from: int, grade_to: int, bring: str = "") -> ClassSetting:
    """Say which grades the class is meant for and what to bring. Raises NotAllowed, DomainError."""
    row = Activity.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=activity.pk)
    must_be_open(row.edition)
    if not can_write_for(actor, row.organisation):
        raise NotAllowed(_("由活动的承办单位设置。"))
    if row.edition.doc.class_preset(row.idea_code) is None:
        raise DomainError(_("这项活动不是家长课堂或亲子活动。"))
    if not 1 <= grade_from <= grade_to <= 12:
        raise DomainError(_("最高年级不能低于最低年级。"), field="grade_to")
    values = {"grade_from": grade_from, "grade_to": grade_to, "bring": " ".join(bring.replace("\0", "").split())[:200]}
    made, _new = ClassSetting.objects.update_or_create(activity=row, defaults=values)
    record("class.set", row, actor=actor, organisation_id=row.organisation_id, data=values)
    return made
