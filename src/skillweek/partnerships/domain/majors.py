"""What a school teaches (E3)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.partnerships import catalogue
from skillweek.partnerships.access import acts_for
from skillweek.partnerships.models import SchoolMajor


def _must(edition: Edition, organisation: Organisation, actor: Any) -> None:
    must_be_open(edition)
    if not organisation.is_school or not acts_for(actor, organisation):
        raise NotAllowed(_("学校的专业由本校联络员填写。"))


@transaction.atomic
def state_major(
    edition: Edition, organisation: Organisation, *, actor: Any, code: str, students: int | None = None
) -> SchoolMajor:
    """Say that the school teaches this major of the catalogue; again: correct the number of students."""
    _must(edition, organisation, actor)
    major = catalogue.all_majors().get(code)
    if major is None:
        raise DomainError(_("专业目录里没有这个代码，请从查找结果里选。"), field="code")
    row, _made = SchoolMajor.objects.update_or_create(
        edition=edition, organisation=organisation, code=code, defaults={"name": major.name, "students": students}
    )
    record("school_major.state", row, actor=actor, organisation_id=organisation.pk, data={"code": code})
    return row


@transaction.atomic
def drop_major(edition: Edition, organisation: Organisation, *, actor: Any, code: str) -> bool:
    """Take a major out; returns whether it was there."""
    _must(edition, organisation, actor)
    row = SchoolMajor.objects.filter(edition=edition, organisation=organisation, code=code).first()
    if row is None:
        return False
    record("school_major.drop", row, actor=actor, organisation_id=organisation.pk, data={"code": code})
    row.delete()
    return True


@transaction.atomic
def take_over(edition: Edition, organisation: Organisation, *, actor: Any) -> int:
    """State what the school taught in its last edition, where this one has nothing yet. Returns how many."""
    _must(edition, organisation, actor)
    last = (
        SchoolMajor.objects.filter(organisation=organisation, edition__ends_on__lt=edition.starts_on)
        .order_by("-edition__ends_on")
        .values_list("edition", flat=True)
        .first()
    )
    known = set(SchoolMajor.objects.filter(edition=edition, organisation=organisation).values_list("code", flat=True))
    rows = SchoolMajor.objects.filter(organisation=organisation, edition=last).exclude(code__in=known)
    made = SchoolMajor.objects.bulk_create(
        [
            SchoolMajor(edition=edition, organisation=organisation, code=row.code, name=row.name, students=row.students)
            for row in rows
        ]
    )
    if made:
        record("school_major.take_over", organisation, actor=actor, organisation_id=organisation.pk)
    return len(made)
