"""What editions tell the rooms above."""

from django.dispatch import Signal

#: An edition's data is about to change. kwargs: ``edition``, ``old`` and ``new`` (EditionDocument).
#: A receiver returns a list of objections, sentences for a person; any objection stops an unforced change.
edition_changing = Signal()
