"""Who may see, write, hand in and publish stories (A5, D2). The default answer is no.

- *Schools*: filers write, liaisons and managers hand in; the line above publishes or returns.
- *Bureaus*: their reviewers and managers write and publish their own.
- The line above also writes in what was handed in, so that a comma needs no return, and may begin a school's story from
  its accepted report.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.publicity.models import Story
from skillweek.reports.models import DailyReport


def stories_visible_to(user: Any) -> QuerySet[Story]:
    """Stories of the person's own units, and those handed in of the units they review."""
    scope = access.scope_of(user)
    own = Q(organisation__in=list(scope.roles))
    below = access.subtree_q(scope.deciding_paths, "organisation__") & Q(is_handed_in=True)
    return Story.objects.filter(own | below)


def writing_organisations(user: Any) -> OrganisationQuerySet:
    """The units for which the person begins stories: their school, or the bureau in which they decide."""
    ids = [
        pk for pk, roles in access.scope_of(user).roles.items() if roles & (access.FILING_ROLES | access.DECIDING_ROLES)
    ]
    mine: OrganisationQuerySet = Organisation.objects.filter(pk__in=ids, is_active=True)
    return mine


def writes_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person writes stories of this unit."""
    roles = access.FILING_ROLES if organisation.is_school else access.DECIDING_ROLES
    return organisation.is_active and access.has_role(user, organisation, roles)


def can_write(user: Any, story: Story) -> bool:
    """Whether the person may change this story now.

    What waits for review, or for its time after it, is the reviewer's: nothing comes out that nobody read.
    """
    if not is_open(story.edition):
        return False
    if writes_for(user, story.organisation):
        is_settled = story.review == Story.Review.WAITING or story.state == Story.State.SCHEDULED
        return not is_settled or can_publish(user, story)
    return story.is_handed_in and access.can_review(user, story.organisation)


def can_hand_in(user: Any, story: Story) -> bool:
    """Whether the person may give this school's story to the line above now."""
    return (
        story.organisation.is_school
        and is_open(story.edition)
        and story.review != Story.Review.WAITING
        and story.state != Story.State.SCHEDULED
        and access.can_submit_for(user, story.organisation)
    )


def can_take_back(user: Any, story: Story) -> bool:
    """Whether the person may take the story back before anybody decided."""
    waits = story.review == Story.Review.WAITING and is_open(story.edition)
    return story.organisation.is_school and waits and access.can_submit_for(user, story.organisation)


def can_publish(user: Any, story: Story) -> bool:
    """Whether the person publishes and returns this story: the line above a school, a bureau for itself."""
    if not is_open(story.edition):
        return False
    if access.can_review(user, story.organisation):
        return story.is_handed_in
    return not story.organisation.is_school and writes_for(user, story.organisation)


def can_withdraw(user: Any, story: Story) -> bool:
    """Whether the person may take the story from the public: whoever publishes it, and its school."""
    return can_publish(user, story) or (is_open(story.edition) and access.can_submit_for(user, story.organisation))


def can_compose(user: Any, report: DailyReport) -> bool:
    """Whether the person may make a story of this accepted report: its school's filers, its reviewers."""
    if report.state != DailyReport.State.ACCEPTED or not is_open(report.edition):
        return False
    return writes_for(user, report.organisation) or access.can_review(user, report.organisation)
