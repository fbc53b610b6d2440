"""Certificates with a code that anybody can check (E2)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.participation.domain.certificates import issue, revoke
from skillweek.participation.domain.erasure import erase_participation
from skillweek.participation.models import Certificate
from skillweek.participation.pdf import certificate_as_pdf
from tests.factories import Tree, client_of, person

pytestmark = pytest.mark.requirement("E2")


@pytest.fixture
def certificate(edition: Edition, tree: Tree) -> Certificate:
    """One of school A."""
    return issue(
        edition,
        tree.school_a,
        kind="quiz",
        key="quiz:attempt:1",
        holder="王琳",
        title="职业教育知识问答",
        lines=["得分 96"],
    )


def test_the_same_thing_is_certified_once(edition: Edition, tree: Tree, certificate: Certificate) -> None:
    again = issue(edition, tree.school_a, kind="quiz", key="quiz:attempt:1", holder="别人", title="别的")
    assert (again.pk, again.holder) == (certificate.pk, "王琳")
    assert AuditEvent.objects.filter(verb="certificate.issue").count() == 1
    with pytest.raises(DomainError):
        issue(edition, tree.school_a, kind="quiz", key="quiz:attempt:2", holder="  ", title="职业教育知识问答")


def test_anybody_checks_a_code_however_it_is_typed(client: Client, certificate: Certificate) -> None:
    for typed in (
        certificate.code,
        certificate.spaced_code.lower(),
        f"https://x.org/take-part/certificates/{certificate.code}/",
    ):
        found = client.get("/take-part/certificates/", {"code": typed})
        assert found["Location"] == f"/take-part/certificates/{certificate.code}/"
    page = client.get(certificate.get_absolute_url()).content.decode()
    assert "有效" in page
    assert "王琳" in page
    assert "得分 96" in page
    forged = client.get("/take-part/certificates/", {"code": "<b>2222"}).content.decode()
    assert "没有编号为“&lt;b&gt;2222”的证书" in forged
    assert client.get("/take-part/certificates/222222222222/").status_code == 404


def test_the_line_above_revokes_with_a_reason_that_everybody_reads(
    client: Client, tree: Tree, certificate: Certificate
) -> None:
    reviewer = person(tree.siming, "reviewer")
    with pytest.raises(NotAllowed):
        revoke(certificate, actor=person(tree.hr, "reviewer"), reason="x")
    with pytest.raises(DomainError, match="撤销原因"):
        revoke(certificate, actor=reviewer, reason=" ")
    desk = client_of(reviewer)
    assert "王琳" in desk.get("/w/take-part/certificates/?q=王").content.decode()
    desk.post(f"/w/take-part/certificates/{certificate.pk}/revoke/", {"reason": "代答"})
    page = client.get(certificate.get_absolute_url()).content.decode()
    assert "撤销，不再有效" in page
    assert "代答" in page
    assert client.get(f"{certificate.get_absolute_url()}pdf/").status_code == 409
    with pytest.raises(Conflict):
        revoke(certificate, actor=reviewer, reason="又一次")


def test_other_lines_do_not_find_it(tree: Tree, certificate: Certificate) -> None:
    for unit in (tree.hr, tree.school_b):
        listed = client_of(person(unit, "manager")).get("/w/take-part/certificates/").content.decode()
        assert "王琳" not in listed


def test_the_pdf_holds_the_name_in_chinese_letters(certificate: Certificate, tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    with certificate_as_pdf(certificate) as made:
        path.write_bytes(made.read())
    assert path.read_bytes().startswith(b"%PDF")
    if not shutil.which("pdftotext"):
        return
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
    for word in ("王琳", "职业教育知识问答", "得分 96", certificate.organisation.name, certificate.spaced_code):
        assert word in text


def test_erasure_leaves_a_paper_that_can_be_checked_only(
    client: Client, edition: Edition, certificate: Certificate
) -> None:
    assert erase_participation(edition) == 1
    page = client.get(certificate.get_absolute_url()).content.decode()
    assert "王**" in page
    assert "王琳" not in page
    assert client.get(f"{certificate.get_absolute_url()}pdf/").status_code == 409
