"""Any table, read line by line: what kind each column is, and a sample where there is too much of it."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from .files import DECIMAL_COMMA, DELIMITERS, MISSING, THOUSANDS, DataError, existing_file, number, short

KINDS = ("number", "category", "leave out")
LEAST = 30  # rows; with fewer, look at them
MANY = 30  # values; a category of more is left out
NAMED_AS_ID = re.compile(r"(^|[\W_])(?i:id|key|index|uuid|nr|no)($|[\W_])|(?<=[a-z])(ID|Id|Nr|No)$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?", re.ASCII)
_WHAT_TO_DO = "Give the path of a CSV file whose first line names the columns: TABLE=table.csv make lab"


def load_table(
    path: str | os.PathLike, kinds: Mapping[str, str] | None = None, most: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """Load any table from a text file, with a kind for each column.

    Parameters
    ----------
    path : str or path-like
        A text file whose first line names the columns, separated by commas, semicolons, tabs or bars.
    kinds : mapping, optional
        For each column whose guess is wrong, what it is: "number", "category" or "leave out".
    most : int
        Of a longer table as many rows are drawn at random, each with the same chance, in one reading of the
        file (Vitter 1985): memory does not grow with the file.
    seed : int
        Of the drawing.

    Returns
    -------
    pandas.DataFrame, shape (n_rows, n_used_columns)
        The columns that can be used: numbers as float64 (gaps are nan; a date is its day since 1970),
        categories as pandas' "category". The index is the line in the file (the header is line 1).
        ``attrs["kinds"]`` says of each column its kind, why, the number of different values, the share of
        gaps and an example (`pandas.DataFrame(...).T` makes a table of it). ``attrs["notes"]`` lists what a
        reader should know; ``attrs["rows"]`` is the number of rows in the file.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If `path` does not exist, or is a folder.
    DataError
        A ValueError. If the file is not separated text, has no names, rows of different lengths, fewer than
        30 rows, or fewer than two columns that can be used. It names the line and what to do.

    References
    ----------
    J. S. Vitter (1985). Random sampling with a reservoir. ACM Transactions on Mathematical Software 11.
    """
    path = existing_file(path, _WHAT_TO_DO)
    notes: list[str] = []
    rng = np.random.default_rng(seed)
    sample: list[tuple[int, list[str]]] = []
    count = 0
    with _rows(path, notes) as (header, rows):
        for line, cells in rows:
            count += 1
            if count <= most:
                sample.append((line, cells))
            elif (place := int(rng.integers(count))) < most:
                sample[place] = (line, cells)
    if count < LEAST:
        raise DataError(f"{path}: {count} rows, fewer than {LEAST}: look at them one by one. {_WHAT_TO_DO}")
    if count > most:
        sample.sort(key=lambda row: row[0])
        notes.append(f"{count:,} rows: {most:,} of them, drawn at random, are looked at")
    texts = pd.DataFrame(
        [cells for _, cells in sample],
        columns=header,
        index=pd.Index([line for line, _ in sample], name="line"),
        dtype=object,
    )
    guessed = _kinds(path, texts, dict(kinds or {}), notes)
    used = guessed.index[guessed["kind"] != "leave out"]
    if len(used) < 2:
        listed = "; ".join(f"{name}: {row.kind} ({row.why})" for name, row in guessed.iterrows())
        raise DataError(
            f"{path}: fewer than two columns can be used. {listed}. One column needs a histogram, and no "
            "clustering; if a guess is wrong, correct the kind."
        )
    table = pd.DataFrame({name: _typed(texts[name], guessed.loc[name]) for name in used})
    how = guessed.to_dict("index")  # plain types: pandas compares attrs when it joins tables
    shown = ("kind", "why", "values", "gaps", "example")
    kinds_shown = {name: {key: row[key] for key in shown} for name, row in how.items()}
    table.attrs.update(kinds=kinds_shown, notes=notes, rows=count, how=how)
    return table


def table_pieces(path: str | os.PathLike, like: pd.DataFrame, size: int = 50_000) -> Iterator[pd.DataFrame]:
    """Read the same file again, whole, in pieces that have the columns and kinds of a loaded table.

    Parameters
    ----------
    path : str or path-like
        The file that `load_table` has read, or another with the same columns.
    like : pandas.DataFrame
        What `load_table` returned. A category that it does not have, and what is no number in a column of
        numbers, becomes a gap.
    size : int
        The number of rows of a piece.

    Yields
    ------
    pandas.DataFrame, shape (at most `size`, n_used_columns)
        As `load_table` returns it.

    Raises
    ------
    DataError
        If a column is missing, or a row is too short or too long.
    """
    path = existing_file(path, _WHAT_TO_DO)
    how = like.attrs["how"]
    with _rows(path, []) as (header, rows):
        missing = [name for name in like.columns if name not in header]
        if missing:
            raise DataError(f"{path}, line 1: expected the columns {', '.join(like)}; missing {missing[0]}.")
        places = {name: header.index(name) for name in like.columns}

        def typed(piece: list[tuple[int, list[str]]]) -> pd.DataFrame:
            index = pd.Index([line for line, _ in piece], name="line")
            columns = {}
            for name, place in places.items():
                texts = pd.Series([cells[place] for _, cells in piece], index=index, dtype=object)
                columns[name] = _typed(texts, how[name])
                if how[name]["kind"] == "category":
                    columns[name] = columns[name].cat.set_categories(like[name].cat.categories)
            return pd.DataFrame(columns)

        piece = []
        for row in rows:
            piece.append(row)
            if len(piece) == size:
                yield typed(piece)
                piece = []
        if piece:
            yield typed(piece)


def _encoding(path: Path, notes: list[str]) -> str:
    """Return the encoding of a text file: UTF-8, UTF-16 by its mark, or else what old spreadsheets write."""
    what_to_do = 'Save it as "CSV UTF-8 (comma delimited)" in a spreadsheet.'
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            notes.append("read as UTF-16")
            return "utf-16"
        if start.startswith(b"PK"):
            raise DataError(
                f"{path}: expected a CSV text file, found a spreadsheet or zip file. {what_to_do}"
            )
        file.seek(0)
        while block := file.read(1 << 20):
            if b"\0" in block:
                raise DataError(f"{path}: expected a CSV text file, found a binary file. {what_to_do}")
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                notes.append(
                    f"not UTF-8 (byte 0x{error.object[error.start]:02x} on line {line}): read as "
                    "Windows-1252 (Latin-1); look at the letters beyond A to Z"
                )
                return "cp1252"
            line += block.count(b"\n")
    return "utf-8-sig"


@contextmanager
def _rows(path: Path, notes: list[str]) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str]]]]]:
    """Open a table; give the names of its columns, and its rows, each with the number of its first line."""
    with path.open(encoding=_encoding(path, notes), errors="replace", newline="") as file:
        first = next((line for line in file if line.strip()), "")
        if not first:
            raise DataError(f"{path}: the file is empty. {_WHAT_TO_DO}")
        delimiter = max(DELIMITERS, key=first.count)
        if delimiter != "," and first.count(delimiter):
            notes.append(f"separated by {DELIMITERS[delimiter]}")
        file.seek(0)
        reader = csv.reader(file, strict=True, skipinitialspace=True, delimiter=delimiter)
        split = _split(path, reader)
        _, header = next(split)
        header = [name.strip() for name in header]
        _require_names(path, header)

        def checked() -> Iterator[tuple[int, list[str]]]:
            for line, cells in split:
                if len(cells) != len(header):
                    raise DataError(
                        f"{path}, line {line}: expected {len(header)} values as in the header, found "
                        f"{len(cells)}. A value that contains {delimiter!r} must stand in quotation marks."
                    )
                yield line, [cell.strip() for cell in cells]

        yield header, checked()


def _split(path: Path, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its first line."""
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(
                f"{path}, line {line}: expected separated values, found a row that cannot be split "
                f"({error}). Check the quotation marks there."
            ) from None
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _require_names(path: Path, header: list[str]) -> None:
    nameless = [place for place, name in enumerate(header, 1) if not name]
    if len(header) > 1 and header[0] == "" and len(nameless) == 1:
        header[0], nameless = "row", []  # as pandas writes its index
    repeated = sorted({name for name in header if header.count(name) > 1})
    if nameless:
        raise DataError(
            f"{path}, line 1: column {nameless[0]} has no name. Name each column on the first line."
        )
    if repeated:
        raise DataError(
            f"{path}, line 1: {', '.join(repeated)} more than once. Name each column differently."
        )
    if all(np.isfinite(number(name, True)) for name in header):
        raise DataError(
            f"{path}, line 1: expected names of columns, found only numbers ({header[0]} ...). "
            "Write a line of names first."
        )


