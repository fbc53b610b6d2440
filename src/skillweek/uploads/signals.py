"""What uploads tell the rooms above."""

from django.dispatch import Signal

#: A file arrived whole. kwargs: ``upload`` (with ``purpose`` and ``file``). Sent inside the completing
#: transaction; a receiver attaches the file to what it was meant for.
upload_completed = Signal()

#: The full check of a file ended. kwargs: ``file``. Receivers refresh findings that depend on it.
file_checked = Signal()

#: Somebody asks to begin an upload. kwargs: ``user``, ``edition``, ``organisation``, ``kind``, ``size``, ``purpose``.
#: A receiver that knows the purpose raises a DomainError to refuse it; a purpose nobody knows is refused.
#: Receivers that accept return True.
upload_requested = Signal()

#: The outcome of a file's check is about to be written. kwargs: ``file``. Sent in the writing transaction before the
#: file's row is locked; receivers lock what ``file_checked`` will have them change, so that all lock those first.
file_checking = Signal()

#: Somebody lets go of a file. kwargs: ``file``. Sent by ``release_file`` with the file's row locked; a receiver answers
#: True while a live thing of its room still refers to the file, and then the file stays. So one file may serve a report
#: and the story made of it, and neither takes it from the other.
file_releasing = Signal()

#: A guest asks to begin an upload. kwargs: ``guest``, ``edition``, ``kind``, ``name``, ``size``, ``purpose``. The
#: receiver that knows the purpose answers the organisation that takes it, or raises a DomainError to refuse. Whoever
#: does not know it answers None. Rooms that take files of people with an account never hear of guests.
guest_upload_requested = Signal()

#: A guest's file arrived whole. kwargs as ``upload_completed``, which is not sent for it.
guest_upload_completed = Signal()
