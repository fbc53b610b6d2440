"""The rows and the things of the rooms, one module each: a new module here is found by itself.

``TABLE`` of a module holds its rows; a subclass of ``RoomWorld`` in it makes the things that they name.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def rooms() -> list[ModuleType]:
    """Every module here that has a table."""
    found = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
    return [module for module in found if hasattr(module, "TABLE")]
