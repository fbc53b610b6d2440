"""The sound of a film as a file of its own, for podcast players (E8, ADR 0212).

The recording is copied as it is, never coded again: no encoder, no loss, seconds of work. What is not AAC stays in the
film, and the feed then offers the film.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from skillweek.content.models import Asset
from skillweek.interviews.models import Episode, Sound
from skillweek.interviews.queries.media import film_of
from skillweek.uploads import storage

log = logging.getLogger("skillweek.interviews")


def make_sound(episode_id: int) -> bool:
    """Make the sound of a public episode's film unless it is there; return whether there is one. Safe to run twice."""
    episode = Episode.objects.select_related("edition").filter(pk=episode_id).first()
    film = film_of(episode.live) if episode is not None else None
    if episode is None or film is None:
        Sound.objects.filter(episode=episode_id).delete()
        return False
    known = Sound.objects.filter(episode=episode, asset=film).first()
    if known is not None:
        return bool(known.key)
    key, size, seconds = "", 0, int(float(film.file.facts.get("duration") or 0))
    with storage.local_copy(film.file.key) as (path, _digest), storage.temporary_folder() as folder:
        target = folder / "sound.m4a"
        if copy_sound(path, target):
            key = f"renditions/{episode.edition.slug}/sound/{film.pk}.m4a"
            size = target.stat().st_size
            storage.put(target, key)
    Sound.objects.update_or_create(
        episode=episode, defaults={"asset": film, "key": key, "size": size, "seconds": seconds}
    )
    return bool(key)


def copy_sound(path: Path, target: Path) -> bool:
    """Write the first AAC track of a film into ``target``, without metadata; whether there was one."""
    import av

    try:
        with av.open(str(path), format="mov", timeout=60) as source:
            tracks: list[Any] = [one for one in source.streams.audio if one.codec_context.name == "aac"][:1]
            if not tracks:
                return False
            with av.open(str(target), "w", format="ipod", options={"movflags": "+faststart"}) as copy:
                new = copy.add_stream_from_template(tracks[0])
                new.metadata.clear()
                copy.metadata.clear()
                for packet in source.demux(tracks):
                    if packet.dts is not None:
                        packet.stream = new
                        copy.mux(packet)
    except (av.FFmpegError, ValueError, OverflowError) as error:
        log.warning("no sound of %s: %s", path.name, error)
        return False
    return target.stat().st_size > 0


def make_missing() -> int:
    """Make the sounds of public episodes that a killed worker left without; returns how many were looked at."""
    from skillweek.content.editorial import public_q

    rows = Episode.objects.filter(public_q(), sound=None).exclude(live__video=None).exclude(live__video="")
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:50])
    for pk in ids:
        make_sound(pk)
    return len(ids)


def of_film(episode: Episode, film: Asset | None) -> Sound | None:
    """The sound that belongs to the film which is public now."""
    if film is None:
        return None
    return Sound.objects.filter(episode=episode, asset=film).exclude(key="").first()
