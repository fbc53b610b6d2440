"""Awards: defined, given, announced with certificates (E1)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.contests import access, kinds, telling
from skillweek.contests.domain.common import locked_call
from skillweek.contests.models import Award, AwardGiven, Call, Entry
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.participation.domain.certificates import issue


@transaction.atomic
def save_award(
    call: Call, *, actor: Any, name: str, places: int, prize: str = "", award_id: int | None = None
) -> Award:
    """Add an award or change one. Raises DomainError naming the field."""
    row = _runnable(call, actor)
    name = " ".join(name.split())[:40]
    if not name:
        raise DomainError(_("请填写奖项名称。"), field="name")
    others = row.awards.exclude(pk=award_id or 0)
    if others.filter(name=name).exists():
        raise DomainError(_("已经有这个奖项了。"), field="name")
    award = row.awards.filter(pk=award_id).first() if award_id else Award(call=row, position=row.awards.count())
    if award is None:
        raise Conflict(_("这个奖项刚刚被删除。请刷新页面。"), code="gone")
    standing = award.given.filter(withdrawn_at=None).count() if award.pk else 0
    if places < standing:
        raise DomainError(_("已经给出 %(number)d 个，名额不能更少。") % {"number": standing}, field="places")
    award.name, award.places, award.prize = name, places, prize.strip()[:120]
    award.save()
    record("award.save", award, actor=actor, organisation_id=row.organisation_id)
    return award


@transaction.atomic
def delete_award(call: Call, award_id: int, *, actor: Any) -> None:
    """Take an award away that nobody got. Gone already is no error."""
    row = _runnable(call, actor)
    award = row.awards.filter(pk=award_id).first()
    if award is None:
        return
    if award.given.exists():
        raise Conflict(_("这个奖项已经给出过，不能删除。"), code="given")
    record("award.delete", award, actor=actor, organisation_id=row.organisation_id)
    award.delete()


@transaction.atomic
def give_award(call: Call, entry: Entry, award_id: int | None, *, actor: Any) -> AwardGiven | None:
    """Give an approved entry this award instead of the one it has; None takes it away. Places are never exceeded."""
    row = _runnable(call, actor)
    work = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk, call=row)
    given = AwardGiven.objects.filter(entry=work).first()
    if award_id is None:
        if given is not None:
            record("award.take", given, actor=actor, organisation_id=row.organisation_id)
            given.delete()
        return None
    award = row.awards.filter(pk=award_id).first()
    if award is None:
        raise Conflict(_("这个奖项刚刚被删除。请刷新页面。"), code="gone")
    if work.state != Entry.State.APPROVED:
        raise Conflict(_("只有审核通过的作品可以获奖。"), code="not_approved")
    if award.given.filter(withdrawn_at=None).exclude(entry=work).count() >= award.places:
        text = _("“%(award)s”的 %(places)d 个名额已满。")
        raise DomainError(text % {"award": award, "places": award.places}, field="award")
    if given is None:
        given = AwardGiven(entry=work)
    given.award, given.withdrawn_at = award, None
    given.save()
    record("award.give", given, actor=actor, organisation_id=row.organisation_id, data={"award": award.name})
    return given


@transaction.atomic
def announce(call: Call, *, actor: Any, text: str = "") -> Call:
    """Publish who got which award, issue the certificates, tell the winners. Final."""
    row = _runnable(call, actor)
    if not row.is_public:
        raise Conflict(_("活动没有公开，不能公布获奖。"), code="not_public")
    given = AwardGiven.objects.filter(award__call=row, withdrawn_at=None, entry__state=Entry.State.APPROVED)
    rows = list(given.select_related("award", "entry__participant__edition", "entry__organisation"))
    if not rows:
        raise DomainError(_("请先给作品评奖，再公布。"), field="award")
    row.announced_at, row.announcement = now(), text.strip()[:4000]
    row.version += 1
    row.save()
    record("call.announce", row, actor=actor, organisation_id=row.organisation_id, data={"awards": len(rows)})
    for each in rows:
        each.entry.call = row
        _certify(row, each, actor)
    return row


def _certify(call: Call, given: AwardGiven, actor: Any) -> None:
    entry = given.entry
    given.certificate = issue(
        call.edition, call.organisation, kind="award", key=f"contests:entry:{entry.pk}",
        holder=entry.author or str(entry.organisation), title=f"{call.title} · {given.award.name}",
        lines=[_("作品《%(work)s》") % {"work": entry.title}, *([given.award.prize] if given.award.prize else [])],
        participant=entry.participant, actor=actor,
    )  # fmt: skip
    given.save(update_fields=["certificate", "updated_at"])
    telling.entrant(
        entry, kinds.AWARDED, result=given.award.name, text=given.award.prize,
        url=given.certificate.get_absolute_url(), once="award",
    )  # fmt: skip


def _runnable(call: Call, actor: Any) -> Call:
    row = locked_call(call.pk)
    must_be_open(row.edition)
    if not access.can_write(actor, row):
        raise NotAllowed(_("奖项由主办单位的负责人管理。"))
    if row.announced_at is not None:
        raise Conflict(_("获奖结果已经公布，不能再改。"), code="announced")
    return row
