"""Who comes to a meeting and whom they wish for (E3, E4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.organisations.domain.people import clean_name
from skillweek.organisations.models import Organisation
from skillweek.participation.models import Participant
from skillweek.partnerships import telling
from skillweek.partnerships.access import acts_for, can_run
from skillweek.partnerships.domain.common import lock_meeting
from skillweek.partnerships.domain.needs import must_speak_for
from skillweek.partnerships.models import Enterprise, Meeting, Pairing, Party, Table, Wish

_S = Party.State
_G = Meeting.Guests


def _takes_applications(meeting: Meeting) -> None:
    if meeting.state not in (Meeting.State.OPEN, Meeting.State.PUBLISHED):
        raise Conflict(_("这场对接会现在不接受报名。"), code="state")
    if now() > meeting.apply_until:
        raise Conflict(_("报名已经截止。请联系主办单位。"), code="late")


@transaction.atomic
def apply_enterprise(meeting: Meeting, enterprise: Enterprise, *, actor: Any, note: str = "") -> Party:
    """Ask for a table. The organiser confirms."""
    row = lock_meeting(meeting.pk)
    must_speak_for(enterprise, actor)
    _takes_applications(row)
    if enterprise.edition_id != row.edition_id:
        raise NotAllowed(_("企业是在另一届注册的，请在本届重新注册。"))
    party = Party.objects.filter(meeting=row, enterprise=enterprise).first() or Party(
        meeting=row, enterprise=enterprise
    )
    if party.pk and party.state in (_S.APPLIED, _S.ACCEPTED):
        return party
    party.state, party.note = _S.APPLIED, _line(note)
    party.save()
    record("party.apply", party, organisation_id=row.organisation_id)
    telling.tell_organisers(row, "partner.party", who=party.label, once=f"party:{party.pk}:{party.updated_at}")
    return party


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:500]


@transaction.atomic
def apply_school(meeting: Meeting, organisation: Organisation, *, actor: Any, note: str = "") -> Party:
    """The school comes. It needs no table, so it takes part at once."""
    row = lock_meeting(meeting.pk)
    if not organisation.is_school or not acts_for(actor, organisation):
        raise NotAllowed(_("由学校的联络员报名。"))
    _takes_applications(row)
    if row.guests != _G.SCHOOLS:
        raise Conflict(_("这场面谈是给学生和市民的。"), code="guests")
    party = Party.objects.filter(meeting=row, organisation=organisation).first() or Party(
        meeting=row, organisation=organisation
    )
    if party.pk and party.state == _S.DECLINED:
        raise Conflict(_("主办单位没有接受您的报名。请联系主办单位。"), code="declined")
    party.state, party.note = _S.ACCEPTED, _line(note)
    party.save()
    record("party.apply", party, actor=actor, organisation_id=organisation.pk)
    return party


@transaction.atomic
def apply_person(
    meeting: Meeting, participant: Participant, *, name: str, grade: str = "", is_minor: bool = False,
    guardian_name: str = "", has_consent: bool = False, note: str = "",
) -> Party:  # fmt: skip
    """A person of the public comes. Raises DomainError where the call asks for a guardian's consent."""
    row = lock_meeting(meeting.pk)
    _takes_applications(row)
    if row.guests != _G.PEOPLE or participant.edition_id != row.edition_id:
        raise Conflict(_("这场对接会由学校报名参加。"), code="guests")
    party = Party.objects.filter(meeting=row, participant=participant).first() or Party(
        meeting=row, participant=participant
    )
    if party.pk and party.state == _S.DECLINED:
        raise Conflict(_("主办单位没有接受您的报名。请联系主办单位。"), code="declined")
    name = clean_name(name)
    if not name:
        raise DomainError(_("请填写姓名。"), field="name")
    if row.asks_consent and is_minor:
        if not " ".join(guardian_name.split()):
            raise DomainError(_("未满 18 周岁，请填写监护人姓名。"), field="guardian_name")
        if not has_consent:
            raise DomainError(_("未满 18 周岁，需要监护人同意才能参加。"), field="has_consent")
    party.name, party.grade, party.note = name, " ".join(grade.split())[:60], _line(note)
    party.is_minor = is_minor
    party.guardian_name = " ".join(guardian_name.split())[:60] if is_minor else ""
    party.has_consent = is_minor and has_consent
    party.state = _S.ACCEPTED
    party.save()
    if not participant.name:  # how messages address them
        Participant.objects.filter(pk=participant.pk).update(name=name)
    record("party.apply", party, organisation_id=row.organisation_id)
    return party


