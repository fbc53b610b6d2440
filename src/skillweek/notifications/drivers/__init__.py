"""The ways out: one driver for each channel. A driver sends, or says by an exception what became of it."""

from __future__ import annotations

from skillweek.notifications.drivers.base import Driver, NoAnswer, Receipt, Refused, TryLater

__all__ = ["Driver", "NoAnswer", "Receipt", "Refused", "TryLater", "driver_for"]


def driver_for(channel: str) -> Driver | None:
    """The driver of one ``Delivery.Channel``; None when the operator set none up."""
    from skillweek.notifications.drivers import mail, robots, sms
    from skillweek.notifications.models import Delivery, GroupChannel

    if channel == Delivery.Channel.EMAIL:
        return mail.MailDriver()
    if channel == Delivery.Channel.SMS:
        return sms.driver()
    return robots.RobotDriver() if channel in GroupChannel.Kind.values else None
