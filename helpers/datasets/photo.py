"""The photo of the course, or one of your own, as an array."""

import os
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from .files import DataError, existing_file

# What telephones write as HEIC says so in its first bytes: "ftyp", and one of these brands.
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


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
        A ValueError. If the file is not an image, is one that Pillow does not read (HEIC, which telephones
        write), is cut off or damaged, or has more than 89 million pixels, whose array would take 270 MB.
    """
    if path is None:
        from sklearn.datasets import load_sample_image

        return load_sample_image("china.jpg").copy()

    what_to_do = "Give the path of a JPEG or PNG file, or call load_photo() for the course's own photo."
    path = existing_file(path, what_to_do)
    kind = None
    try:
        with warnings.catch_warnings():
            # Pillow's remarks on odd metadata would be noise in a notebook; only that on a huge image counts.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                kind = opened.format
                return _as_rgb(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(
            f"{path}: expected at most {Image.MAX_IMAGE_PIXELS:,} pixels, found more ({error}). "
            "Shrink the image first."
        ) from None
    except UnidentifiedImageError:
        raise DataError(f"{path}: expected an image, found {_what_it_is(path)} {what_to_do}") from None
    except _Unusable as error:
        raise DataError(f"{path}: expected a photo, found a {kind} in which {error}. {what_to_do}") from None
    except Exception as error:
        # A damaged file can raise almost anything in a decoder; to the caller it is one kind of failure.
        raise DataError(
            f"{path}: expected a whole {kind or 'image'} file, found one that is cut off or damaged "
            f"({error}). Copy or download it again."
        ) from error


class _Unusable(Exception):
    """An image that was read, and whose values cannot be shown."""


def _what_it_is(path: os.PathLike) -> str:
    """Say what a file is that Pillow does not know."""
    with open(path, "rb") as file:
        start = file.read(12)
    if not start:
        return "an empty file."
    if start[4:8] == b"ftyp" and start[8:12] in HEIC:
        return "a HEIC photo, as telephones write it, which Pillow does not read. Save or export it as JPEG."
    return "a file that Pillow cannot read as one."


def _as_rgb(image: Image.Image) -> np.ndarray:
    if image.mode == "F":
        raise _Unusable("the pixels are floating-point numbers without a known range")
    if image.mode.startswith("I"):
        # 16-bit grey, in which Pillow's own conversion would cut everything above 255 to white.
        values = np.asarray(image).astype(np.int64)
        if values.min() < 0 or values.max() > 65535:
            raise _Unusable("the pixels are integers beyond 16 bits")
        grey = ((values * 255 + 32767) // 65535).astype(np.uint8)
        return np.stack([grey] * 3, axis=-1)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.array(image.convert("RGB"))
