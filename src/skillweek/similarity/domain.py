"""Putting texts, taking them away, counting what they share. No right is checked here: the rooms that put them have.

``put_text`` is cheap and belongs into the verb that changed the text; the counting is a task's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.similarity.compare import alike, write_keys
from skillweek.similarity.models import Key, Pair, Text
from skillweek.similarity.signals import texts_counted
from skillweek.similarity.sketch import VERSION
from skillweek.similarity.sources import TextKind

#: Longer texts are compared as far as this, in characters.
LONGEST: Final = 60_000
#: A text that waits longer for its task than this is counted by the sweep.
_LOST: Final = timedelta(minutes=10)


@transaction.atomic
def put_text(
    kind: str,
    object_id: int,
    *,
    edition: Edition,
    organisation: Organisation | None,
    text: str,
    title: str = "",
    source: str = "",
    outlet: str = "",
    link: str = "",
    dated: date | None = None,
) -> None:
    """Say what the text of ``(kind, object_id)`` is now; an empty one goes. Counting follows in a task.

    The same text again costs one read. ``outlet`` and ``link`` are a coverage's medium and address, ``source`` is
    what a manuscript names as its source beside the text.
    """
    if not text.strip():
        remove_texts(kind, [object_id])
        return
    values: dict[str, Any] = {
        "edition_id": edition.pk,
        "organisation_id": organisation.pk if organisation else None,
        "title": title[:300],
        "text": text.replace("\0", "")[:LONGEST],
        "source": source[:300],
        "outlet": outlet[:120],
        "link": link if link.startswith(("http://", "https://")) and len(link) <= 500 else "",
        "dated": dated,
    }
    row = Text.objects.select_for_update().filter(kind=kind, object_id=object_id).first()
    if row is None:
        row, _created = Text.objects.get_or_create(kind=kind, object_id=object_id, defaults=values)
    elif all(getattr(row, name) == value for name, value in values.items()):
        return
    was_due = row.is_due
    for name, value in values.items():
        setattr(row, name, value)
    row.is_due = True
    row.save()
    if not was_due:
        from skillweek.similarity.tasks import count_text as task

        transaction.on_commit(partial(task.enqueue, row.pk))


@transaction.atomic
def remove_texts(kind: str, object_ids: Collection[int]) -> None:
    """Forget texts whose originals are gone; those that shared passages with them hear of it."""
    gone = list(Text.objects.filter(kind=kind, object_id__in=object_ids).values_list("pk", flat=True))
    if not gone:
        return
    others = _partners(gone)
    Text.objects.filter(pk__in=gone).delete()
    if others:
        transaction.on_commit(partial(_tell, others))


def count_text(text_id: int) -> None:
    """Find the text's pairs anew. Safe to run twice; one that is gone is no error.

    Its keys are committed before anybody looks for partners: of two texts counted at the same moment, at least one
    finds the other.
    """
    Text.objects.filter(pk=text_id).update(is_due=False)
    text = Text.objects.select_related("edition").filter(pk=text_id).first()
    if text is None:
        return
    rule = text.edition.material_rules.manuscript.passage_words
    digest = hashlib.sha256(f"{VERSION}:{rule}:{text.text}".encode()).hexdigest()
    told = {text.pk}
    if digest != text.counted:
        with transaction.atomic():
            write_keys(text)
        found = alike(text)
        with transaction.atomic():
            told |= _partners([text.pk])
            Pair.objects.filter(Q(first=text) | Q(second=text)).delete()
            # The other text may have been counted, or have gone, at the same moment.
            alive = set(
                Text.objects.select_for_update()
                .filter(pk__in=[text.pk, *(pair.first_id for pair in found), *(pair.second_id for pair in found)])
                .order_by("pk")
                .values_list("pk", flat=True)
            )
            found = [pair for pair in found if {pair.first_id, pair.second_id} <= alive]
            Pair.objects.bulk_create(found, ignore_conflicts=True)
            told |= _partners([text.pk])
            Text.objects.filter(pk=text.pk).update(counted=digest)
    _tell(told)


def count_lost() -> int:
    """Count texts whose task never came; return how many."""
    lost = Text.objects.filter(is_due=True, updated_at__lt=now() - _LOST).order_by("updated_at")
    ids = list(lost.values_list("pk", flat=True)[:500])
    for pk in ids:
        count_text(pk)
    return len(ids)


def rebuild(kind: TextKind) -> tuple[int, int]:
    """Put every text of a kind again and forget those that are no more; return how many of each."""
    ids = set(kind.texts())
    known = set(Text.objects.filter(kind=kind.kind).values_list("object_id", flat=True))
    gone = sorted(known - ids)
    for start in range(0, len(gone), 500):
        remove_texts(kind.kind, gone[start : start + 500])
    return len(ids), len(gone)


def forget_counts() -> None:
    """Have every text counted anew, after the way of counting changed."""
    Key.objects.all().delete()
    Pair.objects.all().delete()
    Text.objects.update(counted="", is_due=True)


def _partners(ids: Collection[int]) -> set[int]:
    """Texts that stand in a pair with one of ``ids``."""
    pairs = Pair.objects.filter(Q(first__in=ids) | Q(second__in=ids)).values_list("first_id", "second_id")
    return {pk for pair in pairs for pk in pair} - set(ids)


def _tell(ids: Collection[int]) -> None:
    texts = set(Text.objects.filter(pk__in=ids).values_list("kind", "object_id"))
    if texts:
        texts_counted.send(sender=Text, texts=texts)
