"""Who may reach which URL, on whose things (A5, A6). The table behind ``test_access_walk``.

A URL name that is missing here fails the walk: the default answer is no, and somebody has to say otherwise on purpose.
"""

from __future__ import annotations

from tests.site.access import rooms
from tests.site.access_rules import (
    ADDS,
    ANONYMOUS,
    BUREAU_DECIDERS,
    BUREAU_MANAGERS,
    CAST,
    EVERYBODY,
    FILES,
    HOST_MANAGER,
    MANAGES,
    MANAGES_ABOVE,
    NOBODY,
    RESCUES,
    SCHOOL,
    SCHOOL_REVIEWS,
    SCHOOL_SEES,
    SEES,
    SIGNED_IN,
    STAFFS,
    SUBMITS,
    WITH_ROLE,
    Rule,
    get,
    of,
    post,
)

__all__ = ["ANONYMOUS", "CAST", "EVERYBODY", "TABLE"]

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
    "organisations:roster_upload": get(of("manager_edu"), "roster"),
    "organisations:roster_confirm": post(of("manager_edu"), "roster", data={"seen": "x"}),
    "organisations:roster_discard": post(of("manager_edu"), "roster"),
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

TABLE: dict[str, Rule] = {
    **_ACCOUNTS,
    **_EDITIONS,
    **_ORGANISATIONS,
    **_PORTAL,
    **_UPLOADS,
    **_REPORTS_SCHOOL,
    **_REPORTS_BUREAU,
    **{name: rule for room in rooms() for name, rule in room.TABLE.items()},
}
