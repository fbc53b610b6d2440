"""Who may reach the URLs of ``content``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.content.domain import publish_assets
from skillweek.content.editorial import publish, save_draft
from skillweek.content.models import Asset, Page, Rendition
from skillweek.core.clock import now
from skillweek.uploads.models import StoredFile
from tests.site.access.base import RoomWorld
from tests.site.access_rules import EVERYBODY, SCHOOL, SEES, SIGNED_IN, TARGETS, ByTarget, Rule, get, of, post

_HOST = of("reviewer_host", "manager_host")
_EDU = of("reviewer_edu", "manager_edu")
_SIMING = of("reviewer_siming", "manager_siming")
#: Who writes pages: managers and reviewers of the bureau itself. Schools have none.
_WRITES: ByTarget = {"siming": _SIMING, "edu": _EDU, "host": _HOST}
#: Who finds them in the workspace: the host's editors find all.
_FINDS: ByTarget = {"siming": _SIMING | _HOST, "edu": _EDU | _HOST, "host": _HOST}
#: Whose library is whose.
_FILLS: ByTarget = {**_WRITES, "school_a": SCHOOL, "school_b": of(), "tech": of()}

TABLE: dict[str, Rule] = {
    "content:index": get(SIGNED_IN),  # one's own; who writes no pages is sent on to the library
    "content:add": get(_WRITES, "content_add"),
    "content:edit": get(_FINDS, "content_page"),
    "content:preview": get(_FINDS, "content_page"),
    "content:publish": post(_WRITES, "content_page"),
    "content:unschedule": post(_WRITES, "content_page"),
    "content:withdraw": post(_FINDS, "content_page"),
    "content:delete": post(_WRITES, "content_page"),
    "content:versions": get(_FINDS, "content_page"),
    "content:changes": get(_FINDS, "content_version"),
    "content:restore": post(_WRITES, "content_version"),
    "content:assets": get(SIGNED_IN),  # one's own organisations' only
    "content:asset": get(SEES, "asset"),
    "content:asset_json": get(SEES, "asset"),
    "content:asset_delete": post(_FILLS, "asset"),
    "content:library": get(SEES, "asset_library"),
    "content_media:rendition": get(SEES, "rendition"),  # private ones; public ones everybody: tests/content
    "content_media:derivative": get(SEES, "asset_thumb"),
    "content_media:attachment": get(SEES, "attachment"),
    "content_public:index": get(EVERYBODY, "nothing_but_edition"),
    "content_public:page": get(EVERYBODY, "public_page"),
}


class ContentWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def pages(self) -> dict[str, Page]:
        """News of each unit, public. A school cannot have any; what is there in spite of that must not open either."""
        made = {}
        for target in TARGETS:
            page = Page(
                edition=self.edition, organisation=self.unit_of(target), kind="news", slug=target.replace("_", "")
            )
            save_draft(page, {"title": "新闻", "body": "<p>正文</p>"}, actor=None)
            publish(page, actor=None)
            made[target] = page
        return made

    def _content_page(self, target: str) -> dict[str, Any]:
        return {"pk": self.pages[target].pk}

    def _content_version(self, target: str) -> dict[str, Any]:
        return {**self._content_page(target), "number": 1}

    def _content_add(self, target: str) -> dict[str, Any]:
        return {**self._asset_library(target), "kind": "news"}

    def _asset_library(self, target: str) -> dict[str, Any]:
        assert self.edition
        return {"organisation": self.unit_of(target).pk}

    def _nothing_but_edition(self, target: str) -> dict[str, Any]:
        assert self.edition
        return {}

    def _public_page(self, target: str) -> dict[str, Any]:
        return {"slug": self.pages["host"].slug}

    @cached_property
    def assets(self) -> dict[str, Asset]:
        """A private picture of each unit with one copy, of the unit's stored file."""
        made = {}
        for target in TARGETS:
            file = self.files[target]
            StoredFile.objects.filter(pk=file.pk).update(facts={"format": "jpeg", "decodable": True}, checked_at=now())
            asset = Asset.objects.create(
                pk=file.pk, edition=self.edition, organisation=self.unit_of(target), file=file, kind="picture"
            )
            Rendition.objects.create(asset=asset, format="jpg", width=9, height=9, size=3, key=file.key)
            made[target] = asset
        assert publish_assets(made["host"], owner=self.pages["siming"]) == set()
        return made

    def _asset(self, target: str) -> dict[str, Any]:
        return {"pk": self.assets[target].pk}

    def _rendition(self, target: str) -> dict[str, Any]:
        return {**self._asset(target), "width": 9, "kind": "jpg"}

    def _asset_thumb(self, target: str) -> dict[str, Any]:
        return {**self._asset(target), "role": "thumb"}

    def _attachment(self, target: str) -> dict[str, Any]:
        asset = self.assets[target]
        Asset.objects.filter(pk=asset.pk).update(kind="attachment")
        StoredFile.objects.filter(pk=asset.pk).update(facts={"format": "pdf"})
        return {"pk": asset.pk}
