"""How a message looks as a mail: plain text with a simple HTML twin, in the reader's language."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from skillweek.notifications.domain.addresses import unsubscribe_token
from skillweek.notifications.drivers.base import Receipt, Refused, TryLater
from skillweek.notifications.kinds import find
from skillweek.notifications.models import Delivery, Message
from skillweek.notifications.texts import link_to

_PERMANENT = 500
_Reason = Delivery.Reason


class MailDriver:
    """Mail by the configured server. The same Message-ID at every attempt lets mailboxes fold a second copy."""

    folds_copies = True

    def send(self, delivery: Delivery) -> Receipt:
        """Hand the mail to the server. Raises TryLater or Refused, and whatever building it raises."""
        try:
            build(delivery).send()
        except (smtplib.SMTPException, OSError) as error:
            code = _reply_code(error)
            if code >= _PERMANENT and not isinstance(error, smtplib.SMTPAuthenticationError):
                raise Refused(_Reason.REFUSED, code) from error
            raise TryLater(_Reason.BUSY if code else _Reason.UNREACHABLE, code) from error
        return Receipt()


def _reply_code(error: Exception) -> int:
    """The server's answer: 4xx means later, 5xx never; 0 when there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return max(codes, default=0)
    return int(getattr(error, "smtp_code", 0) or 0)


def build(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail of one delivery, and of those bundled with it. Its Message-ID is the same at every attempt."""
    message = delivery.message
    rows = delivery.bundled.exclude(state=Delivery.State.SENT).select_related("message__organisation").order_by("pk")
    bundled = [row.message for row in rows]
    language = message.recipient.language if message.recipient else message.language
    leave = unsubscribe_link(delivery)
    with translation.override(language or settings.LANGUAGE_CODE):
        context = {
            "message": message,
            "recipient": message.recipient or message.name,
            "link": link_to(message.url),
            "base_url": settings.BASE_URL,
            "leave": leave,
            "answerable": message.context.get("reply_to", ""),
        }
        title, page = message.title, "message"
        if bundled:
            every = [message, *bundled]
            title, page = _("%(count)d 条消息汇总") % {"count": len(every)}, "bundle"
            context |= {"rows": [(row, link_to(row.url)) for row in every], "title": title}
        subject = _("【职教周】%(title)s") % {"title": " ".join(title.split())}
        text = render_to_string(f"notifications/mail/{page}.txt", context)
        html = render_to_string(f"notifications/mail/{page}.html", context)
    headers = {
        "Message-ID": f"<skillweek-delivery-{delivery.pk}@{_domain()}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if answered := message.context.get("in_reply_to"):
        # An answer to a mail of theirs (C8): it stands below it in their mailbox, and programs do not answer it.
        headers |= {"In-Reply-To": f"<{answered}>", "References": f"<{answered}>", "Auto-Submitted": "auto-replied"}
    if own := message.context.get("reply_to"):
        headers["Reply-To"] = own
    if leave:
        headers |= {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [delivery.address], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def unsubscribe_link(delivery: Delivery) -> str:
    """Where a contact ends optional messages; empty for people, who have their preferences, and mandatory kinds."""
    kind = find(delivery.message.kind)
    if delivery.message.audience != Message.Audience.CONTACT or kind is None or kind.mandatory:
        return ""
    return link_to(reverse("notifications_public:leave", args=[unsubscribe_token(delivery.address)]))


def _domain() -> str:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or "localhost"
