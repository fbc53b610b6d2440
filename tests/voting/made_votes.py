"""Made days of voting: what honest people do, and attacks on top; for a test and ``benchmarks/voting_alarms.py``.

Honest days have what looks suspicious at first sight: classes that vote in one lesson from the school's network, a link
in a group chat, families that share a phone, schools whose people write from the school's own mail domain.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count
from typing import Any

from skillweek.voting.detecting import LIMITS, Seen, find

_DAY = 16 * 3600.0


class Day:
    """Votes of one day, made from one random source."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.votes, self.numbers = chance, [], count(1)
        self.votes: list[Seen] = []

    def person(self, candidates: list[int], at: float, *, thinks: float | None = None, **fields: Any) -> list[int]:
        """One person's sheet; ``thinks`` is the time between proof and vote."""
        chance, who = self.chance, next(self.numbers)
        thinks = chance.lognormvariate(3.2, 0.8) + 3 if thinks is None else thinks
        is_phone = chance.random() < 0.8
        known = {
            "network": f"n{chance.randrange(40_000)}", "device": f"d{who}",
            "phone": chance.randrange(13000000000, 19000000000) if is_phone else 0,
            "domain": "" if is_phone else chance.choice(["qq.com", "163.com", "outlook.com", "126.com", "gmail.com"]),
        }  # fmt: skip
        made = []
        for candidate in candidates:
            number = next(self.numbers)
            row = {**known, **fields}
            self.votes.append(Seen(vote=number, person=who, candidate=candidate, at=at, verified=at - thinks, **row))
            made.append(number)
        return made

    def favourites(self) -> list[int]:
        """One candidate or several, the popular ones more often."""
        chance = self.chance
        first = min(30, int(chance.expovariate(0.12)) + 1)
        return [first] if chance.random() < 0.55 else list({first, *(chance.randrange(1, 31) for _each in range(3))})


def honest(day: Day, people: int = 1500) -> None:
    """A day without any attack."""
    chance = day.chance
    for _each in range(people):
        day.person(day.favourites(), chance.betavariate(2, 2) * _DAY)
    for school in range(4):  # classes vote in one lesson, mostly for their own
        start = chance.uniform(0, _DAY - 3000)
        for _each in range(chance.randrange(25, 60)):
            own = 20 + school
            picks = [own] if chance.random() < 0.8 else [own, chance.randrange(1, 20)]
            network = f"school{school}"
            day.person(picks, start + chance.triangular(0, 2400, 300), network=network)
    start = chance.uniform(0, _DAY - 4000)  # a link in a group chat
    for _each in range(180):
        day.person([7], start + chance.expovariate(1 / 500))
    for family in range(60):
        start = chance.uniform(0, _DAY - 1000)
        for _each in range(chance.choice([2, 2, 3])):
            picks = day.favourites()
            day.person(picks, start + chance.uniform(0, 900), device=f"family{family}", network=f"home{family}")
    for _each in range(30):  # teachers with the school's own addresses
        day.person([9], chance.uniform(0, _DAY), phone=0, domain="school.example.edu.cn")


def device_farm(day: Day) -> list[int]:
    """A few phones, many cards."""
    chance, start, made = day.chance, day.chance.uniform(0, _DAY - 8000), []
    for _each in range(120):
        device = f"farm{chance.randrange(8)}"
        made += day.person([3], start + chance.uniform(0, 7000), device=device, network=f"m{chance.randrange(30)}")
    return made


def script(day: Day) -> list[int]:
    """A program on one line, a fresh browser each time."""
    chance, start, made = day.chance, day.chance.uniform(0, _DAY - 4000), []
    for number in range(150):
        at = start + number * 12 + chance.uniform(-2, 2)
        made += day.person([4], at, thinks=chance.uniform(0.3, 2), network="line")
    return made


def proxies(day: Day) -> list[int]:
    """A program behind many addresses, at an even pace."""
    chance, start, made = day.chance, day.chance.uniform(0, _DAY - 4000), []
    for number in range(150):
        made += day.person([5], start + number * 8 + chance.uniform(-1.5, 1.5), thinks=chance.uniform(0.5, 2.5))
    return made


def bought_cards(day: Day) -> list[int]:
    """Cards in a row, used by hand."""
    chance, made = day.chance, []
    first = chance.randrange(17000000000, 17100000000)
    for number in range(60):
        made += day.person([6], chance.uniform(0, _DAY), phone=first + number, domain="")
    return made


def throw_away_mail(day: Day) -> list[int]:
    """Addresses for minutes."""
    chance, made = day.chance, []
    for _each in range(50):
        domain = chance.choice(["mailinator.com", "yopmail.com", "linshiyouxiang.net"])
        made += day.person([8], chance.uniform(0, _DAY), phone=0, domain=domain)
    return made


ATTACKS: dict[str, Callable[[Day], list[int]]] = {
    "device farm": device_farm, "script": script, "proxies": proxies, "bought cards": bought_cards,
    "throw-away mail": throw_away_mail,
}  # fmt: skip


def measure(days: int, seed: int, level: str = "normal") -> dict[str, Any]:
    """Share of honest votes held wrongly (on all days), and of stuffed votes held, in all and by attack."""
    honest_votes = wrong = 0
    stuffed = {name: [0, 0] for name in ATTACKS}
    for number in range(2 * days):
        day = Day(random.Random(seed + number))
        honest(day)
        bad: set[int] = set()
        name = list(ATTACKS)[number % len(ATTACKS)]
        if number >= days:
            bad = set(ATTACKS[name](day))
        held = {vote for finding in find(day.votes, LIMITS[level]) for vote in finding.votes}
        honest_votes += len(day.votes) - len(bad)
        wrong += len(held - bad)
        stuffed[name][0] += len(held & bad)
        stuffed[name][1] += len(bad)
    caught, all_bad = (sum(row[at] for row in stuffed.values()) for at in (0, 1))
    return {
        "honest votes": honest_votes,
        "false alarms": round(wrong / honest_votes, 5),
        "stuffed votes": all_bad,
        "caught": round(caught / all_bad, 3),
        "caught by attack": {name: round(row[0] / row[1], 3) for name, row in stuffed.items() if row[1]},
    }
