"""The cast and the words of the access table (A5, A6): who people are, and how a row of the table is written.

The cast: people of school A (line: education, district: siming), of three bureaus and of the host, one without any
role, and nobody signed in. The targets: units in and out of each person's line, each with a report, a file, people and
an invitation. A URL name that is missing here fails the walk: the default answer is no, and somebody has to say
otherwise on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: cast name → (unit, role); None for the person without a role.
CAST: dict[str, tuple[str, str] | None] = {
    "member_a": ("school_a", "member"),
    "liaison_a": ("school_a", "liaison"),
    "manager_a": ("school_a", "manager"),
    "reviewer_siming": ("siming", "reviewer"),
    "manager_siming": ("siming", "manager"),
    "reviewer_edu": ("edu", "reviewer"),
    "manager_edu": ("edu", "manager"),
    "reviewer_hr": ("hr", "reviewer"),
    "manager_hr": ("hr", "manager"),
    "reviewer_host": ("host", "reviewer"),
    "manager_host": ("host", "manager"),
    "stranger": None,
    "journalist": None,  # accredited, without any role
}
ANONYMOUS = "anonymous"
TARGETS = ("school_a", "school_b", "tech", "siming", "edu", "host")
SCHOOLS = ("school_a", "school_b", "tech")

Names = frozenset[str]
ByTarget = Mapping[str, Names]


def of(*names: str) -> Names:
    return frozenset(names)


NOBODY = of()
SIGNED_IN = frozenset(CAST)
EVERYBODY = SIGNED_IN | {ANONYMOUS}
SCHOOL = of("member_a", "liaison_a", "manager_a")
BUREAUS = frozenset(name for name, place in CAST.items() if place and place[0] != "school_a")
WITH_ROLE = SCHOOL | BUREAUS
#: Everybody of a bureau in the cast is reviewer or manager there.
BUREAU_DECIDERS = BUREAUS
BUREAU_MANAGERS = frozenset(name for name in BUREAUS if name.startswith("manager"))
HOST_MANAGER = of("manager_host")

_SIMING = of("reviewer_siming", "manager_siming")
_EDU = of("reviewer_edu", "manager_edu")
_HR = of("reviewer_hr", "manager_hr")
_HOST = of("reviewer_host", "manager_host")

#: Who looks into a unit.
SEES: ByTarget = {
    "school_a": SCHOOL | _SIMING | _EDU | _HOST,
    "school_b": _EDU | _HOST,
    "tech": _HR | _HOST,
    "siming": _SIMING | _EDU | _HOST,
    "edu": _EDU | _HOST,
    "host": _HOST,
}
#: The same for schools, which alone have reports and files.
SCHOOL_SEES: ByTarget = {target: SEES[target] for target in SCHOOLS}
#: Who decides on what a unit hands in: reviewers strictly above.
REVIEWS: ByTarget = {
    "school_a": _SIMING | _EDU | _HOST,
    "school_b": _EDU | _HOST,
    "tech": _HR | _HOST,
    "siming": _EDU | _HOST,
    "edu": _HOST,
    "host": NOBODY,
}
#: The same for schools.
SCHOOL_REVIEWS: ByTarget = {target: REVIEWS[target] for target in SCHOOLS}
#: Who changes a unit: managers of a bureau at or above it.
MANAGES: ByTarget = {target: names & BUREAU_MANAGERS for target, names in SEES.items()}
MANAGES_ABOVE: ByTarget = {target: names & BUREAU_MANAGERS for target, names in REVIEWS.items()}
#: Who adds units below it: a school has nothing below.
ADDS: ByTarget = {target: NOBODY if target in SCHOOLS else names for target, names in MANAGES.items()}
#: Who brings in and removes people.
STAFFS: ByTarget = {**MANAGES, "school_a": MANAGES["school_a"] | of("liaison_a", "manager_a")}
#: Who helps a liaison with a lost second factor.
RESCUES: ByTarget = {**MANAGES, "school_a": MANAGES["school_a"] | of("manager_a")}
#: Who writes a school's report, and who hands it in.
FILES: ByTarget = {"school_a": SCHOOL, "school_b": NOBODY, "tech": NOBODY}
SUBMITS: ByTarget = {"school_a": of("liaison_a", "manager_a"), "school_b": NOBODY, "tech": NOBODY}


@dataclass(frozen=True)
class Rule:
    """``allow``: names, or names by target when the URL has an object. ``make`` names the object (see ``World``)."""

    allow: Names | ByTarget
    make: str = ""
    method: str = "GET"
    data: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Names what ``World`` makes of the target for the request itself: ``data``, ``headers``, ``content_type``.
    body: str = ""
    query: str = ""

    def allowed(self, target: str) -> Names:
        """Who gets an answer for this target."""
        return self.allow.get(target, NOBODY) if isinstance(self.allow, Mapping) else self.allow

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets to try; one blank one for a URL without an object."""
        return tuple(self.allow) if isinstance(self.allow, Mapping) else ("",)


def get(allow: Names | ByTarget, make: str = "", **more: Any) -> Rule:
    """A page."""
    return Rule(allow, make, **more)


def post(allow: Names | ByTarget, make: str = "", **more: Any) -> Rule:
    """A verb."""
    return Rule(allow, make, method="POST", **more)
