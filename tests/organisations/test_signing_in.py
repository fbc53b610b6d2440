"""Signing in through the real pages: e-mail or phone, lock-out, second factor, closed doors (A6)."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from skillweek.organisations.domain.people import end_membership
from skillweek.organisations.models import Membership, User
from tests.factories import PASSWORD, Tree, client_of, person

LOGIN = "/accounts/login/"


def _sign_in(client: Client, login: str, password: str = PASSWORD, **headers: Any) -> Any:
    return client.post(LOGIN, {"login": login, "password": password}, **headers)


def _is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.requirement("A6")
@pytest.mark.parametrize(
    "login",
    ["13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００", "Z@Example.org"],
)
def test_signs_in_by_phone_or_mail_as_people_write_them(tree: Tree, client: Client, login: str) -> None:
    person(tree.school_a, "liaison", phone="13800138000", email="z@example.org")

    answer = _sign_in(client, login)

    assert answer.status_code == 302
    assert answer["Location"] == reverse("workspace:home")
    assert _is_in(client)


@pytest.mark.parametrize("login", ["13800138000", "nobody@example.org", "somebody", ""])
def test_a_wrong_account_or_password_says_the_same_in_chinese(tree: Tree, client: Client, login: str) -> None:
    person(tree.school_a, "liaison", phone="13800138000")

    page = _sign_in(client, login, "wrong").content.decode()

    assert not _is_in(client)
    if login:
        assert "账号或密码不对" in page


def test_an_account_that_was_switched_off_does_not_get_in(tree: Tree, client: Client) -> None:
    user = person(tree.school_a, "liaison", phone="13800138000")
    User.objects.filter(pk=user.pk).update(is_active=False)

    _sign_in(client, "13800138000")

    assert not _is_in(client)


@pytest.fixture
def limits(settings: Any) -> None:
    """The product's own limits, which other tests do without."""
    from skillweek.site import settings as product

    settings.ACCOUNT_RATE_LIMITS = product.ACCOUNT_RATE_LIMITS


@pytest.mark.requirement("A6")
def test_five_wrong_passwords_lock_the_account_however_it_is_written(tree: Tree, client: Client, limits: None) -> None:
    person(tree.school_a, "liaison", phone="13800138000")
    person(tree.school_b, "liaison", phone="13900139000")

    for login in ["13800138000", "138 0013 8000", "+8613800138000", "138-0013-8000", "１３８００１３８０００"]:
        assert "账号或密码不对" in _sign_in(client, login, "wrong").content.decode()
    locked = _sign_in(client, "13800138000")

    assert "已暂时锁定" in locked.content.decode()
    assert not _is_in(client)
    # Neither another phone number nor another address shares the counter.
    assert _sign_in(Client(), "13900139000").status_code == 302


def test_lock_out_also_holds_from_other_addresses(tree: Tree, limits: None) -> None:
    person(tree.school_a, "liaison", phone="13800138000")
    for number in range(5):
        _sign_in(Client(), "13800138000", "wrong", REMOTE_ADDR=f"10.0.0.{number + 1}")

    assert "已暂时锁定" in _sign_in(Client(), "13800138000", REMOTE_ADDR="10.0.0.99").content.decode()


