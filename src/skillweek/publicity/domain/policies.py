"""Which policies a story explains (D5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.policies.models import Policy
from skillweek.publicity.models import Story, StoryPolicy

MAX_POLICIES: Final = 10
_ARTICLE: Final = 60


def sound_policies(story: Story, rows: Any) -> list[dict[str, Any]]:
    """The rows that name something, each once. Raises DomainError for policies that are not in the edition's library.

    A policy that the story names already may stay, whatever became of it; a new one must be public.
    """
    found: list[dict[str, Any]] = []
    for row in rows or []:
        one = {"policy": int(row["policy"]), "article": " ".join(str(row.get("article") or "").split())[:_ARTICLE]}
        if one not in found:
            found.append(one)
    if len(found) > MAX_POLICIES:
        raise DomainError(_("一篇故事最多关联 %(n)d 条政策。") % {"n": MAX_POLICIES}, field="policies")
    named = {row["policy"] for row in found}
    before = {row["policy"] for row in story.draft.get("policies") or []}
    known = Policy.objects.filter(pk__in=named, edition_id=story.edition_id)
    if {pk for pk, live in known.values_list("pk", "live_at") if live or pk in before} != named:
        raise DomainError(_("所选的政策已不在政策库里。请重新选择。"), field="policies")
    return found


def explain(story: Story, content: Mapping[str, Any]) -> None:
    """Let the rows follow ``content``."""
    story.explained.all().delete()
    rows = content.get("policies") or []
    known = set(Policy.objects.filter(pk__in=[row["policy"] for row in rows]).values_list("pk", flat=True))
    links = [
        StoryPolicy(story=story, policy_id=row["policy"], article=row.get("article") or "", position=number)
        for number, row in enumerate(rows)
        if row["policy"] in known
    ]
    StoryPolicy.objects.bulk_create(links)
