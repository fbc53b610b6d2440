"""Readers switch the language without an account, and it stays."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.django_db
def test_language_switch_is_kept_in_a_cookie() -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/language/", {"language": "en", "next": "/accounts/login/"})

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert '<html lang="en">' in client.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_language_switch_leads_to_no_other_site() -> None:
    response = Client().post("/language/", {"language": "en", "next": "https://evil.example/"})

    assert response["Location"] == "/"


@pytest.mark.django_db
def test_language_is_not_switched_by_a_link() -> None:
    assert Client().get("/language/?language=en").status_code == 405
