"""schema.org data as a block of a page's head, for every room's public pages."""

from __future__ import annotations

import json
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

#: In a script block only these could end it or start markup; JSON reads the escapes back.
_ESCAPES: Final = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def data_block(data: Any) -> SafeString:
    """A block of linked data for the page's head. Not run by the browser, so the content policy lets it be."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
