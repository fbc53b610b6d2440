"""Who may reach the URLs of ``notices``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from skillweek.content.models import Asset
from skillweek.notices.domain import draft_notice, publish_notice
from skillweek.notices.models import Notice
from skillweek.uploads.models import StoredFile
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    BUREAU_DECIDERS,
    EVERYBODY,
    NOBODY,
    REVIEWS,
    SEES,
    SIGNED_IN,
    Rule,
    get,
    of,
    post,
)

_BUREAUS = ("siming", "edu", "host")
_RECIPIENTS = ("school_a", "school_b", "tech", "siming", "edu")
#: Who belongs to the bureau itself: everybody of a bureau in the cast publishes.
_OWN = {name: of(f"reviewer_{name}", f"manager_{name}") for name in _BUREAUS}
_SEES = {name: SEES[name] for name in _RECIPIENTS}
_FOLLOW = {name: REVIEWS[name] for name in _RECIPIENTS}
_SIGN = {
    "school_a": of("liaison_a", "manager_a"),
    "school_b": NOBODY,
    "tech": NOBODY,
    "siming": _OWN["siming"],
    "edu": _OWN["edu"],
}
_PASS_ON = {"school_a": NOBODY, "siming": _OWN["siming"], "edu": _OWN["edu"]}

TABLE: dict[str, Rule] = {
    "notices_public:index": get(EVERYBODY),
    "notices_public:contacts": get(EVERYBODY),
    "notices_public:notice": get(EVERYBODY, "public_notice"),
    "notices_public:history": get(EVERYBODY, "public_notice"),
    "notices:index": get(SIGNED_IN),  # one's own units only: a person without a role finds an empty list
    "notices:issued": get(BUREAU_DECIDERS),
    "notices:new": get(BUREAU_DECIDERS),
    "notices:import": post(_OWN, body="importing"),
    "notices:audience": post({**_OWN, "school_a": NOBODY}, "picking"),
    "notices:audience_units": get({**_OWN, "school_a": NOBODY}, "picking"),
    "notices:read": get(_SEES, "received"),
    "notices:versions": get(_SEES, "received"),
    "notices:attachment": get(_SEES, "received_file"),
    "notices:acknowledge": post(_SIGN, "received", body="signing"),
    "notices:pass_on": get(_PASS_ON, "passing"),
    "notices:receipts": get(_FOLLOW, "received"),
    "notices:remind": post(_FOLLOW, "received"),
    "notices:receipts_export": get(_FOLLOW, "received"),
    "notices:edit": get(_OWN, "written"),
    "notices:preview": get(_OWN, "written"),
    "notices:sheet": get(_OWN, "written"),
    "notices:publish": post(_OWN, "written", data={"when": "now"}),
    "notices:unschedule": post(_OWN, "written"),
    "notices:withdraw": post(_OWN, "written", data={"reason": "改期"}),
    "notices:discard": post(_OWN, "written"),
}


class NoticesWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def received_notices(self) -> dict[str, Notice]:
        """A notice of the host to each unit alone, not public, with a file."""
        file = StoredFile.objects.create(
            edition=self.edition,
            organisation=self.tree.host,
            kind=StoredFile.Kind.OTHER,
            name="附件1.docx",
            size=2,
            key=default_storage.save("walk/annex.docx", ContentFile(b"PK")),
            state=StoredFile.State.READY,
        )
        asset = Asset.objects.create(
            pk=file.pk, edition=self.edition, organisation=self.tree.host, file=file, kind=Asset.Kind.ATTACHMENT
        )
        made = {}
        for target in _RECIPIENTS:
            fields = {
                "title": f"只发给{target}",
                "body": "<p>内部</p>",
                "audience": {"organisations": [self.unit_of(target).pk]},
                "attachments": [{"asset": asset.pk}],
                "is_public": False,
            }
            notice = draft_notice(edition=self.edition, organisation=self.tree.host, actor=None, fields=fields)
            made[target] = publish_notice(notice, actor=None)
        return made

    @cached_property
    def written_notices(self) -> dict[str, Notice]:
        """A draft of each bureau."""
        fields = {"title": "草稿", "body": "<p>内部</p>", "audience": {"all": True}}
        return {
            target: draft_notice(edition=self.edition, organisation=self.unit_of(target), actor=None, fields=fields)
            for target in _BUREAUS
        }

    def _received(self, target: str) -> dict[str, Any]:
        return {"pk": self.received_notices[target].pk}

    def _received_file(self, target: str) -> dict[str, Any]:
        return {**self._received(target), "asset_id": self.received_notices[target].live["attachments"][0]}

    def _signing(self, target: str) -> dict[str, Any]:
        return {"data": {"organisation": self.unit_of(target).pk, "version": 1}}

    def _passing(self, target: str) -> dict[str, Any]:
        return {**self._received(target), "organisation_id": self.unit_of(target).pk}

    def _picking(self, target: str) -> dict[str, Any]:
        return {"organisation_id": self.unit_of(target).pk}

    def _written(self, target: str) -> dict[str, Any]:
        return {"pk": self.written_notices[target].pk}

    def _importing(self, target: str) -> dict[str, Any]:
        return {"data": {"organisation": self.unit_of(target).pk, "edition": self.edition.pk}}

    def _public_notice(self, target: str) -> dict[str, Any]:
        notice = Notice.objects.filter(is_public=True, live_at__isnull=False).first()
        if notice is None:
            fields = {"title": "公开的通知", "body": "<p>公开</p>", "audience": {}}
            notice = publish_notice(
                draft_notice(edition=self.edition, organisation=self.tree.host, actor=None, fields=fields), actor=None
            )
        return {"pk": notice.pk}
