"""The content security policy allows nothing inline, and no template needs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.factories import REPOSITORY, Tree, client_of, person

TEMPLATES = sorted((REPOSITORY / "src/skillweek").glob("**/templates/**/*.html"))
INLINE = {
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an event attribute": re.compile(r"<[a-z][^>{%]*\son[a-z]+\s*=", re.I),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.I),
    "htmx code": re.compile(r"\bhx-on|hx-vals=.js:|hx-vars|javascript:", re.I),
    "another host": re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", re.I),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(REPOSITORY / "src/skillweek")))
def test_template_has_nothing_inline(template: Path) -> None:
    if "email" in template.parts:
        pytest.skip("mails carry their own style")
    text = template.read_text(encoding="utf-8")

    found = [name for name, pattern in INLINE.items() if pattern.search(text)]

    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/", "/accounts/login/", "/nowhere/"])
def test_answer_carries_a_strict_policy(url: str) -> None:
    response = Client().get(url)

    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_rendered_workspace_has_nothing_inline(tree: Tree) -> None:
    html = client_of(person(tree.school_a, "liaison")).get("/w/").content.decode()

    found = [name for name, pattern in INLINE.items() if pattern.search(html)]

    assert found == []
