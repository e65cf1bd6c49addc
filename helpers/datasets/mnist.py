"""MNIST, wherever it can be had, or a stand-in of scikit-learn's smaller digits."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .files import DataError, existing_file, short
from .mnist_download import download_mnist

# Shape of each array of canonical MNIST, and the SHA-256 of its bytes. The arrays are checked rather than the
# file, because the same arrays can be zipped in many ways.
_ARRAYS = {
    "x_train": ((60000, 28, 28), "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
    "y_train": ((60000,), "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
    "x_test": ((10000, 28, 28), "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
    "y_test": ((10000,), "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
}


@dataclass(frozen=True, eq=False, repr=False)
class MNIST:
    """Images of handwritten digits and which digit each shows.

    Attributes
    ----------
    x_train, x_test : numpy.ndarray, shape (n, 28, 28), dtype uint8
        Images, from 0 (background) to 255 (ink).
    y_train, y_test : numpy.ndarray, shape (n,), dtype uint8
        Digits, from 0 to 9.
    source : {"folder", "keras-cache", "download", "stand-in"}
        Where the arrays come from.
    notes : tuple of str
        Why each source that was tried before this one was passed over.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str
    notes: tuple[str, ...] = ()

    @property
    def is_standin(self) -> bool:
        """Whether these are scikit-learn's digits instead of MNIST."""
        return self.source == "stand-in"

    @property
    def is_real(self) -> bool:
        """Whether this is MNIST, checked byte for byte."""
        return not self.is_standin

    @property
    def description(self) -> str:
        """One sentence for people: which digits these are, how many, and where they come from."""
        size = f"{len(self.x_train):,} training and {len(self.x_test):,} test images of 28x28 pixels"
        if self.is_standin:
            return f"A stand-in for MNIST: scikit-learn's 8x8 digits, enlarged; {size}. Results differ."
        origin = {
            "folder": "the folder in CLUSTERING_COURSE_DATA",
            "keras-cache": "Keras' cache",
            "download": "a download through Keras",
        }[self.source]
        return f"MNIST: {size}, from {origin}."

    def __repr__(self) -> str:
        return f"MNIST(source={self.source!r}, x_train={self.x_train.shape}, x_test={self.x_test.shape})"


def load_mnist(source: str = "auto") -> MNIST:
    """Load the MNIST digits, or a stand-in when they cannot be had.

    Parameters
    ----------
    source : {"auto", "folder", "keras-cache", "download", "stand-in"}
        "auto" tries the other four in this order, and takes the first that works:

        - "folder": ``mnist.npz`` in the folder named by the environment variable ``CLUSTERING_COURSE_DATA``;
        - "keras-cache": ``~/.keras/datasets/mnist.npz``, or the same below ``KERAS_HOME``;
        - "download": through Keras, in a process of its own; kept in Keras' cache only when complete and
          correct. Without a network it gives up after 5 to 20 seconds, most of which Keras takes to start;
          a download that moves may take two minutes;
        - "stand-in": made from scikit-learn's digits. At once, and the same everywhere.

    Returns
    -------
    MNIST
        Arrays ``x_train, y_train, x_test, y_test``, with the ``source`` used, a ``description``, and
        ``notes`` on the sources passed over: 60,000 and 10,000 images, or 1,500 and 297 in the stand-in.

    Raises
    ------
    ValueError
        If `source` is unknown.
    FileNotFoundError, DataError, ModuleNotFoundError, OSError
        Only if a source is named, so that nothing can take its place: its file is missing; is damaged or
        not MNIST; Keras is not installed; or the download failed (ConnectionError, TimeoutError).

    Notes
    -----
    Arrays are never unpickled, and accepted only if their shape, dtype, range and SHA-256 are those of MNIST.

    The stand-in's 1,797 images of 8x8 pixels are enlarged to about 20x20 pixels on a background of 28x28, as
    MNIST's are, then split into 1,500 and 297, each digit in proportion.
    They are blurred, and fewer: results differ.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998). Gradient-based learning applied to document
    recognition. Proceedings of the IEEE 86(11), 2278-2324.

    E. Alpaydin, C. Kaynak (1998). Optical recognition of handwritten digits. UCI Machine Learning Repository.
    """
    loaders = {
        "folder": _from_folder,
        "keras-cache": _from_cache,
        "download": lambda: download_mnist(_read, _cache_file()),
        "stand-in": _standin,
    }
    if source in loaders:
        return MNIST(**loaders[source](), source=source)
    if source != "auto":
        options = ", ".join(map(repr, ("auto", *loaders)))
        raise ValueError(f"source: expected one of {options}, found {source!r}.")

    notes = []
    for name in ("folder", "keras-cache", "download"):
        if name == "folder" and not os.environ.get("CLUSTERING_COURSE_DATA"):
            continue  # Nobody asked for a folder, so none was passed over.
        try:
            return MNIST(**loaders[name](), source=name, notes=tuple(notes))
        except (OSError, ValueError, ImportError) as error:
            notes.append(f"{name}: {error}")
    return MNIST(**_standin(), source="stand-in", notes=tuple(notes))


