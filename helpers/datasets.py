"""The course's data: a table of customers, a photo, and handwritten digits.

Importing this module is cheap: scikit-learn and Pillow are imported when a loader needs them, and Keras
runs only in a separate process, when MNIST has to be downloaded.
"""

import contextlib
import csv
import difflib
import hashlib
import importlib.util
import io
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["MNIST", "DataError", "load_customers", "load_mnist", "load_photo"]


class DataError(ValueError):
    """A data file is not what it should be; the message says what was expected and what to do."""


def _existing_file(path: str | os.PathLike, what_to_do: str) -> Path:
    path = Path(os.path.expanduser(path))  # Path.expanduser raises for an unknown user
    if path.is_dir():
        raise IsADirectoryError(f"{path}: expected a file, found a folder. {what_to_do}")
    if not path.exists():
        raise FileNotFoundError(f"{path}: expected a file, found none. {what_to_do}")
    return path


def _short(text: str, longest: int = 40) -> str:
    return repr(text if len(text) <= longest else text[:longest] + "...")


# --------------------------------------------------------------------------------------------------
# Customers

_CUSTOMERS_CSV = Path(__file__).resolve().parent.parent / "data" / "customers.csv"
_CUSTOMER_COLUMNS = ("CustomerID", "Gender", "Age", "AnnualIncome", "SpendingScore")
# Lowest, highest, whole numbers only. Ids stay below 2**53, up to which a float is an exact integer.
_NUMBER_RULES = {
    "CustomerID": (0, 2**53 - 1, True),
    "Age": (0, 120, True),
    "AnnualIncome": (0, 1_000_000, False),
    "SpendingScore": (1, 100, False),
}
# Stricter than float(), which also takes "1_000" and "nan".
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MISSING = {"", "na", "n/a", "nan", "null", "none"}
_MAX_PROBLEMS = 5


def load_customers(path: str | os.PathLike | None = None) -> pd.DataFrame:
    """Load a table of customers, and refuse one that would spoil a lesson.

    Parameters
    ----------
    path : str or path-like, optional
        A comma-separated UTF-8 file (with or without a byte-order mark) whose first line names the columns,
        in any order. Without it, the course's own ``data/customers.csv``.

    Returns
    -------
    pandas.DataFrame, shape (n_customers, 5)
        Always these columns, in this order; any other column of the file is dropped:

        - ``CustomerID``: unique whole number, 0 or more;
        - ``Gender``: text, usually "Female" or "Male"; any non-empty text is kept as it is;
        - ``Age``: whole years, 0 to 120;
        - ``AnnualIncome``: thousands of dollars (k$), 0 to 1,000,000;
        - ``SpendingScore``: 1 to 100, higher for customers who spend more.

        Number columns are int64 when all their values are whole, otherwise float64. Spaces around names and
        values are removed, and blank lines skipped.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If `path` does not exist, or is a folder.
    DataError
        A ValueError. If the file is not comma-separated UTF-8 text, a column is missing, or a value is
        missing, of the wrong type, out of range, or an id seen before. It names the file, the first
        five problems by line (as in an editor or spreadsheet: the header is line 1) and column, what was
        expected, and what was found.
    """
    hint = "Give the path of a CSV file, or call load_customers() for the course's own table."
    if path is None:
        path = _CUSTOMERS_CSV
        hint = "It belongs to the course: restore it, and run the course from its own folder."
    path = _existing_file(path, hint)

    rows = _csv_rows(path)
    if not rows:
        raise DataError(f"{path}: expected a table of customers, found an empty file. {hint}")
    header = [name.strip() for name in rows[0][1]]
    _check_header(path, header)
    if len(rows) == 1:
        raise DataError(f"{path}: expected at least one customer, found only the header. {hint}")

    position = {name: header.index(name) for name in _CUSTOMER_COLUMNS}
    table: dict[str, list] = {name: [] for name in _CUSTOMER_COLUMNS}
    first_line: dict[float, int] = {}
    problems = []
    for line, cells in rows[1:]:
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            problems.append(
                f"line {line}: expected {len(header)} values as in the header, found {len(cells)}"
            )
            continue
        for name in _CUSTOMER_COLUMNS:
            try:
                value = _parse_cell(name, cells[position[name]].strip())
                if name == "CustomerID" and first_line.setdefault(value, line) != line:
                    raise ValueError(
                        f"expected each id once, found {value:.0f} again (see line {first_line[value]})"
                    )
            except ValueError as error:
                problems.append(f"line {line}, column {name}: {error}")
            else:
                table[name].append(value)
    if problems:
        shown = problems[:_MAX_PROBLEMS]
        if len(problems) > len(shown):
            shown.append(f"and {len(problems) - len(shown)} more")
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise DataError(
            f"{path}: {count}\n  "
            + "\n  ".join(shown)
            + "\nCorrect or remove these lines. Numbers are plain digits with a decimal point, without units."
        )

    frame = pd.DataFrame(table)
    for name in _NUMBER_RULES:
        if (frame[name] % 1 == 0).all():
            frame[name] = frame[name].astype("int64")
    return frame


