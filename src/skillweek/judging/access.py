"""Who may see and run panels, and who judges (A5, E1, E10). The default answer is no.

A unit's people run its panels; who reviews the unit may look. A juror sees their own panel and only their own sheets.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from skillweek.content.access import is_open
from skillweek.judging.models import Juror, Panel
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet

_SESSION = "judging_jurors"


def panels_visible_to(user: Any) -> QuerySet[Panel]:
    """Panels of the person's own units; of the units they review those that left the drafts."""
    scope = access.scope_of(user)
    own = Q(organisation__in=list(scope.roles))
    below = access.subtree_q(scope.deciding_paths, "organisation__") & ~Q(state=Panel.State.DRAFT)
    return Panel.objects.filter(own | below)


def organising_units(user: Any) -> OrganisationQuerySet:
    """The units for which the person makes panels: those for which they hand in, or decide in a bureau."""
    return access.answers_for(user)


def runs_for(user: Any, unit: Organisation) -> bool:
    """Whether the person runs panels of this unit."""
    return access.can_answer_for(user, unit)


def can_run(user: Any, panel: Panel) -> bool:
    """Whether the person sets it up, invites jurors, closes it."""
    return is_open(panel.edition) and runs_for(user, panel.organisation)


def can_see_scores(user: Any, panel: Panel) -> bool:
    """Whether the person reads what jurors gave: who runs it, and the line above."""
    return runs_for(user, panel.organisation) or access.can_review(user, panel.organisation)


def juror_of(request: HttpRequest, panel: Panel) -> Juror | None:
    """The juror behind the request: by account, or by the personal link opened in this browser."""
    rows = Juror.objects.filter(panel=panel, removed_at=None, erased_at=None).select_related("user", "organisation")
    if request.user.is_authenticated and request.user.is_active:
        found: Juror | None = rows.filter(user=request.user.pk).first()
        if found is not None:
            return found
    kept = request.session.get(_SESSION, {}).get(str(panel.pk))
    if not isinstance(kept, list) or len(kept) != 2:
        return None
    return rows.filter(pk=kept[0], token_hash=kept[1] or "-", user=None).first()


def remember_juror(request: HttpRequest, juror: Juror) -> None:
    """Have this browser be the juror's; a new link for them ends it."""
    request.session[_SESSION] = {
        **request.session.get(_SESSION, {}), str(juror.panel_id): [juror.pk, juror.token_hash],
    }  # fmt: skip


def judges(request: HttpRequest, source_key: str) -> bool:
    """Whether whoever asks is a juror of a begun panel in which the handed-over work ``source_key`` stands.

    Ends with the panel, and with the juror: removed, erased, or sent a new link.
    """
    panels = Panel.objects.filter(
        state=Panel.State.OPEN, works__source_key=source_key, works__withdrawn_at=None
    ).distinct()
    return any(juror_of(request, panel) is not None for panel in panels)


def panels_of_juror(request: HttpRequest) -> QuerySet[Panel]:
    """The panels in which the person behind the request judges."""
    mine = Q(pk__in=[])
    for row in request.session.get(_SESSION, {}).values():
        if isinstance(row, list) and len(row) == 2 and row[1]:
            mine |= Q(jurors__pk=row[0], jurors__token_hash=row[1], jurors__user=None)
    if request.user.is_authenticated:
        mine |= Q(jurors__user=request.user.pk)
    live = Q(jurors__removed_at=None, jurors__erased_at=None)
    return Panel.objects.filter(mine & live).exclude(state=Panel.State.DRAFT).distinct()