@transaction.atomic
def accept(party: Party, *, actor: Any, table: Table | None = None) -> Party:
    """Confirm who comes; an enterprise gets the table given or the first free one."""
    meeting, row = _decides(party, actor)
    if row.state == _S.ACCEPTED and (table is None or row.table_id == table.pk):
        raise Conflict(_("已经确认过。请刷新查看。"), code="same")
    if row.state == _S.WITHDRAWN:
        raise Conflict(_("对方已经退出，不能再确认。"), code="withdrawn")
    if row.enterprise is not None and not row.enterprise.is_verified:
        raise Conflict(_("这家企业没有通过核验，不能参加。"), code="unverified")
    if row.is_enterprise:
        free = meeting.tables.filter(party=None).order_by("position", "pk")
        chosen = free.filter(pk=table.pk).first() if table is not None else row.table or free.first()
        if chosen is None:
            raise Conflict(_("没有空的桌位了。请在对接会里增加桌位，再确认这家企业。"), code="tables")
        row.table = chosen
    row.state, row.reason = _S.ACCEPTED, ""
    row.save()
    record("party.accept", row, actor=actor, organisation_id=meeting.organisation_id)
    telling.tell_party(row, "partner.accepted", text=str(row.table or ""), once=f"accepted:{row.updated_at}")
    return row


@transaction.atomic
def decline(party: Party, *, actor: Any, reason: str) -> Party:
    """Do not let them come, with the reason; their talks fall away."""
    reason = clean_note(reason, required=_("请写明原因，对方会看到。"), field="reason")[:500]
    meeting, row = _decides(party, actor)
    if row.state == _S.DECLINED:
        raise Conflict(_("已经处理过。请刷新查看。"), code="same")
    _leave(meeting, row)
    row.state, row.reason = _S.DECLINED, reason
    row.save()
    record("party.decline", row, actor=actor, organisation_id=meeting.organisation_id, reason=reason)
    telling.tell_party(row, "partner.declined", text=reason, once=f"declined:{row.updated_at}")
    return row


def _decides(party: Party, actor: Any) -> tuple[Meeting, Party]:
    meeting = lock_meeting(party.meeting_id)
    if not can_run(actor, meeting):
        raise NotAllowed(_("由主办对接会的单位确认。"))
    rows = Party.objects.select_related("enterprise__user", "organisation", "participant", "table")
    row = rows.filter(pk=party.pk, meeting=meeting).first()
    if row is None:
        raise Conflict(_("这条报名刚刚被删除。请刷新列表。"), code="gone")
    return meeting, row


def speaks_for(party: Party, *, actor: Any = None, participant: Participant | None = None) -> bool:
    """Whether this account or this person of the public is behind the party."""
    if party.enterprise is not None:
        user = getattr(actor, "pk", None)
        return user is not None and party.enterprise.user_id == user and party.enterprise.is_verified
    if party.organisation is not None:
        return acts_for(actor, party.organisation)
    return participant is not None and party.participant_id == participant.pk


def _named(party: Party, actor: Any) -> Any:
    """Who the trail names: staff only. It is never erased, and an enterprise's contact is a person of the public."""
    return actor if party.organisation_id is not None else None


