"""Who may see and deal with mails (A5, C8). The default answer is no."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.mailbox.models import InboundMail
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation
from skillweek.reports.models import DailyReport

_S = InboundMail.State


def handled_by_q(user: Any) -> Q:
    """Mails that the person deals with as reviewer: about schools below theirs; for the host also those of nobody."""
    paths = access.scope_of(user).deciding_paths
    about = access.subtree_q(paths, "organisation__")
    senders = access.subtree_q(paths, "sender__memberships__organisation__")
    of_known = Q(organisation=None) & senders & Q(sender__memberships__is_active=True)
    everything = Q(organisation=None) if is_host(user) else Q(pk__in=[])
    return about | of_known | everything


def is_host(user: Any) -> bool:
    """Whether the person decides for the host, where mails of unknown people end up."""
    paths = access.scope_of(user).deciding_paths
    return bool(paths) and Organisation.objects.filter(path__in=paths, kind=Kind.HOST).exists()


def handled_by(user: Any) -> QuerySet[InboundMail]:
    """The mails that the person may assign, reject and retry as reviewer."""
    return InboundMail.objects.filter(handled_by_q(user)).distinct()


def visible_to(user: Any) -> QuerySet[InboundMail]:
    """Those, and the mails about the schools in which the person writes reports."""
    roles = access.scope_of(user).roles
    own = [pk for pk, held in roles.items() if held & access.FILING_ROLES]
    mine = Q(organisation__in=own, organisation__is_active=True)
    return InboundMail.objects.filter(mine | handled_by_q(user)).distinct()


def may_read(user: Any, mail: InboundMail) -> bool:
    """Whether the person may read the words: of what lies in a draft only the school may, as with any draft."""
    if mail.organisation is not None and access.has_role(user, mail.organisation, access.FILING_ROLES):
        return True
    if mail.report is not None and mail.state in (_S.FILED, _S.RECEIVED):
        return mail.report.state != DailyReport.State.DRAFT
    return True


def may_handle(user: Any, mail: InboundMail) -> bool:
    """Whether the person deals with this mail as reviewer."""
    return handled_by(user).filter(pk=mail.pk).exists()


def may_undo(user: Any, mail: InboundMail) -> bool:
    """Whether the person may take the mail's material out of the report again: whoever hands in for the school."""
    return mail.state == _S.FILED and mail.organisation is not None and access.can_submit_for(user, mail.organisation)
