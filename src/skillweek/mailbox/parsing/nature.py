"""What kind of mail it is: written by a person, or by a machine; and whether its sender is who it says (C8)."""

from __future__ import annotations

import re
from typing import Final

from skillweek.mailbox.parsing.letter import Letter
from skillweek.mailbox.parsing.mime import Headers

#: So the Message-IDs of our own mails begin.
_OWN_MARK: Final = "skillweek-delivery-"
_ROBOTS = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounce[s\-+]?.*|daemon|root|abuse)@", re.IGNORECASE
)
_SUBJECTS = re.compile(
    r"^\s*(?:自动回复|自动答复|退信|系统退信|邮件退回|回执|已读|Automatic reply|Auto(?:matic)?[ -]?(?:re(?:ply|sponse))"
    r"|Out of (?:the )?office|Undeliver|Delivery (?:status|failure)|Mail delivery failed|Read:|Delivered:)",
    re.IGNORECASE,
)
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_IDENTITY = re.compile(r"(?:header\.(?:i|d|from)|smtp\.(?:mailfrom|helo))\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)


def is_automatic(letter: Letter, own: frozenset[str]) -> bool:
    """Whether a program wrote it: nothing is ever answered to those (RFC 3834). ``own`` are our own addresses."""
    headers = letter.headers
    if letter.message_id.startswith(_OWN_MARK) or letter.from_email in own or not letter.from_email:
        return True
    said = {name: headers.text(name).lower() for name in _SIGNS}
    submitted = said["auto-submitted"].partition(";")[0].strip()
    marks = (
        submitted not in ("", "no"),
        said["precedence"] in ("bulk", "list", "junk", "auto_reply"),
        any(said[name] for name in ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-auto-response")),
        headers.raw("return-path").strip() == b"<>",
        headers.raw("content-type").lower().startswith(b"multipart/report"),
        b"disposition-notification" in headers.raw("content-type").lower(),
        bool(_ROBOTS.match(letter.from_email)),
        bool(_SUBJECTS.match(letter.subject)),
    )
    return any(marks)


_SIGNS: Final = (
    "auto-submitted", "precedence", "list-id", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-auto-response",
)  # fmt: skip


def proof_of(headers: Headers, address: str, *, server: str, hops: int = 1) -> str:
    """``pass``, ``fail`` or ``unknown``: what the trusted ``server`` found out about the From address (RFC 8601).

    Only a result of that server is read, and only one above the ``hops`` topmost Received lines: what stands below
    may have been written by anybody. DMARC counts, else an aligned DKIM or SPF; a DMARC failure, or SPF and DKIM that
    both fail, is a failure.
    """
    if not server:
        return "unknown"
    received = 0
    for name, raw in headers.lines:
        if name == "received":
            received += 1
            if received > hops:
                break
        elif name == "authentication-results":
            text = re.sub(r"\s+", " ", re.sub(r"\([^()]*\)", " ", raw.decode("utf-8", "replace")))
            said_by, _semicolon, results = text.partition(";")
            if said_by.strip().split(" ")[0].lower() == server.lower():
                return _judged(results, address)
    return "unknown"


def _judged(results: str, address: str) -> str:
    domain = address.rpartition("@")[2]
    found: dict[str, set[str]] = {"spf": set(), "dkim": set(), "dmarc": set()}
    for method, result, rest in _RESULT.findall(results):
        result = result.lower()
        if result == "pass" and method.lower() != "dmarc" and not _aligned(rest, domain):
            result = "foreign"
        found[method.lower()].add(result)
    if "pass" in found["dmarc"] or "pass" in found["dkim"] or "pass" in found["spf"]:
        return "fail" if "fail" in found["dmarc"] else "pass"
    bad = [bool(found[method] & {"fail", "softfail", "permerror"}) for method in ("spf", "dkim")]
    if "fail" in found["dmarc"] or all(bad) or (bad[0] and not found["dkim"] & {"foreign"}):
        return "fail"
    return "unknown"


def _aligned(rest: str, domain: str) -> bool:
    """Whether the name that passed belongs to the From address's domain (or the other way round)."""
    for identity in _IDENTITY.findall(rest):
        name = identity.rpartition("@")[2].lower().strip(".")
        if name and (name == domain or domain.endswith(f".{name}") or name.endswith(f".{domain}")):
            return "." in name
    return False
