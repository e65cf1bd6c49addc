"""load_mnist: which source it takes, what it refuses to read, and the stand-in.

A small "MNIST" takes the place of the real one, whose hashes are tested on the real file.
"""

import hashlib
import io
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.datasets import DataError, load_mnist, mnist, mnist_download

REAL = Path(os.environ.get("CLUSTERING_COURSE_DATA", ""), "mnist.npz")

RNG = np.random.default_rng(0)
SMALL = {
    "x_train": RNG.integers(0, 256, (60, 28, 28), dtype=np.uint8),
    "y_train": np.arange(60, dtype=np.uint8) % 10,
    "x_test": RNG.integers(0, 256, (10, 28, 28), dtype=np.uint8),
    "y_test": np.arange(10, dtype=np.uint8),
}


def npz(**arrays):
    """The bytes of an mnist.npz with the small arrays, or with others; without those that are None."""
    file = io.BytesIO()
    np.savez(file, **{name: array for name, array in (SMALL | arrays).items() if array is not None})
    return file.getvalue()


WRONG = npz(y_test=np.zeros(10, np.uint8))


def check_small(digits, source):
    assert digits.source == source
    assert digits.is_real
    assert not digits.is_standin
    for name, expected in SMALL.items():
        np.testing.assert_array_equal(getattr(digits, name), expected)
        assert getattr(digits, name).dtype == np.uint8
        assert getattr(digits, name).flags.writeable


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Where mnist.npz can be: in the folder, in Keras' cache, on the server. It is nowhere yet."""
    files = SimpleNamespace(
        folder=tmp_path / "folder" / "mnist.npz",
        cache=tmp_path / "keras" / "datasets" / "mnist.npz",
        server=tmp_path / "server" / "mnist.npz",
    )
    for path in vars(files).values():
        path.parent.mkdir(parents=True)

    def run_keras(home, target):
        if not files.server.exists():
            raise ConnectionError("no network here")
        target.parent.mkdir()
        shutil.copy(files.server, target)

    arrays = {name: (a.shape, hashlib.sha256(a).hexdigest()) for name, a in SMALL.items()}
    monkeypatch.setattr(mnist, "_ARRAYS", arrays)
    monkeypatch.setattr(mnist_download, "find_spec", lambda name: object())
    monkeypatch.setattr(mnist_download, "_run_keras", run_keras)
    monkeypatch.setenv("CLUSTERING_COURSE_DATA", str(files.folder.parent))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return files


# --- sources


def test_unknown_source():
    with pytest.raises(ValueError, match=r"expected one of 'auto', 'folder', .*, 'stand-in', found 'cache'"):
        load_mnist("cache")


@pytest.mark.parametrize("source", ["auto", "folder"])
def test_from_folder(world, tmp_path, source):
    world.folder.write_bytes(npz())
    digits = load_mnist(source)
    check_small(digits, "folder")
    assert digits.notes == ()
    assert "60 training and 10 test images" in digits.description
    assert str(tmp_path) not in digits.description
    assert len(repr(digits)) < 100


@pytest.mark.parametrize("source", ["auto", "keras-cache"])
def test_from_cache(world, monkeypatch, source):
    monkeypatch.delenv("CLUSTERING_COURSE_DATA")
    world.cache.write_bytes(npz())
    digits = load_mnist(source)
    check_small(digits, "keras-cache")
    assert digits.notes == ()


