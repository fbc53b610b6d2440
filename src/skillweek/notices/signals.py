"""What notices tell the rooms above."""

from django.dispatch import Signal

#: A notice, a correction or a supplement became public. kwargs: ``notice``, ``version`` (its number). Sent inside the
#: publishing transaction.
notice_published = Signal()

#: A notice was taken back. kwargs: ``notice``.
notice_withdrawn = Signal()