def _kinds(path: Path, texts: pd.DataFrame, given: dict[str, str], notes: list[str]) -> pd.DataFrame:
    """Return for each column its kind, why, and how to read it."""
    for name, kind in given.items():
        if name not in texts:
            raise DataError(f"{path} has no column {short(name)}; it has {', '.join(texts)}.")
        if kind not in KINDS:
            raise DataError(f"column {name}: expected one of {', '.join(KINDS)}, found {short(kind)}.")
    rows = []
    for name in texts:
        cells = texts[name]
        known = cells[~cells.str.lower().isin(MISSING)]
        comma = bool(
            known.map(
                lambda text: bool(DECIMAL_COMMA.fullmatch(text) and not THOUSANDS.fullmatch(text))
            ).any()
        )
        values = known.map(lambda text, comma=comma: number(text, comma))
        dates = known.map(lambda text: bool(_DATE.fullmatch(text)))
        kind, why = _guess(name, known, values, dates)
        if given.get(name, kind) != kind:
            kind, why = given[name], "as you say"
        is_date = bool(len(known)) and dates.mean() > 0.95
        if kind == "number" and not is_date:
            wrong = values.index[values.isna()]
            if len(wrong) == len(known):
                raise DataError(f"column {name}: no value is a number, for example {short(known.iloc[0])}.")
            if len(wrong):
                notes.append(
                    f"column {name}: {len(wrong)} values are no numbers and were read as gaps, the first on "
                    f"line {wrong[0]}: {short(known[wrong[0]])}"
                )
        rows.append(
            {
                "kind": kind,
                "why": why,
                "values": known.nunique(),
                "gaps": round(1 - len(known) / len(cells), 3),
                "example": known.iloc[0][:20] if len(known) else "",
                "comma": comma,
                "date": is_date,
            }
        )
    return pd.DataFrame(rows, index=pd.Index(texts.columns, name="column"))


