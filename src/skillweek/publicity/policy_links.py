"""The rows 「解读的政策」 of the story's form: a policy and, if one likes, an article of it (D5)."""

from __future__ import annotations

from typing import Any, Final

from skillweek.policies.models import Policy
from skillweek.policies.queries.finding import public_policies
from skillweek.publicity.domain.policies import MAX_POLICIES
from skillweek.publicity.models import Story
from skillweek.publicity.queries.policies import lacks_policy

#: Names of the fields; rows belong together by their order.
POLICY, ARTICLE = "explained-policy", "explained-article"
_SPARE: Final = 1


class PolicyLinks:
    """What stands in the rows, and one empty row more. Nonsense in a form is passed over; the verb checks the rest."""

    def __init__(self, data: Any, *, story: Story) -> None:
        self.story = story
        self.data = data

    @property
    def rows(self) -> list[tuple[int, str]]:
        """(policy, article) as typed, else as saved, with an empty row while there is room."""
        there = self._typed() if self.data is not None else self._saved()
        return [*there, *[(0, "")] * _SPARE][:MAX_POLICIES]

    @property
    def choices(self) -> list[tuple[int, str]]:
        """The edition's public policies, and those that the story names already."""
        found = list(public_policies(self.story.edition).values_list("pk", "title"))
        there = {pk for pk, _title in found}
        gone = {pk for pk, _article in self.rows if pk} - there
        return found + list(Policy.objects.filter(pk__in=gone, edition=self.story.edition).values_list("pk", "title"))

    @property
    def hint(self) -> bool:
        """Whether the story tells of policies and names none."""
        return lacks_policy(self.story)

    def changes(self) -> dict[str, Any]:
        """What goes into the draft; nothing when the form did not bring the rows."""
        if POLICY not in self.data:
            return {}
        return {"policies": [{"policy": pk, "article": article} for pk, article in self._typed()]}

    def _typed(self) -> list[tuple[int, str]]:
        picked, articles = self.data.getlist(POLICY), self.data.getlist(ARTICLE)
        articles += [""] * (len(picked) - len(articles))
        clean = [text.replace("\0", "") for text in articles]
        return [
            (int(pk), text)
            for pk, text in zip(picked, clean, strict=False)
            if pk.isascii() and pk.isdigit() and len(pk) < 18 and int(pk)
        ]

    def _saved(self) -> list[tuple[int, str]]:
        return [(row["policy"], row.get("article") or "") for row in self.story.draft.get("policies") or []]