def _csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV file that are not blank, each with the number of its first line."""
    data = path.read_bytes()
    what_to_do = 'Save it as "CSV UTF-8 (comma delimited)" in a spreadsheet, or give another file.'
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path}: expected UTF-8 text, found UTF-16. {what_to_do}")
    if b"\0" in data:
        kind = "a spreadsheet or zip file" if data.startswith(b"PK") else "a binary file"
        raise DataError(f"{path}: expected a CSV text file, found {kind}. {what_to_do}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02x} on line {line}"
        raise DataError(f"{path}: expected UTF-8 text, found {found}. {what_to_do}") from None

    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{path}, line {line}: expected comma-separated values, found a row that cannot be split "
            f"({error}). Check the quotation marks there."
        ) from None
    return rows


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in _CUSTOMER_COLUMNS if name not in header]
    repeated = [name for name in _CUSTOMER_COLUMNS if header.count(name) > 1]
    expected = f"{path}, line 1: expected the columns {', '.join(_CUSTOMER_COLUMNS)}"
    if repeated:
        raise DataError(f"{expected}, each once; found {', '.join(repeated)} more than once. Remove one.")
    if not missing:
        return
    for character, name in {";": "semicolons", "\t": "tabs", "|": "bars"}.items():
        if len(header) == 1 and character in header[0]:
            raise DataError(
                f"{expected}, separated by commas; found {name} instead. Save the file with commas, "
                f"or convert it: pandas.read_csv(path, sep={character!r}).to_csv(new_path, index=False)."
            )

    def simple(name: str) -> str:
        return re.sub(r"[\W_]", "", name).lower()

    others = {simple(name): name for name in header if name and name not in _CUSTOMER_COLUMNS}
    advice = []
    for name in missing:
        near = [key for key in others if key.startswith(simple(name))]
        near += difflib.get_close_matches(simple(name), others, n=1)
        if near:
            advice.append(f"Rename {_short(others[near[0]])} to {name!r}.")
    found = ", ".join(_short(name) for name in header[:12]) + (", ..." if len(header) > 12 else "")
    raise DataError(
        f"{expected}; missing {', '.join(missing)}, found {found}. "
        + (" ".join(advice) or "Name the columns on the first line, exactly so.")
    )


def _parse_cell(column: str, text: str) -> str | float:
    """Return the value of one cell, or raise ValueError with what was expected and found."""
    missing = text.lower() in _MISSING
    if column not in _NUMBER_RULES:
        if missing:
            raise ValueError(f"expected text, found {_short(text) if text else 'nothing'}")
        return text
    low, high, whole = _NUMBER_RULES[column]
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    # Written so that nan and infinity fail the test.
    if low <= value <= high and (not whole or value.is_integer()):
        return value
    expected = f"a {'whole ' if whole else ''}number from {low} to {high:,}"
    if column == "CustomerID":
        expected = "a whole number, 0 or more"
    raise ValueError(f"expected {expected}, found {_short(text) if text else 'nothing'}")


# --------------------------------------------------------------------------------------------------
# Photo


def load_photo(path: str | os.PathLike | None = None) -> np.ndarray:
    """Load a photo as an array of red, green and blue values.

    Parameters
    ----------
    path : str or path-like, optional
        Any image file that Pillow reads: colour, grey, palette, CMYK, 16-bit, with or without transparency
        (shown on white). It is turned upright as its EXIF data says; of an animation, the first frame is
        taken. Without `path`, always the photo ``china.jpg`` (427 x 640 pixels) that comes with scikit-learn.

    Returns
    -------
    numpy.ndarray, shape (height, width, 3), dtype uint8
        Red, green and blue from 0 to 255; writable, and the caller's own.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If `path` does not exist, or is a folder.
    DataError
        A ValueError. If the file is not an image, is cut off, or has more than 89 million pixels, whose
        array would take 270 MB.
    """
    if path is None:
        from sklearn.datasets import load_sample_image

        return load_sample_image("china.jpg").copy()

    from PIL import Image, ImageOps

    what_to_do = "Give the path of a JPEG or PNG file, or call load_photo() for the course's own photo."
    path = _existing_file(path, what_to_do)
    try:
        with warnings.catch_warnings():
            # Pillow's remarks on odd metadata would be noise in a notebook; only that on a huge image counts.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                return _as_rgb(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(
            f"{path}: expected at most {Image.MAX_IMAGE_PIXELS:,} pixels, found more ({error}). "
            "Shrink the image first."
        ) from None
    except Exception as error:
        # A damaged file can raise almost anything in a decoder; to the caller it is one kind of failure.
        raise DataError(
            f"{path}: expected an image, found a file that Pillow cannot read as one ({error}). {what_to_do}"
        ) from error


def _as_rgb(image) -> np.ndarray:
    from PIL import Image

    if image.mode == "F":
        raise ValueError("its pixels are floating-point numbers without a known range")
    if image.mode.startswith("I"):
        # 16-bit grey, in which Pillow's own conversion would cut everything above 255 to white.
        values = np.asarray(image).astype(np.int64)
        if values.min() < 0 or values.max() > 65535:
            raise ValueError("its pixels are integers beyond 16 bits")
        grey = ((values * 255 + 32767) // 65535).astype(np.uint8)
        return np.stack([grey] * 3, axis=-1)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.array(image.convert("RGB"))


# --------------------------------------------------------------------------------------------------
# Digits

_DATA_FOLDER_VARIABLE = "CLUSTERING_COURSE_DATA"
# Shape of each array of canonical MNIST, and the SHA-256 of its bytes. The arrays are checked rather than the
# file, because the same arrays can be zipped in many ways.
_MNIST_ARRAYS = {
    "x_train": ((60000, 28, 28), "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
    "y_train": ((60000,), "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
    "x_test": ((10000, 28, 28), "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
    "y_test": ((10000,), "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
}
_NPY_HEADER_ROOM = 10_000

# Keras downloads straight into its cache, so what a broken download leaves there would be found by the next
# program; here its cache is a temporary folder. The socket timeout ends this process if ours is gone.
_DOWNLOAD_CODE = """
import socket
socket.setdefaulttimeout(20)
from keras.datasets import mnist
mnist.load_data()
"""
_IMPORT_SECONDS = 60  # for importing Keras: 5 to 10 s are normal, more on a small machine
_STALL_SECONDS = 8  # for the network to do anything at all
_TOTAL_SECONDS = 120


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
            "folder": f"the folder in {_DATA_FOLDER_VARIABLE}",
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
        "folder": _mnist_from_folder,
        "keras-cache": _mnist_from_cache,
        "download": _mnist_from_download,
        "stand-in": _standin_digits,
    }
    options = ("auto", *loaders)
    if source not in options:
        raise ValueError(f"source: expected one of {', '.join(map(repr, options))}, found {source!r}.")
    if source != "auto":
        return MNIST(**loaders[source](), source=source)

    notes = []
    for name, load in loaders.items():
        if name == "folder" and not os.environ.get(_DATA_FOLDER_VARIABLE):
            continue  # Nobody asked for a folder, so none was passed over.
        try:
            arrays = load()
        except (OSError, ValueError, ImportError) as error:
            notes.append(f"{name}: {error}")
        else:
            return MNIST(**arrays, source=name, notes=tuple(notes))
    raise RuntimeError("No digits, not even scikit-learn's; reinstall scikit-learn. " + " ".join(notes))


def _mnist_from_folder() -> dict[str, np.ndarray]:
    folder = os.environ.get(_DATA_FOLDER_VARIABLE)
    if not folder:
        raise FileNotFoundError(
            f"{_DATA_FOLDER_VARIABLE}: expected this environment variable to name a folder with mnist.npz, "
            "found it unset. Set it, or choose another source."
        )
    what_to_do = (
        f"Put mnist.npz into the folder that {_DATA_FOLDER_VARIABLE} names, or choose another source."
    )
    return _read_mnist(_existing_file(Path(folder) / "mnist.npz", what_to_do))


def _cache_file() -> Path:
    home = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    return Path(os.path.expanduser(home)) / "datasets" / "mnist.npz"


def _mnist_from_cache() -> dict[str, np.ndarray]:
    what_to_do = 'Use source="download" to have it fetched, or choose another source.'
    return _read_mnist(_existing_file(_cache_file(), what_to_do))


def _read_mnist(path: Path) -> dict[str, np.ndarray]:
    """Read and check all four arrays of an ``mnist.npz``, without trusting anything in it."""
    what_to_do = "Delete this file, or replace it by the mnist.npz that Keras downloads."
    arrays = {}
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(path) as archive:
            warnings.simplefilter("ignore")  # NumPy's on headers written by Python 2
            found = archive.namelist()
            for name, (shape, sha256) in _MNIST_ARRAYS.items():
                if f"{name}.npy" not in found:
                    raise DataError(f"expected an array {name}, found only {_short(', '.join(found), 80)}")
                arrays[name] = _read_member(archive, name, shape, sha256)
    except DataError as error:
        raise DataError(f"{path}: {error}. {what_to_do}") from None
    except PermissionError:
        raise
    except Exception as error:
        # A damaged zip file can raise almost anything; to the caller it is one kind of failure.
        raise DataError(
            f"{path}: expected a NumPy .npz file, found one that is damaged or cut off "
            f"({type(error).__name__}: {error}). {what_to_do}"
        ) from error
    return arrays


def _read_member(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], sha256: str) -> np.ndarray:
    info = archive.getinfo(f"{name}.npy")
    most = math.prod(shape) + _NPY_HEADER_ROOM
    # Before a byte is unpacked: a small zip file can claim, and unpack to, more than the memory holds.
    if info.file_size > most:
        raise DataError(f"expected {name} to take at most {most:,} bytes, found {info.file_size:,}")
    # Python unpacks the other methods without a limit.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"expected {name} to be stored or deflated, found zip method {info.compress_type}")
    with archive.open(info) as stream:
        version = np.lib.format.read_magic(stream)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        found_shape, _, dtype = read_header(stream)
    # Before the array exists: NumPy would make room for whatever the header claims.
    if found_shape != shape or dtype != np.uint8:
        raise DataError(f"expected {name} to be uint8 of shape {shape}, found {dtype} of shape {found_shape}")
    with archive.open(info) as stream:
        array = np.ascontiguousarray(np.lib.format.read_array(stream, allow_pickle=False))
    if array.ndim == 1 and array.max() > 9:
        raise DataError(f"expected the digits of {name} from 0 to 9, found {array.max()}")
    found_sha256 = hashlib.sha256(array).hexdigest()
    if found_sha256 != sha256:
        raise DataError(
            f"expected {name} to be MNIST's (SHA-256 {sha256[:12]}...), "
            f"found other values ({found_sha256[:12]}...)"
        )
    return array


def _mnist_from_download() -> dict[str, np.ndarray]:
    if importlib.util.find_spec("keras") is None:
        raise ModuleNotFoundError(
            'Keras: expected it for the download, found it not installed. Use source="stand-in", '
            f"or put mnist.npz into a folder that {_DATA_FOLDER_VARIABLE} names."
        )
    with tempfile.TemporaryDirectory(prefix="mnist-", ignore_cleanup_errors=True) as folder:
        fetched = Path(folder) / "datasets" / "mnist.npz"
        _run_download(fetched)
        arrays = _read_mnist(fetched)
        _keep(fetched, _cache_file())
    return arrays


def _run_download(target: Path) -> None:
    """Let Keras, in a process of its own, download MNIST to `target`.

    Only a process can be ended whatever it hangs in, the look-up of a host's name included. It also keeps
    TensorFlow, its half gigabyte and its log messages out of the notebook.
    """
    keras_home = target.parent.parent
    log = keras_home / "log.txt"
    what_to_do = 'Check the network and try again, or use source="stand-in".'
    print('Downloading MNIST (11 MB) through Keras; load_mnist("stand-in") does without.', flush=True)
    with (
        log.open("wb") as stderr,
        subprocess.Popen(
            # -P: a file keras.py or socket.py beside the notebook must not be taken for the library.
            [sys.executable, "-P", "-c", _DOWNLOAD_CODE],
            env=os.environ | {"KERAS_HOME": str(keras_home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows would open a console
        ) as process,
    ):
        try:
            _wait_for_download(process, target, what_to_do)
        finally:
            process.kill()
    if process.returncode != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
        reason = next(
            (line.strip() for line in reversed(lines) if line.strip()), f"exit {process.returncode}"
        )
        raise ConnectionError(
            f"MNIST: expected Keras to download it, found that it failed: {reason}. {what_to_do}"
        )


def _wait_for_download(process: subprocess.Popen, target: Path, what_to_do: str) -> None:
    """Show progress until `process` ends; raise TimeoutError when it no longer gets anywhere."""
    start = last_change = time.monotonic()
    size = -1
    while process.poll() is None:
        time.sleep(0.1)
        now = time.monotonic()
        new_size = _bytes_so_far(target)
        if new_size != size:
            size, last_change = new_size, now
            if size > 0:
                print(f"{size / 1e6:.1f} MB", end="\r", flush=True)
        patience = _IMPORT_SECONDS if size < 0 else _STALL_SECONDS
        if now - last_change > patience or now - start > _TOTAL_SECONDS:
            found = "Keras still starting" if size < 0 else f"{size / 1e6:.1f} MB"
            raise TimeoutError(
                f"MNIST: expected a download of 11 MB, found {found} after {now - start:.0f} s. {what_to_do}"
            )


def _bytes_so_far(target: Path) -> int:
    """Return how much of `target` is there: -1 before Keras has made its folder, 0 while it connects."""
    try:
        return target.stat().st_size
    except OSError:
        return 0 if target.parent.exists() else -1


def _keep(fetched: Path, cache: Path) -> None:
    part = cache.with_name(f"mnist.npz.{os.getpid()}.part")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fetched, part)
        os.replace(part, cache)  # At once: no other program ever sees half a file.
    except OSError:
        # The arrays are fine; a read-only or full disk only means that the next session downloads again.
        with contextlib.suppress(OSError):
            part.unlink()


def _standin_digits() -> dict[str, np.ndarray]:
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