def test_cache_is_in_the_home_folder(world, monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME")
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    (tmp_path / "keras").rename(tmp_path / ".keras")
    (tmp_path / ".keras" / "datasets" / "mnist.npz").write_bytes(npz())
    check_small(load_mnist("keras-cache"), "keras-cache")


def test_from_cache_when_the_folder_is_gone(world):
    world.cache.write_bytes(npz())
    world.folder.parent.rmdir()
    digits = load_mnist()
    check_small(digits, "keras-cache")
    assert len(digits.notes) == 1
    assert digits.notes[0].startswith(f"folder: {world.folder}: expected a file, found none")


def test_download_is_kept_and_repairs_the_cache(world):
    world.cache.write_bytes(WRONG)
    world.server.write_bytes(npz())
    digits = load_mnist()
    check_small(digits, "download")
    assert [note.split(":")[0] for note in digits.notes] == ["folder", "keras-cache"]
    check_small(load_mnist(), "keras-cache")


def test_wrong_download_is_not_kept(world):
    world.server.write_bytes(WRONG)
    with pytest.raises(DataError, match="expected y_test to be MNIST's"):
        load_mnist("download")
    assert load_mnist().is_standin
    assert not world.cache.exists()


def test_standin_when_nothing_else_works(world):
    digits = load_mnist()
    assert digits.is_standin
    assert [note.split(":")[0] for note in digits.notes] == ["folder", "keras-cache", "download"]
    assert "no network here" in digits.notes[-1]


def test_without_keras(world, monkeypatch):
    monkeypatch.setattr(mnist_download, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"Keras: expected it .* found it not installed"):
        load_mnist("download")
    digits = load_mnist()
    assert digits.is_standin
    assert "not installed" in digits.notes[-1]


def test_named_source_does_not_fall_through(world, monkeypatch):
    with pytest.raises(ConnectionError, match="no network here"):
        load_mnist("download")
    with pytest.raises(FileNotFoundError, match=r"mnist\.npz: expected a file, found none\. Use"):
        load_mnist("keras-cache")
    with pytest.raises(FileNotFoundError, match=r"found none\. Put .* CLUSTERING_COURSE_DATA names"):
        load_mnist("folder")
    monkeypatch.delenv("CLUSTERING_COURSE_DATA")
    with pytest.raises(FileNotFoundError, match=r"CLUSTERING_COURSE_DATA: expected .* found it unset"):
        load_mnist("folder")


# --- reading


def test_compressed_and_other_contents_are_fine(world):
    np.savez_compressed(world.folder, extra=np.zeros(3), **SMALL)
    check_small(load_mnist("folder"), "folder")


class Touch:
    """An object that makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


SPOILED = {
    "web page": (b"<html>Please log in to the hotel's network</html>", "found one that is damaged"),
    "empty": (b"", "found one that is damaged"),
    "cut off": (npz()[:4000], "found one that is damaged, cut off"),
    "flipped bit": (npz().replace(bytes(range(10)), bytes(range(1, 11))), "found one that is damaged"),
    "objects": (npz(y_train=np.array([{}] * 60)), "or of another kind"),
    "missing": (npz(y_test=None), "expected an array y_test, found only 'x_train, y_train, x_test'"),
    "shape": (
        npz(x_test=SMALL["x_test"].reshape(10, 784)),
        "expected x_test to be uint8 of shape (10, 28, 28), found uint8 of shape (10, 784)",
    ),
    "dtype": (
        npz(y_train=SMALL["y_train"].astype(np.int64)),
        "expected y_train to be uint8 of shape (60,), found int64 of shape (60,)",
    ),
    "range": (npz(y_test=SMALL["y_test"] + np.uint8(1)), "the digits of y_test from 0 to 9, found 10"),
    "values": (npz(x_test=255 - SMALL["x_test"]), "expected x_test to be MNIST's (SHA-256"),
}


@pytest.mark.parametrize(("content", "problem"), SPOILED.values(), ids=SPOILED)
def test_spoiled_file(world, capfd, content, problem):
    world.folder.write_bytes(content)
    world.cache.write_bytes(npz())
    with pytest.raises(DataError) as info:
        load_mnist("folder")
    message = str(info.value)
    assert message.startswith(f"{world.folder}: expected ")
    assert problem in message
    assert message.endswith("Delete this file, or replace it by the mnist.npz that Keras downloads.")

    digits = load_mnist()
    check_small(digits, "keras-cache")
    assert digits.notes == (f"folder: {message}",)
    assert capfd.readouterr() == ("", "")


def test_nothing_is_unpickled(world):
    executed = world.folder.with_name("executed")
    world.folder.write_bytes(npz(y_train=np.array([Touch(executed)])))
    with pytest.raises(DataError):
        load_mnist("folder")
    assert not executed.exists()
    # That means something only if unpickling does make the file.
    with np.load(world.folder, allow_pickle=True) as archive:
        archive["y_train"]
    assert executed.exists()


@pytest.mark.skipif(not REAL.is_file(), reason="needs mnist.npz in CLUSTERING_COURSE_DATA")
def test_real_file():
    digits = load_mnist()
    assert digits.source == "folder"
    assert digits.notes == ()
    assert digits.x_train.shape == (60000, 28, 28)
    assert digits.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert digits.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert digits.description.startswith("MNIST: 60,000 training and 10,000 test images")


# --- the stand-in


def test_standin_labels_belong_to_the_images():
    from sklearn.neighbors import KNeighborsClassifier

    digits = load_mnist("stand-in")
    model = KNeighborsClassifier().fit(digits.x_train.reshape(-1, 784) / 255, digits.y_train)
    assert model.score(digits.x_test.reshape(-1, 784) / 255, digits.y_test) > 0.9


def test_standin_is_the_same_everywhere():
    digits = load_mnist("stand-in")
    assert (digits.source, digits.is_standin, digits.is_real, digits.notes) == ("stand-in", True, False, ())
    assert "stand-in" in digits.description
    assert "1,500 training and 297 test" in digits.description
    arrays = [digits.x_train, digits.y_train, digits.x_test, digits.y_test]
    assert [array.shape for array in arrays] == [(1500, 28, 28), (1500,), (297, 28, 28), (297,)]
    assert {array.dtype for array in arrays} == {np.dtype(np.uint8)}
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
    assert digest == "3b7d272bb26486c0cc799b7a0f86804aebda069ddfa0daed5c341357e22c7031"
