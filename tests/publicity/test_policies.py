"""Stories name the policies that they explain; both sides show it (D5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from skillweek.core.errors import DomainError
from skillweek.organisations.models import User
from skillweek.policies.domain.writing import withdraw_policy
from skillweek.publicity.domain import reviewing as verbs
from skillweek.publicity.domain.writing import save_story
from skillweek.publicity.models import Story
from tests.factories import Tree
from tests.policies import make as policies
from tests.publicity import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D5")]


def _read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def _public(tree: Tree, edition: Any, host: User, **draft: Any) -> Story:
    story = make.written(tree.host, edition, host, **draft)
    verbs.publish_story(story, actor=host)
    return Story.objects.get(pk=story.pk)


def test_a_public_story_and_its_policy_show_each_other(tree: Tree, edition: Any, host: User) -> None:
    policy = policies.published(tree.host, edition, host, title="产教融合条例", body=policies.LAW)
    named = [{"policy": policy.pk, "article": "第三条"}, {"policy": policy.pk, "article": "第一条"}]
    story = make.written(tree.host, edition, host, title="工厂里的课堂", policies=named)
    address = f"/policies/{policy.pk}/"
    assert "工厂里的课堂" not in _read(address)  # a draft
    verbs.publish_story(story, actor=host)
    page = _read(address)
    assert page.count(f'href="/stories/{story.pk}/"') == 1
    assert "第三条、第一条" in page
    shown = _read(f"/stories/{story.pk}/")
    assert f'href="{address}#art-3"' in shown
    # What is only in the draft is not shown.
    story = save_story(Story.objects.get(pk=story.pk), {"policies": []}, actor=host)
    assert "工厂里的课堂" in _read(address)
    verbs.publish_story(story, actor=host)
    assert "工厂里的课堂" not in _read(address)
    assert f'href="{address}#art-3"' not in _read(f"/stories/{story.pk}/")


def test_what_is_withdrawn_on_one_side_leaves_the_other(tree: Tree, edition: Any, host: User) -> None:
    policy = policies.published(tree.host, edition, host, title="产教融合条例")
    story = _public(tree, edition, host, title="工厂里的课堂", policies=[{"policy": policy.pk, "article": ""}])
    other = _public(tree, edition, host, title="留下的故事", policies=[{"policy": policy.pk, "article": ""}])
    verbs.withdraw_story(story, actor=host, reason="有误")
    page = _read(f"/policies/{policy.pk}/")
    assert "工厂里的课堂" not in page
    assert "留下的故事" in page
    withdraw_policy(policy, actor=host)
    assert "产教融合条例" not in _read(f"/stories/{other.pk}/")


def test_only_public_policies_of_the_edition_can_be_named(tree: Tree, edition: Any, host: User) -> None:
    draft = policies.draft(tree.host, edition, host)
    for pk in (draft.pk, 999_999):
        with pytest.raises(DomainError) as refused:
            make.written(tree.host, edition, host, policies=[{"policy": pk, "article": ""}])
        assert refused.value.field == "policies"
    policy = policies.published(tree.host, edition, host)
    many = [{"policy": policy.pk, "article": f"第{number}条"} for number in range(11)]
    with pytest.raises(DomainError):
        make.written(tree.host, edition, host, policies=many)


def test_a_policy_withdrawn_since_may_stay_in_the_draft(tree: Tree, edition: Any, host: User) -> None:
    policy = policies.published(tree.host, edition, host)
    rows = [{"policy": policy.pk, "article": ""}]
    story = make.written(tree.host, edition, host, policies=rows)
    withdraw_policy(policy, actor=host)
    saved = save_story(story, {"title": "改了题", "policies": rows}, actor=host)
    assert saved.draft["policies"] == rows


def _form(story: Story, **more: Any) -> dict[str, Any]:
    draft = story.draft
    return {"title": draft["title"], "topic": draft["topic"], "body": draft["body"], "kind": draft["kind"],
            "revision": story.revision, **more}  # fmt: skip


def test_the_form_links_hints_and_keeps_what_was_typed(tree: Tree, edition: Any, host: User, client: Client) -> None:
    policy = policies.published(tree.host, edition, host, title="产教融合条例")
    story = make.written(tree.host, edition, host, topic="policy")
    client.force_login(host)
    address = f"/w/publicity/{story.pk}/"
    hint = "这篇讲政策的故事还没有关联政策"
    assert hint in client.get(address).content.decode()
    rows = {"explained-policy": [str(policy.pk), "", "x"], "explained-article": ["第三条", "", "多余"]}
    assert client.post(address, _form(story, **rows)).status_code == 302
    story.refresh_from_db()
    assert story.draft["policies"] == [{"policy": policy.pk, "article": "第三条"}]
    page = client.get(address).content.decode()
    assert hint not in page
    assert 'value="第三条"' in page
    assert page.count('name="explained-policy"') == 2
    assert "产教融合条例" in client.get(f"{address}preview/").content.decode()
    # A form without the rows changes none of them; an unknown policy is refused and the text stays.
    assert client.post(address, _form(story)).status_code == 302
    story.refresh_from_db()
    assert len(story.draft["policies"]) == 1
    wrong = {"explained-policy": ["999999"], "explained-article": ['"><script>']}
    refused = client.post(address, _form(story, title="新题目", **wrong))
    assert refused.status_code == 400
    assert "新题目" in refused.content.decode()
    assert "<script>" not in refused.content.decode().split("explained-article")[1][:200]


def test_a_policy_story_without_a_policy_is_published_all_the_same(tree: Tree, edition: Any, host: User) -> None:
    assert _public(tree, edition, host, topic="policy").is_live
