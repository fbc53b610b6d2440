"""What this room tells the rooms above."""

from django.dispatch import Signal

#: Texts have other pairs than before. kwargs: ``texts``, a set of ``(kind, object_id)``. Sent by a task, outside any
#: transaction, with no row locked.
texts_counted = Signal()
