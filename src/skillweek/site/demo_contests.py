"""Samples for contests: a photo contest, a relay of three, texts on books; all marked as samples (E1, E7, E11)."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from skillweek.contests.copies import make_copy
from skillweek.contests.domain import awarding, calls, entries, moderating, passing
from skillweek.contests.domain.entries import Owner
from skillweek.contests.intake import guest_key, measure
from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.contests.terms import TERMS
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Membership, Organisation, Role
from skillweek.participation.domain.contacts import Contact
from skillweek.participation.models import Participant
from skillweek.site import samples
from skillweek.uploads import storage
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile

_SNAPS: Final = (
    ("晨光里的车工", "示例市民甲"), ("一杯茶的功夫", "示例市民乙"), ("第一次独立焊接", "示例同学丙"),
    ("刀尖上的面点", "示例市民丁"),
)  # fmt: skip
_STEPS: Final = (("车削一枚陀螺", "示例学校甲"), ("三分钟盘一个发髻", "示例学校乙"), ("蒙眼拆装发动机", "示例学校丙"))
_BOOKS: Final = (
    ("读《大国工匠》有感", "书里的师傅说，手稳先要心稳。我想起了实训课上第一次开动机床的下午。"),
    ("技能也是一门语言", "不会说话的机器，用声音告诉修理工哪里不对。原来技能就是听懂它们。"),
)


def fill(edition: Edition) -> None:
    """Make three sample calls of the host with works, some of them waiting. Does nothing the second time."""
    host = Organisation.objects.filter(kind=Kind.HOST).first()
    roles = (Role.REVIEWER, Role.MANAGER)
    seat = Membership.objects.filter(organisation=host, role__in=roles, is_active=True).select_related("user").first()
    if host is None or seat is None or Call.objects.filter(edition=edition).exists():
        return
    if not {"snap", "relay", "reading"} <= {each.code for each in edition.doc.call_presets}:
        return
    _snaps(edition, host, seat.user)
    _relay(edition, host, seat.user)
    _books(edition, host, seat.user)


def _call(edition: Edition, host: Organisation, actor: Any, code: str, **more: Any) -> Call:
    chosen, moment = next(each for each in edition.doc.call_presets if each.code == code), now()
    texts = chosen.first_values()
    texts["title"] = f"【示例】{texts['title']}"
    row = calls.save_call(
        Call(edition=edition, organisation=host, face=chosen.face), actor=actor, terms=str(TERMS),
        enter_from=moment - timedelta(days=1), enter_until=moment + timedelta(days=5), photo_side=800,
        **{**texts, **more},
    )  # fmt: skip
    return calls.submit(row, actor=actor)


def _snaps(edition: Edition, host: Organisation, actor: Any) -> None:
    call = _call(
        edition, host, actor, "snap", vote_from=now() + timedelta(days=5), vote_until=now() + timedelta(days=8)
    )
    for number, (title, author) in enumerate(_SNAPS):
        entry = _draft(call, title, author, number)
        with storage.temporary_folder() as folder:
            photo = samples.make_photo(
                folder / f"{title}.jpg", title="示例", seed=number, width=1600, min_bytes=300_000,
                height=1200 if number % 2 else 1600,
            )  # fmt: skip
            _add(entry, photo)
        entry = entries.submit_entry(entry)
        if number < len(_SNAPS) - 1:
            moderating.approve(entry, actor=actor)
    for name, places in (("一等奖", 1), ("二等奖", 2), ("优秀奖", 10)):
        awarding.save_award(call, actor=actor, name=name, places=places)


def _relay(edition: Edition, host: Organisation, actor: Any) -> None:
    call = _call(edition, host, actor, "relay")
    before: Entry | None = None
    for number, (title, author) in enumerate(_STEPS):
        if before is None:
            entry = _draft(call, title, author, number)
        else:
            passed = passing.name_next(before, to_name=author)
            owner = Owner(participant=_participant(edition))
            entry = _write(passing.accept(passed, owner, client_id=uuid.uuid4()), title, author, number)
        with storage.temporary_folder() as folder:
            _add(entry, samples.make_video(folder / f"{title}.mp4", title="示例", seed=number, seconds=5, rate=12))
        before = moderating.approve(entries.submit_entry(entry), actor=actor)


def _books(edition: Edition, host: Organisation, actor: Any) -> None:
    call = _call(edition, host, actor, "reading")
    for number, (title, text) in enumerate(_BOOKS):
        entry = _draft(call, title, f"示例读者{number + 1}", number, text=f"{text}（示例）")
        moderating.approve(entries.submit_entry(entry), actor=actor)


def _draft(call: Call, title: str, author: str, number: int, **more: Any) -> Entry:
    owner = Owner(participant=_participant(call.edition))
    return _write(entries.begin_entry(call, owner, client_id=uuid.uuid4()), title, author, number, **more)


def _write(entry: Entry, title: str, author: str, number: int, **more: Any) -> Entry:
    call = entry.call
    districts = [row.name for row in call.edition.doc.districts]
    return entries.save_entry(
        entry, title=title, author=author, group=call.groups[number % len(call.groups)] if call.groups else "",
        district=districts[number % len(districts)] if districts else "", terms_agreed=True, portrait_agreed=True,
        **more,
    )  # fmt: skip


def _participant(edition: Edition) -> Participant:
    contact = Contact(Participant.Channel.EMAIL, f"sample-{secrets.token_hex(4)}@example.org")
    return Participant.objects.create(
        edition=edition, channel=contact.channel, contact=contact.value, contact_key=contact.key(edition),
        masked=contact.masked, nonce=secrets.token_hex(16), verified_at=now(), name="示例",
    )  # fmt: skip


def _add(entry: Entry, path: Path) -> None:
    """Store the file as if its entrant had sent it, and check it at once."""
    call, kind = entry.call, EntryFile.Kind.VIDEO if path.suffix == ".mp4" else EntryFile.Kind.PHOTO
    file = store_local_file(
        path,
        edition=call.edition,
        organisation=call.organisation,
        user=None,
        kind=StoredFile.Kind.OTHER,
        name=path.name,
    )
    StoredFile.objects.filter(pk=file.pk).update(guest_key=guest_key(entry.participant_id or 0))
    row = EntryFile(entry=entry, file=file, kind=kind)
    measure(row)
    row.save()
    check_stored_file(file.pk)
    make_copy(row.pk)
