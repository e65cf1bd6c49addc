"""Tests of helpers.datasets. None of them uses the network."""

import hashlib
import io
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from helpers import datasets
from helpers.datasets import DataError, load_customers, load_mnist, load_photo

REPO = Path(datasets.__file__).resolve().parent.parent
SHARED = REPO.parent / "shared" / "data"


def shared_file(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {name}, which is only on the developers' machines")
    return path


# --------------------------------------------------------------------------------------------------
# Importing


def test_import_is_light():
    code = (
        "import sys, helpers.datasets; "
        "print([m for m in ('tensorflow', 'keras', 'sklearn', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


# --------------------------------------------------------------------------------------------------
# Customers

HEADER = "CustomerID,Gender,Age,AnnualIncome,SpendingScore"
COLUMNS = HEADER.split(",")
GOOD = ["1,Female,23,15,39", "2,Male,45,16.5,81"]


@pytest.fixture
def table(tmp_path):
    def write(*lines, header=HEADER, encoding="utf-8", end="\n"):
        path = tmp_path / "table.csv"
        path.write_bytes((end.join([header, *lines]) + end).encode(encoding))
        return path

    return write


def customers_error(path):
    with pytest.raises(DataError) as info:
        load_customers(path)
    message = str(info.value)
    assert str(path) in message
    return message


def test_customers_values_and_types(table):
    frame = load_customers(table(*GOOD))
    assert list(frame.columns) == COLUMNS
    assert frame.to_dict("records") == [
        dict(zip(COLUMNS, [1, "Female", 23, 15.0, 39], strict=True)),
        dict(zip(COLUMNS, [2, "Male", 45, 16.5, 81], strict=True)),
    ]
    assert [frame[c].dtype for c in ("CustomerID", "Age", "SpendingScore")] == [np.dtype("int64")] * 3
    assert frame["AnnualIncome"].dtype == np.dtype("float64")
    assert isinstance(frame.index, pd.RangeIndex)


def test_customers_whole_incomes_are_integers(table):
    assert load_customers(table("1,Male,20,15.0,39"))["AnnualIncome"].dtype == np.dtype("int64")


def test_customers_shipped_table():
    frame = load_customers()
    pd.testing.assert_frame_equal(frame, load_customers(REPO / "data" / "customers.csv"))
    assert frame.shape == (200, 5)
    assert set(frame.select_dtypes("int64")) == set(COLUMNS) - {"Gender"}
    assert frame["CustomerID"].is_unique
    assert set(frame["Gender"]) == {"Female", "Male"}


def test_customers_shipped_table_does_not_depend_on_the_working_folder(table, monkeypatch, tmp_path):
    monkeypatch.setattr(datasets, "_CUSTOMERS_CSV", table(*GOOD))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(load_customers()) == 2


def test_customers_real_table():
    frame = load_customers(shared_file("Customers.csv"))
    assert frame.shape == (200, 5)
    assert frame["Gender"].value_counts().to_dict() == {"Female": 112, "Male": 88}


@pytest.mark.parametrize(
    ("lines", "header", "options"),
    [
        (GOOD, HEADER, {"encoding": "utf-8-sig"}),
        (GOOD, HEADER, {"end": "\r\n"}),
        (GOOD, HEADER, {"end": "\r"}),
        ([GOOD[0], "", " , ,,,", GOOD[1], ""], HEADER, {}),
        (['1 , "Female",23, 15,39', "2,Male,45,16.5,81,,"], HEADER.replace(",", " , "), {}),
        (['"1","Female","23","15","39"', "2.0,Male,45,1.65e1,81"], HEADER.replace("Age", '"Age"'), {}),
        (["x,39,15,23,Female,1", "y,81,16.5,45,Male,2"], "City," + ",".join(reversed(COLUMNS)), {}),
    ],
    ids=["bom", "crlf", "cr", "blank lines", "spaces", "quotes and floats", "order and extra column"],
)
def test_customers_layouts(table, lines, header, options):
    expected = load_customers(table(*GOOD))
    pd.testing.assert_frame_equal(load_customers(table(*lines, header=header, **options)), expected)


def test_customers_other_genders_are_kept(table):
    frame = load_customers(table("1,non-binary,23,15,39", "2,Ж,45,16,81"))
    assert list(frame["Gender"]) == ["non-binary", "Ж"]


def test_customers_range_limits_are_inside(table):
    frame = load_customers(table("0,Male,0,0,1", "9007199254740991,Male,120,1000000,100"))
    assert list(frame["CustomerID"]) == [0, 9007199254740991]


@pytest.mark.parametrize(
    ("row", "column", "expected", "found"),
    [
        ("x7,Male,45,16,81", "CustomerID", "a whole number, 0 or more", "'x7'"),
        ("2.5,Male,45,16,81", "CustomerID", "a whole number", "'2.5'"),
        ("-2,Male,45,16,81", "CustomerID", "a whole number", "'-2'"),
        ("99999999999999999999,Male,45,16,81", "CustomerID", "a whole number", "'99999999999999999999'"),
        ("2,,45,16,81", "Gender", "text", "nothing"),
        ("2,NaN,45,16,81", "Gender", "text", "'NaN'"),
        ("2,Male,thirty,16,81", "Age", "a whole number from 0 to 120", "'thirty'"),
        ("2,Male,,16,81", "Age", "a whole number from 0 to 120", "nothing"),
        ("2,Male,121,16,81", "Age", "a whole number from 0 to 120", "'121'"),
        ("2,Male,-1,16,81", "Age", "a whole number from 0 to 120", "'-1'"),
        ("2,Male,30.5,16,81", "Age", "a whole number from 0 to 120", "'30.5'"),
        ("2,Male,4_5,16,81", "Age", "a whole number from 0 to 120", "'4_5'"),
        ("2,Male,45,-0.1,81", "AnnualIncome", "a number from 0 to 1,000,000", "'-0.1'"),
        ("2,Male,45,inf,81", "AnnualIncome", "a number from 0 to 1,000,000", "'inf'"),
        ("2,Male,45,nan,81", "AnnualIncome", "a number from 0 to 1,000,000", "'nan'"),
        ("2,Male,45,1e999,81", "AnnualIncome", "a number from 0 to 1,000,000", "'1e999'"),
        ('2,Male,45,"16,5",81', "AnnualIncome", "a number from 0 to 1,000,000", "'16,5'"),
        ("2,Male,45,$16,81", "AnnualIncome", "a number from 0 to 1,000,000", "'$16'"),
        ("2,Male,45,16,0", "SpendingScore", "a number from 1 to 100", "'0'"),
        ("2,Male,45,16,101", "SpendingScore", "a number from 1 to 100", "'101'"),
        ("1,Male,45,16,81", "CustomerID", "each id once", "1 again (see line 2)"),
        ("2,Male,45," + "9" * 500 + ",81", "AnnualIncome", "a number", "'" + "9" * 40 + "...'"),
    ],
)
def test_customers_bad_cell(table, row, column, expected, found):
    message = customers_error(table(GOOD[0], row))
    assert "1 problem\n" in message
    assert f"line 3, column {column}: expected {expected}" in message
    assert f"found {found}\n" in message
    assert "Correct" in message


def test_customers_line_numbers_count_blank_and_continued_lines(table):
    message = customers_error(table("", '1,"Fe\nmale",23,15,39', "", "2,Male,old,16,81"))
    assert "line 6, column Age" in message


@pytest.mark.parametrize(("row", "found"), [("2,Male,45", 3), ("2,Male,45,16,5,81", 6)])
def test_customers_uneven_row(table, row, found):
    message = customers_error(table(GOOD[0], row))
    assert f"line 3: expected 5 values as in the header, found {found}" in message


def test_customers_reports_five_problems_and_counts_the_rest(table):
    message = customers_error(table(*(f"{i},Male,old,15,39" for i in range(8))))
    assert "8 problems" in message
    assert "line 6, column Age" in message
    assert "line 7" not in message
    assert "and 3 more" in message


def test_customers_reports_all_problems_of_a_row(table):
    message = customers_error(table("x,Male,old,15,0"))
    assert "3 problems" in message
    assert all(f"line 2, column {name}" in message for name in ("CustomerID", "Age", "SpendingScore"))


def test_customers_missing_columns_suggest_the_near_match(table):
    header = "CustomerID,Genre,Age,Annual Income (k$),Spending Score (1-100)"
    message = customers_error(table(*GOOD, header=header))
    assert "missing Gender, AnnualIncome, SpendingScore" in message
    assert "found 'CustomerID', 'Genre'" in message
    assert "Rename 'Annual Income (k$)' to 'AnnualIncome'." in message
    assert "Rename 'Spending Score (1-100)' to 'SpendingScore'." in message
    assert "Rename 'Genre' to 'Gender'." in message


def test_customers_without_a_header(table):
    message = customers_error(table(GOOD[1], header=GOOD[0]))
    assert "line 1: expected the columns CustomerID" in message
    assert "Name the columns on the first line" in message


def test_customers_repeated_column(table):
    assert "Age more than once" in customers_error(table("1,Male,2,3,4,5", header=HEADER + ",Age"))


@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_customers_wrong_delimiter(table, delimiter, name):
    lines = [line.replace(",", delimiter) for line in [HEADER, *GOOD]]
    message = customers_error(table(*lines[1:], header=lines[0]))
    assert f"found {name} instead" in message
    assert f"sep={delimiter!r}" in message


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_customers_empty_file(tmp_path, content):
    path = tmp_path / "empty.csv"
    path.write_bytes(content)
    assert "found an empty file" in customers_error(path)


def test_customers_header_only(table):
    assert "found only the header" in customers_error(table())


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file"),
        (b"PK\x03\x04\x14\0\x06\0", "a spreadsheet or zip file"),
        ("\n".join([HEADER, *GOOD]).encode("utf-16"), "UTF-16"),
        ((HEADER + "\n1,Weibl\xe4ch,2,3,4\n").encode("latin-1"), "byte 0xe4 on line 2"),
    ],
)
def test_customers_not_utf8_text(tmp_path, content, found):
    path = tmp_path / "strange.csv"
    path.write_bytes(content)
    message = customers_error(path)
    assert f"found {found}" in message
    assert "CSV UTF-8" in message


