"""Joint organisers: ask, answer, report one's part (B12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.activities import access, access_running, kinds_running
from skillweek.activities.domain.telling import address_of, people_of, tell
from skillweek.activities.models import Activity, Partner
from skillweek.activities.signals import activity_changed
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.organisations.models import Organisation

#: Joint organisers of one activity.
MAX_PARTNERS: Final = 30
_PART, _NAME, _REPORT = 300, 120, 4000
_P = Partner.State
_ANSWERS: Final = {_P.ACCEPTED: gettext_lazy("同意"), _P.DECLINED: gettext_lazy("谢绝")}


@transaction.atomic
def invite_partner(
    activity: Activity, *, actor: Any, organisation: Organisation | None = None, name: str = "", part: str = ""
) -> Partner:
    """Ask an organisation of the tree to join in, or note one from outside by its ``name``; exactly one of them.

    An outside one counts as agreed, since nobody can answer for it. One that declined may be asked again.
    """
    activity = _locked_activity(activity)
    _must_be_organiser(activity, actor)
    name, part = _line(name, _NAME, "name"), _line(part, _PART, "part")
    if (organisation is None) == (not name):
        raise DomainError(_("请选择一个单位，或填写系统外单位的名称，两者选一。"), field="name")
    if activity.partners.count() >= MAX_PARTNERS:
        raise DomainError(_("一个活动最多 %(limit)s 个合作单位。") % {"limit": MAX_PARTNERS})
    if organisation is None:
        if activity.partners.filter(name=name, organisation=None).exists():
            raise DomainError(_("「%(name)s」已经在合作单位里。") % {"name": name}, field="name")
        partner = Partner.objects.create(activity=activity, name=name, part=part, state=_P.ACCEPTED)
        _record("partner.add", partner, actor)
        _changed(activity)
        return partner
    return _ask(activity, organisation, part, actor)


def _ask(activity: Activity, organisation: Organisation, part: str, actor: Any) -> Partner:
    if organisation.pk == activity.organisation_id:
        raise DomainError(_("主办单位不用邀请自己。"), field="organisation")
    if not organisation.is_active:
        raise DomainError(_("「%(unit)s」本届不参加活动周。") % {"unit": organisation}, field="organisation")
    partner, made = Partner.objects.get_or_create(
        activity=activity, organisation=organisation, defaults={"part": part, "state": _P.INVITED}
    )
    if not made:
        if partner.state != _P.DECLINED:
            raise DomainError(_("「%(unit)s」已经在合作单位里。") % {"unit": organisation}, field="organisation")
        partner.state, partner.part, partner.answered_at, partner.answered_by = _P.INVITED, part, None, None
        partner.save()
    _record("partner.invite", partner, actor)
    tell(
        people_of([organisation.pk]),
        kinds_running.PARTNER_INVITED,
        {**_names(partner), "part": part},
        url=reverse("activities:partner", args=[partner.pk]),
        dedupe_key=f"partner.invited:{partner.pk}:{partner.updated_at.timestamp()}",
        organisation=organisation,
    )
    return partner


@transaction.atomic
def answer_invitation(partner: Partner, *, accept: bool, actor: Any) -> Partner:
    """Say yes or no for the invited organisation. The answer may be changed until the edition is closed."""
    partner = _locked(partner)
    if not access_running.can_answer_invitation(actor, partner):
        raise NotAllowed(_("请由本单位的联络员或管理员答复。"))
    if not access.is_open(partner.activity.edition):
        raise Conflict(_("本届活动周已归档，不能再答复。"))
    answer = _P.ACCEPTED if accept else _P.DECLINED
    if partner.state == answer:
        return partner
    partner.state, partner.answered_by, partner.answered_at = answer, actor, now()
    partner.save()
    _record("partner.accept" if accept else "partner.decline", partner, actor)
    tell(
        people_of([partner.activity.organisation_id]),
        kinds_running.PARTNER_ANSWERED,
        {
            **_names(partner),
            "partner": str(partner),
            "answer": lambda: str(_ANSWERS[answer]),
            "part": partner.part,
        },
        url=address_of(partner.activity),
        dedupe_key=f"partner.answered:{partner.pk}:{partner.updated_at.timestamp()}",
        organisation=partner.activity.organisation,
    )
    _changed(partner.activity)
    return partner


@transaction.atomic
def report_part(partner: Partner, *, report: str, figures: Mapping[str, int | None], actor: Any) -> Partner:
    """Keep what the joint organiser says about its own part: text, and figures by the edition's figure codes.

    Figures that are None are taken out. Raises DomainError with ``field`` = the figure's code for one that cannot be.
    """
    partner = _locked(partner)
    if not access_running.can_report_part(actor, partner):
        raise NotAllowed(_("确认联合举办以后，由本单位的人员填报。"))
    report = report.replace("\0", "").replace("\r\n", "\n").strip()
    if len(report) > _REPORT:
        raise DomainError(_("完成情况最多 %(limit)s 个字。") % {"limit": _REPORT}, field="report")
    known = {row.code: row for row in partner.activity.edition.doc.report_figures}
    kept: dict[str, int] = {}
    for code, value in figures.items():
        if code not in known:
            raise DomainError(_("这一届没有这个数据项。"), field=code)
        if value is None:
            continue
        if not 0 <= value <= known[code].maximum:
            facts = {"name": known[code].name, "maximum": known[code].maximum}
            raise DomainError(_("「%(name)s」应在 0 到 %(maximum)s 之间。") % facts, field=code)
        kept[code] = value
    if (partner.report, partner.figures) == (report, kept):
        return partner
    partner.report, partner.figures = report, kept
    partner.save()
    _record("partner.report", partner, actor)
    tell(
        people_of([partner.activity.organisation_id]),
        kinds_running.PARTNER_REPORTED,
        {**_names(partner), "partner": str(partner), "report": report[:200]},
        url=address_of(partner.activity),
        # Once a day is enough while somebody writes.
        dedupe_key=f"partner.reported:{partner.pk}:{now().date()}",
        organisation=partner.activity.organisation,
    )
    return partner


@transaction.atomic
def change_part(partner: Partner, *, part: str, actor: Any) -> Partner:
    """Write anew what a joint organiser does; the organiser's verb."""
    partner = _locked(partner)
    _must_be_organiser(partner.activity, actor)
    partner.part = _line(part, _PART, "part")
    partner.save()
    _record("partner.change", partner, actor)
    _changed(partner.activity)
    return partner


