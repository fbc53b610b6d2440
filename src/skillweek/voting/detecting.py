"""What looks like ballot stuffing: pure functions over votes, no database, no framework (E10, ADR 0197).

One signal alone is seldom proof: a school behind one address, or a group chat that gets a link, looks much like an
attack. Signals therefore have weights, and a vote is held when its weights reach the limit. Those that honest people
hardly ever give (one device for many persons, phone numbers in a row, throw-away mail) reach it alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from statistics import fmean, pstdev
from typing import Any, Final

#: Mail services for minutes; an address there says nothing about a person.
DISPOSABLE: Final = frozenset(
    {
        "10minutemail.com", "20minutemail.com", "33mail.com", "bccto.me", "chacuo.net", "dispostable.com",
        "fakeinbox.com", "getnada.com", "guerrillamail.com", "linshiyouxiang.net", "linshiyou.com", "mail.tm",
        "mailcatch.com", "maildrop.cc", "mailinator.com", "moakt.com", "mohmal.com", "mytemp.email", "sharklasers.com",
        "temp-mail.org", "tempmail.com", "tempmailo.com", "tempr.email", "throwawaymail.com", "trashmail.com",
        "yopmail.com",
    }
)  # fmt: skip
#: Services with so many users that many voters there are no sign of anything.
COMMON: Final = frozenset(
    {
        "126.com", "139.com", "163.com", "189.cn", "aliyun.com", "foxmail.com", "gmail.com", "hotmail.com",
        "icloud.com", "outlook.com", "qq.com", "sina.cn", "sina.com", "sohu.com", "wo.cn", "yeah.net",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """One vote as the detection sees it. Times are seconds; ``phone`` is the number as an integer, 0 for none."""

    vote: int
    person: int
    candidate: int
    at: float
    network: str = ""
    device: str = ""
    #: When the person was verified; 0 for unknown.
    verified: float = 0
    phone: int = 0
    domain: str = ""


@dataclass(frozen=True)
class Limits:
    """From when on something is a signal, and how much the signals weigh together until a vote is held."""

    device_persons: int = 4
    network_persons: int = 25
    network_share: float = 0.8
    burst_votes: int = 20
    burst_times: float = 4.0
    window: int = 300
    quick_seconds: float = 3.0
    phone_run: int = 5
    phone_gap: int = 3
    disposable_persons: int = 3
    domain_persons: int = 8
    even_votes: int = 15
    even_spread: float = 0.35
    hold_at: float = 1.0


#: How the organiser sets it: loose, normal, strict.
LIMITS: Final = {
    "low": Limits(device_persons=6, network_persons=50, burst_votes=40, phone_run=8, disposable_persons=5,
                  domain_persons=15, hold_at=1.3),
    "normal": Limits(),
    "high": Limits(network_persons=15, burst_votes=12, phone_run=4, disposable_persons=1,
                   domain_persons=5, hold_at=0.9),
}  # fmt: skip
WEIGHTS: Final = {
    "device": 1.0, "phones": 1.0, "mail": 1.0, "even": 0.6, "network": 0.5, "domain": 0.5, "burst": 0.4, "quick": 0.4,
}  # fmt: skip
#: Above this a set of signals counts whatever the limit is set to.
_STRONG: Final = frozenset({"device", "phones", "mail"})


@dataclass
class Finding:
    """Votes for one candidate to be held together. ``key`` stays the same when more of the kind arrive."""

    key: str
    candidate: int
    signals: list[str]
    votes: list[int]
    evidence: dict[str, Any] = field(default_factory=dict)


Marks = dict[int, dict[str, str]]  # vote → signal → what it was found by


def find(votes: Sequence[Seen], limits: Limits | None = None) -> list[Finding]:
    """The votes to hold, grouped by candidate and cause."""
    limits = limits or LIMITS["normal"]
    marks: Marks = defaultdict(dict)
    for rule in (one_device, one_network, burst, quick, phones_in_a_row, disposable_mail, one_domain, even_pace):
        for code, key, found in rule(votes, limits):
            for vote in found:
                marks[vote].setdefault(code, key)
    groups: dict[tuple[str, int], list[Seen]] = defaultdict(list)
    for seen in votes:
        signals = marks.get(seen.vote, {})
        if signals and _holds(signals, limits):
            cause = max(signals, key=lambda code: (WEIGHTS[code], code))
            groups[signals[cause], seen.candidate].append(seen)
    return [_finding(key, candidate, rows, marks) for (key, candidate), rows in sorted(groups.items())]


def _holds(signals: Iterable[str], limits: Limits) -> bool:
    codes = set(signals)
    return bool(codes & _STRONG) or sum(WEIGHTS[code] for code in codes) >= limits.hold_at - 1e-9


def _finding(key: str, candidate: int, rows: list[Seen], marks: Marks) -> Finding:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        for code in marks[row.vote]:
            counts[code] += 1
    times = [row.at for row in rows]
    return Finding(
        key=key,
        candidate=candidate,
        signals=sorted(counts, key=lambda code: (-WEIGHTS[code], code)),
        votes=[row.vote for row in rows],
        evidence={
            "votes": len(rows),
            "persons": len({row.person for row in rows}),
            "networks": len({row.network for row in rows if row.network}),
            "devices": len({row.device for row in rows if row.device}),
            "first": min(times),
            "last": max(times),
            "by_signal": dict(sorted(counts.items())),
        },
    )


Found = Iterable[tuple[str, str, list[int]]]  # signal, key, votes


def one_device(votes: Sequence[Seen], limits: Limits) -> Found:
    """Many persons on one device: a family shares a phone, a dozen people do not."""
    for device, rows in _by(votes, lambda row: row.device).items():
        if len({row.person for row in rows}) >= limits.device_persons:
            for candidate, own in _by(rows, lambda row: row.candidate).items():
                yield "device", f"device:{device[:12]}:{candidate}", [row.vote for row in own]


def one_network(votes: Sequence[Seen], limits: Limits) -> Found:
    """Many persons of one network on one day (the key changes daily), nearly all for the same candidate."""
    for network, rows in _by(votes, lambda row: row.network).items():
        everybody = {row.person for row in rows}
        for candidate, own in _by(rows, lambda row: row.candidate).items():
            persons = {row.person for row in own}
            if len(persons) >= limits.network_persons and len(persons) >= limits.network_share * len(everybody):
                yield "network", f"network:{network[:12]}:{candidate}", [row.vote for row in own]


def burst(votes: Sequence[Seen], limits: Limits) -> Found:
    """Far more votes for a candidate within minutes than it gets at other times."""
    if not votes:
        return
    begin, end = min(row.at for row in votes), max(row.at for row in votes)
    windows = max(1, int((end - begin) // limits.window) + 1)
    for candidate, rows in _by(votes, lambda row: row.candidate).items():
        slots = _by(rows, lambda row: int((row.at - begin) // limits.window) + 1)
        for inside in slots.values():
            base = (len(rows) - len(inside)) / max(1, windows - 1)
            if len(inside) >= max(limits.burst_votes, limits.burst_times * base + 5 * sqrt(base + 1)):
                yield "burst", f"burst:{candidate}", [row.vote for row in inside]


def quick(votes: Sequence[Seen], limits: Limits) -> Found:
    """Verified and voted within seconds, for one candidate and nobody else."""
    choices: dict[int, int] = defaultdict(int)
    for row in votes:
        choices[row.person] += 1
    found = [
        row for row in votes
        if row.verified and 0 <= row.at - row.verified <= limits.quick_seconds and choices[row.person] == 1
    ]  # fmt: skip
    for candidate, rows in _by(found, lambda row: row.candidate).items():
        yield "quick", f"quick:{candidate}", [row.vote for row in rows]


def phones_in_a_row(votes: Sequence[Seen], limits: Limits) -> Found:
    """Telephone numbers that follow each other, as cards bought together do."""
    for candidate, rows in _by([row for row in votes if row.phone], lambda row: row.candidate).items():
        rows.sort(key=lambda row: row.phone)
        run: list[Seen] = []
        for row in [*rows, None]:
            if row is not None and run and row.phone - run[-1].phone <= limits.phone_gap:
                run.append(row)
                continue
            if len({each.phone for each in run}) >= limits.phone_run:
                yield "phones", f"phones:{candidate}", [each.vote for each in run]
            run = [row] if row is not None else []


def disposable_mail(votes: Sequence[Seen], limits: Limits) -> Found:
    """Addresses of mail services for minutes."""
    found = [row for row in votes if row.domain in DISPOSABLE]
    for candidate, rows in _by(found, lambda row: row.candidate).items():
        if len({row.person for row in rows}) >= limits.disposable_persons:
            yield "mail", f"mail:{candidate}", [row.vote for row in rows]


def one_domain(votes: Sequence[Seen], limits: Limits) -> Found:
    """Many addresses below one uncommon domain for the same candidate: its owner makes as many as wanted."""
    rare = [row for row in votes if row.domain and row.domain not in COMMON and row.domain not in DISPOSABLE]
    for (candidate, domain), rows in _by(rare, lambda row: (row.candidate, row.domain)).items():
        if len({row.person for row in rows}) >= limits.domain_persons:
            yield "domain", f"domain:{candidate}:{sum(map(ord, domain))}", [row.vote for row in rows]


def even_pace(votes: Sequence[Seen], limits: Limits) -> Found:
    """Votes at an even pace, as a program sends them; people come in an uneven one."""
    for candidate, rows in _by(votes, lambda row: row.candidate).items():
        rows.sort(key=lambda row: row.at)
        size, step = limits.even_votes, max(1, limits.even_votes // 3)
        even: set[int] = set()
        for at in range(0, len(rows) - size + 1, step):
            part = rows[at : at + size]
            gaps = [after.at - before.at for before, after in pairwise(part)]
            mean = fmean(gaps)
            if 0 < mean <= limits.window / 5 and pstdev(gaps) <= limits.even_spread * mean:
                even.update(row.vote for row in part)
        if even:
            yield "even", f"even:{candidate}", sorted(even)


def _by(votes: Iterable[Seen], key: Any) -> dict[Any, list[Seen]]:
    """Votes by a key; those without one are left out."""
    groups: dict[Any, list[Seen]] = defaultdict(list)
    for row in votes:
        value = key(row)
        if value:
            groups[value].append(row)
    return groups
