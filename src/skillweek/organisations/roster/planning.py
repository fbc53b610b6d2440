"""Work out what an import would do, without doing it (A6). Constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.organisations.access import can_manage_organisations, is_manager_above
from skillweek.organisations.domain.people import NAME_LENGTH, clean_email, clean_phone
from skillweek.organisations.domain.tree import check_code, check_fields, check_place
from skillweek.organisations.models import Invitation, Kind, Membership, Organisation, Role
from skillweek.organisations.roster.layout import BY_KEY, EXAMPLE_MARK, SYNONYMS, WORDS, word_of
from skillweek.organisations.roster.outcome import Action, Outcome, Plan

_DETAILS: Final = ("name", "short_name", "line", "school_type", "district")
_DEPTH: Final = {Kind.HOST: 0, Kind.CITY_BUREAU: 1, Kind.DISTRICT_BUREAU: 2, Kind.SCHOOL: 3}


def plan_import(actor: Any, rows: list[dict[str, Any]]) -> Plan:
    """Return what would happen to each row if ``actor`` imported them now. Writes nothing."""
    return _Planner(actor, rows).plan()


class _Planner:
    def __init__(self, actor: Any, rows: list[dict[str, Any]]) -> None:
        self.actor = actor
        self.rows = rows
        codes = {cells.get(key, "").upper() for row in rows for cells in [row["cells"]] for key in ("code", "parent")}
        known = list(Organisation.objects.annotate(upper_code=Upper("code")).filter(upper_code__in=codes))
        parents = {unit.path[: -Organisation.steplen] for unit in known}
        self.by_path = {unit.path: unit for unit in Organisation.objects.filter(path__in=parents)}
        self.known: dict[str, Organisation] = {unit.code.upper(): unit for unit in known}
        self.members: dict[int, list[Membership]] = defaultdict(list)
        self.pending: dict[int, list[Invitation]] = defaultdict(list)
        for member in Membership.objects.filter(
            organisation__in=known, role=Role.LIAISON, is_active=True
        ).select_related("user"):
            self.members[member.organisation_id].append(member)
        for invitation in Invitation.objects.pending().filter(organisation__in=known, role=Role.LIAISON):
            self.pending[invitation.organisation_id].append(invitation)
        self.first_of: dict[str, Outcome] = {}
        self.people_seen: dict[tuple[str, str], int] = {}

    def plan(self) -> Plan:
        """Units from the top of the tree down, so that a row may name a parent that stands further below."""
        outcomes = [
            Outcome(row["row"], row["cells"].get("code", "").upper(), row["cells"].get("name", "")) for row in self.rows
        ]
        pairs = list(zip(outcomes, (row["cells"] for row in self.rows), strict=True))
        for outcome, cells in pairs:
            self._identify(outcome, cells)
        for outcome, cells in sorted(pairs, key=lambda pair: _DEPTH.get(Kind(pair[0].kind), 9) if pair[0].kind else 9):
            if outcome.action not in (Action.ERROR, Action.SKIP):
                self._unit(outcome, cells)
                self._liaison(outcome, cells)
                self._conclude(outcome)
        return Plan(outcomes)

    def _identify(self, outcome: Outcome, cells: dict[str, str]) -> None:
        """Find out which unit the row is about and of which kind."""
        if outcome.code.startswith(EXAMPLE_MARK):
            outcome.action = Action.SKIP
            outcome.notes.append(_("模板里的示例行，不导入。"))
            return
        try:
            outcome.code = check_code(outcome.code)
        except DomainError as error:
            outcome.fail(BY_KEY["code"].heading, error.message)
            return
        given = {key: self._word(outcome, key, cells.get(key, "")) for key in WORDS}
        unit = self.known.get(outcome.code)
        outcome.is_new = unit is None
        outcome.kind = unit.kind if unit is not None else given["kind"]
        outcome.fields = {key: given.get(key, cells.get(key, "")) for key in _DETAILS}
        outcome.parent = cells.get("parent", "").upper()
        if unit is not None and given["kind"] and given["kind"] != unit.kind:
            text = _("这个代码已是「%(unit)s」（%(kind)s），单位性质不能改。请核对代码。")
            outcome.fail(BY_KEY["kind"].heading, text % {"unit": unit, "kind": unit.get_kind_display()})
        if unit is None and not given["kind"] and outcome.code not in self.first_of and outcome.action != Action.ERROR:
            outcome.fail(BY_KEY["kind"].heading, _("新单位要写明单位性质：市级部门、区级部门或学校。"))
        self._repeated(outcome)

    def _repeated(self, outcome: Outcome) -> None:
        """A second row of the same unit only adds another liaison."""
        first = self.first_of.setdefault(outcome.code, outcome)
        if first is outcome:
            return
        for key in _DETAILS:
            if outcome.fields[key] and outcome.fields[key] != first.fields[key]:
                text = _("单位代码与第 %(row)s 行相同，但这一列不一样。请改成一致，或更正代码。")
                outcome.fail(BY_KEY[key].heading, text % {"row": first.row})
        outcome.kind = outcome.kind or first.kind
        outcome.parent = outcome.parent or first.parent

    def _word(self, outcome: Outcome, key: str, text: str) -> str:
        """The stored value of a word of the drop-down list."""
        words = {**WORDS[key], **SYNONYMS[key]}
        if not text or text in words:
            return str(words.get(text, ""))
        expected = _("、").join(WORDS[key])
        text = _("「%(text)s」不在可选范围内，请填：%(words)s。") % {"text": text, "words": expected}
        outcome.fail(BY_KEY[key].heading, text)
        return ""

    def _unit(self, outcome: Outcome, cells: dict[str, str]) -> None:
        first = self.first_of[outcome.code]
        if first is not outcome:
            outcome.unit, outcome.is_new, outcome.fields = first.unit, False, {}
            outcome.name = outcome.name or first.name
            if first.action == Action.ERROR:
                text = _("这个单位在第 %(row)s 行有错误，先改那一行。")
                outcome.fail(BY_KEY["code"].heading, text % {"row": first.row})
            return
        unit = self.known.get(outcome.code)
        if unit is None:
            self._new_unit(outcome)
        elif not can_manage_organisations(self.actor, unit):
            text = _("这个代码不在您的管理范围内，或已被别的单位使用。请核对代码，或请上级管理员导入。")
            outcome.fail(BY_KEY["code"].heading, text)
        elif not unit.is_active:
            text = _("「%(unit)s」已停用。要继续使用，请先在单位页面恢复它，再导入。") % {"unit": unit}
            outcome.fail(BY_KEY["code"].heading, text)
        else:
            self._known_unit(outcome, unit)

    def _parent_of(self, outcome: Outcome) -> Organisation | None:
        """The unit above, from the system or from this file; None after noting the problem."""
        heading = BY_KEY["parent"].heading
        if outcome.kind == Kind.HOST:
            outcome.fail(BY_KEY["kind"].heading, _("市级主办单位只能有一个，不能导入。"))
            return None
        if not outcome.parent:
            outcome.fail(heading, _("新单位要填上级单位代码。"))
            return None
        parent = self.known.get(outcome.parent)
        if parent is not None:
            if can_manage_organisations(self.actor, parent):
                return parent
            outcome.fail(heading, _("上级单位 %(code)s 不在您的管理范围内。") % {"code": outcome.parent})
            return None
        first = self.first_of.get(outcome.parent)
        if first is None:
            text = _("系统里和本表里都没有代码为 %(code)s 的单位。请核对，或把它加进本表。") % {"code": outcome.parent}
            outcome.fail(heading, text)
        elif first.action == Action.ERROR or first.unit is None:
            text = _("上级单位在第 %(row)s 行有错误或性质不合适，先改那一行。") % {"row": first.row}
            outcome.fail(heading, text)
        return first.unit if first is not None and first.action != Action.ERROR else None

    def _new_unit(self, outcome: Outcome) -> None:
        parent = self._parent_of(outcome)
        if parent is None:
            return
        try:
            check_place(outcome.kind, parent)
            outcome.fields = check_fields(outcome.kind, outcome.fields, parent)
        except DomainError as error:
            outcome.fail(_heading_of(error.field), error.message)
            return
        outcome.unit = Organisation(code=outcome.code, kind=outcome.kind, **outcome.fields)

    def _known_unit(self, outcome: Outcome, unit: Organisation) -> None:
        """Compare with what is stored; an empty cell leaves what is there."""
        wanted = {key: outcome.fields[key] or getattr(unit, key) for key in _DETAILS}
        above = self.by_path.get(unit.path[: -Organisation.steplen])
        parent = above
        if outcome.parent and (above is None or outcome.parent != above.code.upper()):
            parent = self._new_parent(outcome, unit)
            if parent is None:
                return
            wanted["line"] = outcome.fields["line"] or parent.line or unit.line
            outcome.moves = True
            outcome.change(BY_KEY["parent"].heading, above.code if above else "", outcome.parent)
        try:
            outcome.fields = check_fields(unit.kind, wanted, parent)
        except DomainError as error:
            outcome.fail(_heading_of(error.field), error.message)
            return
        for key in _DETAILS:
            old, new = getattr(unit, key), outcome.fields[key]
            if old != new:
                outcome.change(BY_KEY[key].heading, _shown(key, old), _shown(key, new))
        outcome.name = outcome.fields["name"]
        outcome.unit = unit

    def _new_parent(self, outcome: Outcome, unit: Organisation) -> Organisation | None:
        if not is_manager_above(self.actor, unit):
            text = _("移动这个单位要由它的上级管理员来做。")
            outcome.fail(BY_KEY["parent"].heading, text)
            return None
        parent = self._parent_of(outcome)
        if parent is None:
            return None
        if parent.path and parent.path.startswith(unit.path):
            outcome.fail(BY_KEY["parent"].heading, _("不能把单位移到它自己或它的下属单位之下。"))
            return None
        try:
            check_place(unit.kind, parent)
        except DomainError as error:
            outcome.fail(BY_KEY["parent"].heading, error.message)
            return None
        return parent

    def _liaison(self, outcome: Outcome, cells: dict[str, str]) -> None:
        person = {"name": cells.get("liaison", "")}
        try:
            person["phone"] = clean_phone(cells.get("phone", ""))
        except DomainError as error:
            text = error.message
            if "e+" in cells["phone"].lower():
                text = _("手机号码被 Excel 变成了科学计数法，末尾的数字已丢失。请把这一列设为「文本」后重填。")
            outcome.fail(BY_KEY["phone"].heading, text)
        try:
            person["email"] = clean_email(cells.get("email", ""))
        except DomainError as error:
            outcome.fail(BY_KEY["email"].heading, error.message)
        if outcome.action == Action.ERROR or not any(person.values()):
            return
        if not person["phone"] and not person["email"]:
            outcome.fail(BY_KEY["phone"].heading, _("联络员要有手机或邮箱中的一项，用来登录。"))
        elif not person["name"]:
            outcome.fail(BY_KEY["liaison"].heading, _("请填联络员姓名。"))
        elif len(person["name"]) > NAME_LENGTH:
            text = _("姓名太长，请缩短到 %(limit)s 个字以内。") % {"limit": NAME_LENGTH}
            outcome.fail(BY_KEY["liaison"].heading, text)
        else:
            self._person(outcome, person)

    def _person(self, outcome: Outcome, person: dict[str, str]) -> None:
        """Decide whether the person is there already, waits for an answer, or is to be invited."""
        for kind in ("phone", "email"):
            if person[kind]:
                row = self.people_seen.setdefault((outcome.code, person[kind]), outcome.row)
                if row != outcome.row:
                    outcome.fail(BY_KEY[kind].heading, _("与第 %(row)s 行是同一位联络员，请删去一行。") % {"row": row})
                    return
        unit_id = outcome.unit.pk if outcome.unit is not None else None
        members = self.members.get(unit_id, []) if unit_id else []
        for member in members:
            if _same(person, member.user.phone, member.user.email):
                details = (member.user.name, member.user.phone or "", member.user.email or "")
                if any(
                    new and new != old
                    for new, old in zip((person["name"], person["phone"], person["email"]), details, strict=True)
                ):
                    outcome.notes.append(_("联络员已有账号，姓名和联系方式由本人在「我的资料」里维护，这里不改。"))
                return
        outcome.person = person
        for invitation in self.pending.get(unit_id, []) if unit_id else []:
            if _same(person, invitation.phone, invitation.email):
                self._correct(outcome, invitation, person)
                return
        outcome.liaison = "invite"
        outcome.change(BY_KEY["liaison"].heading, "", f"{person['name']} {person['phone'] or person['email']}")

    def _correct(self, outcome: Outcome, invitation: Invitation, person: dict[str, str]) -> None:
        outcome.invitation_id = invitation.pk
        for key, heading in (("name", "liaison"), ("phone", "phone"), ("email", "email")):
            old = getattr(invitation, key)
            person[key] = person[key] or old
            if person[key] != old:
                outcome.liaison = "correct"
                outcome.change(BY_KEY[heading].heading, old, person[key])

    def _conclude(self, outcome: Outcome) -> None:
        if outcome.action == Action.ERROR:
            return
        if outcome.is_new:
            outcome.action = Action.NEW
        elif outcome.changes:
            outcome.action = Action.UPDATE


def _same(person: dict[str, str], phone: str | None, email: str | None) -> bool:
    return bool((person["phone"] and person["phone"] == phone) or (person["email"] and person["email"] == email))


def _shown(key: str, value: str) -> str:
    return word_of(key, value) if key in WORDS else value


def _heading_of(field: str) -> str:
    return BY_KEY[field].heading if field in BY_KEY else BY_KEY["code"].heading
