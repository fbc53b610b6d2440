"""Classes as organisers begin them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from skillweek.activities.models import Activity, Session
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from tests.bookings import make

PARENTS, YOUTH = "one-lesson", "skills-and-youth"
#: What a school class says of itself.
CLASS = {"grade": 3, "school": "示例小学", "class": "三（2）班", "arrival": "一辆大巴，8:40 到南门"}


def lesson(edition: Edition, organisation: Organisation, idea: str = YOUTH, **fields: Any) -> Session:
    """A public class with one session, as its preset has it."""
    preset = edition.doc.class_preset(idea)
    assert preset is not None
    title = fields.pop("title", preset.name)
    activity: Activity = make.activity(edition, organisation, title=title, idea_code=idea)
    values = {
        "capacity": preset.capacity, "max_party": preset.max_party, "allows_groups": preset.books != "families",
        "starts_in": timedelta(days=3), **fields,
    }  # fmt: skip
    return make.session(activity, **values)


def family(**fields: Any) -> Any:
    """Two grown-ups' wish, or with children."""
    return make.wish(**fields)


def school_class(**fields: Any) -> Any:
    """A class of thirty with two teachers."""
    values = {
        "kind": "group", "party_size": 32, "children": 30, "guardian_consent": True, "details": CLASS, **fields,
    }  # fmt: skip
    return make.wish(**values)
