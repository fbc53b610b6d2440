"""The verbs of editions: load, change a part, open, close (A4)."""

from __future__ import annotations

from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.folder import EditionFolderError, parse_document
from skillweek.editions.models import Edition, EditionRevision
from skillweek.editions.schema import EditionDocument
from skillweek.editions.signals import edition_changing
from skillweek.organisations.models import User

Outcome = Literal["created", "updated", "unchanged"]


class EditionConflict(Conflict):
    """The change contradicts what was already accepted; ``details`` holds the objections."""

    code = "edition_conflict"


def objections_to(edition: Edition, new: EditionDocument) -> list[str]:
    """What the rooms above object to in ``new``: sentences for a person."""
    answers = edition_changing.send(sender=Edition, edition=edition, old=edition.doc, new=new)
    return [objection for _receiver, objections in answers for objection in objections or []]


@transaction.atomic
def load_edition(
    document: EditionDocument, *, actor: User | None, reason: str = "", force: bool = False
) -> tuple[Edition, Outcome]:
    """Create or update the edition with the document's id; loading the same document again changes nothing.

    Raises ``EditionConflict`` when the change contradicts accepted reports and ``force`` is not set.
    """
    edition = Edition.objects.select_for_update().filter(slug=document.id).first()
    if edition is None:
        edition = Edition(slug=document.id, revision=1)
        _take(edition, document)
        edition.save()
        _keep_revision(edition, actor, reason)
        audit.record("edition.create", edition, actor=actor, reason=reason)
        return edition, "created"
    if edition.document == document.model_dump(mode="json"):
        return edition, "unchanged"
    _change(edition, document, actor=actor, reason=reason, force=force)
    return edition, "updated"


@transaction.atomic
def change_document(
    edition: Edition, changes: dict[str, Any], *, actor: User, reason: str, expected_revision: int, force: bool = False
) -> Edition:
    """Replace top-level parts of the document (``{"theme": …, "contacts": [...]}``) and return the edition.

    Raises ``Conflict`` when somebody changed it since ``expected_revision``, ``EditionConflict`` when accepted
    reports contradict, and ``DomainError`` with the list of problems in ``details`` when the data is not valid.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.revision != expected_revision:
        raise Conflict(_("这一届的设置刚被别人修改过。请核对最新内容后再保存,您填写的内容仍在页面上。"))
    try:
        document = parse_document({**edition.document, **changes})
    except EditionFolderError as error:
        raise DomainError(_("有内容不符合要求,请按提示修改。"), details=error.problems) from error
    if document.id != edition.slug:
        raise DomainError(_("届次代码不能修改。如需新的一届,请导入新的数据文件夹。"))
    if document.model_dump(mode="json") != edition.document:
        _change(edition, document, actor=actor, reason=reason, force=force)
    return edition


@transaction.atomic
def restore_revision(edition: Edition, number: int, *, actor: User, reason: str, expected_revision: int) -> Edition:
    """Make an earlier revision's document the present one again, as a new revision."""
    revision = edition.revisions.filter(number=number).first()
    if revision is None:
        raise DomainError(_("没有这个历史版本。"))
    return change_document(
        edition, revision.document, actor=actor, reason=reason, expected_revision=expected_revision
    )


@transaction.atomic
def open_edition(edition: Edition, *, actor: User | None, reason: str = "") -> Edition:
    """Open the edition: schools can file and it becomes the one people work in."""
    return _set_state(edition, Edition.State.OPEN, "edition.open", actor, reason)


@transaction.atomic
def close_edition(edition: Edition, *, actor: User | None, reason: str = "") -> Edition:
    """Close the edition: everything stays readable, nothing can be filed."""
    return _set_state(edition, Edition.State.CLOSED, "edition.close", actor, reason)


def _set_state(edition: Edition, state: Edition.State, verb: str, actor: User | None, reason: str) -> Edition:
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.state != state:
        old, edition.state = edition.state, state
        edition.save(update_fields=["state", "updated_at"])
        audit.record(verb, edition, actor=actor, reason=reason, data={"old": old, "new": state})
    return edition


def _change(edition: Edition, document: EditionDocument, *, actor: User | None, reason: str, force: bool) -> None:
    if edition.state == Edition.State.CLOSED and not force:
        raise EditionConflict(_("这一届已经归档,不能再修改。"))
    objections = objections_to(edition, document)
    if objections and not force:
        raise EditionConflict(
            _("这次修改与已通过的报告矛盾,没有保存。") + "".join(objections), details=objections
        )
    old = edition.document
    _take(edition, document)
    edition.revision += 1
    edition.save()
    _keep_revision(edition, actor, reason)
    changed = sorted(key for key in edition.document if edition.document[key] != old.get(key))
    audit.record(
        "edition.change", edition, actor=actor, reason=reason, data={"changed": changed, "forced": bool(objections)}
    )


def _take(edition: Edition, document: EditionDocument) -> None:
    edition.document = document.model_dump(mode="json")
    edition.__dict__.pop("doc", None)
    edition.title, edition.theme, edition.city = document.title, document.theme, document.city
    edition.starts_on, edition.ends_on, edition.zone = document.starts_on, document.ends_on, document.zone


def _keep_revision(edition: Edition, actor: User | None, reason: str) -> None:
    EditionRevision.objects.create(
        edition=edition, number=edition.revision, document=edition.document, actor=actor, reason=reason
    )
