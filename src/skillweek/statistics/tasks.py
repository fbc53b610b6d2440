"""Background entries of statistics: thin, safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.statistics.domain.counting import count_again
from skillweek.statistics.domain.reminders import send_due_reminders


@task()
def count_open_editions() -> int:
    """Count every school's form in every open edition again; return how many were counted."""
    schools: OrganisationQuerySet = Organisation.objects.schools()
    return sum(count_again(edition, schools) for edition in Edition.objects.filter(state=Edition.State.OPEN))


@task()
def remind_before_due() -> int:
    """Remind schools whose form is due soon or today and not handed in; return how many got a reminder."""
    return send_due_reminders()
