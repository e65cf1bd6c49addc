"""The table of customers, of the course or your own, checked cell by cell."""

import csv
import difflib
import io
import math
import os
import re
from pathlib import Path

import pandas as pd

from .files import DataError, existing_file, short

_COURSE_TABLE = Path(__file__).resolve().parents[2] / "data" / "customers.csv"
_COLUMNS = ("CustomerID", "Gender", "Age", "AnnualIncome", "SpendingScore")
# Lowest, highest, whole numbers only, and how a message says so. Ids stay below 2**53, up to which a float is
# an exact integer.
_NUMBER_RULES = {
    "CustomerID": (0, 2**53 - 1, True, "a whole number, 0 or more"),
    "Age": (0, 120, True, "a whole number from 0 to 120"),
    "AnnualIncome": (0, 1_000_000, False, "a number from 0 to 1,000,000"),
    "SpendingScore": (1, 100, False, "a number from 1 to 100"),
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
        path = _COURSE_TABLE
        hint = "It belongs to the course: restore it, and run the course from its own folder."
    path = existing_file(path, hint)

    rows = _csv_rows(path)
    if not rows:
        raise DataError(f"{path}: expected a table of customers, found an empty file. {hint}")
    header = [name.strip() for name in rows[0][1]]
    _check_header(path, header)
    if len(rows) == 1:
        raise DataError(f"{path}: expected at least one customer, found only the header. {hint}")

    position = {name: header.index(name) for name in _COLUMNS}
    table: dict[str, list] = {name: [] for name in _COLUMNS}
    first_line: dict[float, int] = {}
    problems = []
    for line, cells in rows[1:]:
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            problems.append(
                f"line {line}: expected {len(header)} values as in the header, found {len(cells)}"
            )
            continue
        for name in _COLUMNS:
            try:
                value = _parse_cell(name, cells[position[name]].strip())
                if name == "CustomerID" and first_line.setdefault(value, line) != line:
                    raise ValueError(
                        f"expected each id once, found {value:.0f} again (see line {first_line[value]})"
                    )
                table[name].append(value)
            except ValueError as error:
                problems.append(f"line {line}, column {name}: {error}")
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        if len(problems) > _MAX_PROBLEMS:
            problems[_MAX_PROBLEMS:] = [f"and {len(problems) - _MAX_PROBLEMS} more"]
        raise DataError(
            "\n  ".join([f"{path}: {count}", *problems])
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
    missing = [name for name in _COLUMNS if name not in header]
    repeated = [name for name in _COLUMNS if header.count(name) > 1]
    expected = f"{path}, line 1: expected the columns {', '.join(_COLUMNS)}"
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

    others = {simple(name): name for name in header if name and name not in _COLUMNS}
    advice = []
    for name in missing:
        near = [key for key in others if key.startswith(simple(name))]
        near += difflib.get_close_matches(simple(name), others, n=1)
        if near:
            advice.append(f"Rename {short(others[near[0]])} to {name!r}.")
    found = ", ".join(short(name) for name in header[:12]) + (", ..." if len(header) > 12 else "")
    raise DataError(
        f"{expected}; missing {', '.join(missing)}, found {found}. "
        + (" ".join(advice) or "Name the columns on the first line, exactly so.")
    )


def _parse_cell(column: str, text: str) -> str | float:
    """Return the value of one cell, or raise ValueError with what was expected and found."""
    if column in _NUMBER_RULES:
        low, high, whole, expected = _NUMBER_RULES[column]
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
        # Written so that nan and infinity fail the test.
        if low <= value <= high and (not whole or value.is_integer()):
            return value
    else:
        expected = "text"
        if text.lower() not in _MISSING:
            return text
    raise ValueError(f"expected {expected}, found {short(text) if text else 'nothing'}")