@transaction.atomic
def withdraw(party: Party, *, actor: Any = None, participant: Participant | None = None) -> Party:
    """Do not come after all; talks to come and the table become free and the others are told."""
    meeting = lock_meeting(party.meeting_id)
    row = Party.objects.select_related("enterprise", "organisation", "participant").get(pk=party.pk)
    if not speaks_for(row, actor=actor, participant=participant):
        raise NotAllowed(_("只能退出自己的报名。"))
    if row.state == _S.WITHDRAWN:
        return row
    if not meeting.slots.filter(ends_at__gt=now()).exists():
        raise Conflict(_("对接会已经结束，不能退出。"), code="over")
    _leave(meeting, row)
    row.state = _S.WITHDRAWN
    row.save()
    record("party.withdraw", row, actor=_named(row, actor), organisation_id=meeting.organisation_id)
    telling.tell_organisers(meeting, "partner.withdrew", who=str(row), once=f"withdrew:{row.pk}:{row.updated_at}")
    return row


def send_away(enterprise: Enterprise, *, actor: Any, reason: str) -> int:
    """Take an enterprise that is no longer verified out of the meetings to come. Returns out of how many."""
    today = today_in(enterprise.edition.zone)
    coming = enterprise.parties.filter(state__in=(_S.APPLIED, _S.ACCEPTED), meeting__day__gte=today)
    count = 0
    for pk, meeting_pk in list(coming.values_list("pk", "meeting")):
        meeting = lock_meeting(meeting_pk)
        party = Party.objects.select_related("enterprise").get(pk=pk)
        _leave(meeting, party)
        party.state, party.reason = _S.DECLINED, reason
        party.save()
        record("party.decline", party, actor=actor, organisation_id=meeting.organisation_id, reason=reason)
        count += 1
    return count


def _leave(meeting: Meeting, party: Party) -> None:
    talks = Pairing.objects.filter(meeting=meeting, enterprise=party) | Pairing.objects.filter(
        meeting=meeting, guest=party
    )
    shown = meeting.is_direct or meeting.state == Meeting.State.PUBLISHED
    # What has begun was held, and is counted.
    for talk in talks.filter(slot__starts_at__gt=now(), came=None).select_related(
        "enterprise__enterprise__user", "guest__organisation", "guest__participant", "slot"
    ):
        other = talk.guest if party.is_enterprise else talk.enterprise
        if shown:
            telling.tell_party(other, "partner.fell", text=party.label, once=f"fell:{talk.pk}")
        talk.delete()
    party.table = None


@transaction.atomic
def set_wishes(
    party: Party, others: Sequence[int], *, is_choosy: bool = False, actor: Any = None,
    participant: Participant | None = None,
) -> Party:  # fmt: skip
    """Say whom the party would like to meet, the dearest first. Replaces what was said before."""
    meeting = lock_meeting(party.meeting_id)
    row = Party.objects.select_related("enterprise", "organisation", "participant").get(pk=party.pk)
    if not speaks_for(row, actor=actor, participant=participant):
        raise NotAllowed(_("只能填自己的志愿。"))
    if meeting.is_direct:
        raise Conflict(_("这场面谈直接选时段，不用填志愿。"), code="direct")
    _takes_applications(meeting)
    if row.state not in (_S.APPLIED, _S.ACCEPTED):
        raise Conflict(_("请先报名，再填志愿。"), code="state")
    chosen = list(dict.fromkeys(others))
    if len(chosen) > meeting.most_wishes:
        raise DomainError(_("最多选 %(count)d 个志愿。") % {"count": meeting.most_wishes}, field="others")
    other_side = Party.objects.filter(
        meeting=meeting, pk__in=chosen, enterprise__isnull=row.is_enterprise, state__in=(_S.APPLIED, _S.ACCEPTED)
    )
    known = set(other_side.values_list("pk", flat=True))
    if known != set(chosen):
        raise Conflict(_("选的对象里有人退出了。请刷新后重新选。"), code="gone")
    row.wishes.all().delete()
    Wish.objects.bulk_create([Wish(party=row, other_id=pk, rank=rank) for rank, pk in enumerate(chosen, start=1)])
    row.is_choosy = is_choosy
    row.save()
    record(
        "party.wish", row, actor=_named(row, actor), organisation_id=meeting.organisation_id, data={"wishes": chosen}
    )
    return row
