"""What happens when a page becomes public or leaves it: the search follows."""

from __future__ import annotations

from typing import Any

from skillweek.content.models import Asset, Page
from skillweek.content.queries import search_entry
from skillweek.search.domain import put_all, remove
from skillweek.uploads.models import StoredFile


def find_page(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_published``."""
    if isinstance(obj, Page):
        put_all([search_entry(obj)])


def forget_page(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_withdrawn``."""
    if isinstance(obj, Page):
        remove("page", obj.pk)


def holds_file(*, file: StoredFile, **_more: Any) -> bool:
    """Receiver of ``file_releasing``: True while the file is in a library."""
    return Asset.objects.filter(file=file).exists()
