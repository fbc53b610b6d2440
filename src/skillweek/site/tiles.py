"""Which foreign hosts the map's pictures come from, when the operator names any."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit


def tile_hosts(urls: Iterable[str], subdomains: str) -> list[str]:
    """The origins of tile addresses, for the content security policy: ``{s}`` stands for each of ``subdomains``.

    A path of this site needs none. Raises ``ValueError`` for an address that is neither.
    """
    found: list[str] = []
    for url in urls:
        if url.startswith("/"):
            continue
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.netloc or "@" in parts.netloc:
            raise ValueError(f"MAP_TILES_URL: not an address of map tiles: {url}")
        hosts = (
            [parts.netloc.replace("{s}", letter) for letter in subdomains] if "{s}" in parts.netloc else [parts.netloc]
        )
        found += [f"{parts.scheme}://{host}" for host in hosts]
    return list(dict.fromkeys(found))
