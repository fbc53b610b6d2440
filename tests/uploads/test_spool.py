"""The spool file: one writer, a hash that follows it, and whatever breaks in between (C6)."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator

import pytest

from skillweek.uploads import spool

pytestmark = pytest.mark.requirement("C6")
DATA = os.urandom(5 * 1024 * 1024 + 123)


@pytest.fixture
def upload_id() -> uuid.UUID:
    """An upload with an empty spool file."""
    made = uuid.uuid4()
    spool.create(made)
    return made


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize("size", [1000, 65536, 1024 * 1024, len(DATA)])
def test_hash_is_that_of_the_file_however_it_came(upload_id: uuid.UUID, size: int) -> None:
    with spool.writing(upload_id) as writer:
        assert writer.append(_pieces(DATA, size)) == len(DATA)
        assert writer.digest() == hashlib.sha256(DATA).hexdigest()
    assert spool.path_of(upload_id).read_bytes() == DATA


def test_reader_that_breaks_leaves_what_was_written_and_the_next_goes_on(upload_id: uuid.UUID) -> None:
    def breaking() -> Iterator[bytes]:
        yield DATA[:2_000_000]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError), spool.writing(upload_id) as writer:
        writer.append(breaking())
    assert spool.size_of(upload_id) == 2_000_000
    with spool.writing(upload_id) as writer:
        writer.append([DATA[2_000_000:]])
        assert writer.digest() == hashlib.sha256(DATA).hexdigest()


def test_hash_is_right_when_another_process_wrote_a_part(upload_id: uuid.UUID) -> None:
    with spool.writing(upload_id) as writer:
        writer.append([DATA[:1000]])
    with spool.path_of(upload_id).open("ab") as other:
        other.write(DATA[1000:2_500_000])

    with spool.writing(upload_id) as writer:
        writer.append(_pieces(DATA[2_500_000:], 65536))
        assert writer.digest() == hashlib.sha256(DATA).hexdigest()


def test_one_buffer_may_be_used_for_every_block(upload_id: uuid.UUID) -> None:
    buffer = memoryview(bytearray(70_000))

    def reused() -> Iterator[memoryview]:
        for piece in _pieces(DATA, len(buffer)):
            buffer[: len(piece)] = piece
            yield buffer[: len(piece)]

    with spool.writing(upload_id) as writer:
        writer.append(reused())
        assert writer.digest() == hashlib.sha256(DATA).hexdigest()


def test_removed_upload_has_no_writer(upload_id: uuid.UUID) -> None:
    spool.remove(upload_id)

    with pytest.raises(spool.Gone), spool.writing(upload_id):
        pass
    with pytest.raises(spool.Gone):
        spool.size_of(upload_id)


def test_file_moved_away_between_opening_and_locking_is_gone(upload_id: uuid.UUID) -> None:
    path = spool.path_of(upload_id)
    with spool.writing(upload_id):
        path.rename(path.with_suffix(".stored"))
        spool.create(upload_id)
        with spool.writing(upload_id) as second:
            assert second.offset == 0
    with pytest.raises(FileExistsError):
        spool.create(upload_id)
