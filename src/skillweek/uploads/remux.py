"""The same pictures and sound in a new container: no loss, nothing of what the phone wrote beside them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Final

log = logging.getLogger("skillweek.uploads")
_TIMEOUT: Final = 60
#: Our name of what comes out → the muxer, and how it is set: mp4 begins to play before it is loaded whole.
_MUXERS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "mp4": ("mp4", {"movflags": "+faststart"}),
    "m4a": ("ipod", {"movflags": "+faststart"}),
    "mp3": ("mp3", {"id3v2_version": "0", "write_id3v1": "0"}),
    "wav": ("wav", {}),
}
#: Our name of what goes in → the one reader it is opened with; others are not for strangers' files.
_READERS: Final = {"mp4": "mov", "mov": "mov", "m4a": "mov", "mp3": "mp3", "wav": "wav"}


def remux(path: Path, target: Path, *, source: str, into: str) -> bool:
    """Write the first picture and sound track of the file at ``path`` to ``target``, without any metadata.

    ``source`` and ``into`` are names of formats (``mp4``, ``mov``, ``m4a``, ``mp3``, ``wav``). Returns whether it
    worked; recordings keep their sound only.
    """
    import av

    muxer, options = _MUXERS[into]
    try:
        with av.open(str(path), format=_READERS[source], timeout=_TIMEOUT) as opened:
            pictures = [] if into != "mp4" else opened.streams.video[:1]
            # Pictures and sound only: phones add tracks that say where and how the camera moved.
            streams: list[Any] = [*pictures, *opened.streams.audio[:1]]
            if not streams:
                return False
            with av.open(str(target), "w", format=muxer, options=options) as copy:
                places = {one.index: copy.add_stream_from_template(one) for one in streams}
                for new in places.values():
                    new.metadata.clear()
                copy.metadata.clear()
                for packet in opened.demux(streams):
                    if packet.dts is None:
                        continue
                    packet.stream = places[packet.stream.index]
                    copy.mux(packet)
    except (av.FFmpegError, ValueError, OverflowError) as error:
        log.warning("not remuxed: %s", error)
        return False
    return True
