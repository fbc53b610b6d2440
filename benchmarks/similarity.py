"""Measure comparing a new manuscript with all others of an edition (C14): finding its pairs, and the task as a whole.

    [DATABASE_URL=postgres://…] python benchmarks/similarity.py [--texts 77000] [--rounds 200]

Fills a database of its own beside the one that is configured and removes it again; that one is not touched. 77 000 is
11 000 schools on seven days. The manuscripts are made up by chance on one topic, about 1 000 characters each
(``tests/similarity/made.py``). "pairs" reads candidates, verifies them exactly and cuts the passages; "task" writes the
text's keys and pairs too.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402

from skillweek.editions.models import Edition  # noqa: E402
from skillweek.similarity import sketch  # noqa: E402
from skillweek.similarity.compare import alike, common_wording  # noqa: E402
from skillweek.similarity.domain import count_text  # noqa: E402
from skillweek.similarity.models import Key, Pair, Text  # noqa: E402
from skillweek.similarity.normal import normalise  # noqa: E402
from tests import factories  # noqa: E402
from tests.similarity import made  # noqa: E402

_BATCH = 1000


def fill(edition: Edition, count: int, chance: random.Random) -> list[int]:
    """Put ``count`` independent manuscripts with their keys; return the ids."""
    common = common_wording(edition)
    ids: list[int] = []
    for start in range(0, count, _BATCH):
        texts = [made.text_of(made.article(chance)) for _ in range(min(_BATCH, count - start))]
        rows = Text.objects.bulk_create(
            Text(kind="made", object_id=start + number, edition=edition, text=text, counted="made")
            for number, text in enumerate(texts)
        )
        ids += [row.pk for row in rows]
        write(
            (value, row.pk) for row in rows for value in sketch.keys(row.text, normalise(row.text), edition.pk, common)
        )
    return ids


def write(rows: Iterator[tuple[int, int]]) -> None:
    """Insert keys as fast as the database takes them."""
    table = Key._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} (value, text_id) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} (value, text_id) VALUES (%s, %s)", list(rows))


def line(name: str, times: list[float], pairs: int) -> str:
    times = sorted(times)
    p95 = times[min(len(times) - 1, round(len(times) * 0.95))]
    found = pairs / len(times)
    return f"| {name} | {statistics.median(times):.1f} | {p95:.1f} | {times[-1]:.1f} | {found:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=77_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    old_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        edition = factories.edition()
        started = time.perf_counter()
        ids = fill(edition, options.texts, chance)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        seconds = time.perf_counter() - started
        keys = Key.objects.count()
        print(f"{connection.vendor}: {len(ids)} manuscripts, {keys} keys, filled in {seconds:.0f} s\n")
        print("| a new manuscript | median ms | p95 ms | slowest ms | pairs found |\n|---|---|---|---|---|")
        kinds = {
            "independent": lambda: made.article(chance),
            "with five sentences of another": lambda: made.with_part_of(
                chance, made.article(chance), stored(chance.choice(ids)), 5
            ),
            "another's, reworded": lambda: made.reworded(stored(chance.choice(ids))),
        }
        for name, make in kinds.items():
            texts = [made.text_of(make()) for _ in range(options.rounds)]
            rows = [
                Text(kind="new", object_id=number, edition=edition, text=text, pk=0)
                for number, text in enumerate(texts)
            ]
            times, found = [], 0
            for row in rows:
                began = time.perf_counter()
                found += len(alike(row))
                times.append((time.perf_counter() - began) * 1000)
            print(line(f"{name}, pairs", times, found))
            times, found = [], 0
            for row in rows[: options.rounds // 4]:
                row.pk = None
                row.save()
                began = time.perf_counter()
                count_text(row.pk)
                times.append((time.perf_counter() - began) * 1000)
                found += Pair.objects.count()
                Text.objects.filter(pk=row.pk).delete()
            print(line(f"{name}, task", times, found))
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)


def stored(pk: int) -> list[str]:
    """The sentences of a manuscript that is there."""
    return [f"{part}。" for part in Text.objects.get(pk=pk).text.replace("\n", "").split("。") if part]


if __name__ == "__main__":
    main()
