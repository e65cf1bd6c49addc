"""What the loaders share: how they look for a file, and how they say what is wrong with it."""

import os
from pathlib import Path


class DataError(ValueError):
    """A data file is not what it should be; the message says what was expected and what to do."""


def existing_file(path: str | os.PathLike, what_to_do: str) -> Path:
    """Return `path` if it is a file; otherwise raise an error that ends with `what_to_do`."""
    path = Path(os.path.expanduser(path))  # Path.expanduser raises for an unknown user
    if path.is_dir():
        raise IsADirectoryError(f"{path}: expected a file, found a folder. {what_to_do}")
    if not path.exists():
        raise FileNotFoundError(f"{path}: expected a file, found none. {what_to_do}")
    return path


def short(text: str, longest: int = 40) -> str:
    """Return `text` in quotation marks, cut off where it would fill a screen."""
    return repr(text if len(text) <= longest else text[:longest] + "...")
