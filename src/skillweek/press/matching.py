"""When two pieces of coverage are one: links and titles in a form that can be compared (D4)."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

#: From here on two titles are near enough to ask a person.
NEAR: Final = 0.82
#: What only says how somebody came to a page.
_TRACKING: Final = re.compile(
    r"^(utm_.*|spm|from|from_.*|share.*|isappinstalled|scene|subscene|sessionid|clicktime|enterid|ascene|devicetype"
    r"|version|nettype|lang|exportkey|pass_ticket|wx_header|chksm|source|timestamp|_t|fbclid|gclid)$",
    re.IGNORECASE,
)
#: The parts that name an article of a WeChat account.
_WECHAT: Final = ("__biz", "mid", "idx", "sn")


def url_key(url: str) -> str:
    """The link without what does not name the page; ``""`` for none. Equal keys are the same article.

    The scheme, ``www.``, the fragment, a closing slash and tracking parameters do not count; the host's case neither.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return ""
    if not host:
        return ""
    pairs = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    if host == "mp.weixin.qq.com" and any(name == "sn" for name, _value in pairs):
        pairs = [pair for pair in pairs if pair[0] in _WECHAT]
    else:
        pairs = [pair for pair in pairs if not _TRACKING.match(pair[0])]
    query = urlencode(sorted(pairs))
    path = parts.path.rstrip("/")
    if not path and not query:
        return ""  # a medium's front page names no article
    return f"{host}{port}{path}{'?' if query else ''}{query}"[:500]


def name_key(name: str) -> str:
    """An outlet's name as it is compared: no blanks, brackets or book-title marks, one width, lower case."""
    return re.sub(r"[\s《》〈〉“”\"'·・()（）\-—]", "", unicodedata.normalize("NFKC", name)).lower()


def title_key(title: str) -> str:
    """A title's letters, digits and characters only."""
    plain = unicodedata.normalize("NFKC", title).lower()
    return "".join(char for char in plain if char.isalnum())[:200]


def is_near(one: str, other: str) -> bool:
    """Whether two ``title_key`` say nearly the same, or one holds the whole of the other."""
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    if len(short) >= 8 and short in long:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR and matcher.ratio() >= NEAR
