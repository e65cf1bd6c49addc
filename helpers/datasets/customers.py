"""The table of customers, of the course or your own, checked cell by cell."""

import csv
import difflib
import io
import os
import re
from pathlib import Path

import pandas as pd

from .files import (
    DECIMAL_COMMA,
    DELIMITERS,
    MISSING,
    THOUSANDS,
    DataError,
    existing_file,
    number,
    short,
)

_COURSE_TABLE = Path(__file__).resolve().parents[2] / "data" / "customers.csv"
_COLUMNS = ("CustomerID", "Gender", "Age", "AnnualIncome", "SpendingScore")
# Lowest, highest, whole numbers only, and how a message says so.
_NUMBER_RULES = {
    "Age": (0, 120, True, "a whole number from 0 to 120"),
    "AnnualIncome": (0, 1_000_000, False, "a number from 0 to 1000000"),
    "SpendingScore": (1, 100, False, "a number from 1 to 100"),
}
_DOLLARS_FROM = 1000  # a median income of a million a year is rather one of a thousand
_MAX_PROBLEMS = 5


def load_customers(path: str | os.PathLike | None = None) -> pd.DataFrame:
    """Load a table of customers, and refuse one that would spoil a lesson.

    Parameters
    ----------
    path : str or path-like, optional
        A text file whose first line names the columns, in any order, separated by commas, semicolons, tabs
        or bars. Without it, the course's own ``data/customers.csv``.

    Returns
    -------
    pandas.DataFrame, shape (n_customers, 5)
        Always these columns, in this order:

        - ``CustomerID``: any text, each once; int64 if all are whole numbers;
        - ``Gender``: text, usually "Female" or "Male"; any non-empty text is kept as it is;
        - ``Age``: whole years, 0 to 120;
        - ``AnnualIncome``: thousands of dollars (k$), 0 to 1,000,000;
        - ``SpendingScore``: 1 to 100, higher for customers who spend more.

        Number columns are int64 when all their values are whole, otherwise float64. Thousands may be grouped
        ("15,000"), and the decimal sign may be a comma ("16,5"). Spaces around names and values are removed,
        and blank lines skipped. ``attrs["notes"]`` lists what a reader should know: columns left out, an
        encoding that was guessed, another separator than a comma, incomes that look like dollars.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If `path` does not exist, or is a folder.
    DataError
        A ValueError. If the file is not separated text, a column is missing, or a value is missing, of the
        wrong type, out of range, of two meanings ("15,000" between semicolons), or an id seen before. It
        names the file, the first five problems by line (as in an editor or spreadsheet: the header is line 1)
        and column, what was expected, and what was found.
    """
    hint = "Give the path of a CSV file, or call load_customers() for the course's own table."
    if path is None:
        path = _COURSE_TABLE
        hint = "It belongs to the course: restore it, and run the course from its own folder."
    path = existing_file(path, hint)

    notes: list[str] = []
    rows, delimiter = _csv_rows(path, notes)
    if not rows:
        raise DataError(f"{path}: expected a table of customers, found an empty file. {hint}")
    header = [name.strip() for name in rows[0][1]]
    _check_header(path, header)
    if len(rows) == 1:
        raise DataError(f"{path}: expected at least one customer, found only the header. {hint}")

    position = {name: header.index(name) for name in _COLUMNS}
    left_out = [short(name) for name in header if name and name not in _COLUMNS]
    if left_out:
        notes.append(f"left out: {', '.join(left_out)}")
    table: dict[str, list] = {name: [] for name in _COLUMNS}
    first_line: dict[str, int] = {}
    problems = []
    numbers = [
        cells[position[name]].strip()
        for _, cells in rows[1:]
        for name in _NUMBER_RULES
        if position[name] < len(cells)
    ]
    decimal_comma = _has_decimal_commas(path, numbers, delimiter)
    if decimal_comma:
        notes.append("commas read as decimal signs: 16,5 is 16.5")
    for line, cells in rows[1:]:
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            problems.append(
                f"line {line}: expected {len(header)} values as in the header, found {len(cells)}"
            )
            continue
        for name in _COLUMNS:
            try:
                value = _parse_cell(name, cells[position[name]].strip(), decimal_comma)
                if name == "CustomerID" and first_line.setdefault(value, line) != line:
                    raise ValueError(
                        f"expected each id once, found {short(value)} again (see line {first_line[value]})"
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
            + "\nCorrect or remove these lines. Numbers are digits, without units such as $ or k."
        )

    frame = pd.DataFrame(table)
    for name in _NUMBER_RULES:
        if (frame[name] % 1 == 0).all():
            frame[name] = frame[name].astype("int64")
    if frame["CustomerID"].str.fullmatch(r"[+-]?\d{1,18}(\.0*)?").all():
        numbered = frame["CustomerID"].str.replace(r"\.0*$", "", regex=True).astype("int64")
        if numbered.is_unique:  # "7" and "07" are two ids
            frame["CustomerID"] = numbered
    middle = frame["AnnualIncome"].median()
    if middle >= _DOLLARS_FROM:
        notes.append(
            f"half of the incomes are above {middle:,.0f} thousand dollars: are they in dollars? Then divide "
            "AnnualIncome by 1000"
        )
    frame.attrs["notes"] = notes
    return frame


