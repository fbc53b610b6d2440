"""The verbs of notices, in the users' words."""

from skillweek.notices.domain.drafting import discard_draft, draft_notice, save_notice
from skillweek.notices.domain.importing import draft_from_edition, seed_notice
from skillweek.notices.domain.publishing import correct_notice, publish_notice, unschedule_notice, withdraw_notice
from skillweek.notices.domain.receipts import acknowledge, deliver_to_newcomers, mark_seen, pass_on
from skillweek.notices.domain.reminding import remind, send_due_reminders

__all__ = [
    "acknowledge",
    "correct_notice",
    "deliver_to_newcomers",
    "discard_draft",
    "draft_from_edition",
    "draft_notice",
    "mark_seen",
    "pass_on",
    "publish_notice",
    "remind",
    "save_notice",
    "seed_notice",
    "send_due_reminders",
    "unschedule_notice",
    "withdraw_notice",
]
