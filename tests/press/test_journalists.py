"""A journalist's account: signed up, confirmed, accredited, erased (D3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from skillweek.bookings import proof
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.press.domain import journalists, talking
from skillweek.press.models import Journalist
from skillweek.uploads.models import StoredFile
from tests.bookings.test_pages import solve
from tests.factories import Tree, client_of, person
from tests.press import make

pytestmark = pytest.mark.requirement("D3")
_S = Journalist.State
_PASSWORD = "strong-words-2023"


def form(**more: Any) -> dict[str, Any]:
    return {
        "name": "林记者", "outlet": "示例日报", "phone": "13800138000", "email": "Lin@example.org",
        "card_number": "B350001", "agreed": "on", "proof": solve(proof.new_challenge()), **more,
    }  # fmt: skip


def link() -> str:
    return Message.objects.filter(kind="journalist.confirm").latest("pk").url


def test_from_the_form_to_the_leads(tree: Tree, edition: Edition, host: User) -> None:
    make.lead(edition, tree.school_a)
    browser = Client()
    assert "请查收邮件" in browser.post("/press/signup/", form()).content.decode()
    assert (Journalist.objects.get().state, User.objects.filter(email="lin@example.org").count()) == ("unconfirmed", 0)

    assert browser.post(link(), {"password": "123", "again": "123"}).status_code == 400
    assert browser.post(link(), {"password": _PASSWORD, "again": _PASSWORD})["Location"] == "/press/"
    row = Journalist.objects.get()
    assert (row.state, row.user.email) == ("applied", "lin@example.org")
    assert browser.get(link()).status_code == 410
    assert "正在核验" in browser.get("/press/").content.decode()
    assert browser.get("/w/")["Location"] == "/press/"
    assert Message.objects.filter(recipient=host, kind="journalist.applied").count() == 1

    client_of(host).post(f"/w/press/journalists/{row.pk}/decide/", {"do": "accredit"})
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("accredited", host)
    assert Message.objects.filter(recipient=row.user, kind="journalist.decided").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"card_number": ""}, "card_number"),
        ({"phone": "12"}, "phone"),
        ({"email": "x"}, "email"),
        ({"agreed": ""}, "agreed"),
        ({"proof": ""}, "proof"),
        ({"card_file": SimpleUploadedFile("a.exe", b"MZ")}, "card_file"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(tree: Tree, edition: Edition, change: dict[str, Any], field: str) -> None:
    response = Client().post("/press/signup/", form(**change))
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert (Journalist.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_known_address_reads_the_same_and_is_told_to_sign_in(tree: Tree, edition: Edition) -> None:
    make.journalist(edition, email="lin@example.org")
    assert "请查收邮件" in Client().post("/press/signup/", form()).content.decode()
    assert [message.kind for message in Message.objects.all()] == ["journalist.known"]
    assert Journalist.objects.get().name != "林记者"


def test_an_address_with_an_account_is_confirmed_by_its_owner_only(tree: Tree, edition: Edition) -> None:
    owner = person(tree.school_a, email="lin@example.org")
    Client().post("/press/signup/", form())
    assert "请先登录" in Client().get(link()).content.decode()
    Client().post(link(), {"password": _PASSWORD, "again": _PASSWORD})
    client_of(person(tree.school_b)).post(link())
    assert Journalist.objects.get().state == "unconfirmed"

    client_of(owner).post(link())

    assert Journalist.objects.get().user == owner


def test_signing_up_again_makes_a_new_link_and_kills_the_old(tree: Tree, edition: Edition) -> None:
    Client().post("/press/signup/", form())
    old = link()
    Client().post("/press/signup/", form())
    assert Client().get(old).status_code == 410
    assert Client().get(link()).status_code == 200


def test_only_the_host_accredits_and_refusal_needs_a_reason(
    tree: Tree, edition: Edition, host: User, reviewer: User
) -> None:
    row = make.journalist(edition, state=_S.APPLIED)
    with pytest.raises(NotAllowed):
        journalists.accredit(row, actor=reviewer)
    client_of(host).post(f"/w/press/journalists/{row.pk}/decide/", {"do": "refuse", "remark": ""})
    assert Journalist.objects.get().state == "applied"
    journalists.refuse(row, actor=host, remark="请补介绍信")
    with pytest.raises(Conflict):
        journalists.refuse(row, actor=host, remark="再说一次")
    with pytest.raises(Conflict):
        journalists.accredit(make.journalist(edition, state=_S.UNCONFIRMED), actor=host)


def test_the_card_is_the_hosts_to_read(tree: Tree, edition: Edition, host: User, tmp_path: Any) -> None:
    from tests.materials.make import make_jpeg

    picture = make_jpeg(tmp_path / "a.jpg", 60, 40, min_bytes=0).read_bytes()
    Client().post("/press/signup/", form(card_number="", card_file=SimpleUploadedFile("证.jpg", picture)))
    file = Journalist.objects.get().card
    assert file is not None
    path = reverse("uploads:original", args=[file.pk])
    response = client_of(host).get(path)
    assert (response.status_code, b"".join(response)) == (200, picture)
    assert client_of(person(tree.edu, "reviewer")).get(path).status_code == 404


def test_what_was_never_confirmed_is_forgotten(tree: Tree, edition: Edition) -> None:
    week = datetime(2023, 5, 15, 10, tzinfo=UTC)
    with time_machine.travel(week, tick=False):
        Client().post("/press/signup/", form())
        assert journalists.tidy() == 0
    with time_machine.travel(week + timedelta(days=4), tick=False):
        assert journalists.tidy() == 1
    assert Journalist.objects.count() == 0


def test_everything_personal_goes_with_the_editions_visitors(tree: Tree, edition: Edition, liaison: User) -> None:
    row = make.journalist(edition, name="林记者", email="lin@example.org")
    staff = make.journalist(edition, user=person(tree.school_b, "liaison"))
    lead = make.lead(edition, tree.school_a)
    talking.ask(lead, row, text="能拍吗？")
    talking.hand_in(lead, row, title="刊出", published_on=edition.days[0], level="municipal")

    assert journalists.erase_journalists(edition) == 2

    row.refresh_from_db()
    lead.refresh_from_db()
    assert (row.name, row.phone, row.email, row.user) == ("", "", "", None)
    assert not User.objects.filter(email="lin@example.org").exists()
    assert User.objects.filter(pk=staff.user_id).exists()
    assert (lead.contact_name, lead.contact_phone) == ("", "")
    assert (lead.questions.count(), lead.coverage.count()) == (1, 1)
    assert not Message.objects.filter(body__contains="林记者").exists()
    from skillweek.core.models import AuditEvent

    assert not AuditEvent.objects.filter(object_label__contains="林记者").exists()
    assert not AuditEvent.objects.filter(actor_label__contains="林记者").exists()
