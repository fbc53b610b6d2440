"""Who may see, write and decide on calls and entries (A5, E1). The default answer is no.

A school's liaisons and managers and a bureau's deciders make calls; the line above agrees before one is public; the
host agrees with itself. Those who answer for a call decide on what is entered, and so does the line above. An entry
belongs to the verified person, or to the school, that entered it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from skillweek.content.access import is_open
from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet
from skillweek.participation.who import current


def answers_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person speaks for this organisation: a school's liaison or manager, a bureau's decider."""
    return access.can_answer_for(user, organisation)


def calling_organisations(user: Any) -> OrganisationQuerySet:
    """The organisations for which the person makes calls."""
    return access.answers_for(user)


def entering_organisations(user: Any) -> OrganisationQuerySet:
    """The schools for which the person enters works."""
    scope = access.scope_of(user)
    ids = [pk for pk, held in scope.roles.items() if held & access.FILING_ROLES]
    mine: OrganisationQuerySet = Organisation.objects.filter(pk__in=ids, kind=Kind.SCHOOL, is_active=True)
    return mine


def calls_visible_to(user: Any) -> QuerySet[Call]:
    """Calls of the person's own organisations; of those they review what left the drafts."""
    scope = access.scope_of(user)
    below = access.subtree_q(scope.deciding_paths, "organisation__") & ~Q(state=Call.State.DRAFT)
    found: QuerySet[Call] = Call.objects.filter(Q(organisation__in=list(scope.roles)) | below)
    return found


def can_write(user: Any, call: Call) -> bool:
    """Whether the person changes this call and runs it."""
    return is_open(call.edition) and answers_for(user, call.organisation)


def is_own_judge(user: Any, call: Call) -> bool:
    """Whether nobody stands above: the host publishes its own calls."""
    return call.organisation.kind == Kind.HOST and answers_for(user, call.organisation)


def can_approve(user: Any, call: Call) -> bool:
    """Whether the person lets it become public, returns it or takes it down: the line above, the host its own."""
    return is_open(call.edition) and (access.can_review(user, call.organisation) or is_own_judge(user, call))


def can_moderate(user: Any, call: Call) -> bool:
    """Whether the person decides on what was entered."""
    return can_write(user, call) or (is_open(call.edition) and access.can_review(user, call.organisation))


def may_look_at_entries(user: Any, call: Call) -> bool:
    """Whether the person sees what was entered and not yet public; also after the edition was archived."""
    return answers_for(user, call.organisation) or access.can_review(user, call.organisation)


def owns(request: HttpRequest, entry: Entry) -> bool:
    """Whether whoever asks entered this: the verified person, or somebody who files for the school."""
    if entry.participant_id is not None:
        participant = current(request, entry.call.edition)
        return participant is not None and participant.pk == entry.participant_id
    return entry.organisation is not None and access.can_file_for(request.user, entry.organisation)


def may_fetch(request: HttpRequest, file: EntryFile) -> bool:
    """Whether whoever asks may see this file of an entry although it is not public."""
    return owns(request, file.entry) or may_look_at_entries(request.user, file.entry.call)