def _from_folder() -> dict[str, np.ndarray]:
    folder = os.environ.get("CLUSTERING_COURSE_DATA")
    if not folder:
        raise FileNotFoundError(
            "CLUSTERING_COURSE_DATA: expected this environment variable to name a folder with mnist.npz, "
            "found it unset. Set it, or choose another source."
        )
    what_to_do = "Put mnist.npz into the folder that CLUSTERING_COURSE_DATA names, or choose another source."
    return _read(existing_file(Path(folder) / "mnist.npz", what_to_do))


def _cache_file() -> Path:
    home = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    return Path(os.path.expanduser(home)) / "datasets" / "mnist.npz"


def _from_cache() -> dict[str, np.ndarray]:
    what_to_do = 'Use source="download" to have it fetched, or choose another source.'
    return _read(existing_file(_cache_file(), what_to_do))


def _read(path: Path) -> dict[str, np.ndarray]:
    """Read all four arrays of an ``mnist.npz``, and take them only if they are MNIST's."""
    what_to_do = "Delete this file, or replace it by the mnist.npz that Keras downloads."
    try:
        with np.load(path, allow_pickle=False) as archive:
            for name in _ARRAYS:
                if name not in archive:
                    found = short(", ".join(archive.files), 80)
                    raise DataError(f"expected an array {name}, found only {found}")
            return {name: _checked(name, archive[name]) for name in _ARRAYS}
    except DataError as error:
        raise DataError(f"{path}: {error}. {what_to_do}") from None
    except PermissionError:
        raise
    except Exception as error:
        # A damaged file can raise almost anything; to the caller it is one kind of failure. NumPy's own words
        # stay out of the message: of a file that is no archive at all, they say how to load it unsafely.
        raise DataError(
            f"{path}: expected a NumPy .npz file of numbers, found one that is damaged, cut off, "
            f"or of another kind. {what_to_do}"
        ) from error


def _checked(name: str, found: np.ndarray | bytes) -> np.ndarray:
    shape, sha256 = _ARRAYS[name]
    array = np.ascontiguousarray(found)  # of bytes, if the archive holds a file of another kind by this name
    if array.dtype != np.uint8 or array.shape != shape:
        raise DataError(
            f"expected {name} to be uint8 of shape {shape}, found {array.dtype} of shape {array.shape}"
        )
    if array.ndim == 1 and array.max() > 9:
        raise DataError(f"expected the digits of {name} from 0 to 9, found {array.max()}")
    found_sha256 = hashlib.sha256(array).hexdigest()
    if found_sha256 != sha256:
        raise DataError(
            f"expected {name} to be MNIST's (SHA-256 {sha256[:12]}...), "
            f"found other values ({found_sha256[:12]}...)"
        )
    return array


def _standin() -> dict[str, np.ndarray]:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    # Linear interpolation: each of 28 pixels is a weighted sum of two of the 8, or of one and the background
    # around them. The weights are tenths; in integers, rounding is the same on every processor.
    positions = (np.arange(28) + 0.5 - 4) * 8 / 20 - 0.5
    weights = np.column_stack([np.interp(positions, np.arange(-1, 9), np.pad(p, 1)) for p in np.eye(8)])
    tenths = np.rint(10 * weights).astype(int)
    hundredths = tenths @ digits.images.astype(int) @ tenths.T  # (1797, 28, 28), from 0 to 1600
    x = ((hundredths * 255 + 800) // 1600).astype(np.uint8)
    y = digits.target.astype(np.uint8)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=297, random_state=0, stratify=y)
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
