"""The verbs of this room: begin, complete and cancel an upload; store, check, release, retain and erase a file."""

from skillweek.uploads.domain.files import release_file, retain_file, store_local_file
from skillweek.uploads.domain.receive import (
    cancel_upload,
    complete_upload,
    create_guest_upload,
    create_upload,
)

__all__ = [
    "cancel_upload",
    "complete_upload",
    "create_guest_upload",
    "create_upload",
    "release_file",
    "retain_file",
    "store_local_file",
]
