"""Names of the variables that settings read, so that the demo can ignore those of a real installation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_READ: Final = re.compile(r'env\.\w+\(\s*"([A-Z][A-Z0-9_]*)"')

VARIABLES: Final = frozenset(_READ.findall((Path(__file__).parent / "settings.py").read_text(encoding="utf-8")))
