"""What the line above reads and decides (B3)."""

from typing import Any

urlpatterns: list[Any] = []
