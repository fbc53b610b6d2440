"""Entries: begun, written, handed in, withdrawn by whoever entered them (E1, E7, E11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from skillweek.contests import telling
from skillweek.contests.copies import erase_later
from skillweek.contests.domain.common import locked_call, locked_entry, must_be_version
from skillweek.contests.domain.requirements import check_entry
from skillweek.contests.models import AwardGiven, Call, Entry, EntryFile
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed, TooMuch
from skillweek.editions.frozen import must_be_open
from skillweek.organisations.models import Organisation
from skillweek.participation.domain.certificates import revoke
from skillweek.participation.models import Participant
from skillweek.uploads.domain import release_file

_S = Entry.State
FIELDS: Final = (
    "title", "text", "group", "author", "district", "is_minor", "guardian", "guardian_agreed", "portrait_agreed",
    "terms_agreed",
)  # fmt: skip


@dataclass(frozen=True)
class Owner:
    """Who enters: a verified person of the public, or a school by one of its people."""

    participant: Participant | None = None
    organisation: Organisation | None = None
    user: Any = None

    @property
    def named(self) -> dict[str, Any]:
        """As columns of an entry."""
        return {"participant": self.participant, "organisation": self.organisation}


@transaction.atomic
def begin_entry(call: Call, owner: Owner, *, client_id: UUID, previous: Entry | None = None) -> Entry:
    """A new draft for this person or school; asked twice with one ``client_id``, the same one.

    ``previous`` is the entry that named them in a relay. Raises DomainError when the call takes none of theirs, TooMuch
    when they have as many as it allows.
    """
    row = locked_call(call.pk)
    known = Entry.objects.filter(call=row, client_id=client_id, **owner.named).first()
    if known is not None:
        return known
    must_be_open(row.edition)
    _may_enter(row, owner)
    standing = Entry.objects.filter(call=row, **owner.named).exclude(state=_S.WITHDRAWN)
    if standing.count() >= row.per_person:
        text = _("每人最多 %(number)d 件，您已经有 %(number)d 件了。可以修改或撤回其中一件。")
        raise TooMuch(text % {"number": row.per_person}, code="enough")
    if Entry.objects.filter(call=row, client_id=client_id).exists():
        raise Conflict(_("页面已过期，请刷新后再试。"), code="used")
    made = Entry(call=row, client_id=client_id, entered_by=owner.user, **owner.named)
    if owner.organisation is not None:
        made.author, made.district = str(owner.organisation)[:40], owner.organisation.district
    elif owner.participant is not None:
        made.author = owner.participant.name[:40]
    if previous is not None:
        made.previous, made.first, made.step = previous, previous.first or previous, previous.step + 1
    made.save()
    record("entry.begin", made, actor=owner.user, organisation_id=row.organisation_id)
    return made


def _may_enter(call: Call, owner: Owner) -> None:
    if not call.takes_entries:
        words = {"soon": _("投稿还没有开始。"), "over": _("投稿已经截止。")}
        raise Conflict(words.get(call.phase, _("这个活动现在不接受投稿。")), code="not_open")
    wrong = Call.OpenTo.SCHOOLS if owner.participant is not None else Call.OpenTo.PUBLIC
    if call.open_to == wrong:
        raise NotAllowed(_("这个活动%(who)s。") % {"who": call.get_open_to_display()})


def is_writable(entry: Entry) -> bool:
    """Whether whoever entered it may change it now: until the deadline; what was returned, while the call is public."""
    if entry.erased_at is not None or entry.call.edition.state != "open":
        return False
    if entry.state == _S.RETURNED:
        return entry.call.state == Call.State.PUBLISHED
    return entry.state in Entry.WRITABLE and entry.call.takes_entries


def must_be_writable(entry: Entry) -> None:
    """Raise Conflict when it may not be changed any more."""
    if not is_writable(entry):
        raise Conflict(_("这件作品现在不能修改：投稿已截止，或者作品已撤回。"), code="locked")


@transaction.atomic
def save_entry(entry: Entry, *, actor: Any = None, expected: int | None = None, **values: Any) -> Entry:
    """Keep what was written; half of it is fine. An approved one must be looked at again."""
    row = locked_entry(entry.pk)
    must_be_writable(row)
    must_be_version(row, expected)
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, values[name])
    if row.state == _S.WAITING or row.state == _S.APPROVED:
        check_entry(row)
    row.save()
    touched(row, actor=actor)
    return row


def touched(entry: Entry, *, actor: Any = None) -> None:
    """Note that a locked entry changed: who decides must look again, and what was public waits until they did."""
    from skillweek.contests.domain.following import leave

    entry.version += 1
    was_public = entry.state == _S.APPROVED
    if was_public:
        entry.state = _S.WAITING
        leave(entry, reason=_("作品正在修改，等待重新审核。"))
    entry.save(update_fields=["version", "state", "updated_at"])
    verb = "entry.change" if was_public else "entry.save"
    record(verb, entry, actor=actor, organisation_id=entry.call.organisation_id)


@transaction.atomic
def submit_entry(entry: Entry, *, actor: Any = None, expected: int | None = None) -> Entry:
    """Hand it in; it waits for the organiser. Raises DomainError naming the first field that is missing."""
    call = locked_call(entry.call_id)
    row = locked_entry(entry.pk)
    must_be_writable(row)
    must_be_version(row, expected)
    if row.state == _S.WAITING or row.state == _S.APPROVED:
        return row
    check_entry(row)
    if row.number is None:
        last = call.entries.aggregate(last=Max("number"))["last"]
        row.number = (last or 0) + 1
    row.state, row.submitted_at, row.remark = _S.WAITING, now(), ""
    row.version += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(_("提交的人太多，请再点一次提交。"), code="again") from None
    record("entry.submit", row, actor=actor, organisation_id=call.organisation_id, data={"number": row.number})
    return row


@transaction.atomic
def withdraw_entry(entry: Entry, *, actor: Any = None, reason: str = "") -> Entry:
    """Take it back, at any time: the files go, gallery, votes and jury follow, an award is withdrawn (E1).

    The row stays without its content, so that the trail and a relay's chain remain readable.
    """
    from skillweek.contests.domain.following import forget, leave

    row = locked_entry(entry.pk)
    must_be_open(row.call.edition)
    if row.state == _S.WITHDRAWN:
        return row
    was = row.state
    was_awarded = _take_award(row, actor)
    let_go_of_files(row, actor=actor)
    row.state, row.withdrawn_at = _S.WITHDRAWN, now()
    row.text, row.guardian = "", ""
    row.version += 1
    row.save()
    leave(row, reason=_("作者撤回了作品。"))
    forget(row)
    record(
        "entry.withdraw", row, actor=actor, organisation_id=row.call.organisation_id, reason=reason[:500],
        data={"was": was, "award": was_awarded},
    )  # fmt: skip
    if was == _S.APPROVED:
        telling.entry_withdrawn(
            row, _("它已获得%(award)s，奖项和证书随之撤销。") % {"award": was_awarded} if was_awarded else ""
        )
    return row


def _take_award(row: Entry, actor: Any) -> str:
    """Withdraw its award and certificate; returns the award's name, empty where it had none."""
    given = AwardGiven.objects.select_related("award", "certificate").filter(entry=row, withdrawn_at=None).first()
    if given is None:
        return ""
    given.withdrawn_at = now()
    given.save(update_fields=["withdrawn_at", "updated_at"])
    if given.certificate is not None and given.certificate.revoked_at is None:
        revoke(given.certificate, actor=actor, reason=_("作者撤回了获奖作品。"), by_rule=True)
    return str(given.award)


