"""Who may reach which URL, on whose things (A5, A6). The table behind ``test_access_walk``.

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
}
ANONYMOUS = "anonymous"
TARGETS = ("school_a", "school_b", "tech", "siming", "edu", "host")
SCHOOLS = ("school_a", "school_b", "tech")

Names = frozenset[str]
ByTarget = Mapping[str, Names]


def _of(*names: str) -> Names:
    return frozenset(names)


NOBODY = _of()
SIGNED_IN = frozenset(CAST)
EVERYBODY = SIGNED_IN | {ANONYMOUS}
SCHOOL = _of("member_a", "liaison_a", "manager_a")
BUREAUS = frozenset(name for name, place in CAST.items() if place and place[0] != "school_a")
WITH_ROLE = SCHOOL | BUREAUS
#: Everybody of a bureau in the cast is reviewer or manager there.
BUREAU_DECIDERS = BUREAUS
BUREAU_MANAGERS = frozenset(name for name in BUREAUS if name.startswith("manager"))
HOST_MANAGER = _of("manager_host")

_SIMING = _of("reviewer_siming", "manager_siming")
_EDU = _of("reviewer_edu", "manager_edu")
_HR = _of("reviewer_hr", "manager_hr")
_HOST = _of("reviewer_host", "manager_host")

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
STAFFS: ByTarget = {**MANAGES, "school_a": MANAGES["school_a"] | _of("liaison_a", "manager_a")}
#: Who helps a liaison with a lost second factor.
RESCUES: ByTarget = {**MANAGES, "school_a": MANAGES["school_a"] | _of("manager_a")}
#: Who writes a school's report, and who hands it in.
FILES: ByTarget = {"school_a": SCHOOL, "school_b": NOBODY, "tech": NOBODY}
SUBMITS: ByTarget = {"school_a": _of("liaison_a", "manager_a"), "school_b": NOBODY, "tech": NOBODY}


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


_ACCOUNTS = {
    "invitation_accept": get(EVERYBODY, "token"),
    "shut_signup": get(NOBODY),
    "shut_email": get(NOBODY),
    "shut_confirm_email_sent": get(NOBODY),
    "shut_confirm_email": get(NOBODY, "key"),
    "shut_password_set": get(NOBODY),
    "shut_login_code": get(NOBODY),
    "account_login": get(EVERYBODY),
    "account_logout": post(EVERYBODY),
    "account_inactive": get(EVERYBODY),
    "account_signup": get(NOBODY),
    "account_reauthenticate": get(SIGNED_IN),
    "account_email": get(NOBODY),
    "account_email_verification_sent": get(NOBODY),
    "account_change_password": get(SIGNED_IN),
    "account_set_password": get(NOBODY),
    "account_reset_password": get(EVERYBODY),
    "account_confirm_login_code": get(NOBODY),
    "account_confirm_email": get(NOBODY, "key"),
    "account_reset_password_from_key_done": get(EVERYBODY),
    "account_reset_password_from_key": get(EVERYBODY, "reset_key"),
    "account_reset_password_done": get(EVERYBODY),
    "mfa_index": get(SIGNED_IN),
    "mfa_authenticate": get(SIGNED_IN),  # who is in is sent on; the middle of signing in: test_signing_in
    "mfa_reauthenticate": get(SIGNED_IN),
    "mfa_activate_totp": get(SIGNED_IN),
    "mfa_deactivate_totp": get(NOBODY),  # nobody in the cast has a second factor: test_signing_in
    "mfa_view_recovery_codes": get(NOBODY),
    "mfa_generate_recovery_codes": get(SIGNED_IN),
    "mfa_download_recovery_codes": get(NOBODY),
    "set_language": post(EVERYBODY),
}

_ORGANISATIONS = {
    "organisations:index": get(SIGNED_IN),  # a person without a role finds an empty list
    "organisations:contacts": get(WITH_ROLE),
    "organisations:contacts_export": get(WITH_ROLE),
    "organisations:profile": get(SIGNED_IN),
    "organisations:roster": get(BUREAU_MANAGERS),
    "organisations:roster_template": get(BUREAU_MANAGERS),
    "organisations:roster_export": get(BUREAU_MANAGERS),
    "organisations:roster_upload": get(_of("manager_edu"), "roster"),
    "organisations:roster_confirm": post(_of("manager_edu"), "roster", data={"seen": "x"}),
    "organisations:roster_discard": post(_of("manager_edu"), "roster"),
    "organisations:add": get(ADDS, "parent"),
    "organisations:unit": get(SEES, "unit"),
    "organisations:change": get(MANAGES, "unit"),
    "organisations:move": get(MANAGES_ABOVE, "unit"),
    "organisations:deactivate": get(MANAGES_ABOVE, "unit"),
    "organisations:reactivate": post(MANAGES_ABOVE, "unit"),
    "organisations:invite": get(STAFFS, "unit"),
    "organisations:resend": post(STAFFS, "invitation"),
    "organisations:revoke": post(STAFFS, "invitation"),
    "organisations:end": get(STAFFS, "membership"),
    "organisations:role": get(STAFFS, "membership"),
    "organisations:hand_over": get(STAFFS, "membership"),
    "organisations:second_factor": get(RESCUES, "membership"),
    "organisations:password": get(STAFFS, "membership"),
}

_EDITIONS = {
    "editions:index": get(HOST_MANAGER),
    "editions:rules": get(WITH_ROLE),
    "editions:rules_json": get(WITH_ROLE),
    "editions:import": get(HOST_MANAGER),
    "editions:import_confirm": post(HOST_MANAGER),
    "editions:edition": get(HOST_MANAGER, "edition_pk"),
    "editions:open": post(HOST_MANAGER, "edition_pk"),
    "editions:close": post(HOST_MANAGER, "edition_pk"),
    "editions:copy": get(HOST_MANAGER, "edition_pk"),
    "editions:export": get(HOST_MANAGER, "edition_pk"),
    "editions:edition_rules": get(WITH_ROLE, "edition_pk"),  # of a draft: host managers only, see test_pages
    "editions:edition_rules_json": get(WITH_ROLE, "edition_pk"),
    "editions:part": get(HOST_MANAGER, "edition_part"),
    "editions:list": get(HOST_MANAGER, "edition_list"),
    "editions:row_add": get(HOST_MANAGER, "edition_list"),
    "editions:row": get(HOST_MANAGER, "edition_row"),
    "editions:row_remove": post(HOST_MANAGER, "edition_row"),
    "editions:row_move": post(HOST_MANAGER, "edition_row"),
    "editions:history": get(HOST_MANAGER, "edition_pk"),
    "editions:revision": get(HOST_MANAGER, "edition_revision"),
    "editions:restore": post(HOST_MANAGER, "edition_revision"),
}

_PORTAL = {
    "portal:home": get(EVERYBODY),
    "portal:set_language": post(EVERYBODY),
    "workspace:home": get(SIGNED_IN),
}

_UPLOADS = {
    "uploads:create": post(FILES, body="announcement"),
    "uploads:resource": Rule(FILES, "upload", method="HEAD", headers={"Tus-Resumable": "1.0.0"}),
    "uploads:s3_create": post(FILES, body="s3_announcement"),
    "uploads:s3_resource": get(FILES, "s3_upload"),
    "uploads:s3_sign": post(FILES, "s3_upload"),
    "uploads:s3_complete": post(FILES, "s3_upload"),
    "uploads:original": get(SCHOOL_SEES, "file"),
    "uploads:status": get(SCHOOL_SEES, "file"),
    "uploads:derivative": get(SCHOOL_SEES, "derivative"),
}

_REPORTS_SCHOOL = {
    "reports:mine": get(SIGNED_IN),  # one's own schools only: an empty week for everybody else
    "reports:day": get(SCHOOL, "day"),
    "reports:edit": get(SCHOOL_SEES, "report"),  # sent on to the form, or to the review
    "reports:file": get(FILES, "filed"),
    "reports:history": get(FILES, "filed"),
    "reports:state": get(FILES, "filed"),
    "reports:save": post(FILES, "unfiled", body="changes"),
    "reports:submit": post(SUBMITS, "unfiled", body="handing_in"),
    "reports:withdraw": post(SUBMITS, "filed", body="nothing"),
    "reports:ask": post(FILES, "unfiled", body="nothing"),
    "reports:comment": post(FILES, "filed", body="remark"),
    "reports:detach": post(FILES, "unfiled", body="slot"),
}

_REPORTS_BUREAU = {
    "reports:queue": get(BUREAU_DECIDERS),
    "reports:queue_accept": post(BUREAU_DECIDERS),
    "reports:review": get(SCHOOL_REVIEWS, "report"),
    "reports:review_accept": post(SCHOOL_REVIEWS, "report"),
    "reports:review_return": post(SCHOOL_REVIEWS, "report"),
    "reports:review_reopen": post(SCHOOL_REVIEWS, "report"),
    "reports:review_highlight": post(SCHOOL_REVIEWS, "report"),
    "reports:review_comment": post(SCHOOL_REVIEWS, "report"),
    "reports:review_comment_resolve": post(SCHOOL_REVIEWS, "report", body="comment"),
    "reports:review_compare": get(SCHOOL_REVIEWS, "report"),
    "reports:board": get(BUREAU_DECIDERS),
    "reports:board_live": get(BUREAU_DECIDERS),
    "reports:board_remind": post(BUREAU_DECIDERS),
    "reports:board_export": get(BUREAU_DECIDERS),
    "reports:board_school": get(SCHOOL_REVIEWS, "unit"),
    "reports:totals": get(BUREAU_DECIDERS),
    "reports:archive": get(BUREAU_DECIDERS),
    "reports:archive_download": get(BUREAU_DECIDERS),
    "reports:archive_own": get(FILES, "unit"),
    "reports:import_progress": get(FILES, "package_import"),
    "reports:import_live": get(FILES, "package_import"),
}

_NOTIFICATIONS = {
    "notifications:inbox": get(SIGNED_IN),  # one's own messages only
    "notifications:read_all": post(SIGNED_IN),
    "notifications:open": get(dict.fromkeys(TARGETS, NOBODY), "message"),  # everybody's own: test_pages
    "notifications:deliveries": get(BUREAU_MANAGERS),
    "notifications:retry": post(MANAGES, "delivery"),
}

TABLE: dict[str, Rule] = {
    **_ACCOUNTS,
    **_EDITIONS,
    **_NOTIFICATIONS,
    **_ORGANISATIONS,
    **_PORTAL,
    **_UPLOADS,
    **_REPORTS_SCHOOL,
    **_REPORTS_BUREAU,
}
