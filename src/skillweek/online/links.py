"""Where links may lead: https, to a host that the operator or the edition lists (B11)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.online.models import OnlineRules

_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
#: A path of this site: one slash, then nothing that a browser takes for a host.
_OWN: Final = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f]*")


def rules_of(edition: Edition) -> OnlineRules:
    """The edition's rules, unsaved defaults where the organiser set none."""
    return OnlineRules.objects.filter(edition=edition).first() or OnlineRules(edition=edition)


def hosts_of(edition: Edition) -> frozenset[str]:
    """Hosts to which the edition's works may link."""
    listed = read_hosts(rules_of(edition).link_hosts)
    return frozenset({*listed, *(host.lower() for host in settings.ONLINE_LINK_HOSTS)})


def read_hosts(text: str) -> list[str]:
    """The hosts in a list typed by a person, each once. Raises DomainError (field ``link_hosts``) for what is none."""
    found: list[str] = []
    for word in re.split(r"[\s,，、;；]+", text.lower()):
        host = word.removeprefix("https://").removeprefix("*.").rstrip("/")
        if not host:
            continue
        if not _HOST.fullmatch(host):
            raise DomainError(
                _("“%(word)s”不是网站域名。请写成 live.example.cn 这样。") % {"word": word[:60]}, field="link_hosts"
            )
        if host not in found:
            found.append(host)
    return found


def must_lead_somewhere_listed(url: str, hosts: frozenset[str], *, field: str, own: bool = False) -> None:
    """Raise DomainError unless ``url`` is https to a listed host, or with ``own`` a path of this site."""
    if own and _OWN.fullmatch(url):
        return
    host = https_host(url)
    if not host:
        raise DomainError(
            _("链接“%(url)s”要以 https:// 开头，写完整的网址。") % {"url": url[:80]}, field=field, code="link"
        )
    if not is_listed(host, hosts):
        text = _("“%(host)s”不在允许链接的网站里。请主办单位在“线上规则”里添加它。")
        raise DomainError(text % {"host": host}, field=field, code="host")


def must_be_stream(url: str, *, field: str) -> None:
    """Raise DomainError unless ``url`` is an HLS address from where this site's pages may play."""
    host = https_host(url)
    if not host or not urlsplit(url).path.lower().endswith(".m3u8"):
        raise DomainError(_("直播流地址要以 https:// 开头，以 .m3u8 结尾。"), field=field, code="stream")
    if not is_listed(host, frozenset(name.lower() for name in settings.ONLINE_STREAM_HOSTS)):
        text = _("本站还不能播放来自“%(host)s”的直播流。请改填直播链接，或请运维人员在 ONLINE_STREAM_HOSTS 里添加它。")
        raise DomainError(text % {"host": host}, field=field, code="host")


def https_host(url: str) -> str:
    """The host of a plain https address, lower case; empty for anything else (user names, ports, IP numbers)."""
    if url != url.strip() or any(char.isspace() or char in '\\"<>' or ord(char) < 32 for char in url):
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or parts.username is not None or port not in (None, 443) or not _HOST.fullmatch(host):
        return ""
    return "" if host.replace(".", "").isdigit() else host


def leads_safely(url: str) -> bool:
    """Whether a link may stand on a page at all, a draft's preview too: within this site, or plain https."""
    return bool(_OWN.fullmatch(url) or https_host(url))


def is_listed(host: str, hosts: frozenset[str]) -> bool:
    """Whether the host, or one above it, is listed."""
    return any(host == one or host.endswith("." + one) for one in hosts)
