import pytest
from PIL import Image

from skillweek.materials.phash import hamming, phash

from .make import make_jpeg


@pytest.mark.requirement("C14")
def test_phash_is_near_for_the_same_picture_and_far_for_others(tmp_path, files):
    original = phash(files / "good.jpg")
    with Image.open(files / "good.jpg") as image:
        image.resize((1080, 720)).save(tmp_path / "small.jpg", quality=50)
        image.crop((40, 30, 2380, 1580)).save(tmp_path / "cropped.jpg", quality=80)
    make_jpeg(tmp_path / "other.jpg", 1200, 800, 0, seed=9)

    assert 0 < original < 2**64
    assert hamming(original, phash(tmp_path / "small.jpg")) <= 4
    assert hamming(original, phash(tmp_path / "cropped.jpg")) <= 16
    assert hamming(original, phash(tmp_path / "other.jpg")) > 16


@pytest.mark.requirement("C14")
def test_phash_sees_through_orientation(tmp_path, files):
    with Image.open(files / "good.jpg") as image:
        turned = image.rotate(90, expand=True).resize((800, 1200))
        exif = Image.Exif()
        exif[0x0112] = 6
        turned.save(tmp_path / "turned.jpg", exif=exif.tobytes())

    assert hamming(phash(files / "good.jpg"), phash(tmp_path / "turned.jpg")) <= 6


def test_phash_of_a_flat_picture_is_nothing_to_compare(tmp_path):
    Image.new("RGB", (300, 200), "red").save(tmp_path / "flat.png")

    assert phash(tmp_path / "flat.png") == 0


def test_phash_refuses_what_is_no_picture(tmp_path):
    (tmp_path / "a.jpg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")

    with pytest.raises(ValueError, match="not a readable picture"):
        phash(tmp_path / "a.jpg")
