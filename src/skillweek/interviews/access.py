"""Who may see, write, hand in and publish interviews (A5, E8). The default answer is no.

Schools write and hand in, the line above publishes or returns; bureaus write and publish their own.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.interviews.models import Episode, Series
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet


def series_visible_to(user: Any) -> QuerySet[Series]:
    """Series of the person's own units, and of those they review."""
    scope = access.scope_of(user)
    return Series.objects.filter(
        Q(organisation__in=list(scope.roles)) | access.subtree_q(scope.deciding_paths, "organisation__")
    )


def episodes_visible_to(user: Any) -> QuerySet[Episode]:
    """Interviews of the person's own units, and those handed in of the units they review."""
    scope = access.scope_of(user)
    below = access.subtree_q(scope.deciding_paths, "organisation__") & Q(is_handed_in=True)
    return Episode.objects.filter(Q(organisation__in=list(scope.roles)) | below)


def writing_organisations(user: Any) -> OrganisationQuerySet:
    """The units for which the person makes interviews: their school, or the bureau in which they decide."""
    ids = [
        pk for pk, roles in access.scope_of(user).roles.items() if roles & (access.FILING_ROLES | access.DECIDING_ROLES)
    ]
    mine: OrganisationQuerySet = Organisation.objects.filter(pk__in=ids, is_active=True)
    return mine


def writes_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person makes interviews of this unit."""
    roles = access.FILING_ROLES if organisation.is_school else access.DECIDING_ROLES
    return organisation.is_active and access.has_role(user, organisation, roles)


def can_change_series(user: Any, series: Series) -> bool:
    """Whether the person may change what the series is called and says of itself."""
    return is_open(series.edition) and writes_for(user, series.organisation)


def can_write(user: Any, episode: Episode) -> bool:
    """Whether the person may change this interview now; what waits for review is the reviewer's."""
    if not is_open(episode.edition):
        return False
    if writes_for(user, episode.organisation):
        return episode.review != Episode.Review.WAITING or can_publish(user, episode)
    return episode.is_handed_in and access.can_review(user, episode.organisation)


def can_delete(user: Any, episode: Episode) -> bool:
    """Whether the person deletes this draft: its own unit's people, before anybody saw it in public."""
    mine = writes_for(user, episode.organisation) and episode.review != Episode.Review.WAITING
    return mine and episode.published_at is None and is_open(episode.edition)


def can_hand_in(user: Any, episode: Episode) -> bool:
    """Whether the person may give this school's interview to the line above now."""
    waits = episode.review == Episode.Review.WAITING
    return (
        episode.organisation.is_school
        and is_open(episode.edition)
        and not waits
        and access.can_submit_for(user, episode.organisation)
    )


def can_take_back(user: Any, episode: Episode) -> bool:
    """Whether the person may take it back before anybody decided."""
    waits = episode.review == Episode.Review.WAITING and is_open(episode.edition)
    return episode.organisation.is_school and waits and access.can_submit_for(user, episode.organisation)


def can_publish(user: Any, episode: Episode) -> bool:
    """Whether the person publishes and returns it: the line above a school, a bureau for itself."""
    if not is_open(episode.edition):
        return False
    if access.can_review(user, episode.organisation):
        return episode.is_handed_in
    return not episode.organisation.is_school and writes_for(user, episode.organisation)


def can_withdraw(user: Any, episode: Episode) -> bool:
    """Whether the person may take it from the public: whoever publishes it, and its school."""
    mine = is_open(episode.edition) and access.can_submit_for(user, episode.organisation)
    return episode.is_live and (can_publish(user, episode) or mine)
