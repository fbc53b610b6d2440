"""Real rows for this room's tests: a series, episodes, a film with sound."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

from skillweek.content.intake import add_asset
from skillweek.content.models import Asset
from skillweek.content.renditions import make_copies
from skillweek.editions.models import Edition
from skillweek.interviews.domain import reviewing, writing
from skillweek.interviews.models import Episode, Series
from skillweek.organisations.models import Organisation, User
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from tests.materials.make import make_mp4

CHAPTERS = "00:00:00 开场\n00:00:02 为什么学焊接\n00:00:04 给年轻人的话"
TRANSCRIPT = (
    "00:00:00 主持人：林师傅，您好。\n00:00:02 林师傅：十六岁进厂，\n一干就是三十年。\n00:00:04 主持人：谢谢您。"
)
_numbers = itertools.count(1)


def series(edition: Edition, organisation: Organisation, actor: User, **values: Any) -> Series:
    """A series of the unit."""
    values = {"title": f"职教百家谈{next(_numbers)}", "about": "听各行各业的人讲职业教育。", **values}
    return writing.save_series(Series(edition=edition, organisation=organisation), actor=actor, **values)


def draft(of: Series, actor: User, **changes: Any) -> Episode:
    """An episode that says everything that publication asks for."""
    made = writing.add_episode(of, actor=actor, title=changes.pop("title", "一把焊枪的三十年"))
    values = {
        "guest_name": "林师傅（示例）",
        "guest_title": "示例船厂首席技师",
        "interviewer": "示例日报记者",
        "consent": True,
        "consent_on": "2023-05-10",
        "chapters": CHAPTERS,
        "transcript": TRANSCRIPT,
        "body": "<p>访谈全文。</p>",
        **changes,
    }
    return writing.save_episode(made, values, actor=actor)


def public(of: Series, writer: User, reviewer: User, **changes: Any) -> Episode:
    """A public episode of a school, by way of the line above."""
    made = reviewing.hand_in(draft(of, writer, **changes), actor=writer)
    reviewing.publish(made, actor=reviewer)
    return Episode.objects.get(pk=made.pk)


def with_sound(path: Path, folder: Path, codec: str = "aac", seconds: int = 6) -> Path:
    """The film at ``path`` again, with a tone."""
    import av

    target = folder / f"{path.stem}-{codec}.mp4"
    with av.open(str(path)) as source, av.open(str(target), "w") as copy:
        video = copy.add_stream_from_template(source.streams.video[0])
        audio: Any = copy.add_stream(codec, rate=44100)
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = video
                copy.mux(packet)
        for index in range(seconds * 43):
            frame: Any = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.sample_rate, frame.pts, frame.time_base = 44100, index * 1024, Fraction(1, 44100)
            copy.mux(audio.encode(frame))
        copy.mux(audio.encode(None))
    return target


def film(edition: Edition, organisation: Organisation, folder: Path, *, sound: str = "aac") -> Asset:
    """A film in the unit's library, checked and with its public copy."""
    path = make_mp4(folder / f"talk{next(_numbers)}.mp4", seconds=6)
    if sound:
        path = with_sound(path, folder, sound)
    file = store_local_file(path, edition=edition, organisation=organisation, user=None, kind="other", name=path.name)
    asset = add_asset(file, kind="video")
    check_stored_file(file.pk)
    make_copies(asset.pk)
    return Asset.objects.get(pk=asset.pk)