def test_a_made_up_forwarded_address_does_not_escape_the_limit(tree: Tree, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/ip", "login": ""}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(3):
        _sign_in(Client(), f"user{number}@example.org", "wrong", HTTP_X_FORWARDED_FOR=f"1.2.3.{number}")
    assert "已暂时锁定" in _sign_in(Client(), "x@example.org", "wrong", HTTP_X_FORWARDED_FOR="9.9.9.9").content.decode()

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forwarded = _sign_in(Client(), "x@example.org", "wrong", HTTP_X_FORWARDED_FOR="6.6.6.6, 9.9.9.9").content.decode()
    assert "账号或密码不对" in forwarded


def test_too_many_requests_are_answered_in_chinese(tree: Tree, client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}

    answers = [client.post("/accounts/password/reset/", {"email": "x@example.org"}) for _again in range(2)]

    assert [answer.status_code for answer in answers] == [302, 429]
    assert "操作太频繁" in answers[1].content.decode()


@pytest.mark.requirement("A6")
def test_a_forgotten_password_is_set_anew_by_mail(tree: Tree, client: Client, settings: Any) -> None:
    settings.BASE_URL = "https://week.example.org"
    user = person(tree.school_a, "liaison", email="zhang@example.org")

    client.post("/accounts/password/reset/", {"email": "zhang@example.org"})

    message = mail.outbox[-1]
    assert message.to == ["zhang@example.org"]
    link = re.search(r"https://week\.example\.org(/accounts/password/reset/key/\S+)", str(message.body))
    assert link
    opened = client.get(link[1], follow=True)
    new = "another-horse-职教"
    client.post(opened.redirect_chain[-1][0], {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)
    assert _sign_in(Client(), "zhang@example.org", new).status_code == 302


def _totp(secret: str, at: float | None = None) -> str:
    counter = int((at or time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def _activate(client: Client) -> tuple[str, list[str]]:
    """Set up the second factor as a person does; returns the secret and the recovery codes."""
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200, page
    secret = client.session["mfa.totp.secret"]
    client.post("/accounts/2fa/totp/activate/", {"code": _totp(secret)})
    return secret, client.get("/accounts/2fa/recovery-codes/download/").content.decode().split()


@pytest.mark.requirement("A6")
def test_a_bureau_account_must_set_up_two_factors_and_then_signs_in_with_them(
    tree: Tree, client: Client, settings: Any
) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    person(tree.siming, "reviewer", email="ju@example.org")
    _sign_in(client, "ju@example.org")

    turned = client.get("/w/")
    assert turned["Location"] == "/accounts/2fa/totp/activate/"
    assert client.get("/").status_code == 200  # what is public stays public
    secret, codes = _activate(client)
    assert client.get("/w/").status_code == 200
    assert len(codes) >= 10

    later = Client()
    answer = _sign_in(later, "ju@example.org")
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert later.get("/w/")["Location"].startswith(LOGIN)
    wrong = later.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    # The code that set the factor up is spent; the next one signs in.
    later.post("/accounts/2fa/authenticate/", {"code": _totp(secret, time.time() + 30)})
    assert _is_in(later)


@pytest.mark.requirement("A6")
def test_a_recovery_code_signs_in_once(tree: Tree, client: Client) -> None:
    person(tree.siming, "reviewer", email="ju@example.org")
    _sign_in(client, "ju@example.org")
    _secret, codes = _activate(client)

    for expected in (True, False):
        later = Client()
        _sign_in(later, "ju@example.org")
        later.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert _is_in(later) is expected


def test_schools_need_no_second_factor(tree: Tree, settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = True

    assert client_of(person(tree.school_a, "liaison")).get("/w/").status_code == 200


def test_required_second_factor_stops_posts_too(tree: Tree, settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    client = client_of(person(tree.edu, "manager"))

    answer = client.post(reverse("organisations:deactivate", args=[tree.school_a.pk]), {"reason": "x"})

    assert answer["Location"] == "/accounts/2fa/totp/activate/"
    assert tree.fresh("school_a").is_active


@pytest.mark.requirement("A6")
def test_an_ended_role_closes_open_sessions_at_once(tree: Tree) -> None:
    manager = person(tree.edu, "manager")
    reviewer = person(tree.siming, "reviewer")
    client = client_of(reviewer)
    url = reverse("organisations:unit", args=[tree.school_a.pk])
    assert client.get(url).status_code == 200

    end_membership(manager, Membership.objects.get(user=reviewer), reason="调离")

    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/abc/",
        "/accounts/password/set/",
        "/accounts/login/code/confirm/",
        "/accounts/login/code/",
        "/accounts/phone/change/",
        "/accounts/2fa/webauthn/",
        "/accounts/social/login/",
    ],
)
def test_doors_that_do_not_belong_here_are_shut(tree: Tree, client: Client, path: str) -> None:
    data = {"email": "new@example.org", "password1": PASSWORD, "action_add": ""}
    for visitor in (client, client_of(person(tree.host, "manager"))):
        assert visitor.get(path).status_code == 404
        assert visitor.post(path, data).status_code == 404
    assert not User.objects.filter(email="new@example.org").exists()


def test_signing_in_keeps_the_persons_language(tree: Tree, client: Client) -> None:
    user = person(tree.school_a, "liaison", email="en@example.org")
    User.objects.filter(pk=user.pk).update(language="en")

    answer = _sign_in(client, "en@example.org")

    assert answer.cookies["django_language"].value == "en"
