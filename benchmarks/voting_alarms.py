"""Measure how many honest votes are held wrongly, and how many stuffed ones are found, on made days (E10, ADR 0197).

    python benchmarks/voting_alarms.py [--days 60] [--seed 1]

The days are made by ``tests/voting/made_votes.py``, by the same people who wrote the rules: the rates tell how the
rules behave on what was thought of, not what a real city brings.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]


def main() -> None:
    from skillweek.voting.detecting import LIMITS
    from tests.voting import made_votes

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60, help="honest days, and as many with an attack")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for level in LIMITS:
        start = time.perf_counter()
        rates = made_votes.measure(arguments.days, arguments.seed, level)
        print(f"{level} ({time.perf_counter() - start:.0f} s): {rates}")


if __name__ == "__main__":
    main()
