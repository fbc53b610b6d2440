"""What an enterprise says of itself: corrected before it is verified, afterwards changed under review (E3, ADR 0225).

Name and code are what a person verified against the licence, and everything else of the profile is shown on a public
site as the organiser's: so a verified enterprise's change waits for a person, while the public reads what was verified.
Who speaks for the enterprise is shown to nobody outside and changes at once.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.organisations.domain.people import clean_name, clean_phone
from skillweek.partnerships import telling
from skillweek.partnerships.access import can_verify
from skillweek.partnerships.domain import logos
from skillweek.partnerships.domain.common import locked, must_be_version
from skillweek.partnerships.models import Enterprise, ProfileChange
from skillweek.partnerships.models.enterprises import Profile
from skillweek.partnerships.rules import uscc

_S = Enterprise.State
_TEXTS: Final = ("industry", "scale", "place", "website", "profile")
#: What a change holds beside the logo.
PUBLIC: Final = ("name", "credit_code", *_TEXTS)


def clean_code(text: str) -> str:
    """The unified social credit code as stored. Raises DomainError (``credit_code``) where its check digit is wrong."""
    code = uscc.normalise(text)
    if len(code) != uscc.LENGTH:
        shown = _("统一社会信用代码是 18 位，这里有 %(count)d 位。请对照营业执照填写。")
        raise DomainError(shown % {"count": len(code)}, field="credit_code")
    if not uscc.is_valid(code):
        raise DomainError(_("统一社会信用代码的校验位不对，请对照营业执照检查每一位。"), field="credit_code")
    return code


def fill(row: Profile, values: dict[str, str], logo: UploadedFile[Any] | None) -> None:
    """Put the given values into a profile, name and code checked. Raises DomainError naming the field."""
    if "name" in values:
        row.name = " ".join(values["name"].replace("\0", "").split())[:120]
    if "credit_code" in values:
        row.credit_code = clean_code(values["credit_code"])
    for name in _TEXTS:
        if name in values:
            setattr(row, name, values[name].replace("\0", "").strip())
    if logo is not None:
        row.logo = logos.draw(logo)


@transaction.atomic
def change_profile(
    enterprise: Enterprise, *, actor: Any, expected: int | None, logo: UploadedFile[Any] | None = None,
    **values: str,
) -> Enterprise:  # fmt: skip
    """Correct what the enterprise says of itself.

    Before it is verified this takes effect; a refused one applies again by it. Of a verified one only the contact
    changes at once: the rest becomes a ``ProfileChange`` that waits; where nothing differs, a waiting one goes.
    """
    row = locked(Enterprise, enterprise.pk, "home")
    must_be_open(row.edition)
    must_be_version(row, expected)
    _must_speak_for(row, actor)
    row.contact_name = clean_name(values.get("contact_name", row.contact_name)) or row.contact_name
    row.phone = clean_phone(values.get("phone", row.phone)) or row.phone
    was = row.state
    if row.is_verified:
        _keep_change(row, values, logo)
    else:
        fill(row, values, logo)
    if was == _S.REFUSED:
        row.state, row.remark = _S.APPLIED, ""
    row.version += 1
    row.save()
    record("enterprise.change", row, actor=None, organisation_id=row.home_id)
    if was == _S.REFUSED:
        telling.tell_verifiers(row, "partner.applied", text="", once=f"again:{row.version}")
    return row


def change_of(enterprise: Enterprise) -> ProfileChange | None:
    """What waits, or was refused and can be corrected; None where the profile is as it was verified."""
    return ProfileChange.objects.select_related("enterprise").filter(enterprise=enterprise).first()


def is_waiting(enterprise: Enterprise) -> bool:
    """Whether a change of it waits for a person."""
    return ProfileChange.objects.filter(enterprise=enterprise, state=ProfileChange.State.WAITING).exists()


def _must_speak_for(row: Enterprise, actor: Any) -> None:
    if row.user_id is None or row.user_id != getattr(actor, "pk", None):
        raise NotAllowed(_("只有企业自己的联系人能修改。"))


def _keep_change(row: Enterprise, values: dict[str, str], logo: UploadedFile[Any] | None) -> None:
    known = change_of(row)
    change = known or ProfileChange(enterprise=row, **{name: getattr(row, name) for name in PUBLIC})
    before = {name: getattr(change, name) for name in PUBLIC}
    fill(change, values, logo)
    if change.logo is None and all(getattr(change, name) == getattr(row, name) for name in PUBLIC):
        if known is not None:
            known.delete()
        return
    was_waiting = known is not None and known.is_waiting
    if was_waiting and logo is None and all(getattr(change, name) == before[name] for name in PUBLIC):
        return  # only the contact was changed
    change.state, change.remark = ProfileChange.State.WAITING, ""
    change.version += known is not None
    change.save()
    if not was_waiting:
        telling.tell_verifiers(row, "partner.changed", text=change.name, once=f"{change.pk}:{change.version}")


@transaction.atomic
def take_back(enterprise: Enterprise, *, actor: Any) -> None:
    """Forget the change; the profile stays as it was verified. Asked twice, the second does nothing."""
    row = locked(Enterprise, enterprise.pk)
    must_be_open(row.edition)
    _must_speak_for(row, actor)
    change = change_of(row)
    if change is not None:
        change.delete()
        record("enterprise.change_back", row, organisation_id=row.home_id)


def take_in(row: Enterprise, change: ProfileChange) -> dict[str, list[str]]:
    """Make the change the enterprise's own. Returns field → old and new value, of long texts only that they changed."""
    changed = {name: [getattr(row, name), getattr(change, name)] for name in PUBLIC}
    for name in PUBLIC:
        setattr(row, name, getattr(change, name))
    if change.logo is not None:
        row.logo = change.logo
    change.delete()
    return {name: pair if name != "profile" else [] for name, pair in changed.items() if pair[0] != pair[1]}