def _decoded(path: Path, notes: list[str]) -> str:
    """Return the text of a file: UTF-8, UTF-16 by its mark, or else what old spreadsheets write."""
    data = path.read_bytes()
    what_to_do = 'Save it as "CSV UTF-8 (comma delimited)" in a spreadsheet, or give another file.'
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.append("read as UTF-16")
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        kind = "a spreadsheet or zip file" if data.startswith(b"PK") else "a binary file"
        raise DataError(f"{path}: expected a CSV text file, found {kind}. {what_to_do}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02x} on line {line}"
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise DataError(f"{path}: expected UTF-8 text, found {found}. {what_to_do}") from None
    notes.append(f"not UTF-8 ({found}): read as Windows-1252 (Latin-1); look at the letters beyond A to Z")
    return text


def _csv_rows(path: Path, notes: list[str]) -> tuple[list[tuple[int, list[str]]], str]:
    """Return the rows that are not blank, each with the number of its first line, and their delimiter."""
    text = _decoded(path, notes)
    first = next((line for line in text.splitlines() if line.strip()), "")

    def columns_found(delimiter: str) -> tuple[int, int]:
        names = [name.strip().strip('"') for name in first.split(delimiter)]
        return sum(name in _COLUMNS for name in names), len(names)

    delimiter = max(DELIMITERS, key=columns_found)
    if delimiter != ",":
        notes.append(f"separated by {DELIMITERS[delimiter]}")
    rows = []
    reader = csv.reader(
        io.StringIO(text, newline=""), strict=True, skipinitialspace=True, delimiter=delimiter
    )
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{path}, line {line}: expected separated values, found a row that cannot be split "
            f"({error}). Check the quotation marks there."
        ) from None
    return rows, delimiter


def _has_decimal_commas(path: Path, numbers: list[str], delimiter: str) -> bool:
    """Whether commas in these numbers are decimal signs; refuse to guess where they can be both."""
    with_comma = [text for text in numbers if "," in text]
    if any(DECIMAL_COMMA.fullmatch(text) and not THOUSANDS.fullmatch(text) for text in with_comma):
        return True
    both = [text for text in with_comma if DECIMAL_COMMA.fullmatch(text)]
    if both and delimiter != ",":  # where commas separate values, decimals have a point
        whole, _, rest = both[0].rpartition(",")
        raise DataError(
            f"{path}: {both[0]} can be {whole}.{rest} or {whole}{rest}, and no other number of the file "
            "tells which. Write all numbers without commas."
        )
    return False


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in _COLUMNS if name not in header]
    repeated = [name for name in _COLUMNS if header.count(name) > 1]
    expected = f"{path}, line 1: expected the columns {', '.join(_COLUMNS)}"
    if repeated:
        raise DataError(f"{expected}, each once; found {', '.join(repeated)} more than once. Remove one.")
    if not missing:
        return

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


def _parse_cell(column: str, text: str, decimal_comma: bool) -> str | float:
    """Return the value of one cell, or raise ValueError with what was expected and found."""
    if column in _NUMBER_RULES:
        low, high, whole, expected = _NUMBER_RULES[column]
        value = number(text, decimal_comma)
        # Written so that nan and infinity fail the test.
        if low <= value <= high and (not whole or value.is_integer()):
            return value
    else:
        expected = "an id" if column == "CustomerID" else "text"
        if text.lower() not in MISSING:
            return text
    raise ValueError(f"expected {expected}, found {short(text) if text else 'nothing'}")
