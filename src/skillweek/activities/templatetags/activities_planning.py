"""Small pieces for the pages of plans and activities."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def optgroups_of(widget: Any, field: BoundField) -> list[Any]:
    """A choice widget's groups with what is chosen now: (heading or None, options, number)."""
    chosen = [str(value) for value in field.value() or []]
    groups: list[list[Any]] = []
    for heading, options, index in widget.optgroups(field.html_name, chosen, {}):
        if heading is None and groups and groups[-1][0] is None:
            groups[-1][1].extend(options)
        else:
            groups.append([heading, list(options), index])
    return groups


@register.simple_tag
def event_words(verb: str) -> str:
    """What a verb of the audit trail did, for people."""
    return {
        "activity.create": _("新建"),
        "activity.save": _("修改"),
        "activity.session": _("修改场次"),
        "activity.session_remove": _("移除场次"),
        "activity.series": _("排服务时段"),
        "activity.series_remove": _("移除服务时段"),
        "activity.submit": _("提交审核"),
        "activity.withdraw_submission": _("撤回"),
        "activity.return": _("退回"),
        "activity.approve": _("通过"),
        "activity.reopen": _("撤销通过"),
        "activity.publish": _("公开"),
        "activity.hold_back": _("暂缓公开"),
        "activity.take_down": _("撤下"),
        "activity.put_back": _("恢复公开"),
        "activity.comment": _("写批注"),
        "activity.comment_resolve": _("处理批注"),
        "activity.restore": _("恢复"),
        "plan.save": _("修改"),
        "plan.submit": _("提交审核"),
        "plan.withdraw": _("撤回"),
        "plan.return": _("退回"),
        "plan.approve": _("通过"),
        "plan.reopen": _("撤销通过"),
        "plan.comment": _("写批注"),
        "plan.comment_resolve": _("处理批注"),
        "plan.ask": _("请联络员提交"),
    }.get(verb, verb)


@register.filter
def value_of(values: Any, key: str) -> str:
    """What was typed under a computed name."""
    return str(values.get(key, "")) if values else ""


@register.filter
def remark_key(activity: Any) -> str:
    """The name of the field for a remark on an activity of a plan."""
    return f"activity-{activity.pk}"