@transaction.atomic
def accept_change(enterprise: Enterprise, *, actor: Any, expected: int | None) -> Enterprise:
    """Show the public what the enterprise says of itself now. ``expected`` is the version of the change that was read.

    Raises Conflict when it was changed or taken back meanwhile, or its new code is another verified enterprise's.
    """
    row, change = _read(enterprise, actor, expected)
    changed = take_in(row, change)
    row.decided_by = actor
    row.version += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(_("这个信用代码的企业已经核验过一家，请先核对是不是重复注册。"), code="twice") from None
    record("enterprise.accept_change", row, actor=actor, organisation_id=row.home_id, data=changed)
    telling.tell_change(row, change, accepted=True)
    return row


@transaction.atomic
def refuse_change(enterprise: Enterprise, *, actor: Any, remark: str, expected: int | None) -> ProfileChange:
    """Give the change back with the reason; the public goes on reading what was verified."""
    remark = clean_note(remark, required=_("请写明原因，对方会看到。"), field="remark")[:500]
    row, change = _read(enterprise, actor, expected)
    change.state, change.remark = ProfileChange.State.REFUSED, remark
    change.version += 1
    change.save()
    record("enterprise.refuse_change", row, actor=actor, organisation_id=row.home_id, reason=remark)
    telling.tell_change(row, change, accepted=False)
    return change


def _read(enterprise: Enterprise, actor: Any, expected: int | None) -> tuple[Enterprise, ProfileChange]:
    row = locked(Enterprise, enterprise.pk, "home", "user")
    must_be_open(row.edition)
    if not can_verify(actor, row):
        raise NotAllowed(_("企业由市级主办单位或邀请它的单位核验。"))
    change = change_of(row)
    if change is None or not change.is_waiting or not row.is_verified:
        raise Conflict(_("这次修改已经处理过，或企业撤回了。请刷新查看。"), code="same")
    must_be_version(change, expected)
    return row, change
