"""The table of a lesson's claims, with the number of times that each held when somebody tried to break it.

The counts are those of `tests/claims/held.csv`, which `make claims` writes.
"""

from __future__ import annotations

import csv
from html import escape
from pathlib import Path

HELD = Path(__file__).resolve().parent.parent / "tests" / "claims" / "held.csv"


class ClaimsTable:
    """A table for a notebook: `rows` has a claim, its counts, and the heading under which it is measured."""

    HEAD = ("claim", "held in", "without the cause", "measured in")

    def __init__(self, rows: list[tuple[str, str, str, str]]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        lines = []
        for says, held, without, where in self.rows:
            counts = f"held in {held}" + (f", without the cause {without}" if without else "")
            lines.append(f"{says}: {counts} ({where})")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" style="text-align: left">{title}</th>' for title in self.HEAD)
        body = []
        for says, held, without, where in self.rows:
            link = f'<a href="#{escape(where.replace(" ", "-"))}">{escape(where)}</a>'
            cells = (f'<span style="white-space: normal">{escape(says)}</span>', held, without, link)
            body.append("".join(f'<td style="text-align: left">{cell}</td>' for cell in cells))
        rows = "".join(f"<tr>{row}</tr>" for row in body)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def claims_table(lesson: str, path: Path = HELD) -> ClaimsTable:
    """Return the table of a lesson's claims.

    Parameters
    ----------
    lesson : str
        The lesson's number, such as "03".
    path : Path, optional
        Where the outcomes are.

    Returns
    -------
    ClaimsTable
        Shown by a notebook as a table: the claim; in how many draws it held; in how many it still did when
        the cause that it names was taken away; where in the lesson it is measured.

    Raises
    ------
    ValueError
        If nothing was measured for that lesson.
    FileNotFoundError
        If there is no file of outcomes.
    """
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["id"].startswith(f"{lesson}-")]
    if not rows:
        raise ValueError(f"{path} has no claims of a lesson {lesson!r}; lessons are named like '03'.")

    def count(outcomes: str) -> str:
        return f"{outcomes.count('1')} of {len(outcomes)}" if outcomes else ""

    # A heading's own marks of code are neither shown here nor part of its address.
    return ClaimsTable(
        [(r["says"], count(r["held"]), count(r["without"]), r["where"].replace("`", "")) for r in rows]
    )
