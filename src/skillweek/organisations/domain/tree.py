"""Verbs on the tree of organisations: add, change, move, deactivate, reactivate (A5)."""

from __future__ import annotations

import re
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.organisations.access import can_manage_organisations, is_manager_above
from skillweek.organisations.models import Kind, Line, Organisation, SchoolType

#: kind → the kinds it may stand below.
PARENTS: Final[dict[str, frozenset[str]]] = {
    Kind.HOST: frozenset(),
    Kind.CITY_BUREAU: frozenset({Kind.HOST}),
    Kind.DISTRICT_BUREAU: frozenset({Kind.CITY_BUREAU}),
    Kind.SCHOOL: frozenset({Kind.HOST, Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU}),
}
#: Fields that ``change_organisation`` takes. The code stays: it is what rosters find a unit by.
CHANGEABLE: Final = ("name", "short_name", "line", "school_type", "district", "contact_note")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def kinds_below(parent: Organisation) -> list[Kind]:
    """What may be added below ``parent``."""
    return [kind for kind in Kind if parent.kind in PARENTS[kind]]


def check_code(code: str) -> str:
    """Return the code as stored, in capitals. Raises DomainError when it is no code."""
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        text = _("单位代码只能由字母、数字、点、横线组成，最多 40 个字符，例如 XM-SM-001。请修改。")
        raise DomainError(text, field="code")
    return code


def check_fields(kind: str, fields: dict[str, str], parent: Organisation | None) -> dict[str, str]:
    """Return the fields as stored: trimmed, the line taken from above where it is open.

    Raises DomainError naming the field when something is missing or contradicts the line above.
    """
    clean = {key: str(value or "").strip() for key, value in fields.items()}
    if not clean.get("name"):
        raise DomainError(_("请填写单位名称。"), field="name")
    for key, value in clean.items():
        limit = Organisation._meta.get_field(key).max_length or 0
        if len(value) > limit:
            text = _("这一项最多 %(limit)s 个字，现在有 %(count)s 个，请缩短。") % {"limit": limit, "count": len(value)}
            raise DomainError(text, field=key)
    above = parent.line if parent is not None else ""
    line = clean.get("line", "") or above
    if line and line not in Line.values:
        raise DomainError(_("条线只能是教育、人社或中华职教社。"), field="line")
    if above and line != above:
        text = _("上级单位「%(parent)s」属于%(line)s条线，下属单位须在同一条线。") % {
            "parent": parent,
            "line": Line(above).label,
        }
        raise DomainError(text, field="line")
    if kind in (Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU) and not line:
        raise DomainError(_("请选择条线。"), field="line")
    if kind == Kind.SCHOOL and clean.get("school_type", "") not in SchoolType.values:
        raise DomainError(_("请选择学校类型：中职学校、高职院校或技工院校。"), field="school_type")
    if kind != Kind.SCHOOL and clean.get("school_type"):
        raise DomainError(_("只有学校才填学校类型，请留空。"), field="school_type")
    return {**clean, "line": line}


def check_place(kind: str, parent: Organisation) -> None:
    """Raise DomainError unless a unit of this kind may stand directly below ``parent``."""
    if parent.kind not in PARENTS[kind]:
        text = _("%(kind)s不能放在「%(parent)s」（%(parent_kind)s）之下，请选择别的上级单位。") % {
            "kind": Kind(kind).label,
            "parent": parent,
            "parent_kind": parent.get_kind_display(),
        }
        raise DomainError(text, field="parent")
    if not parent.is_active:
        text = _("上级单位「%(parent)s」已停用，请先恢复它，或选择别的上级单位。") % {"parent": parent}
        raise DomainError(text, field="parent")


@transaction.atomic
def create_host(*, code: str, name: str, actor: Any = None, is_sample: bool = False) -> Organisation:
    """Make the root of an empty installation. Raises DomainError when there is one."""
    if Organisation.objects.exists():
        raise DomainError(_("系统里已有单位，不能再建市级主办单位。"))
    fields = check_fields(Kind.HOST, {"name": name}, None)
    host: Organisation = Organisation.objects.add_root(
        create_kwargs={"code": check_code(code), "kind": Kind.HOST, "is_sample": is_sample, **fields}
    )
    audit.record("organisation.add", host, actor=actor, organisation_id=host.pk)
    return host


@transaction.atomic
def add_organisation(
    actor: Any, parent: Organisation, fields: dict[str, str], *, kind: str, code: str, is_sample: bool = False
) -> Organisation:
    """Add a unit below ``parent`` and return it (A5).

    ``fields``: name, short_name, line, school_type, district, contact_note. ``actor`` None means the system (demo).
    Raises NotAllowed or DomainError.
    """
    parent = Organisation.objects.get(pk=parent.pk)
    if actor is not None and not can_manage_organisations(actor, parent):
        raise NotAllowed(_("您不能在「%(parent)s」之下增加单位。") % {"parent": parent})
    check_place(kind, parent)
    code = check_code(code)
    clean = check_fields(kind, {key: value for key, value in fields.items() if key in CHANGEABLE}, parent)
    if Organisation.objects.filter(code__iexact=code).exists():
        text = _("单位代码 %(code)s 已被使用，请换一个。") % {"code": code}
        raise DomainError(text, field="code")
    made: Organisation = Organisation.objects.add_child(
        parent, create_kwargs={"code": code, "kind": kind, "is_sample": is_sample, **clean}
    )
    audit.record("organisation.add", made, actor=actor, organisation_id=made.pk, data={"parent": parent.code})
    return made


