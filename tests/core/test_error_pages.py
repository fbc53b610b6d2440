"""Whatever goes wrong, people read what happened and what to do, in their language, and never a trace."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from skillweek.core.errors import Conflict, NotAllowed


def _raise(error: Exception) -> object:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


urlpatterns = [
    path("400/", _raise(SuspiciousOperation("x"))),  # type: ignore[arg-type]
    path("403/", _raise(PermissionDenied())),  # type: ignore[arg-type]
    path("404/", _raise(Http404())),  # type: ignore[arg-type]
    path("500/", _raise(RuntimeError("the secret reason"))),  # type: ignore[arg-type]
    path("conflict/", _raise(Conflict("这份报送刚被同事修改过。"))),  # type: ignore[arg-type]
    path("refused/", _raise(NotAllowed("只有联络员可以提交。"))),  # type: ignore[arg-type]
    path("", include("skillweek.site.urls")),
]
handler400 = "skillweek.core.errors_views.bad_request"
handler403 = "skillweek.core.errors_views.permission_denied"
handler404 = "skillweek.core.errors_views.page_not_found"
handler500 = "skillweek.core.errors_views.server_error"

pytestmark = pytest.mark.urls("tests.core.test_error_pages")


def _client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("status", "title"), [(400, "请求有误"), (403, "没有权限"), (404, "找不到页面"), (500, "系统出错")]
)
def test_error_page_says_what_happened_in_chinese(status: int, title: str) -> None:
    response = _client().get(f"/{status}/")

    assert response.status_code == status
    assert f"<h1>{title}</h1>" in response.content.decode()
    assert "secret" not in response.content.decode()


def test_server_error_page_needs_no_database_and_names_the_request() -> None:
    """Runs without the ``db`` mark: any query would fail the test."""
    response = _client().get("/500/")

    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()


def test_error_page_reads_english_for_an_english_reader() -> None:
    response = _client().get("/404/", headers={"Accept-Language": "en"})

    assert '<html lang="en">' in response.content.decode()


def test_failed_csrf_check_says_to_reload() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a"})

    assert response.status_code == 403
    assert "请刷新后再试" in response.content.decode()


@pytest.mark.parametrize(("url", "status"), [("/conflict/", 409), ("/refused/", 403)])
def test_refusal_of_a_verb_keeps_its_status_and_sentence(url: str, status: int) -> None:
    page = _client().get(url)
    json = _client().get(url, headers={"Accept": "application/json"})
    htmx = _client().get(url, headers={"HX-Request": "true"})

    assert {page.status_code, json.status_code, htmx.status_code} == {status}
    sentence = json.json()["message"]
    assert sentence in page.content.decode()
    assert htmx.content.decode() == sentence
    assert htmx["Content-Type"].startswith("text/plain")


@pytest.mark.django_db
def test_health_answers_and_asks_the_database() -> None:
    response = _client().get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"ok": True}