@pytest.mark.parametrize("row", ['2,"Male,45,16,81', "2,Male," + "9" * 200_000 + ",16,81"])
def test_customers_row_that_cannot_be_split(table, row):
    assert "line 3: expected comma-separated values" in customers_error(table(GOOD[0], row))


def test_customers_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv: expected a file, found none\. Give"):
        load_customers(tmp_path / "nowhere.csv")
    with pytest.raises(IsADirectoryError, match="found a folder"):
        load_customers(tmp_path)


def test_customers_course_table_gone(monkeypatch, tmp_path):
    monkeypatch.setattr(datasets, "_CUSTOMERS_CSV", tmp_path / "customers.csv")
    with pytest.raises(FileNotFoundError, match="restore it"):
        load_customers()


# --------------------------------------------------------------------------------------------------
# Photo

RED, BLUE = (255, 0, 0), (0, 0, 255)


def save(tmp_path, image, name="photo.png", **options):
    path = tmp_path / name
    image.save(path, **options)
    return path


def check_photo(photo, shape):
    assert photo.shape == (*shape, 3)
    assert photo.dtype == np.uint8
    assert photo.flags.writeable


def test_photo_default():
    photo = load_photo()
    check_photo(photo, (427, 640))
    assert photo.std() > 50
    photo[:] = 0
    assert load_photo().any(), "a caller's change must not reach the next one"


