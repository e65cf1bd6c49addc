"""What the loaders share: how they look for a file, and how they say what is wrong with it."""

import math
import os
import re
from pathlib import Path

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MISSING = {"", "na", "n/a", "nan", "null", "none"}  # what a gap looks like, in lower case
# Stricter than float(), which also takes "1_000" and "nan".
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"[+-]?\d{1,3}([, '\u00a0\u202f]\d{3})+(\.\d*)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+", re.ASCII)


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


def number(text: str, decimal_comma: bool) -> float:
    """Return the number in a cell, or nan."""
    if decimal_comma and (DECIMAL_COMMA.fullmatch(text) or THOUSANDS.fullmatch(text.replace(".", "'"))):
        text = text.replace(".", "").replace(",", ".")
    elif THOUSANDS.fullmatch(text):
        text = re.sub("[, '\u00a0\u202f]", "", text)
    return float(text) if NUMBER.fullmatch(text) else math.nan
