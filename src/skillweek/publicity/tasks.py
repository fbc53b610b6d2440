"""Background entries of this room. They take ids and are safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.content.editorial import public_q
from skillweek.content.models import Asset
from skillweek.content.renditions import print_copy
from skillweek.publicity.domain.sources import used_assets
from skillweek.publicity.models import Story


@task(queue_name="media")
def prepare_prints(story_id: int) -> None:
    """Make the pictures of a public story in print size, so that nobody waits for them in its press kit."""
    story = Story.objects.filter(public_q(), pk=story_id).first()
    if story is None:
        return
    rows = Asset.objects.filter(pk__in=used_assets(story.live), kind=Asset.Kind.PICTURE, is_public=True)
    for asset in rows.select_related("file", "edition"):
        print_copy(asset)
