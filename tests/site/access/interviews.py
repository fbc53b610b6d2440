"""Who may reach the URLs of ``interviews``, and the series and episodes which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from skillweek.content import editorial
from skillweek.core.clock import now
from skillweek.interviews.models import Episode, Series, Sound
from tests.interviews import make as interviews
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    EVERYBODY,
    REVIEWS,
    SCHOOL,
    SEES,
    SIGNED_IN,
    TARGETS,
    WITH_ROLE,
    ByTarget,
    Rule,
    get,
    of,
    post,
)

_OWN: ByTarget = {
    **{target: of() for target in TARGETS},
    "school_a": SCHOOL,
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}
#: The line above, a bureau on its own.
_PUBLISHES: ByTarget = {
    target: REVIEWS[target] | (frozenset() if target == "school_a" else _OWN[target]) for target in TARGETS
}

TABLE: dict[str, Rule] = {
    "interviews_public:index": get(EVERYBODY),
    "interviews_public:series": get(EVERYBODY, "shown_series"),
    "interviews_public:podcast": get(EVERYBODY, "shown_series"),
    "interviews_public:episode": get(EVERYBODY, "shown_interview"),
    "interviews_public:captions": get(EVERYBODY, "shown_interview"),
    "interviews_public:chapters": get(EVERYBODY, "shown_interview"),
    "interviews_public:sound": get(EVERYBODY, "heard_interview"),
    "interviews:index": get(SIGNED_IN),  # one's own and those below only: tests/interviews
    "interviews:series_add": get(WITH_ROLE),
    "interviews:series": get(SEES, "interview_series"),
    "interviews:series_edit": get(_OWN, "interview_series"),
    "interviews:edit": get(SEES, "interview"),
    "interviews:preview": get(SEES, "interview"),
    "interviews:act": post(_PUBLISHES, "interview", data={"do": "publish"}),
}


class InterviewsWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def interview_rows(self) -> dict[str, Episode]:
        """An interview of every unit that was handed in."""
        made = {}
        for target in TARGETS:
            unit = self.unit_of(target)
            series = Series.objects.create(edition=self.edition, organisation=unit, title=f"{target}百家谈")
            row = Episode(
                series=series, number=1, edition=self.edition, organisation=unit, is_handed_in=True, review="waiting"
            )
            content = {"title": "访谈", "guest_name": "林师傅", "consent": True, "transcript": interviews.TRANSCRIPT}
            made[target] = editorial.save_draft(row, content, actor=None)
        return made

    def _interview(self, target: str) -> dict[str, Any]:
        return {"pk": self.interview_rows[target].pk}

    def _interview_series(self, target: str) -> dict[str, Any]:
        return {"pk": self.interview_rows[target].series_id}

    @cached_property
    def public_interview(self) -> Episode:
        """A public one of the host, with a sound."""
        series = Series.objects.create(edition=self.edition, organisation=self.tree.host, title="公开的百家谈")
        row = Episode(series=series, number=1, edition=self.edition, organisation=self.tree.host, live_at=now())
        row.title = "公开的访谈"
        row.draft = row.live = {"title": "公开的访谈", "guest_name": "林师傅", "transcript": interviews.TRANSCRIPT}
        row.published_at = now()
        row.save()
        return row

    def _shown_interview(self, target: str) -> dict[str, Any]:
        return {"pk": self.public_interview.pk}

    def _shown_series(self, target: str) -> dict[str, Any]:
        return {"pk": self.public_interview.series_id}

    def _heard_interview(self, target: str) -> dict[str, Any]:
        """With a public film whose sound lies in storage."""
        row, film = self.public_interview, self.assets["host"]  # type: ignore[attr-defined]
        type(film).objects.filter(pk=film.pk).update(kind="video", is_public=True)
        row.live = {**row.live, "video": str(film.pk)}
        row.save()
        key = default_storage.save("sound.m4a", ContentFile(b"sound"))
        Sound.objects.update_or_create(episode=row, defaults={"asset": film, "key": key, "size": 5})
        return {"pk": row.pk}