def _guess(name: str, known: pd.Series, values: pd.Series, dates: pd.Series) -> tuple[str, str]:
    """Guess the kind of a column from its texts without gaps, and say why."""
    different = known.nunique()
    if different == 0:
        return "leave out", "all gaps"
    if different == 1:
        return "leave out", "one value"
    numbers = values.notna().mean()
    if dates.mean() > 0.95:
        return "number", "dates, as days"
    if numbers > 0.9 and different > 2:
        whole = bool((values.dropna() % 1 == 0).all())
        counted = whole and different == len(known) and len(known) >= LEAST
        if counted and (NAMED_AS_ID.search(name) or values.is_monotonic_increasing):
            return "leave out", "numbers the rows"
        return "number", f"{different} whole numbers: a code?" if whole and different <= 8 else "numbers"
    if different <= MANY and (different < len(known) or len(known) < LEAST):
        return "category", f"{different} values"
    return "leave out", "all different" if different == len(known) else f"{different} values: too many"


def _typed(cells: pd.Series, how: Mapping[str, object]) -> pd.Series:
    """Turn the texts of a column into numbers or categories."""
    gaps = cells.str.lower().isin(MISSING)
    if how["kind"] == "category":
        return cells.mask(gaps).astype("category")
    if how["date"]:
        days = pd.to_datetime(cells.mask(gaps).str[:10], format="%Y-%m-%d", errors="coerce")
        return (days - pd.Timestamp(0)).dt.total_seconds() / 86400
    return cells.mask(gaps, "").map(lambda text: number(text, how["comma"])).astype(float)
