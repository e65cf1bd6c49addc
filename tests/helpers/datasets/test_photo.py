"""load_photo: every kind of picture becomes red, green and blue, and what is none is refused."""

import base64

import numpy as np
import pytest
from PIL import Image

from helpers.datasets import DataError, load_photo

RED, BLUE = (255, 0, 0), (0, 0, 255)


def save(tmp_path, image, name="photo.png", **options):
    path = tmp_path / name
    image.save(path, **options)
    return path


def check_photo(photo, shape):
    assert photo.shape == (*shape, 3)
    assert photo.dtype == np.uint8
    assert photo.flags.writeable


def test_default():
    photo = load_photo()
    check_photo(photo, (427, 640))
    assert photo.std() > 50
    photo[:] = 0
    assert load_photo().any(), "a caller's change must not reach the next one"


def test_rgb_is_unchanged(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    photo = load_photo(save(tmp_path, Image.fromarray(pixels)))
    check_photo(photo, (5, 7))
    np.testing.assert_array_equal(photo, pixels)
    np.testing.assert_array_equal(load_photo(str(tmp_path / "photo.png")), pixels)


@pytest.mark.parametrize(
    ("mode", "color", "name", "expected"),
    [
        ("L", 100, "a.png", (100, 100, 100)),
        ("1", 1, "a.png", (255, 255, 255)),
        ("P", 0, "a.gif", (0, 0, 0)),
        ("CMYK", (0, 255, 255, 0), "a.tif", RED),
        ("RGBA", (255, 0, 0, 255), "a.png", RED),
        ("RGBA", (255, 0, 0, 0), "a.png", (255, 255, 255)),
        ("RGBA", (255, 0, 0, 102), "a.png", (255, 153, 153)),
        ("LA", (0, 0), "a.png", (255, 255, 255)),
        ("I;16", 65535, "a.png", (255, 255, 255)),
        ("I;16", 25700, "a.png", (100, 100, 100)),
        ("I;16", 0, "a.tif", (0, 0, 0)),
    ],
)
def test_modes(tmp_path, mode, color, name, expected):
    photo = load_photo(save(tmp_path, Image.new(mode, (4, 3), color), name))
    check_photo(photo, (3, 4))
    np.testing.assert_array_equal(photo, np.broadcast_to(expected, (3, 4, 3)))


def test_palette_with_transparency(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, *BLUE])
    image.putpixel((1, 0), 1)
    photo = load_photo(save(tmp_path, image, transparency=1))
    assert photo.tolist() == [[list(RED), [255, 255, 255]]]


def test_16_bit_colour(tmp_path):
    path = tmp_path / "deep.png"  # one pixel, 65535, 25700, 0: Pillow reads such a file, but cannot write one
    path.write_bytes(
        base64.b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABEAIAAADA54+dAAAAD0lEQVR4nGP4/z8lhYEBAA24Asdy5TkQAAAAAElFTkSuQmCC"
        )
    )
    assert load_photo(path).tolist() == [[[255, 100, 0]]]


def test_is_turned_upright(tmp_path):
    image = Image.new("RGB", (4, 2), RED)
    image.paste(BLUE, (0, 0, 2, 2))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the stored left edge is the top
    photo = load_photo(save(tmp_path, image, exif=exif))
    check_photo(photo, (4, 2))
    assert (photo[:2] == BLUE).all()
    assert (photo[2:] == RED).all()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"this is no photo", "a file that Pillow cannot read"),
        (b"", "an empty file"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40), "a HEIC photo.*export it as JPEG"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(40), "a file that Pillow cannot read"),
    ],
)
def test_not_a_photo(tmp_path, content, found):
    path = tmp_path / "photo"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"photo: expected an image, found {found}.*Give the path of a JPEG"):
        load_photo(path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_cut_off(tmp_path, kind, kept):
    path = tmp_path / "photo"
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, kind)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    with pytest.raises(DataError, match=f"a whole ({kind}|image) file, found one that is cut off .*again"):
        load_photo(path)


def test_without_a_known_range(tmp_path):
    with pytest.raises(DataError, match="floating-point"):
        load_photo(save(tmp_path, Image.new("F", (2, 2), 0.5), "float.tif"))
    with pytest.raises(DataError, match="beyond 16 bits"):
        load_photo(save(tmp_path, Image.new("I", (2, 2), 70000), "deep.tif"))


def test_too_large(tmp_path, monkeypatch, recwarn):
    path = save(tmp_path, Image.new("RGB", (11, 10)))
    for limit in (100, 50):  # Pillow warns above its limit, and refuses above twice its limit
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(DataError, match=rf"expected at most {limit} pixels"):
            load_photo(path)
    assert not recwarn.list


def test_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.jpg: expected a file, found none"):
        load_photo(tmp_path / "nowhere.jpg")
