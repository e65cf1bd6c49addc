"""One page about the envelopes that a class has opened, from the files that learners hand in.

`make class FOLDER=handed_in`, or `python -m helpers.envelopes.class_page handed_in page.html`. A file is a
learner's `progress.jsonl`, and its name is the learner's. Every score is worked out again from the labels in
the file; that a file was not written by hand after its envelopes were opened, nobody can see.
"""

from __future__ import annotations

import base64
import io
import sys
from collections import defaultdict
from html import escape
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from helpers.envelopes.calibration import brier_score, calibration_table, plot_calibration
from helpers.envelopes.sealed import answers_in, as_table, judged
from helpers.exercises.progress import read_lines

STYLE = """body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .25rem .8rem; border-bottom: 1px solid #ccc }
th { text-align: left } td { text-align: right } td:first-child { text-align: left }
img { max-width: 100% }"""


def class_page(folder: Path) -> str:
    """Return the page, as HTML, about all files in a folder.

    Parameters
    ----------
    folder : Path
        With a file `NAME.jsonl` for each learner.

    Returns
    -------
    str
        A page with nothing outside itself: each learner's count, confidence and score, the calibration of the
        class, what was in the envelopes that went wrong, and answers that two learners share.

    Raises
    ------
    ValueError
        If there is no folder, or no such file in it.
    """
    folder = Path(folder)
    paths = sorted(path for path in folder.glob("*.jsonl") if path.is_file()) if folder.is_dir() else []
    if not paths:
        raise ValueError(
            f"{folder} has no files NAME.jsonl; put each learner's progress.jsonl there under their name"
        )
    learners, inside, same, all_of_them = [], [], defaultdict(list), []
    for path in paths:
        lines, unread = read_lines(path)
        answers, wrong = answers_in(lines)
        table = as_table(answers)
        all_of_them.append(table)
        for seed, (answer, is_open) in answers.items():
            if answer.n_clusters > 1:  # that there is one crowd, many will say
                same[seed, answer.labels.tobytes()].append(path.stem)
            if is_open:
                opened = judged(seed, answer)
                inside.append((opened.kind, opened.right, opened.confidence))
        scores = (table["confidence"].mean(), table["right"].mean(), table["brier"].mean())
        solved = {str(line.get("exercise")) for line in lines if line.get("correct") is True}
        told = [f"{score:.2f}" if len(table) else "-" for score in scores]
        learners.append(
            (path.stem, len(table), len(answers) - len(table), *told, len(solved), unread + wrong)
        )
    found = pd.concat(all_of_them)
    head = ("learner", "opened", "only answered", "how sure", "share right", "Brier score", "exercises right")
    parts = [
        "<h1>Sealed envelopes of a class</h1>",
        f"<p>{len(paths)} files, {len(found)} envelopes opened.</p>",
        _table((*head, "lines not understood"), learners),
    ]
    if len(found):
        parts += _calibration(found)
        kinds = pd.DataFrame(inside, columns=["inside", "right", "sure"]).groupby("inside")
        rows = [(k, len(g), f"{g['sure'].mean():.2f}", f"{g['right'].mean():.2f}") for k, g in kinds]
        rows.sort(key=lambda row: float(row[3]))
        parts += ["<h2>What was inside</h2>", _table(("inside", "answers", "how sure", "share right"), rows)]
    shared = [(seed, ", ".join(names)) for (seed, _), names in sorted(same.items()) if len(names) > 1]
    if shared:
        parts += [
            "<h2>The same labels from two</h2>",
            "<p>Two who run the same lines get the same labels, so this is a question and no verdict.</p>",
            _table(("envelope", "learners"), shared),
        ]
    title = "<title>Sealed envelopes of a class</title>"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{title}<style>{STYLE}</style></head>'
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _calibration(found: pd.DataFrame) -> list[str]:
    """The curve of all answers together, as a picture and as a table."""
    sure, right = found["confidence"], found["right"]
    figure = Figure(figsize=(5.2, 5), layout="constrained")
    plot_calibration(sure, right, ax=figure.subplots())
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    picture = base64.b64encode(buffer.getvalue()).decode()
    rows = [
        (fifth, int(row["answers"]), *(f"{row[name]:.2f}" for name in ("confidence", "right", "low", "high")))
        for fifth, row in calibration_table(sure, right).iterrows()
    ]
    same = brier_score([right.mean()] * len(right), right)
    return [
        "<h2>Calibration of the class</h2>",
        f"<p>Brier score {brier_score(sure, right):.2f}. Whoever had said "
        f"{right.mean():.0%} each time, the share that was right, would have {same:.2f}.</p>",
        f'<img alt="Share right against how sure, all learners together; the table has the numbers" '
        f'src="data:image/png;base64,{picture}">',
        _table(("sure", "answers", "how sure", "share right", "from", "to (95 %)"), rows),
    ]


def _table(head: tuple[str, ...], rows: list[tuple]) -> str:
    titles = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def main(arguments: list[str]) -> None:
    if len(arguments) != 2:
        sys.exit("python -m helpers.envelopes.class_page FOLDER PAGE.html")
    try:
        text = class_page(Path(arguments[0]))
    except ValueError as error:
        sys.exit(str(error))
    page = Path(arguments[1])
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    except OSError as error:
        sys.exit(f"{page} cannot be written: {error.strerror}")
    print(f"written: {page}")


if __name__ == "__main__":
    main(sys.argv[1:])
