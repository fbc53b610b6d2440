"""The mail that carries an invitation's link (A6)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.organisations.domain.invitations import token_of
from skillweek.organisations.models import Invitation

log = logging.getLogger(__name__)
_ATTEMPTS: Final = 5


def link_of(invitation: Invitation) -> str:
    """The full address that gives the role."""
    return str(settings.BASE_URL) + reverse("invitation_accept", args=[token_of(invitation)])


def deliver_invitation(invitation_id: int, nonce: str) -> tuple[str, datetime | None]:
    """Send the mail if it is still wanted. Returns its state and, after a failed attempt, when to try again.

    Does nothing for an invitation that was answered, revoked, sent, or given a newer link meanwhile: a second run of
    the same task sends no second mail.
    """
    invitation = Invitation.objects.select_related("organisation", "invited_by").filter(pk=invitation_id).first()
    if invitation is None or invitation.nonce != nonce or not invitation.is_open:
        return "void", None
    if invitation.mail_state == Invitation.Mail.SENT:
        return Invitation.Mail.SENT, None
    try:
        _send(invitation)
    except (OSError, ValueError):  # OSError covers SMTPException and refused connections
        log.warning("invitation %s was not mailed", invitation_id, exc_info=True)
        return _failed(invitation)
    _note(invitation, mail_state=Invitation.Mail.SENT, mail_attempts=invitation.mail_attempts + 1, sent_at=now())
    return Invitation.Mail.SENT, None


def _failed(invitation: Invitation) -> tuple[str, datetime | None]:
    """Note a failed attempt; 1, 4, 9, 16 minutes later comes the next."""
    attempts = invitation.mail_attempts + 1
    _note(invitation, mail_state=Invitation.Mail.FAILED, mail_attempts=attempts)
    retry_at = now() + timedelta(minutes=attempts**2) if attempts < _ATTEMPTS else None
    return Invitation.Mail.FAILED, retry_at


def _note(invitation: Invitation, **fields: object) -> None:
    """Write the mail's fate unless the link was renewed meanwhile."""
    Invitation.objects.filter(pk=invitation.pk, nonce=invitation.nonce).update(**fields)


def _send(invitation: Invitation) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("邀请您参加职业教育活动周工作：%(unit)s") % {"unit": invitation.organisation.name}
        context = {"invitation": invitation, "link": link_of(invitation)}
        body = render_to_string("organisations/mail/invitation.txt", context)
    send_mail(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [invitation.email])
