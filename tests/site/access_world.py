"""Things of every unit that the access walk reaches for."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.domain.invitations import invite, token_of
from skillweek.organisations.models import Invitation, Membership, Organisation, RosterUpload, User
from skillweek.reports.models import DailyReport, ItemComment, PackageImport, ReportItem
from skillweek.uploads.models import Derivative, StoredFile, Upload
from tests import factories
from tests.factories import Tree, person
from tests.site.access import rooms
from tests.site.access.base import RoomWorld
from tests.site.access_rules import TARGETS


def _parts() -> tuple[type[RoomWorld], ...]:
    """What each room's module makes."""
    return tuple(
        found
        for room in rooms()
        for found in vars(room).values()
        if isinstance(found, type) and issubclass(found, RoomWorld) and found.__module__ == room.__name__
    )


class World(*_parts()):  # type: ignore[misc]
    """``kwargs(make, target)`` are the URL's arguments for the thing called ``make`` of the unit called ``target``."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        assert self.reports  # also for pages without an object: what could leak must be there

    def kwargs(self, make: str, target: str) -> dict[str, Any]:
        """The arguments of the URL; nothing for a URL without any."""
        if not make:
            return {}
        found: dict[str, Any] = getattr(self, f"_{make}")(target)
        return found

    def body(self, name: str, target: str) -> dict[str, Any]:
        """What the request itself says about the target."""
        found: dict[str, Any] = getattr(self, f"_{name}")(target) if name else {}
        return found

    def unit_of(self, target: str) -> Organisation:
        """The unit with this name in the tree."""
        unit: Organisation = getattr(self.tree, target)
        return unit

    def _unit(self, target: str) -> dict[str, Any]:
        return {"pk": self.unit_of(target).pk}

    def _parent(self, target: str) -> dict[str, Any]:
        return {"parent": self.unit_of(target).pk}

    @cached_property
    def colleagues(self) -> dict[str, User]:
        """Another liaison in every unit, so that nobody acts on their own role."""
        return {target: person(self.unit_of(target), "liaison") for target in TARGETS}

    def _membership(self, target: str) -> dict[str, Any]:
        return {"pk": Membership.objects.get(user=self.colleagues[target]).pk}

    @cached_property
    def invitations(self) -> dict[str, Invitation]:
        """An open invitation of every unit."""
        return {target: invite(None, self.unit_of(target), role="liaison", name="新人") for target in TARGETS}

    def _invitation(self, target: str) -> dict[str, Any]:
        return {"pk": self.invitations[target].pk}

    def _token(self, target: str) -> dict[str, Any]:
        return {"token": token_of(self.invitations["tech"])}

    def _key(self, target: str) -> dict[str, Any]:
        return {"key": "abc"}

    def _reset_key(self, target: str) -> dict[str, Any]:
        return {"uidb36": "1", "key": "abc-def"}

    def _roster(self, target: str) -> dict[str, Any]:
        """An upload of the city education bureau's manager, and of nobody else."""
        owner = User.objects.get(memberships__organisation=self.tree.edu, memberships__role="manager")
        return {"pk": RosterUpload.objects.get_or_create(user=owner, name="名册.xlsx")[0].pk}

    @cached_property
    def edition(self) -> Edition:
        """The real edition, open."""
        return factories.edition()

    def _edition_pk(self, target: str) -> dict[str, Any]:
        return {"pk": self.edition.pk}

    def _edition_part(self, target: str) -> dict[str, Any]:
        return {**self._edition_pk(target), "part": "photo"}

    def _edition_list(self, target: str) -> dict[str, Any]:
        return {**self._edition_pk(target), "name": "topics"}

    def _edition_row(self, target: str) -> dict[str, Any]:
        return {**self._edition_list(target), "code": "policy"}

    def _edition_revision(self, target: str) -> dict[str, Any]:
        return {**self._edition_pk(target), "number": 1}

    @cached_property
    def files(self) -> dict[str, StoredFile]:
        """A stored file with a thumbnail of every unit."""
        made = {}
        for target in TARGETS:
            key = default_storage.save(f"walk/{target}.jpg", ContentFile(b"\xff\xd8\xff"))
            made[target] = StoredFile.objects.create(
                edition=self.edition,
                organisation=self.unit_of(target),
                kind=StoredFile.Kind.PHOTO,
                name="茶艺.jpg",
                size=3,
                key=key,
                state=StoredFile.State.READY,
                facts={"format": "jpeg"},
            )
            Derivative.objects.create(
                file=made[target],
                role=Derivative.Role.THUMB,
                key=default_storage.save(f"walk/{target}-thumb.jpg", ContentFile(b"\xff\xd8\xff")),
                width=1,
                height=1,
                size=3,
            )
        return made

    def _file(self, target: str) -> dict[str, Any]:
        return {"file_id": self.files[target].pk}

    def _derivative(self, target: str) -> dict[str, Any]:
        return {"file_id": self.files[target].pk, "role": "thumb"}

    def _upload(self, target: str, protocol: str = Upload.Protocol.TUS) -> dict[str, Any]:
        file = self.files[target] if protocol == Upload.Protocol.S3 else None
        upload, _made = Upload.objects.get_or_create(
            edition=self.edition,
            organisation=self.unit_of(target),
            protocol=protocol,
            defaults={
                "user": self.colleagues[target],
                "kind": StoredFile.Kind.PHOTO,
                "name": "茶艺.jpg",
                "size": 3,
                "offset": 3,
                "state": Upload.State.COMPLETE,
                "expires_at": now() + timedelta(days=1),
                "file": file,
            },
        )
        return {"upload_id": upload.pk}

    def _s3_upload(self, target: str) -> dict[str, Any]:
        return self._upload(target, Upload.Protocol.S3)

    def _said(self, target: str) -> dict[str, Any]:
        return {
            "name": "茶艺.jpg",
            "kind": "photo",
            "organisation": self.unit_of(target).pk,
            "edition": self.edition.pk,
            "size": 3_000_000,
            "purpose": {},
        }

    def _announcement(self, target: str) -> dict[str, Any]:
        said = self._said(target)
        pairs = {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in said.items() if key != "size"
        }
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(said["size"]), "Upload-Metadata": metadata}
        return {"headers": headers}

    def _s3_announcement(self, target: str) -> dict[str, Any]:
        return {"data": json.dumps(self._said(target)), "content_type": "application/json"}

    @cached_property
    def reports(self) -> dict[str, DailyReport]:
        """A report of the first day, handed in, with a comment, of every unit."""
        made = {}
        for target in TARGETS:
            made[target] = DailyReport.objects.create(
                edition=self.edition,
                organisation=self.unit_of(target),
                day=self.edition.days[0],
                state=DailyReport.State.SUBMITTED,
                submitted_at=now(),
                first_submitted_at=now(),
                submitted_by=self.colleagues[target],
            )
            ItemComment.objects.create(report=made[target], text="请补充说明")
        return made

    def _report(self, target: str) -> dict[str, Any]:
        return {"pk": self.reports[target].pk}

    @cached_property
    def drafts(self) -> dict[str, DailyReport]:
        """A draft of the second day, with a piece of coverage, of every unit."""
        made = {}
        for target in TARGETS:
            made[target] = DailyReport.objects.create(
                edition=self.edition, organisation=self.unit_of(target), day=self.edition.days[1]
            )
            ReportItem.objects.create(report=made[target], kind=ReportItem.Kind.COVERAGE, file=self.files[target])
        return made

    def _day(self, target: str) -> dict[str, Any]:
        return {"day": self.edition.days[0]}

    def _filed(self, target: str) -> dict[str, Any]:
        report = self.reports[target]
        return {"organisation_id": report.organisation_id, "day": report.day}

    def _unfiled(self, target: str) -> dict[str, Any]:
        report = self.drafts[target]
        return {"organisation_id": report.organisation_id, "day": report.day}

    def _json(self, **said: Any) -> dict[str, Any]:
        return {"data": json.dumps(said), "content_type": "application/json"}

    def _nothing(self, target: str) -> dict[str, Any]:
        return self._json()

    def _changes(self, target: str) -> dict[str, Any]:
        return self._json(changes=[{"op": "set", "field": "note", "value": "备注"}])

    def _handing_in(self, target: str) -> dict[str, Any]:
        return self._json(version=self.drafts[target].version, reason="材料不全")

    def _remark(self, target: str) -> dict[str, Any]:
        return self._json(text="已补充")

    def _slot(self, target: str) -> dict[str, Any]:
        return self._json(item=str(self.drafts[target].items.get().client_id), slot="file")

    def _package_import(self, target: str) -> dict[str, Any]:
        """A package of the unit that was taken apart, with a file that could not be taken."""
        row = {"path": "茶艺.jpg", "findings": [], "outcome": "refused", "kind": "photo", "item": "", "message": "x"}
        done = PackageImport.State.DONE
        package, _made = PackageImport.objects.get_or_create(
            report=self.reports[target], name="材料.zip", defaults={"state": done, "outcome": [row]}
        )
        return {"pk": package.pk}

    def _comment(self, target: str) -> dict[str, Any]:
        return {"data": {"comment": self.reports[target].comments.get().pk}}
