"""Numbers as people write them, and as they are kept (A6)."""

from __future__ import annotations

import pytest

from skillweek.organisations.phones import mask_phone, normalise_phone


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800138000", "13800138000"),
        (" 138-0013-8000 ", "13800138000"),
        ("＋８６ １３８００１３８０００", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("8613800138000", "13800138000"),
        ("+852 5123 4567", "+85251234567"),
        ("", ""),
    ],
)
def test_numbers_are_kept_in_one_form(written: str, kept: str) -> None:
    assert normalise_phone(written) == kept
    assert normalise_phone(kept) == kept


@pytest.mark.parametrize(
    "written", ["1380013800", "12800138000", "138001380000", "0592-2667858", "1.38E+10", "+86 5922667858"]
)
def test_what_is_no_mobile_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a mobile"):
        normalise_phone(written)


def test_masks_hide_the_middle() -> None:
    assert mask_phone("13800138000") == "138****8000"
    assert mask_phone(None) == ""