def let_go_of_files(row: Entry, *, actor: Any = None) -> None:
    """Remove every file of a locked entry; the sweep erases the originals, the copies go at once."""
    # Locked, so that a public copy made in this instant is either known here or erased by whoever made it.
    files = list(row.files.select_for_update(of=("self",)).select_related("file"))
    row.files.all().delete()
    erase_later(*(each.copy_key for each in files))
    for each in files:
        release_file(each.file, actor=actor)


@transaction.atomic
def remove_file(entry: Entry, file_id: int, *, actor: Any = None) -> None:
    """Take one file out of it. Removed already is no error."""
    row = locked_entry(entry.pk)
    must_be_writable(row)
    files = row.files.select_for_update(of=("self",)).select_related("file")
    found: EntryFile | None = files.filter(pk=file_id).first()
    if found is None:
        return
    stored = found.file
    found.delete()
    erase_later(found.copy_key)
    release_file(stored, actor=actor)
    touched(row, actor=actor)


@transaction.atomic
def caption_files(entry: Entry, captions: dict[int, str], *, actor: Any = None) -> None:
    """Keep the captions of its files: id → text. Unknown ids are passed over."""
    row = locked_entry(entry.pk)
    must_be_writable(row)
    changed = False
    for each in row.files.filter(pk__in=captions):
        text = " ".join(captions[each.pk].replace("\0", "").split())
        if len(text) > 120:
            raise DomainError(_("照片说明最多 120 字。"), field="captions")
        if text != each.caption:
            each.caption, changed = text, True
            each.save(update_fields=["caption"])
    if changed:
        touched(row, actor=actor)
