"""Stories and the policies that they explain, as readers see them from either side (D5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from skillweek.content.editorial import public_q
from skillweek.editions.models import Edition
from skillweek.policies.articles import anchor_of
from skillweek.policies.citing import Citation
from skillweek.policies.models import Policy
from skillweek.policies.queries.finding import address_of as policy_address
from skillweek.policies.queries.finding import public_policies
from skillweek.publicity.models import Story, StoryPolicy


@dataclass(frozen=True)
class Explained:
    """One public policy at the foot of a story; ``url`` leads to the named article."""

    policy: Policy
    article: str
    url: str


def explained_by(story: Story, content: Mapping[str, Any]) -> list[Explained]:
    """The public policies that ``content`` (the story's draft or live) names, in its order."""
    rows = content.get("policies") or []
    found = public_policies(story.edition).in_bulk([row["policy"] for row in rows]) if rows else {}
    return [_explained(found[row["policy"]], row.get("article") or "") for row in rows if row["policy"] in found]


def _explained(policy: Policy, article: str) -> Explained:
    anchor = anchor_of(article)
    return Explained(policy, article, policy_address(policy) + (f"#{anchor}" if anchor else ""))


def stories_explaining(policy: Policy) -> Iterable[Citation]:
    """The public stories that explain a policy, the newest first, each once: what ``policies`` shows on its page."""
    rows = StoryPolicy.objects.filter(public_q("story__"), policy=policy).exclude(
        story__edition__state=Edition.State.DRAFT
    )
    articles: dict[int, list[str]] = {}
    stories: dict[int, Story] = {}
    for row in rows.select_related("story__organisation").order_by("-story__published_at", "-story", "position"):
        stories[row.story_id] = row.story
        articles.setdefault(row.story_id, []).append(row.article)
    return [
        Citation(
            story.title,
            reverse("publicity_public:story", args=[pk]),
            story.organisation.name,
            story.published_at,
            "、".join(filter(None, articles[pk])),
        )
        for pk, story in stories.items()
    ]


def lacks_policy(story: Story) -> bool:
    """Whether it tells of policies and names none: worth a friendly hint, never an error."""
    topic = next((row for row in story.edition.doc.topics if row.code == story.draft.get("topic")), None)
    return topic is not None and topic.library == "policies" and not story.draft.get("policies")
