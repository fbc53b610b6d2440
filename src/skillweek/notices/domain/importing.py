"""The notice as the edition's folder holds it, made into a draft with its annexes as files (A1, A4)."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content.intake import add_asset
from skillweek.content.models import Asset
from skillweek.core import audit
from skillweek.core.errors import Conflict
from skillweek.editions.models import Edition
from skillweek.notices.annexes import Annex, annexes_of
from skillweek.notices.domain.drafting import draft_notice, must_write
from skillweek.notices.domain.publishing import publish_notice
from skillweek.notices.models import Notice
from skillweek.notices.official import read_official_text
from skillweek.organisations.models import Kind, Organisation
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.models import StoredFile
from skillweek.uploads.storage import temporary_folder

#: Whom an imported notice goes to until the editor chooses otherwise: everybody below but the departments themselves.
_RULE: Final = {"kinds": [Kind.DISTRICT_BUREAU, Kind.SCHOOL]}


def imported_notice(edition: Edition, organisation: Organisation) -> Notice | None:
    """The notice that this unit made from the edition's text, if there is one."""
    made = Notice.objects.filter(edition=edition, organisation=organisation, from_edition=True)
    return made.order_by("pk").first()


@transaction.atomic
def draft_from_edition(edition: Edition, organisation: Organisation, *, actor: Any) -> Notice:
    """Make a draft of the notice that the edition's data holds: text, number, issuers, recipients, date, annexes.

    The annexes are Word files made from the edition's lists. Raises Conflict when this unit has made one already,
    NotAllowed, or what storing a file raises (quota).
    """
    must_write(actor, organisation, edition)
    Edition.objects.select_for_update().get(pk=edition.pk)  # two presses make one draft
    if (present := imported_notice(edition, organisation)) is not None:
        text = _("这一届的通知已经导入过：《%(title)s》。请在原来那份上修改。") % {"title": present.title}
        raise Conflict(text, code="imported", details=[present.pk])
    document = edition.doc
    text_of = read_official_text(document)
    annexes = annexes_of(document, text_of.annexes)
    assets = [(_asset(annex, edition, organisation, actor), annex.title) for annex in annexes]
    notice = draft_notice(
        edition=edition,
        organisation=organisation,
        actor=actor,
        fields={
            "title": text_of.title,
            "body": text_of.body,
            "document_number": document.source.document_number,
            "issuers": list(document.source.issuers),
            "recipients_text": text_of.salutation or "，".join(document.source.recipients),
            "issued_on": document.source.issued_on,
            "attachments": [{"asset": asset.pk, "title": title} for asset, title in assets],
            "audience": _RULE,
            "is_public": True,
        },
    )
    notice.from_edition = True
    notice.save(update_fields=["from_edition", "updated_at"])
    data = {"edition_revision": edition.revision, "annexes": len(assets)}
    audit.record("notice.import", notice, actor=actor, organisation_id=organisation.pk, data=data)
    return notice


def seed_notice(edition: Edition, host: Organisation, actor: Any = None) -> Notice:
    """The edition's notice, imported and published, for demos and first set-ups. Safe to repeat."""
    notice = imported_notice(edition, host) or draft_from_edition(edition, host, actor=actor)
    return notice if notice.live_at is not None else publish_notice(notice, actor=actor)


def _asset(annex: Annex, edition: Edition, organisation: Organisation, actor: Any) -> Asset:
    with temporary_folder() as folder:
        path = folder / "annex.docx"
        path.write_bytes(annex.content)
        file = store_local_file(
            path,
            edition=edition,
            organisation=organisation,
            user=actor,
            kind=StoredFile.Kind.OTHER,
            name=annex.name,
        )
    return add_asset(file, kind=Asset.Kind.ATTACHMENT, title=annex.title[:200], actor=actor)
