import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.materials.findings import Kind
from skillweek.materials.hashing import HashingReader, sha256_of
from skillweek.materials.judge import probe, probe_and_hash

from .make import plain_jpeg, plain_mp4

MOVES = st.lists(
    st.one_of(st.tuples(st.just("read"), st.integers(0, 90)), st.tuples(st.just("seek"), st.integers(0, 120)))
)


@pytest.mark.requirement("C14")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(data=st.binary(max_size=100), moves=MOVES)
def test_the_hash_is_the_files_however_it_is_read(tmp_path, data, moves):
    path = tmp_path / "a"
    path.write_bytes(data)
    with HashingReader(path) as stream, path.open("rb") as plain:
        for move, number in moves:
            assert getattr(stream, move)(number) == getattr(plain, move)(number)
            assert stream.tell() == plain.tell()

        assert stream.hexdigest() == hashlib.sha256(data).hexdigest() == sha256_of(path)


@pytest.mark.requirement("C14")
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (plain_jpeg() + b"appended" * 100, Kind.PHOTO), (plain_jpeg()[:200], Kind.PHOTO), (b"", Kind.PHOTO),
        (plain_jpeg(kind="PNG"), Kind.PHOTO), (plain_mp4(), Kind.VIDEO), (b"text", Kind.MANUSCRIPT),
    ],
)  # fmt: skip
def test_probing_and_hashing_together_finds_the_same(tmp_path, data, kind):
    (tmp_path / "a").write_bytes(data)

    facts, digest = probe_and_hash(tmp_path / "a", kind, "b.jpg")

    assert facts == probe(tmp_path / "a", kind, "b.jpg")
    assert digest == hashlib.sha256(data).hexdigest()