def test_photo_real_file():
    check_photo(load_photo(shared_file("palace.jpg")), (1365, 2048))


def test_photo_rgb_is_unchanged(tmp_path):
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
def test_photo_modes(tmp_path, mode, color, name, expected):
    photo = load_photo(save(tmp_path, Image.new(mode, (4, 3), color), name))
    check_photo(photo, (3, 4))
    np.testing.assert_array_equal(photo, np.broadcast_to(expected, (3, 4, 3)))


def test_photo_palette_with_transparency(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, *BLUE])
    image.putpixel((1, 0), 1)
    photo = load_photo(save(tmp_path, image, transparency=1))
    assert photo.tolist() == [[list(RED), [255, 255, 255]]]


def test_photo_16_bit_colour(tmp_path):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + struct.pack(">3H", 65535, 25700, 0)
    path = tmp_path / "deep.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row))
        + chunk(b"IEND", b"")
    )
    assert load_photo(path).tolist() == [[[255, 100, 0]]]


def test_photo_is_turned_upright(tmp_path):
    image = Image.new("RGB", (4, 2), RED)
    image.paste(BLUE, (0, 0, 2, 2))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the stored left edge is the top
    photo = load_photo(save(tmp_path, image, exif=exif))
    check_photo(photo, (4, 2))
    assert (photo[:2] == BLUE).all()
    assert (photo[2:] == RED).all()


