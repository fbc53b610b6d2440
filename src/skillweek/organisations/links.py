"""Personal links: what they are derived from. Imported by models, so it imports nothing itself."""

from __future__ import annotations

import secrets


def new_nonce() -> str:
    """What a personal link is derived from."""
    return secrets.token_hex(16)
