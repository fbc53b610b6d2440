"""What activities tell the rooms above. All are sent inside the verb's transaction."""

from django.dispatch import Signal

#: An activity became public, changed in public, or went from public view. kwargs: ``activity``.
activity_published = Signal()
activity_changed = Signal()
activity_withdrawn = Signal()

#: A public session's time, place or state changed. kwargs: ``session``, ``change`` (a ``SessionChange``), ``actor``.
#: Receivers tell everyone who booked (A3, B8).
session_changed = Signal()

#: A session is about to be deleted or its capacity lowered. kwargs: ``session``, ``capacity`` (new one, or None when
#: it is deleted). A receiver answers with a sentence for a person when that must not be.
session_shrinking = Signal()