def test_photo_damaged_or_not_a_photo(tmp_path):
    good = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(good, "JPEG")
    png = io.BytesIO()
    Image.fromarray(noise).save(png, "PNG")
    contents = {
        "text.jpg": b"this is no photo",
        "empty.jpg": b"",
        "cut.jpg": good.getvalue()[: len(good.getvalue()) // 2],
        "cut.png": png.getvalue()[: len(png.getvalue()) // 2],
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(DataError, match=rf"{name}: expected an image, found .*Give the path of a JPEG"):
            load_photo(path)


def test_photo_without_a_known_range(tmp_path):
    with pytest.raises(DataError, match="floating-point"):
        load_photo(save(tmp_path, Image.new("F", (2, 2), 0.5), "float.tif"))
    with pytest.raises(DataError, match="beyond 16 bits"):
        load_photo(save(tmp_path, Image.new("I", (2, 2), 70000), "deep.tif"))


def test_photo_too_large(tmp_path, monkeypatch, recwarn):
    path = save(tmp_path, Image.new("RGB", (11, 10)))
    for limit in (100, 50):  # Pillow warns above its limit, and refuses above twice its limit
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(DataError, match=rf"expected at most {limit} pixels"):
            load_photo(path)
    assert not recwarn.list


def test_photo_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.jpg: expected a file, found none"):
        load_photo(tmp_path / "nowhere.jpg")
    with pytest.raises(IsADirectoryError, match="found a folder"):
        load_photo(tmp_path)


# --------------------------------------------------------------------------------------------------
# Digits: a small "MNIST" takes the place of the real one, whose hashes are tested on the real file below

NAMES = ("x_train", "y_train", "x_test", "y_test")
SOURCES = ("folder", "keras-cache", "download", "stand-in")


def small_arrays():
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (60, 28, 28), dtype=np.uint8),
        "y_train": np.arange(60, dtype=np.uint8) % 10,
        "x_test": rng.integers(0, 256, (10, 28, 28), dtype=np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
    }


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A data folder, an empty Keras home and temporary folder, a small MNIST, and downloads that fail."""
    for name in ("folder", "keras", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("CLUSTERING_COURSE_DATA", str(tmp_path / "folder"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(datasets.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(datasets, "_DOWNLOAD_CODE", "raise OSError('no network here')")
    monkeypatch.setattr(
        datasets,
        "_MNIST_ARRAYS",
        {name: (a.shape, hashlib.sha256(a.tobytes()).hexdigest()) for name, a in small_arrays().items()},
    )
    return tmp_path


def write_mnist(path, **changes):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **(small_arrays() | changes))
    return path


def folder_file(world):
    return world / "folder" / "mnist.npz"


def cache_file(world):
    return world / "keras" / "datasets" / "mnist.npz"


def fake_keras(monkeypatch, body):
    """Make the process that downloads run `body`, with `target` the file that Keras would write."""
    code = (
        "import os, pathlib, time\n"
        "target = pathlib.Path(os.environ['KERAS_HOME'], 'datasets', 'mnist.npz')\n"
        "target.parent.mkdir()\n"
    )
    monkeypatch.setattr(datasets, "_DOWNLOAD_CODE", code + body)


def copying(path):
    return f"target.write_bytes(pathlib.Path({str(path)!r}).read_bytes())\n"


def check_small(mnist, source):
    assert mnist.source == source
    assert mnist.is_real
    assert not mnist.is_standin
    for name, expected in small_arrays().items():
        np.testing.assert_array_equal(getattr(mnist, name), expected)
        assert getattr(mnist, name).dtype == np.uint8
        assert getattr(mnist, name).flags.writeable


def test_mnist_unknown_source():
    with pytest.raises(ValueError, match=r"expected one of 'auto', 'folder', .*, 'stand-in', found 'cache'"):
        load_mnist("cache")


@pytest.mark.parametrize("source", ["auto", "folder"])
def test_mnist_from_folder(world, source):
    write_mnist(folder_file(world))
    mnist = load_mnist(source)
    check_small(mnist, "folder")
    assert mnist.notes == ()
    assert "60 training and 10 test images" in mnist.description
    assert str(world) not in mnist.description
    assert len(repr(mnist)) < 100


def test_mnist_is_frozen(world):
    write_mnist(folder_file(world))
    mnist = load_mnist("folder")
    with pytest.raises(AttributeError):
        mnist.source = "download"
    assert (mnist == load_mnist("folder")) is False  # rather than NumPy's error on comparing arrays


def test_mnist_compressed_and_other_zip_contents_are_fine(world):
    np.savez_compressed(folder_file(world), extra=np.zeros(3), **small_arrays())
    check_small(load_mnist("folder"), "folder")


@pytest.mark.parametrize("source", ["auto", "keras-cache"])
def test_mnist_from_cache(world, monkeypatch, source):
    monkeypatch.delenv("CLUSTERING_COURSE_DATA")
    write_mnist(cache_file(world))
    mnist = load_mnist(source)
    check_small(mnist, "keras-cache")
    assert mnist.notes == ()


def test_mnist_cache_is_in_the_home_folder(world, monkeypatch):
    monkeypatch.delenv("KERAS_HOME")
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(world))
    write_mnist(world / ".keras" / "datasets" / "mnist.npz")
    check_small(load_mnist("keras-cache"), "keras-cache")


def test_mnist_from_cache_when_the_folder_is_gone(world, monkeypatch):
    monkeypatch.setenv("CLUSTERING_COURSE_DATA", str(world / "gone"))
    write_mnist(cache_file(world))
    mnist = load_mnist()
    check_small(mnist, "keras-cache")
    (note,) = mnist.notes
    assert note.startswith("folder: ")
    assert "gone" in note
    assert "found none" in note


def test_mnist_named_source_does_not_fall_through(world, monkeypatch):
    write_mnist(cache_file(world))
    with pytest.raises(FileNotFoundError, match="CLUSTERING_COURSE_DATA"):
        load_mnist("folder")
    monkeypatch.delenv("CLUSTERING_COURSE_DATA")
    with pytest.raises(FileNotFoundError, match=r"CLUSTERING_COURSE_DATA: expected .* found it unset"):
        load_mnist("folder")
    cache_file(world).unlink()
    with pytest.raises(FileNotFoundError, match=r"mnist\.npz: expected a file, found none"):
        load_mnist("keras-cache")


class Bomb:
    """An object that writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def spoil_garbage(path, world):
    path.write_bytes(b"<html>Please log in to the hotel's network</html>")


def spoil_empty(path, world):
    path.write_bytes(b"")


def spoil_cut(path, world):
    data = write_mnist(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def spoil_flip(path, world):
    data = bytearray(write_mnist(path).read_bytes())
    data[2000] ^= 1
    path.write_bytes(data)


def spoil_folder(path, world):
    path.mkdir(parents=True)


def spoil_missing(path, world):
    np.savez(path, **{name: a for name, a in small_arrays().items() if name != "y_test"})


def spoil_shape(path, world):
    write_mnist(path, x_test=small_arrays()["x_test"].reshape(10, 784))


def spoil_dtype(path, world):
    write_mnist(path, y_train=small_arrays()["y_train"].astype(np.int64))


def spoil_range(path, world):
    write_mnist(path, y_test=small_arrays()["y_test"] + np.uint8(1))


def spoil_values(path, world):
    write_mnist(path, x_test=255 - small_arrays()["x_test"])


def spoil_pickle(path, world):
    write_mnist(path, y_train=np.array([Bomb(world / "executed")] * 60, dtype=object))


def spoil_method(path, world):
    write_members(path, zipfile.ZIP_LZMA)


def spoil_size(path, world):
    np.savez_compressed(path, **(small_arrays() | {"x_train": np.zeros((60_000, 28, 28), np.uint8)}))


def spoil_header(path, world):
    # Says 10 TB in a file of a few hundred bytes.
    header = {"descr": "|u1", "fortran_order": False, "shape": (10**13,)}
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(member, header)
    write_members(path, zipfile.ZIP_DEFLATED, x_train=member.getvalue())


def spoil_member(path, world):
    write_members(path, zipfile.ZIP_DEFLATED, x_train=b"no array")


def write_members(path, method, **changes):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, array in small_arrays().items():
            member = io.BytesIO()
            np.save(member, array)
            archive.writestr(f"{name}.npy", changes.get(name, member.getvalue()))


SPOILED = {
    spoil_garbage: "damaged or cut off",
    spoil_empty: "damaged or cut off",
    spoil_cut: "damaged or cut off",
    spoil_flip: "damaged or cut off",
    spoil_folder: "found a folder",
    spoil_missing: "expected an array y_test, found only 'x_train.npy",
    spoil_shape: "expected x_test to be uint8 of shape (10, 28, 28), found uint8 of shape (10, 784)",
    spoil_dtype: "expected y_train to be uint8 of shape (60,), found int64 of shape (60,)",
    spoil_range: "expected the digits of y_test from 0 to 9, found 10",
    spoil_values: "expected x_test to be MNIST's (SHA-256",
    spoil_pickle: "expected y_train to be uint8 of shape (60,), found object of shape (60,)",
    spoil_method: "expected x_train to be stored or deflated",
    spoil_size: "expected x_train to take at most 57,040 bytes, found 47,040,128",
    spoil_header: "expected x_train to be uint8 of shape (60, 28, 28), found uint8 of shape (100000",
    spoil_member: "damaged or cut off",
}


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_mnist_spoiled_file(world, spoil, capfd):
    path = folder_file(world)
    spoil(path, world)
    write_mnist(cache_file(world))

    tracemalloc.start()
    error = IsADirectoryError if spoil is spoil_folder else DataError
    with pytest.raises(error) as info:
        load_mnist("folder")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    message = str(info.value)
    assert message.startswith(f"{path}: expected ")
    assert SPOILED[spoil] in message
    assert "Delete this file" in message or spoil is spoil_folder
    assert peak < 5e6

    mnist = load_mnist()
    check_small(mnist, "keras-cache")
    assert mnist.notes == (f"folder: {message}",)
    assert not (world / "executed").exists()
    assert capfd.readouterr() == ("", "")


def test_the_pickle_would_have_been_executed(world):
    # The test above means something only if unpickling that file does write the file it looks for.
    spoil_pickle(folder_file(world), world)
    with np.load(folder_file(world), allow_pickle=True) as archive:
        archive["y_train"]
    assert (world / "executed").exists()


def test_mnist_download_is_used_and_kept(world, monkeypatch, capfd):
    fake_keras(monkeypatch, "print('noise')\n" + copying(write_mnist(world / "server" / "mnist.npz")))
    mnist = load_mnist()
    check_small(mnist, "download")
    assert [note.split(":")[0] for note in mnist.notes] == ["folder", "keras-cache"]
    output = capfd.readouterr()
    assert "Downloading MNIST" in output.out
    assert "noise" not in output.out
    assert output.err == ""

    monkeypatch.setattr(datasets, "_DOWNLOAD_CODE", "raise OSError")
    check_small(load_mnist(), "keras-cache")
    assert os.listdir(world / "keras" / "datasets") == ["mnist.npz"]
    assert os.listdir(world / "temporary") == []


def test_mnist_download_repairs_the_cache(world, monkeypatch):
    write_mnist(cache_file(world), y_test=np.zeros(10, np.uint8))
    fake_keras(monkeypatch, copying(write_mnist(world / "server" / "mnist.npz")))
    assert load_mnist().source == "download"
    assert load_mnist().source == "keras-cache"


def test_mnist_download_that_cannot_be_kept(world, monkeypatch):
    (world / "file").write_text("not a folder")
    monkeypatch.setenv("KERAS_HOME", str(world / "file"))
    fake_keras(monkeypatch, copying(write_mnist(world / "server" / "mnist.npz")))
    check_small(load_mnist("download"), "download")


def test_mnist_download_shows_progress(world, monkeypatch, capsys):
    fake_keras(
        monkeypatch,
        "with target.open('wb', buffering=0) as file:\n"
        "    for _ in range(4):\n"
        "        file.write(bytes(1_000_000))\n"
        "        time.sleep(0.3)\n" + copying(write_mnist(world / "server" / "mnist.npz")),
    )
    load_mnist("download")
    assert re.search(r"[1-4]\.0 MB\r", capsys.readouterr().out)


def test_mnist_wrong_download_is_not_kept(world, monkeypatch):
    wrong = write_mnist(world / "server" / "mnist.npz", y_test=np.zeros(10, np.uint8))
    fake_keras(monkeypatch, copying(wrong))
    with pytest.raises(DataError, match="expected y_test to be MNIST's"):
        load_mnist("download")
    mnist = load_mnist()
    assert mnist.is_standin
    assert len(mnist.notes) == 3
    assert not cache_file(world).exists()


def test_mnist_failed_download(world, capfd):
    start = time.monotonic()
    with pytest.raises(ConnectionError, match=r"no network here.*stand-in"):
        load_mnist("download")
    mnist = load_mnist()
    assert time.monotonic() - start < 5
    assert mnist.source == "stand-in"
    assert [note.split(":")[0] for note in mnist.notes] == ["folder", "keras-cache", "download"]
    assert "no network here" in mnist.notes[2]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("body", "limits", "found"),
    [
        ("time.sleep(60)", {"_STALL_SECONDS": 0.5}, "0.0 MB"),
        ("target.parent.rmdir(); time.sleep(60)", {"_IMPORT_SECONDS": 1.0}, "Keras still starting"),
        ("target.write_bytes(bytes(3_000_000)); time.sleep(60)", {"_STALL_SECONDS": 0.5}, "3.0 MB"),
        (
            "with target.open('wb', buffering=0) as file:\n"
            "    for _ in range(200):\n"
            "        file.write(bytes(1000)); time.sleep(0.05)\n",
            {"_TOTAL_SECONDS": 1.5},
            "0.0 MB",
        ),
    ],
    ids=["no answer", "slow start", "stalls", "trickles"],
)
def test_mnist_hanging_download(world, monkeypatch, capfd, body, limits, found):
    fake_keras(monkeypatch, body)
    for name, seconds in limits.items():
        monkeypatch.setattr(datasets, name, seconds)
    start = time.monotonic()
    mnist = load_mnist()
    assert time.monotonic() - start < 5
    assert mnist.is_standin
    assert f"expected a download of 11 MB, found {found} after" in mnist.notes[-1]
    assert not cache_file(world).exists()
    assert os.listdir(world / "temporary") == []
    assert capfd.readouterr().err == ""


def test_mnist_interrupted_download_leaves_nothing(world, monkeypatch):
    fake_keras(monkeypatch, "target.write_bytes(bytes(1_000_000)); time.sleep(60)")
    started = []
    popen = subprocess.Popen

    def interrupt(target):
        if target.exists():
            raise KeyboardInterrupt
        return -1

    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    monkeypatch.setattr(datasets, "_bytes_so_far", interrupt)
    with pytest.raises(KeyboardInterrupt):
        load_mnist()
    assert started[0].returncode is not None, "the process must have ended"
    assert os.listdir(world / "temporary") == []
    assert not cache_file(world).exists()


def test_mnist_without_keras(world, monkeypatch):
    monkeypatch.setattr(datasets.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"Keras: expected it .* found it not installed"):
        load_mnist("download")
    mnist = load_mnist()
    assert mnist.is_standin
    assert "not installed" in mnist.notes[-1]


def test_mnist_files_beside_the_notebook_are_not_imported(world, monkeypatch):
    # As Keras would be: from the folder the kernel runs in.
    monkeypatch.setattr(datasets, "_DOWNLOAD_CODE", "import keras_of_the_learner")
    (world / "keras_of_the_learner.py").write_text("raise SystemExit('executed')")
    monkeypatch.chdir(world)
    with pytest.raises(ConnectionError, match="No module named"):
        load_mnist("download")


def test_mnist_download_with_the_real_keras(tmp_path, monkeypatch):
    """Keras itself, behind a proxy that answers nothing: the code that the tests above replace."""
    if datasets.importlib.util.find_spec("keras") is None:
        pytest.skip("Keras is not installed")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                asked.append(connection.recv(200))
                connection.close()

        asked = []
        threading.Thread(target=hang_up, daemon=True).start()
        for name in ("https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.getsockname()[1]}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "")
        with pytest.raises(ConnectionError, match=r"URL fetch failure on .*/mnist\.npz"):
            load_mnist("download")
    assert asked[0].startswith(b"CONNECT ")
    assert os.listdir(tmp_path) == []


def test_mnist_standin():
    mnist = load_mnist("stand-in")
    assert (mnist.source, mnist.is_standin, mnist.is_real, mnist.notes) == ("stand-in", True, False, ())
    assert mnist.x_train.shape == (1500, 28, 28)
    assert mnist.x_test.shape == (297, 28, 28)
    assert mnist.y_train.shape == (1500,)
    assert mnist.y_test.shape == (297,)
    assert {getattr(mnist, name).dtype for name in NAMES} == {np.dtype(np.uint8)}
    assert "stand-in" in mnist.description
    assert "1,500 training and 297 test" in mnist.description
    # Every digit has its share of both parts.
    for y, share in ((mnist.y_train, 150), (mnist.y_test, 29.7)):
        assert np.abs(np.bincount(y, minlength=10) - share).max() < 0.03 * share + 1


def test_mnist_standin_looks_like_mnist():
    x = load_mnist("stand-in").x_train
    assert x.min() == 0
    assert x.max() == 255
    border = np.ones((28, 28), bool)
    border[3:-3, 3:-3] = False
    assert not x[:, border].any(), "a margin of background"
    assert (x[:, 4:24, :].max(axis=2) > 0).mean() > 0.95, "digits are 20 pixels high"
    center = x.mean(axis=0) @ np.arange(28) @ np.ones(28) / x.mean(axis=0).sum()
    assert abs(center - 13.5) < 0.5


def test_mnist_standin_labels_belong_to_the_images():
    from sklearn.neighbors import KNeighborsClassifier

    mnist = load_mnist("stand-in")
    model = KNeighborsClassifier().fit(mnist.x_train.reshape(-1, 784) / 255, mnist.y_train)
    assert model.score(mnist.x_test.reshape(-1, 784) / 255, mnist.y_test) > 0.9


def test_mnist_standin_has_every_digit_of_scikit_learn_once():
    from sklearn.datasets import load_digits

    mnist = load_mnist("stand-in")
    # Enlarging 2.5 times makes 6.25 times the ink; sorted by digit and ink, the two sets must then agree.
    x = np.concatenate([mnist.x_train, mnist.x_test]).sum(axis=(1, 2)) * 16 / 255 / 6.25
    y = np.concatenate([mnist.y_train, mnist.y_test])
    digits = load_digits()
    original = digits.images.sum(axis=(1, 2))
    for digit in range(10):
        np.testing.assert_allclose(
            np.sort(x[y == digit]), np.sort(original[digits.target == digit]), rtol=0.01
        )


def test_mnist_standin_is_the_same_everywhere():
    mnist = load_mnist("stand-in")
    digest = hashlib.sha256(b"".join(getattr(mnist, name).tobytes() for name in NAMES)).hexdigest()
    assert digest == "3b7d272bb26486c0cc799b7a0f86804aebda069ddfa0daed5c341357e22c7031"


def test_mnist_real_file(monkeypatch):
    monkeypatch.setenv("CLUSTERING_COURSE_DATA", str(shared_file("mnist.npz").parent))
    tracemalloc.start()
    mnist = load_mnist()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert mnist.source == "folder"
    assert mnist.notes == ()
    assert mnist.x_train.shape == (60000, 28, 28)
    assert mnist.x_test.shape == (10000, 28, 28)
    assert mnist.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert peak < 100e6
    assert mnist.description.startswith("MNIST: 60,000 training and 10,000 test images")


def test_mnist_real_file_leaves_keras_alone():
    shared_file("mnist.npz")
    code = (
        "import sys; from helpers.datasets import load_mnist; load_mnist(); "
        "print([m for m in ('tensorflow', 'keras') if m in sys.modules])"
    )
    environment = os.environ | {"CLUSTERING_COURSE_DATA": str(SHARED)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO, env=environment, capture_output=True, text=True, check=True
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
