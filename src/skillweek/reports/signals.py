"""What reports tell the rooms above. All are sent inside the verb's transaction, the report's row locked."""

from django.dispatch import Signal

#: A report was submitted, taken back, accepted, returned, or its acceptance taken back. kwargs: ``report`` (as it is
#: now), ``was`` (the state before), ``actor``. Its items change only while it is a draft or returned, so whoever uses
#: them looks again when it leaves ``accepted`` and when it comes back.
report_state_changed = Signal()