@transaction.atomic
def change_organisation(actor: Any, organisation: Organisation, fields: dict[str, str]) -> Organisation:
    """Change a unit's name and details; fields left out stay. Raises NotAllowed or DomainError."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if actor is not None and not can_manage_organisations(actor, organisation):
        raise NotAllowed(_("您不能修改「%(unit)s」的资料。") % {"unit": organisation})
    present = {key: getattr(organisation, key) for key in CHANGEABLE}
    wanted = {**present, **{key: value for key, value in fields.items() if key in CHANGEABLE}}
    clean = check_fields(organisation.kind, wanted, Organisation.objects.get_parent(organisation))
    changed = {key: [present[key], clean[key]] for key in CHANGEABLE if present[key] != clean[key]}
    if "line" in changed and Organisation.objects.get_descendants(organisation).exclude(line=clean["line"]).exists():
        raise DomainError(_("「%(unit)s」还有下属单位，不能改条线。") % {"unit": organisation}, field="line")
    if changed:
        for key in changed:
            setattr(organisation, key, clean[key])
        organisation.save(update_fields=[*changed, "updated_at"])
        audit.record("organisation.change", organisation, actor=actor, organisation_id=organisation.pk, data=changed)
    return organisation


@transaction.atomic
def move_organisation(actor: Any, organisation: Organisation, parent: Organisation, *, reason: str) -> Organisation:
    """Put a unit and everything below it under another bureau (A5). Both ends must lie below the actor's own unit.

    Raises NotAllowed or DomainError. Reports and people stay with the unit; who reviews it changes at once.
    """
    organisation = Organisation.objects.get(pk=organisation.pk)
    parent = Organisation.objects.get(pk=parent.pk)
    if not is_manager_above(actor, organisation) or not can_manage_organisations(actor, parent):
        raise NotAllowed(_("移动单位要由两边共同的上级管理员来做。"))
    if parent.path.startswith(organisation.path):
        raise DomainError(_("不能把单位移到它自己或它的下属单位之下。"), field="parent")
    check_place(organisation.kind, parent)
    if not reason.strip():
        raise DomainError(_("请填写移动的理由，它会留在记录里。"), field="reason")
    old = Organisation.objects.get_parent(organisation)
    if old == parent:
        raise DomainError(_("它已经在「%(parent)s」之下。") % {"parent": parent}, field="parent")
    Organisation.objects.move(organisation, parent, "last-child")
    organisation = Organisation.objects.get(pk=organisation.pk)
    if parent.line:
        Organisation.objects.filter(path__startswith=organisation.path).update(line=parent.line)
        organisation.refresh_from_db()
    data = {"parent": [old.code if old else "", parent.code], "line": organisation.line}
    place = {"actor": actor, "organisation_id": organisation.pk}
    audit.record("organisation.move", organisation, **place, reason=reason.strip(), data=data)
    return organisation


@transaction.atomic
def deactivate_organisation(actor: Any, organisation: Organisation, *, reason: str) -> Organisation:
    """Take a unit out of the week: its people lose access at once, its reports stay readable above. Can be undone."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not is_manager_above(actor, organisation):
        raise NotAllowed(_("停用单位要由它上级单位的管理员来做。"))
    if not reason.strip():
        raise DomainError(_("请填写停用的理由，它会留在记录里。"), field="reason")
    below = Organisation.objects.get_descendants(organisation).filter(is_active=True).count()
    if below:
        text = _("「%(unit)s」还有 %(count)s 个下属单位在用，请先把它们移走或停用。")
        raise DomainError(text % {"unit": organisation, "count": below})
    if organisation.is_active:
        organisation.is_active = False
        organisation.save(update_fields=["is_active", "updated_at"])
        audit.record(
            "organisation.deactivate", organisation, actor=actor, organisation_id=organisation.pk, reason=reason.strip()
        )
    return organisation


@transaction.atomic
def reactivate_organisation(actor: Any, organisation: Organisation) -> Organisation:
    """Bring a unit back; the roles of its people work again."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not is_manager_above(actor, organisation):
        raise NotAllowed(_("恢复单位要由它上级单位的管理员来做。"))
    parent = Organisation.objects.get_parent(organisation)
    if parent is not None and not parent.is_active:
        raise DomainError(_("上级单位「%(parent)s」已停用，请先恢复它。") % {"parent": parent})
    if not organisation.is_active:
        organisation.is_active = True
        organisation.save(update_fields=["is_active", "updated_at"])
        audit.record("organisation.reactivate", organisation, actor=actor, organisation_id=organisation.pk)
    return organisation
