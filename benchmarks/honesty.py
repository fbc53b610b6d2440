"""Measure how often the checks of honest material are right and wrong (C14), on sets made for it.

    python benchmarks/honesty.py [--photos 12] [--texts 300] [--pictures FOLDER]

Photos: drawn scenes of 2400 × 1600 with grain as of a sensor, and what people do to them. With ``--pictures`` photos of
your own (at least 512 pixels wide) are used instead, each taken as an original at the size that it has: the check is
then asked for the detail of that width. Texts: manuscripts made up on one topic (``tests/similarity/made.py``).
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyvips
from PIL import Image, ImageDraw, ImageFilter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from skillweek.materials.detail import fineness  # noqa: E402
from skillweek.materials.rules import PhotoRules  # noqa: E402
from skillweek.similarity import sketch  # noqa: E402
from skillweek.similarity.normal import normalise  # noqa: E402
from skillweek.similarity.passages import Index, blocks, passages  # noqa: E402
from skillweek.site.samples import make_photo  # noqa: E402
from tests.similarity import made  # noqa: E402

R = Image.Resampling
LIMIT: float = PhotoRules.model_fields["min_fineness"].default
WORDS = 30


def originals(count: int, folder: Path | None) -> Iterator[Image.Image]:
    """Pictures at their own full size."""
    if folder:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in (".jpg", ".jpeg", ".png"):
                with Image.open(path) as image:
                    yield image.convert("RGB")
        return
    with tempfile.TemporaryDirectory() as place:
        for seed in range(count):
            path = make_photo(Path(place, "a.jpg"), seed=seed, min_bytes=(600_000, 1_200_000, 2_100_000)[seed % 3])
            with Image.open(path) as image:
                yield image.convert("RGB")


def screenshot(size: tuple[int, int], seed: int) -> Image.Image:
    """A page of text."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    chance = random.Random(seed)
    for y in range(40, size[1] - 40, 22):
        draw.text(
            (40, y), "".join(chance.choice("abcdefghijklmno pqrstuvw") for _ in range(size[0] // 8)), fill="black"
        )
    return image


def portrait(image: Image.Image) -> Image.Image:
    """Sharp in the middle, soft around it."""
    soft = image.filter(ImageFilter.GaussianBlur(max(4, image.width // 200)))
    box = (image.width // 3, image.height // 4, 2 * image.width // 3, 3 * image.height // 4)
    soft.paste(image.crop(box), box[:2])
    return soft


def enlarged(image: Image.Image, factor: float, kernel: Image.Resampling) -> Image.Image:
    small = image.resize((round(image.width / factor), round(image.height / factor)), R.LANCZOS)
    return small.resize(image.size, kernel)


def jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def photos(count: int, folder: Path | None) -> None:
    sharpen = ImageFilter.UnsharpMask(2, 120, 2)
    honest: dict[str, Callable[[Image.Image], Image.Image]] = {
        "as it is": lambda one: one,
        "portrait, soft background": portrait,
        "noisy": lambda one: Image.blend(one, Image.effect_noise(one.size, 60).convert("RGB"), 0.15),
        "sharpened": lambda one: one.filter(sharpen),
        "a page of text": lambda one: screenshot(one.size, one.width),
        "made smaller from double size": lambda one: enlarged(one, 0.5, R.LANCZOS),
    }
    false: dict[str, Callable[[Image.Image], Image.Image]] = {}
    for factor in (1.3, 1.6, 2.0, 3.0, 4.0):
        for kernel in (R.NEAREST, R.BILINEAR, R.LANCZOS):
            false[f"enlarged {factor} times, {kernel.name.lower()}"] = lambda one, factor=factor, kernel=kernel: (
                enlarged(one, factor, kernel)
            )
    false["enlarged 2 times, sharpened"] = lambda one: enlarged(one, 2, R.BICUBIC).filter(sharpen)
    false["out of focus (blurred by 1.5 pixels)"] = lambda one: one.filter(ImageFilter.GaussianBlur(1.5))
    rows: dict[tuple[str, int], list[bool]] = {}
    for image in originals(count, folder):
        for name, change in [*honest.items(), *false.items()]:
            changed = change(image)
            for quality in (95, 75, 50):
                fine = fineness(pyvips.Image.new_from_buffer(jpeg(changed, quality), ""))
                rows.setdefault((name, quality), []).append(fine is not None and fine < LIMIT)
    print("| photo | noticed, JPEG 95 | 75 | 50 |\n|---|---|---|---|")
    for name in [*honest, *false]:
        cells = [f"{sum(rows[name, quality])}/{len(rows[name, quality])}" for quality in (95, 75, 50)]
        print(f"| {name} | {' | '.join(cells)} |")
    wrong = [hit for (name, _quality), hits in rows.items() if name in honest for hit in hits]
    print(f"\nFalse alarms: {sum(wrong)} of {len(wrong)} honest pictures.\n")


def found(left: str, right: str) -> tuple[bool, int]:
    """(whether the keys lead from one to the other, equal characters in passages)."""
    a, b = normalise(left), normalise(right)
    met = bool(sketch.keys(left, a, 1) & sketch.keys(right, b, 1))
    return met, sum(one.equal for one in passages(blocks(a.text, Index(b.text)), WORDS))


def texts(count: int, seed: int) -> None:
    chance = random.Random(seed)
    pairs: dict[str, Callable[[], tuple[list[str], list[str]]]] = {
        "independent, one topic": lambda: (made.article(chance), made.article(chance)),
        "two sentences copied": lambda: copied(chance, 2),
        "four sentences copied": lambda: copied(chance, 4),
        "ten sentences copied": lambda: copied(chance, 10),
        "ten sentences copied, reworded": lambda: copied(chance, 10, reword=True),
        "all reworded": lambda: (lambda one: (made.reworded(one), one))(made.article(chance)),
    }
    print("| manuscript | met by a key | passage of 30 | 60 equal (coverage) | 20 % of it |")
    print("|---|---|---|---|---|")
    for name, pair in pairs.items():
        met = some = sixty = fifth = 0
        for _ in range(count):
            mine, other = map(made.text_of, pair())
            leads, equal = found(mine, other)
            met += leads
            some += leads and equal > 0
            sixty += leads and equal >= 60
            fifth += leads and equal >= 0.2 * len(normalise(mine).text)
        print(f"| {name} | {met}/{count} | {some}/{count} | {sixty}/{count} | {fifth}/{count} |")


def copied(chance: random.Random, sentences: int, *, reword: bool = False) -> tuple[list[str], list[str]]:
    other = made.article(chance)
    source = made.reworded(other) if reword else other
    return made.with_part_of(chance, made.article(chance), source, sentences), other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    photos(options.photos, options.pictures)
    texts(options.texts, options.seed)


if __name__ == "__main__":
    main()
