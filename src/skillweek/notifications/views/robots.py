"""Managers set up the group robots of their units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.core.errors import DomainError
from skillweek.core.forms import run
from skillweek.core.limits import rate_limited
from skillweek.notifications.access import can_have_robots, robot_units, robots_visible_to
from skillweek.notifications.domain.robots import add_robot, change_robot, masked, remove_robot, try_robot
from skillweek.notifications.forms import NewRobotForm, RobotForm
from skillweek.notifications.kinds import find
from skillweek.notifications.models import GroupChannel
from skillweek.organisations.models import User


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The robots of one's units and those below."""
    if not can_have_robots(request.user):
        raise PermissionDenied
    rows: list[Any] = list(robots_visible_to(request.user).select_related("organisation"))
    for row in rows:
        row.masked = masked(row)
        row.kind_labels = [kind.label for kind in map(find, row.kinds) if kind]
    return render(request, "notifications/robots.html", {"rows": rows, "can_add": robot_units(request.user).exists()})


@sensitive_post_parameters("url", "secret")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Set up a robot for one of one's own units."""
    if not can_have_robots(request.user):
        raise PermissionDenied
    user = request.user
    assert isinstance(user, User)
    form = NewRobotForm(request.POST or None, units=robot_units(user))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        robot = run(form, lambda: add_robot(data.pop("organisation"), **data, by=user))
        if robot is not None:
            messages.success(request, _("已添加。请点“发送测试消息”，看群里能否收到。"))
            return redirect("notifications:robots")
    return render(request, "notifications/robot_form.html", {"form": form})


@sensitive_post_parameters("url", "secret")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a robot; the address is never shown again, only replaced."""
    user = request.user
    assert isinstance(user, User)
    robot = _robot(request, pk)
    initial = {"name": robot.name, "kinds": robot.kinds, "is_active": robot.is_active}
    form = RobotForm(request.POST or None, initial=initial, robot=robot)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        if run(form, lambda: change_robot(robot, **data, by=user)):
            messages.success(request, _("已保存。"))
            return redirect("notifications:robots")
    return render(request, "notifications/robot_form.html", {"form": form, "robot": robot, "masked": masked(robot)})


@login_required
@require_POST
@rate_limited("robot-test", "10/m")
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Post a line into the group now."""
    robot = _robot(request, pk)
    assert isinstance(request.user, User)
    try:
        try_robot(robot, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("测试消息已发到“%(name)s”。") % {"name": robot.name})
    return redirect("notifications:robots")


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a robot away."""
    robot = _robot(request, pk)
    assert isinstance(request.user, User)
    remove_robot(robot, by=request.user)
    messages.success(request, _("已删除“%(name)s”。") % {"name": robot.name})
    return redirect("notifications:robots")


def _robot(request: HttpRequest, pk: int) -> GroupChannel:
    return get_object_or_404(robots_visible_to(request.user).select_related("organisation"), pk=pk)
