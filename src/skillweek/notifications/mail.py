"""How a message looks as a mail: plain text with a simple HTML twin, in the reader's language."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from skillweek.notifications.models import Delivery


def send(delivery: Delivery) -> None:
    """Hand the mail to the configured server. Raises what ``smtplib`` and sockets raise."""
    build(delivery).send()


def build(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail of one delivery. Its Message-ID is the same at every attempt."""
    message = delivery.message
    link = settings.BASE_URL + message.url if message.url else ""
    language = message.recipient.language if message.recipient else message.language
    with translation.override(language or settings.LANGUAGE_CODE):
        recipient = message.recipient or message.name
        context = {"message": message, "recipient": recipient, "link": link, "base_url": settings.BASE_URL}
        subject = _("【职教周】%(title)s") % {"title": " ".join(message.title.split())}
        text = render_to_string("notifications/mail/message.txt", context)
        html = render_to_string("notifications/mail/message.html", context)
    headers = {
        "Message-ID": f"<skillweek-delivery-{delivery.pk}@{_domain()}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    mail = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [delivery.address], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def _domain() -> str:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or "localhost"
