"""Entering, checking and publishing policies: what is asked, who may, what stays (D5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from skillweek.core.audit import history_of
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.policies.domain import writing as verbs
from skillweek.policies.domain.catalogue import entries, load_catalogue
from skillweek.policies.models import Policy
from tests.factories import Tree
from tests.policies import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D5")]


def test_a_policy_without_full_text_needs_a_sentence_and_the_official_address(
    tree: Tree, edition: Any, host: User
) -> None:
    policy = make.draft(tree.host, edition, host, summary="", body="")
    with pytest.raises(DomainError) as refused:
        verbs.publish_policy(policy, actor=host)
    assert refused.value.code == "no_body"
    verbs.save_policy(policy, {"summary": "一句话"}, actor=host)
    verbs.publish_policy(policy, actor=host)
    policy.refresh_from_db()
    assert policy.is_live


def test_the_issuer_is_asked_for(tree: Tree, edition: Any, host: User) -> None:
    policy = make.draft(tree.host, edition, host, issuer=" ")
    with pytest.raises(DomainError) as refused:
        verbs.publish_policy(policy, actor=host)
    assert refused.value.field == "issuer"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source_url", "javascript:alert(1)"), ("source_url", "//example.org"), ("source_url", "http://[::1"),
        ("source_url", "https://"), ("issued_on", "2023-02-30"), ("effective_on", "明天"), ("kind", "诗"),
        ("level", "x"), ("status", "x"), ("related", [999_999]),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_at_its_field(
    tree: Tree, edition: Any, host: User, field: str, value: Any
) -> None:
    with pytest.raises(DomainError) as refused:
        make.draft(tree.host, edition, host, **{field: value})
    assert refused.value.field == field
    assert not Policy.objects.exists()


def test_bureaus_write_their_own_and_schools_none(
    tree: Tree, edition: Any, host: User, reviewer: User, liaison: User
) -> None:
    policy = make.published(tree.siming, edition, reviewer)
    for organisation, actor in ((tree.school_a, liaison), (tree.siming, liaison), (tree.host, reviewer)):
        with pytest.raises(NotAllowed):
            make.draft(organisation, edition, actor)
    with pytest.raises(NotAllowed):
        verbs.save_policy(policy, {"title": "改"}, actor=host)
    with pytest.raises(NotAllowed):
        verbs.withdraw_policy(policy, actor=liaison)
    verbs.withdraw_policy(policy, actor=host, reason="有误")
    policy.refresh_from_db()
    assert not policy.is_live


def test_a_closed_edition_is_frozen(tree: Tree, edition: Any, host: User) -> None:
    policy = make.published(tree.host, edition, host)
    fresh = make.draft(tree.host, edition, host)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CLOSED)
    edition.refresh_from_db()
    policy, fresh = Policy.objects.get(pk=policy.pk), Policy.objects.get(pk=fresh.pk)
    for verb in (
        lambda: verbs.save_policy(policy, {"title": "改"}, actor=host),
        lambda: verbs.publish_policy(fresh, actor=host),
        lambda: verbs.withdraw_policy(policy, actor=host),
        lambda: verbs.delete_policy(fresh, actor=host),
        lambda: verbs.confirm_checked(policy, actor=host),
        lambda: load_catalogue(edition, tree.host, actor=host),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_two_editors_do_not_overwrite_each_other(tree: Tree, edition: Any, host: User) -> None:
    policy = make.draft(tree.host, edition, host)
    seen = policy.revision
    verbs.save_policy(policy, {"title": "先保存的"}, actor=host, expected_revision=seen)
    with pytest.raises(Conflict):
        verbs.save_policy(policy, {"title": "后保存的"}, actor=host, expected_revision=seen)
    policy.refresh_from_db()
    assert policy.draft["title"] == "先保存的"


def test_what_was_public_is_withdrawn_and_not_deleted(tree: Tree, edition: Any, host: User) -> None:
    policy = make.published(tree.host, edition, host)
    with pytest.raises(Conflict):
        verbs.delete_policy(policy, actor=host)
    draft = make.draft(tree.host, edition, host)
    verbs.delete_policy(draft, actor=host)
    assert list(Policy.objects.all()) == [policy]
    assert [event.verb for event in history_of(policy)][::-1] == ["policy.make", "text.publish"]


def test_the_catalogue_is_loaded_once_as_drafts_to_be_checked(tree: Tree, edition: Any, host: User) -> None:
    made = load_catalogue(edition, tree.host, actor=host)
    assert len(made) == len(entries()) >= 4
    assert load_catalogue(edition, tree.host, actor=host) == []
    law = Policy.objects.get(catalogue_key="vocational-education-law-2022")
    assert (law.needs_check, law.is_live, law.number) == (True, False, "中华人民共和国主席令第一一二号")
    assert (law.draft["issued_on"], law.draft["effective_on"]) == ("2022-04-20", "2022-05-01")
    for policy in made:  # every entry can be published as it is
        verbs.publish_policy(policy, actor=host)
    verbs.confirm_checked(law, actor=host)
    verbs.confirm_checked(law, actor=host)
    law.refresh_from_db()
    assert (law.needs_check, law.checked_by) == (False, host)
    assert [event.verb for event in history_of(law)].count("policy.check") == 1


def test_the_catalogue_is_for_bureaus(tree: Tree, edition: Any, liaison: User, reviewer: User) -> None:
    for organisation, actor in ((tree.school_a, liaison), (tree.host, reviewer), (tree.school_a, None)):
        with pytest.raises(NotAllowed):
            load_catalogue(edition, organisation, actor=actor)


def test_the_command_loads_for_the_host(tree: Tree, edition: Any, capsys: Any) -> None:
    call_command("load_policies", edition=edition.slug)
    call_command("load_policies", edition=edition.slug)
    assert Policy.objects.filter(organisation=tree.host, needs_check=True).count() == len(entries())
    assert "0 policies" in capsys.readouterr().out
