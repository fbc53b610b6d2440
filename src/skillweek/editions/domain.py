"""The verbs of editions: load, change a part, open, close (A4)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.errors import Conflict, DomainError, NotAllowed
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
    document: EditionDocument,
    *,
    actor: User | None,
    reason: str = "",
    force: bool = False,
    expected_revision: int | None = None,
) -> tuple[Edition, Outcome]:
    """Create or update the edition with the document's id; loading the same document again changes nothing.

    ``expected_revision`` is the one that the person compared with, 0 for a new edition; raises ``Conflict`` when it is
    not the present one. Raises ``EditionConflict`` when the change contradicts reports or the edition is closed and
    ``force`` is not set.
    """
    edition = Edition.objects.select_for_update().filter(slug=document.id).first()
    if expected_revision is not None and expected_revision != (edition.revision if edition else 0):
        raise Conflict(_("这一届刚被别人修改过，还没有写入。请核对新的比较结果后再确认。"))
    if edition is None:
        edition = Edition(slug=document.id, revision=1)
        _take(edition, document)
        try:
            with transaction.atomic():
                edition.save()
        except IntegrityError:  # loaded twice at the same moment: the other one was quicker
            return load_edition(document, actor=actor, reason=reason, force=force)
        _keep_revision(edition, actor, reason)
        audit.record("edition.create", edition, actor=actor, reason=reason)
        return edition, "created"
    if edition.document == document.model_dump(mode="json"):
        return edition, "unchanged"
    _change(edition, document, actor=actor, reason=reason, force=force)
    return edition, "updated"


@transaction.atomic
def change_document(
    edition: Edition,
    changes: dict[str, Any],
    *,
    actor: User,
    reason: str = "",
    expected_revision: int,
    force: bool = False,
) -> Edition:
    """Replace top-level parts of the document (``{"theme": …, "contacts": [...]}``) and return the edition.

    Raises ``Conflict`` when somebody changed the same parts since ``expected_revision``, ``EditionConflict`` when
    accepted reports contradict, ``NotAllowed`` when the edition is closed, and ``DomainError`` with the list of
    problems in ``details`` when the data is not valid, or when a forced change names no reason.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.state == Edition.State.CLOSED:
        raise NotAllowed(_("这一届已经归档，不能再修改。"))
    if _touched_since(edition, expected_revision, changes):
        raise Conflict(_("这部分内容刚被别人修改过，您的修改还没有保存。请核对后再保存。"))
    try:
        document = parse_document({**edition.document, **changes})
    except EditionFolderError as error:
        raise DomainError(_("有内容不符合要求，请按提示修改。"), details=error.problems) from error
    if document.id != edition.slug:
        raise DomainError(_("届次代码不能修改。如需新的一届，请导入新的数据文件夹。"))
    if document.model_dump(mode="json") != edition.document:
        _change(edition, document, actor=actor, reason=reason, force=force)
    return edition


@transaction.atomic
def restore_revision(
    edition: Edition, number: int, *, actor: User, reason: str = "", expected_revision: int, force: bool = False
) -> Edition:
    """Make an earlier revision's document the present one again, as a new revision. Raises like ``change_document``."""
    revision = edition.revisions.filter(number=number).first()
    if revision is None:
        raise DomainError(_("没有这个历史版本。"))
    return change_document(
        edition, revision.document, actor=actor, reason=reason, expected_revision=expected_revision, force=force
    )


@transaction.atomic
def copy_edition(
    edition: Edition, *, actor: User, slug: str, title: str, theme: str, starts_on: date, ends_on: date
) -> Edition:
    """A new draft edition with everything of this one; its other dates move by as many days as the start does.

    The notice's text stays until it is replaced. Raises ``DomainError`` when the code is taken or the dates are not
    valid.
    """
    if Edition.objects.filter(slug=slug).exists():
        raise DomainError(_("这个代码已有一届在用，请换一个。"), field="id")
    old = edition.doc
    shift = starts_on - old.starts_on
    data = edition.document | {
        "id": slug,
        "title": title,
        "theme": theme,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "summary_due_on": old.summary_due_on + shift,
        "statistics_due_on": old.statistics_due_on + shift,
        "source": edition.document["source"] | {"issued_on": old.source.issued_on + shift},
    }
    try:
        document = parse_document(data)
    except EditionFolderError as error:
        raise DomainError(_("有内容不符合要求，请按提示修改。"), details=error.problems) from error
    copied, _outcome = load_edition(
        document, actor=actor, reason=_("复制自%(edition)s") % {"edition": edition}, expected_revision=0
    )
    return copied


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


def _touched_since(edition: Edition, expected_revision: int, changes: dict[str, Any]) -> bool:
    """Whether the parts to be changed are not what the writer saw."""
    if edition.revision == expected_revision:
        return False
    seen = edition.revisions.filter(number=expected_revision).values_list("document", flat=True).first()
    return seen is None or any(seen.get(key) != edition.document.get(key) for key in changes)


def _change(edition: Edition, document: EditionDocument, *, actor: User | None, reason: str, force: bool) -> None:
    if edition.state == Edition.State.CLOSED and not force:
        raise EditionConflict(_("这一届已经归档，不能再修改。"))
    objections = objections_to(edition, document)
    if objections and not force:
        raise EditionConflict(_("这次修改与已收到的报告矛盾，没有保存。"), details=objections)
    if objections and not reason.strip():
        raise DomainError(_("这次修改与已收到的报告矛盾，请写明理由。"), field="reason", details=objections)
    old = edition.document
    _take(edition, document)
    edition.revision += 1
    edition.save()
    _keep_revision(edition, actor, reason)
    data = {"changed": changed_parts(old, edition.document), "objections": objections}
    audit.record("edition.change", edition, actor=actor, reason=reason, data=data)


def changed_parts(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The names of the top-level parts that differ."""
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def _take(edition: Edition, document: EditionDocument) -> None:
    edition.document = document.model_dump(mode="json")
    edition.__dict__.pop("doc", None)
    edition.title, edition.theme, edition.city = document.title, document.theme, document.city
    edition.starts_on, edition.ends_on, edition.zone = document.starts_on, document.ends_on, document.zone


def _keep_revision(edition: Edition, actor: User | None, reason: str) -> None:
    EditionRevision.objects.create(
        edition=edition, number=edition.revision, document=edition.document, actor=actor, reason=reason
    )
