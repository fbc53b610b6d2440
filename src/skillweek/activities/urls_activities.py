"""One activity: begin, write, its sessions, hand in (B2, B4, B5, B10)."""

from typing import Any

urlpatterns: list[Any] = []
