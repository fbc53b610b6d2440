"""Who writes the portal's texts and who may use which assets (A5, D6). The default answer is no.

- *Pages of the host* (news, topics, static pages): managers and reviewers of the host.
- *News of another bureau*: its managers and reviewers, and news only. The host may take it back.
- *Schools* write no pages: what they tell the public comes from approved activities and accepted reports, which
  somebody has read before.
- *Assets*: everybody who holds a role in an organisation adds to its library, since activities need pictures too; who
  sees the organisation sees its library; nobody else changes it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.models import Asset, Page
from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet


def pages_visible_to(user: Any) -> QuerySet[Page]:
    """Pages the person finds in the workspace: those of the organisations they edit for; for the host's editors all."""
    editing = list(editing_organisations(user))
    if any(organisation.kind == Kind.HOST for organisation in editing):
        return Page.objects.all()
    return Page.objects.filter(organisation__in=editing)


def editing_organisations(user: Any) -> OrganisationQuerySet:
    """The bureaus whose pages the person writes: they are manager or reviewer there."""
    ids = [pk for pk, roles in access.scope_of(user).roles.items() if roles & access.DECIDING_ROLES]
    bureaus: OrganisationQuerySet = Organisation.objects.filter(pk__in=ids, is_active=True).exclude(kind=Kind.SCHOOL)
    return bureaus


def kinds_for(organisation: Organisation) -> list[Page.Kind]:
    """The kinds of pages that an organisation has: only the host has topics and static pages."""
    if organisation.kind == Kind.HOST:
        return list(Page.Kind)
    return [] if organisation.is_school else [Page.Kind.NEWS]


def can_edit(user: Any, page: Page) -> bool:
    """Whether the person may change and publish this page now."""
    return is_open(page.edition) and page.kind in kinds_for(page.organisation) and _edits_for(user, page.organisation)


def can_withdraw(user: Any, page: Page) -> bool:
    """Whether the person may take this page out of the public: its editors, and the host's for every page."""
    return can_edit(user, page) or (is_open(page.edition) and access.can_review(user, page.organisation))


def is_open(edition: Edition) -> bool:
    """Whether texts of the edition may change: an archived one is frozen (A8)."""
    return edition.state != Edition.State.CLOSED


def assets_visible_to(user: Any) -> QuerySet[Asset]:
    """Assets the person may look at although they are not public."""
    return Asset.objects.filter(access.reach_q(user))


def can_add_assets(user: Any, organisation: Organisation) -> bool:
    """Whether the person may add files to this organisation's library, describe and delete them."""
    return organisation.is_active and bool(access.scope_of(user).roles.get(organisation.pk))


def library_organisations(user: Any) -> OrganisationQuerySet:
    """The organisations whose library the person fills."""
    mine: OrganisationQuerySet = Organisation.objects.filter(pk__in=list(access.scope_of(user).roles), is_active=True)
    return mine


def may_open(user: Any, asset: Asset) -> bool:
    """Whether this person, or a stranger, may fetch the asset."""
    if asset.is_public:
        return True
    return bool(access.scope_of(user).roles) and assets_visible_to(user).filter(pk=asset.pk).exists()


def _edits_for(user: Any, organisation: Organisation) -> bool:
    return organisation.is_active and access.has_role(user, organisation, access.DECIDING_ROLES)


def usable_q(user: Any) -> Q:
    """A filter for the assets that a person may place into a text: of their own organisations, or public already."""
    return Q(organisation__in=list(access.scope_of(user).roles)) | Q(is_public=True)
