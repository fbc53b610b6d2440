"""What the verbs of this room share: locking, who must be allowed, the audit trail, remarks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from skillweek.activities import access
from skillweek.activities.models import Activity, Plan
from skillweek.core import audit
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.access import DECIDING_ROLES, FILING_ROLES, SUBMITTING_ROLES
from skillweek.organisations.models import Kind, Organisation, User
from skillweek.organisations.queries import people_with

_S = Activity.State


def locked_activity(pk: int) -> Activity:
    """The activity as it is now, locked until the surrounding transaction ends."""
    query = Activity.objects.select_for_update(of=("self",)).select_related("organisation", "edition", "plan")
    activity: Activity | None = query.filter(pk=pk).first()
    if activity is None:
        raise Conflict(_("这项活动已被删除。请返回列表刷新查看。"), code="deleted")
    return activity


def locked_plan(pk: int) -> Plan:
    """The plan as it is now, locked until the surrounding transaction ends."""
    return Plan.objects.select_for_update(of=("self",)).select_related("organisation", "edition").get(pk=pk)


def must_be_open(edition: Edition) -> None:
    """Raise Conflict ``edition_closed`` once the week has ended: everything stays readable, nothing changes (A8)."""
    if edition.state == Edition.State.CLOSED:
        raise Conflict(_("本届活动周已归档，只能查看，不能再改动。"), code="edition_closed")


def must_write_for(by: Any, organisation: Organisation, edition: Edition) -> None:
    """Raise NotAllowed unless ``by`` may plan for this organisation in this edition."""
    if not access.can_write_for(by, organisation):
        raise NotAllowed(_("您不是“%(unit)s”的填报人员，不能填写它的方案和活动。") % {"unit": organisation})
    if not access.is_open(edition):
        raise NotAllowed(_("“%(edition)s”现在不接收方案和活动。") % {"edition": edition}, code="edition_closed")


def must_be_editable(by: Any, thing: Activity | Plan) -> None:
    """Raise NotAllowed or Conflict unless ``by`` may change it now, in words for the person."""
    must_write_for(by, thing.organisation, thing.edition)
    if access.can_edit(by, thing):
        return
    if isinstance(thing, Activity) and thing.is_cancelled:
        raise Conflict(_("这项活动已取消，不能再修改。"), code="cancelled")
    reasons = {
        _S.SUBMITTED: _("已经提交，正在等待审核。如需修改，请先撤回。"),
        _S.APPROVED: _("已经通过审核。调整时间地点请用“变更场次”；其他改动请联系上级单位退回。"),
    }
    text = reasons[_S(thing.state)]
    raise Conflict(text, code="not_editable", details=[{"state": thing.state, "version": thing.version}])


def must_be_version(thing: Activity | Plan, expected_version: int) -> None:
    """Raise Conflict ``changed`` unless the thing is still in the version that the writer started from."""
    if thing.version != expected_version:
        text = _("您打开之后，同事又保存了新的内容，您的修改没有覆盖它。请核对后再保存。")
        raise Conflict(text, code="changed", details=[{"version": thing.version, "state": thing.state}])


def must_review(by: Any, thing: Activity | Plan) -> None:
    """Raise NotAllowed unless ``by`` decides on what this organisation hands in and the edition is open."""
    if not access.decides_for(by, thing.organisation):
        raise NotAllowed(_("只有上级单位的审核员可以审核。"))
    if not access.is_open(thing.edition):
        raise NotAllowed(_("本届活动周已归档，不能再改动审核结果。"))


def must_be_as_read(thing: Activity | Plan, expected_version: int) -> None:
    """Raise Conflict unless it still waits for a decision in the version that the reviewer read."""
    if thing.state == _S.SUBMITTED and thing.version == expected_version:
        return
    details = [{"state": thing.state, "version": thing.version}]
    if thing.state in (_S.APPROVED, _S.RETURNED):
        who = str(thing.decided_by) if thing.decided_by else _("其他审核员")
        template = _("%(who)s已先作出“%(state)s”的决定，您的操作没有生效。请刷新查看。")
        text = template % {"who": who, "state": thing.get_state_display()}
        raise Conflict(text, code="already_decided", details=details)
    if thing.state == _S.DRAFT:
        raise Conflict(_("主办单位已撤回，您的操作没有生效。"), code="withdrawn", details=details)
    raise Conflict(_("主办单位在您阅读期间重新提交了。请刷新后阅读新内容再决定。"), code="changed", details=details)


def record(verb: str, thing: Activity | Plan, by: Any, reason: str = "", **data: Any) -> None:
    """Write the audit trail with what the thing is at this moment."""
    seen = {"state": thing.state, "version": thing.version}
    audit.record(verb, thing, actor=by, organisation_id=thing.organisation_id, reason=reason, data={**seen, **data})


def writers_of(organisation: Organisation) -> list[User]:
    """The active people who write or hand in this organisation's plans, each once."""
    return people_with(FILING_ROLES, organisation)


def submitters_of(organisation: Organisation) -> list[User]:
    """The active people who hand in for this organisation."""
    return people_with(SUBMITTING_ROLES, organisation)


def deciders_for(organisation: Organisation) -> list[User]:
    """The people who decide on what it hands in: of the nearest unit above that has any; of the host for its own."""
    if organisation.kind == Kind.HOST:
        return people_with(DECIDING_ROLES, organisation)
    step = Organisation.steplen
    paths = [organisation.path[:end] for end in range(step, len(organisation.path), step)]
    for above in Organisation.objects.filter(path__in=paths, is_active=True).order_by("-path"):
        if people := people_with(DECIDING_ROLES, above):
            return people
    return []
