"""Background entries of this room; safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.organisations.mail import deliver_invitation


@task(queue_name="mail")
def send_invitation(invitation_id: int, nonce: str) -> str:
    """Mail one invitation's link; a failed attempt comes again later. Returns the state of the mail."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        state, retry_at = deliver_invitation(invitation_id, nonce)
        if retry_at is not None:
            send_invitation.using(run_after=retry_at).enqueue(invitation_id, nonce)
        return state
    finally:
        audit.channel.reset(token)
