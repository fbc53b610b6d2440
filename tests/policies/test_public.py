"""What strangers find and read of the library, and what they never see (D5). Runs on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.policies.domain import writing as verbs
from skillweek.policies.domain.catalogue import load_catalogue
from skillweek.policies.models import Policy
from skillweek.policies.queries.finding import PolicyFilter, find
from skillweek.search.queries import search
from tests.factories import Tree
from tests.policies import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D5")]
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
_LISTS = ("/policies/", "/sitemap.xml", "/feeds/policies.atom", "/feeds/policies.rss", "/topics/policy/",
          "/search/?q=产教融合促进办法", "/policies/?q=产教融合促进办法")  # fmt: skip


def _read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def _titles(edition: Any, **asked: str) -> list[str]:
    found = find(PolicyFilter.from_query(asked), edition)
    titles = dict(Policy.objects.values_list("pk", "title"))
    return [titles[pk] for pk in found.ids]


@pytest.fixture
def national(tree: Tree, edition: Any, host: User) -> list[Policy]:
    """The catalogue, public."""
    made = load_catalogue(edition, tree.host, actor=host)
    for policy in made:
        verbs.publish_policy(policy, actor=host)
    return made


def test_laws_and_policies_are_found_by_full_name_short_name_number_and_words(
    tree: Tree, edition: Any, host: User, national: list[Policy]
) -> None:
    make.published(tree.host, edition, host, title="无关的通知", summary="关于食堂", aliases="")
    law = "中华人民共和国职业教育法"
    assert _titles(edition, q="职业教育法")[0] == law
    assert _titles(edition, q="职教法") == [law]
    assert _titles(edition, q="职教20条") == ["国家职业教育改革实施方案"]
    assert "国家职业教育改革实施方案" in _titles(edition, q="国发〔2019〕4号")
    assert set(_titles(edition, q="产教融合")) == {row.title for row in national}
    page = _read("/policies/?q=产教融合")
    assert "<mark>产教融合</mark>" in page
    assert "无关的通知" not in page
    assert f"/policies/{Policy.objects.get(kind='law').pk}/" in _read("/search/?q=职业教育法")


def test_the_full_text_is_found_with_the_place_around_it(tree: Tree, edition: Any, host: User) -> None:
    make.published(tree.host, edition, host, title="甲", summary="一句话", body=make.LAW)
    make.published(tree.host, edition, host, title="乙", summary="另一句")
    assert _titles(edition, q="校企合作") == ["甲"]
    assert "国家推进产教融合、<mark>校企合作</mark>" in _read("/policies/?q=校企合作")


def test_filters_order_and_pages(tree: Tree, edition: Any, host: User) -> None:
    for number in range(13):
        make.published(tree.host, edition, host, title=f"市{number}", issued_on=f"2020-01-{number + 1:02}")
    make.published(
        tree.host, edition, host, title="省法规", level="province", kind="regulation", issued_on="2021-05-01"
    )
    make.published(
        tree.host, edition, host, title="无日期", level="nation", kind="law", status="repealed", issued_on=""
    )
    assert _titles(edition)[0] == "省法规"
    assert _titles(edition)[-1] == "无日期"
    assert _titles(edition, sort="oldest")[0] == "市0"
    assert _titles(edition, sort="level")[:2] == ["无日期", "省法规"]
    assert _titles(edition, level="province") == ["省法规"]
    assert _titles(edition, kind="law") == _titles(edition, status="repealed") == ["无日期"]
    assert _titles(edition, year="2021") == ["省法规"]
    first, second = _read("/policies/"), _read("/policies/?page=2")
    assert first.count('class="policy-card"') == 12
    assert second.count('class="policy-card"') == 3
    assert "没有符合条件的政策" in _read("/policies/?year=2021&kind=law")
    assert "已废止" in _read(f"/policies/{Policy.objects.get(title='无日期').pk}/")


def test_an_empty_library_says_so(edition: Any) -> None:
    assert "政策库正在整理" in _read("/policies/")


def test_drafts_and_withdrawn_policies_are_nowhere(tree: Tree, edition: Any, host: User) -> None:
    policy = make.draft(tree.host, edition, host, title="产教融合促进办法")
    address = f"/policies/{policy.pk}/"
    for path in _LISTS:
        assert address not in _read(path), path
    assert Client().get(address).status_code == 404
    verbs.publish_policy(policy, actor=host)
    for path in _LISTS:
        assert address in _read(path), path
    assert Client().get(address).status_code == 200
    verbs.withdraw_policy(policy, actor=host)
    for path in _LISTS:
        assert address not in _read(path), path
    assert Client().get(address).status_code == 404
    assert search("产教融合促进办法").total == 0


def test_a_rebuild_of_the_search_finds_the_same(edition: Any, national: list[Policy]) -> None:
    before = _titles(edition, q="产教融合")
    call_command("rebuild_search", "policy")
    assert _titles(edition, q="产教融合") == before


def test_a_policy_page_has_contents_facts_source_and_neighbours(tree: Tree, edition: Any, host: User) -> None:
    old = make.published(tree.host, edition, host, title="旧的", issued_on="2019-01-01")
    policy = make.published(
        tree.host, edition, host, title="条例", issued_on="2020-01-01", effective_on="2020-06-01", body=make.LAW,
        related=[old.pk], number="示教〔2020〕9号",
    )  # fmt: skip
    new = make.published(tree.host, edition, host, title="新的", issued_on="2021-01-01")
    page = _read(f"/policies/{policy.pk}/")
    for words in ("示教〔2020〕9号", "2020年6月1日", "第二章 体系", 'href="https://example.org/policy"', "一句话说明"):
        assert words in page, words
    assert 'href="#art-3"' in page
    assert 'id="art-3"' in page
    for other in (old, new):
        assert f'href="/policies/{other.pk}/"' in page
    # A relation is seen from both sides.
    assert "相关政策" in _read(f"/policies/{old.pk}/")
    assert "相关政策" not in _read(f"/policies/{new.pk}/")


def test_a_policy_without_full_text_sends_to_the_official_one(edition: Any, national: list[Policy]) -> None:
    law = Policy.objects.get(kind="law")
    page = _read(f"/policies/{law.pk}/")
    assert "这里没有收录全文，请看官方原文。" in page
    assert law.live["source_url"] in page
    assert "主办单位还没有核对" in page
    Policy.objects.filter(pk=law.pk).update(needs_check=False)
    law.refresh_from_db()
    law.save()  # public pages are kept until a change
    assert "主办单位还没有核对" not in _read(f"/policies/{law.pk}/?fresh")


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%22%27)%20OR%201=1--", "q=*%20AND%20(", "level=x&kind=y&status=z&year=abcd&sort=q", "year=0000",
     "year=9999", "year=0001", "year=٢٠٢٠", "page=-1", "page=99999999999999999999", "page=x"],
)  # fmt: skip
def test_nonsense_in_the_address_is_passed_over(edition: Any, national: list[Policy], query: str) -> None:
    assert Client().get(f"/policies/?{query}").status_code == 200


def test_hostile_text_stays_text(tree: Tree, edition: Any, host: User) -> None:
    policy = make.published(
        tree.host, edition, host, title=f"恶意{HOSTILE}"[:200], summary=HOSTILE, number=HOSTILE, issuer=HOSTILE,
        aliases=HOSTILE, source_url="https://example.org/?a=%22%3E<script>",
        body=f"<h2>{HOSTILE}</h2><p>第一条 {HOSTILE}</p>",
    )  # fmt: skip
    for path in (f"/policies/{policy.pk}/", "/policies/", "/policies/?q=恶意", "/feeds/policies.atom"):
        page = _read(path)
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_policies_of_another_edition_are_not_mixed_in(tree: Tree, edition: Any, host: User) -> None:
    other = Edition.objects.get(pk=edition.pk)
    other.pk, other.slug, other.state = None, "another", Edition.State.OPEN
    other.starts_on, other.ends_on = edition.starts_on - timedelta(days=365), edition.ends_on - timedelta(days=365)
    other.save()
    policy = make.published(tree.host, other, host, title="别届的产教融合")
    assert _titles(edition) == _titles(edition, q="产教融合") == []
    with pytest.raises(DomainError):
        make.draft(tree.host, edition, host, related=[policy.pk])
