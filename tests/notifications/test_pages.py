"""The inbox and the delivery log as pages."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from skillweek.notifications.domain import notify
from skillweek.notifications.models import Delivery, Message
from skillweek.organisations.models import User
from tests.factories import Tree, client_of, person

INBOX = "/w/inbox/"


def test_inbox_shows_own_messages_only(tree: Tree, liaison: User) -> None:
    colleague = person(tree.school_a, "member")
    notify([liaison], kind="k", title="给联络员的", dedupe_key="1")
    notify([colleague], kind="k", title="给填报员的", dedupe_key="2")

    page = client_of(liaison).get(INBOX).content.decode()

    assert "给联络员的" in page
    assert "给填报员的" not in page
    assert (
        client_of(liaison)
        .get(reverse("notifications:open", args=[Message.objects.get(title="给填报员的").pk]))
        .status_code
        == 404
    )


def test_inbox_shows_unread_ones_alone_and_in_pages(liaison: User) -> None:
    client = client_of(liaison)
    for number in range(25):
        notify([liaison], kind="k", title=f"第{number}条", dedupe_key=str(number))
    client.get(reverse("notifications:open", args=[Message.objects.order_by("-pk")[0].pk]))

    unread = client.get(INBOX, {"unread": "1"})

    assert unread.context["page"].paginator.count == 24
    assert [message.title for message in client.get(INBOX, {"page": "2"}).context["page"]] == [
        "第4条", "第3条", "第2条", "第1条", "第0条",
    ]  # fmt: skip


def test_open_marks_read_and_goes_to_the_matter(liaison: User) -> None:
    [message] = notify([liaison], kind="k", title="一", url="/w/reports/", dedupe_key="1")

    response = client_of(liaison).get(reverse("notifications:open", args=[message.pk]))

    assert (response.status_code, response["Location"]) == (302, "/w/reports/")
    message.refresh_from_db()
    assert message.read_at is not None


def test_open_never_leads_off_the_site(liaison: User) -> None:
    for number, url in enumerate(("https://evil.example/", "//evil.example/", "/\\evil.example", "")):
        [message] = notify([liaison], kind="k", title="一", body="正文", url=url, dedupe_key=str(number))

        response = client_of(liaison).get(reverse("notifications:open", args=[message.pk]))

        assert response.status_code == 200
        assert "正文" in response.content.decode()


def test_read_all_marks_what_was_on_the_page(liaison: User) -> None:
    client = client_of(liaison)
    notify([liaison], kind="k", title="一", dedupe_key="1")
    newest = client.get(INBOX).context["newest"]
    notify([liaison], kind="k", title="二", dedupe_key="2")

    client.post(reverse("notifications:read_all"), {"up_to": newest})

    assert list(Message.objects.filter(read_at=None).values_list("title", flat=True)) == ["二"]
    assert client.post(reverse("notifications:read_all"), {"up_to": "x"}).status_code == 302


def test_log_shows_a_bureau_manager_the_mails_of_its_line(tree: Tree, told: Callable[..., Delivery]) -> None:
    told(title="思明的消息")
    url = reverse("notifications:deliveries")

    seen = {
        name: client_of(person(getattr(tree, name), "manager")).get(url).content.decode()
        for name in ("siming", "huli", "edu", "hr", "host")
    }

    assert {name: "思明的消息" in page for name, page in seen.items()} == {
        "siming": True, "huli": False, "edu": True, "hr": False, "host": True,
    }  # fmt: skip
    assert client_of(person(tree.siming, "reviewer")).get(url).status_code == 403
    assert client_of(person(tree.school_a, "manager")).get(url).status_code == 403


def test_log_offers_to_send_failed_mails_again(tree: Tree, told: Callable[..., Delivery]) -> None:
    delivery = told()
    Delivery.objects.update(state=Delivery.State.FAILED, reason=Delivery.Reason.REFUSED, reply_code=550)
    client = client_of(person(tree.siming, "manager"))
    retry = reverse("notifications:retry", args=[delivery.pk])

    assert retry in client.get(reverse("notifications:deliveries"), {"state": "failed"}).content.decode()
    assert client_of(person(tree.huli, "manager")).post(retry).status_code == 404
    assert client.post(retry, follow=True).status_code == 200
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.QUEUED


def test_log_filters_by_state(tree: Tree, told: Callable[..., Delivery]) -> None:
    told()
    client = client_of(person(tree.host, "manager"))
    url = reverse("notifications:deliveries")

    counts = {
        state: client.get(url, {"state": state}).context["page"].paginator.count
        for state in ("queued", "sent", "nonsense")
    }

    assert counts == {"queued": 1, "sent": 0, "nonsense": 1}
