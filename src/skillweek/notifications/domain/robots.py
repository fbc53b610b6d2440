"""Group robots of an organisation: set up, tried, changed, taken away."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.errors import Conflict, DomainError
from skillweek.notifications import kinds as kinds_module
from skillweek.notifications.drivers import NoAnswer, Refused, TryLater
from skillweek.notifications.drivers.robots import check_address, post, take_turn
from skillweek.notifications.models import GroupChannel
from skillweek.organisations.models import Organisation, User


def masked(robot: GroupChannel) -> str:
    """The address as its managers see it: enough to recognise, too little to post with."""
    return f"{urlsplit(robot.url).hostname}/…{robot.url[-4:]}"


@transaction.atomic
def add_robot(
    organisation: Organisation, *, kind: str, name: str, url: str, secret: str = "", kinds: Iterable[str] = (), by: User
) -> GroupChannel:
    """Set up a robot. Raises DomainError for an address that is none of this platform, Conflict for one used twice."""
    robot = GroupChannel(organisation=organisation, kind=kind, name=name, kinds=_known(kinds))
    _set_address(robot, url, secret)
    _save(robot)
    data = {"kind": kind, "kinds": robot.kinds}  # never the address
    audit.record("robot.add", robot, actor=by, organisation_id=organisation.pk, data=data)
    return robot


@transaction.atomic
def change_robot(
    robot: GroupChannel,
    *,
    name: str,
    url: str = "",
    secret: str = "",
    without_secret: bool = False,
    kinds: Iterable[str] = (),
    is_active: bool = True,
    by: User,
) -> GroupChannel:
    """Change a robot. An empty ``url`` or ``secret`` keeps the present one. Raises like ``add_robot``."""
    fresh = GroupChannel.objects.select_for_update().get(pk=robot.pk)
    fresh.name, fresh.kinds, fresh.is_active = name, _known(kinds), is_active
    if url or secret or without_secret:
        _set_address(fresh, url or fresh.url, "" if without_secret else secret or fresh.secret)
    _save(fresh)
    data = {"kinds": fresh.kinds, "is_active": is_active, "new_address": bool(url), "new_secret": bool(secret)}
    audit.record("robot.change", fresh, actor=by, organisation_id=fresh.organisation_id, data=data)
    return fresh


@transaction.atomic
def remove_robot(robot: GroupChannel, *, by: User) -> None:
    """Take a robot away; what waits for it is not sent."""
    audit.record("robot.remove", robot, actor=by, organisation_id=robot.organisation_id)
    robot.delete()


def try_robot(robot: GroupChannel, *, by: User) -> None:
    """Post a line into the group, at once. Raises DomainError that says what to look at when it does not go through."""
    if take_turn(robot) is not None:
        raise DomainError(_("一分钟内发送太多，请过一分钟再试。"))
    text = _("**测试消息**\n\n“%(unit)s”的职教周消息会发到这个群。") % {"unit": robot.organisation.name}
    try:
        post(robot, _("测试消息"), text)
    except Refused as error:
        raise DomainError(_why(error)) from error
    except TryLater as error:
        raise DomainError(_why(error)) from error
    except NoAnswer as error:
        raise DomainError(_("对方平台没有回答，不知道是否发出。请看一下群里有没有测试消息。")) from error
    audit.record("robot.test", robot, actor=by, organisation_id=robot.organisation_id)


def _why(error: Refused | TryLater) -> str:
    from skillweek.notifications.models import Delivery

    text = str(Delivery.Reason(error.reason).label)
    return _("没有发出：%(why)s（返回码 %(code)s）") % {"why": text, "code": error.code} if error.code else text


def _set_address(robot: GroupChannel, url: str, secret: str) -> None:
    check_address(robot.kind, url.strip())
    robot.url, robot.secret = url.strip(), secret.strip()


def _known(codes: Iterable[str]) -> list[str]:
    return [code for code in codes if kinds_module.find(code)]


def _save(robot: GroupChannel) -> None:
    try:
        with transaction.atomic():
            robot.save()
    except IntegrityError:
        raise Conflict(_("这个群机器人已经添加过。"), field="url") from None