@transaction.atomic
def remove_partner(partner: Partner, *, actor: Any) -> None:
    """Take a joint organiser away. One that has reported its part stays: its figures would be lost."""
    partner = _locked(partner)
    _must_be_organiser(partner.activity, actor)
    if partner.report or partner.figures:
        raise Conflict(_("「%(unit)s」已经填报了完成情况，不能移除。") % {"unit": partner})
    _record("partner.remove", partner, actor)
    activity = partner.activity
    partner.delete()
    _changed(activity)


def _locked_activity(activity: Activity) -> Activity:
    rows = Activity.objects.select_for_update(of=("self",)).select_related("edition", "organisation")
    return rows.get(pk=activity.pk)


def _locked(partner: Partner) -> Partner:
    rows = Partner.objects.select_for_update(of=("self",)).select_related(
        "activity__edition", "activity__organisation", "organisation"
    )
    fresh = rows.filter(pk=partner.pk).first()
    if fresh is None:
        raise Conflict(_("这个合作单位已被移除，请刷新页面。"))
    return fresh


def _must_be_organiser(activity: Activity, actor: Any) -> None:
    if not access_running.can_invite_partners(actor, activity):
        raise NotAllowed(_("只有主办单位的人员可以管理合作单位，取消的活动和已归档的届次除外。"))


def _line(text: str, limit: int, field: str) -> str:
    text = " ".join(text.replace("\0", "").split())
    if len(text) > limit:
        raise DomainError(_("这一项最多 %(limit)s 个字。") % {"limit": limit}, field=field)
    return text


def _names(partner: Partner) -> dict[str, Any]:
    return {"activity": partner.activity.title, "organiser": partner.activity.organisation.name}


def _changed(activity: Activity) -> None:
    """The public page names joint organisers."""
    if activity.published_at is not None:
        activity_changed.send(sender=Activity, activity=activity)


def _record(verb: str, partner: Partner, actor: Any) -> None:
    data = {"partner": str(partner), "part": partner.part, "figures": partner.figures}
    audit.record(verb, partner.activity, actor=actor, organisation_id=partner.activity.organisation_id, data=data)
