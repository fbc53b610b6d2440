"""What this room tells the rooms above."""

from django.dispatch import Signal

#: A text has become public, or a public one has changed. kwargs: ``obj`` (the row), ``version``, ``first`` (whether it
#: was never public before), ``actor`` (None: by the clock). Sent inside the publishing transaction.
editorial_published = Signal()

#: A text whose time came was not publishable and is a draft again. kwargs: ``obj``, ``reason``. Inside the transaction.
editorial_held = Signal()

#: A text is public no longer. kwargs: ``obj``, ``actor``. Sent inside the withdrawing transaction.
editorial_withdrawn = Signal()
