"""Handing an interview in, returning it, publishing it, taking it down (E8): the shared verbs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from skillweek.content.reviewing import Reviewing
from skillweek.interviews.models import Episode
from skillweek.notifications.domain import tell_decision
from skillweek.organisations.queries import people_who_write


def _tell(episode: Episode, outcome: str, *, actor: Any, note: str) -> None:
    people, url = people_who_write(episode.organisation), reverse("interviews:edit", args=[episode.pk])
    tell_decision(episode, f"interview.{outcome}", people, actor=actor, note=note, url=url)


REVIEW = Reviewing(audit=lambda _episode, verb: f"interview.{verb}", tell=_tell)
hand_in = REVIEW.hand_in
take_back = REVIEW.take_back
give_back = REVIEW.give_back
publish = REVIEW.publish
withdraw = REVIEW.withdraw
