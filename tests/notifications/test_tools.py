"""The pages for managers, and what they refuse (A2, A4, A6)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from skillweek.notifications.domain import notify
from skillweek.notifications.models import Delivery, GroupChannel, MessageTemplate
from skillweek.organisations.models import User
from tests.factories import Tree, client_of, person

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-secret"
TEMPLATE = "/w/inbox/templates/test.told/"
LOG = "/w/inbox/deliveries/"


def _words(page: Any, **changes: str) -> dict[str, str]:
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in shown.items()} | changes


def test_inbox_is_filtered_by_kind(liaison: User, kinds: Any) -> None:
    for kind in ("test.told", "test.urgent"):
        notify([liaison], kind=kind, context={"activity": kind}, dedupe_key=kind)
    notify([liaison], kind="old", title="旧的", dedupe_key="old")
    client = client_of(liaison)

    def titles(**query: str) -> list[str]:
        return [message.title for message in client.get("/w/inbox/", query).context["page"]]

    assert titles(kind="test.told") == ["您已预约test.told"]
    assert titles(kind="nonsense") == titles() == ["旧的", "您已预约test.urgent", "您已预约test.told"]


def test_log_is_filtered_by_channel_kind_and_words(tree: Tree, liaison: User, kinds: Any) -> None:
    other = person(tree.school_b, "member", name="陈老师")
    notify([liaison], kind="test.told", context={"activity": "x"}, dedupe_key="1", organisation=tree.school_a)
    notify([other], kind="test.urgent", context={"activity": "x"}, dedupe_key="2", organisation=tree.school_b)
    client = client_of(person(tree.host, "manager"))

    def count(**query: str) -> int:
        return int(client.get(LOG, query).context["page"].paginator.count)

    assert [count(channel="email"), count(channel="sms"), count(channel="x")] == [2, 0, 2]
    assert [count(kind="test.told"), count(kind="x"), count(q="陈老师"), count(q="第一职业"), count(q="%")] == [
        1, 2, 1, 1, 0,
    ]  # fmt: skip
    assert count(q=liaison.email or "") == 1


def test_log_goes_back_only_to_itself(tree: Tree, liaison: User) -> None:
    notify([liaison], kind="k", title="一", dedupe_key="1", organisation=tree.school_a)
    delivery = Delivery.objects.get()
    client = client_of(person(tree.host, "manager"))
    retry = reverse("notifications:retry", args=[delivery.pk])

    for wanted, expected in ((LOG + "?state=failed", LOG + "?state=failed"), ("//evil.example", LOG), ("/w/", LOG)):
        assert client.post(retry, {"next": wanted})["Location"] == expected


def test_wording_keeps_what_was_typed_when_a_colleague_was_quicker(tree: Tree, kinds: Any) -> None:
    client, quicker = (client_of(person(tree.host, "manager")) for _ in range(2))
    page = client.get(TEMPLATE)
    quicker.post(TEMPLATE, _words(page, title="快的"))

    refused = client.post(TEMPLATE, _words(page, title="慢的"))

    assert "刚被同事修改过" in refused.content.decode()
    assert MessageTemplate.objects.get().title == "快的"
    again = _words(refused)
    assert again["title"] == "慢的"
    client.post(TEMPLATE, again)
    assert MessageTemplate.objects.get().title == "慢的"


def test_wording_puts_an_earlier_version_into_the_form(tree: Tree, kinds: Any) -> None:
    client = client_of(person(tree.host, "manager"))
    for title in ("第一版", "第二版"):
        client.post(TEMPLATE, _words(client.get(TEMPLATE), title=title))
    oldest = client.get(TEMPLATE).context["history"][-1]["event"]

    page = client.get(TEMPLATE, {"from": str(oldest.pk)})

    assert page.context["form"]["title"].value() == "第一版"
    assert MessageTemplate.objects.get().title == "第二版"  # not before it is saved
    for nonsense in ("x", "-1", "9" * 30, str(oldest.pk + 1000)):
        assert client.get(TEMPLATE, {"from": nonsense}).context["form"]["title"].value() == "第二版"


def test_preview_escapes_what_is_typed(tree: Tree, kinds: Any) -> None:
    client = client_of(person(tree.host, "manager"))

    page = client.post(TEMPLATE + "preview/", {"title": "<script>{activity}</script>", "sms": "字" * 80})

    text = page.content.decode()
    assert "&lt;script&gt;茶艺体验" in text
    assert "按 2 条计费" in text
    assert client.post("/w/inbox/templates/no.such/preview/").status_code == 404


def test_a_robot_is_set_up_for_own_units_only(tree: Tree) -> None:
    client = client_of(person(tree.siming, "manager"))
    robot = {"kind": "wecom", "name": "群", "url": WECOM}

    refused = client.post("/w/inbox/robots/add/", {**robot, "organisation": tree.school_a.pk})
    assert refused.status_code == 200
    assert not GroupChannel.objects.exists()
    assert client.post("/w/inbox/robots/add/", {**robot, "organisation": tree.siming.pk}).status_code == 302

    channel = GroupChannel.objects.get()
    for page in ("/w/inbox/robots/", f"/w/inbox/robots/{channel.pk}/"):
        assert "693a91f6" not in client.get(page).content.decode()
    changed = client.post(f"/w/inbox/robots/{channel.pk}/", {"name": "新群名", "url": "", "secret": ""})
    assert changed.status_code == 302
    channel.refresh_from_db()
    assert (channel.name, channel.url, channel.is_active) == ("新群名", WECOM, False)


def test_the_bureau_above_sees_and_stops_robots_below(tree: Tree) -> None:
    GroupChannel.objects.create(organisation=tree.siming, kind="wecom", name="思明群", url=WECOM)

    seen = {
        name: "思明群" in client_of(person(getattr(tree, name), "manager")).get("/w/inbox/robots/").content.decode()
        for name in ("siming", "huli", "edu", "hr", "host", "school_a")
    }

    assert seen == {"siming": True, "huli": False, "edu": True, "hr": False, "host": True, "school_a": False}
