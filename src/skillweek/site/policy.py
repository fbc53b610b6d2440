"""From where pages may load anything: the content security policy (ADR 0006)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csp.constants import NONE, SELF


def content_security_policy(
    *, stores: Sequence[str] = (), tiles: Sequence[str] = (), streams: Sequence[str] = ()
) -> dict[str, Any]:
    """The policy as django-csp reads it.

    ``stores``: where files lie, with their scheme; ``tiles``: sources of map tiles; ``streams``: hosts of live streams
    (a listed host stands for its subdomains, which often serve the pieces of a stream).
    """
    shown = [source for host in streams for source in (f"https://{host}", f"https://*.{host}")]
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:", "blob:", *stores, *tiles],
            "media-src": [SELF, "blob:", *stores, *shown],
            "font-src": [SELF],
            "connect-src": [SELF, *stores, *shown],
            "manifest-src": [SELF],
            "worker-src": [SELF],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
            "object-src": [NONE],
        }
    }
