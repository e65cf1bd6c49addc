"""Votes of the room: what may be asked, who has committed to what, and what it looks like together."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
from kept import keep

LONGEST = 80  # characters of an answer
MOST_BARS = 12
LARGEST = 1e15


def read_prompts(notebooks: Path) -> list[dict[str, str]]:
    """Return every paragraph of the lessons in which the reader is asked to predict, in their order.

    Returns
    -------
    list of dict
        With "lesson", such as "03_centroid", and "prompt", its text without marks.
    """
    found = []
    for path in sorted(notebooks.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type != "markdown":
                continue
            for paragraph in re.split(r"\n\s*\n", cell.source):
                if "**Predict" in paragraph or re.search(
                    r"\*\*Exercise \S+, (predict|judge)\.\*\*", paragraph
                ):
                    found.append({"lesson": path.stem, "prompt": plain(paragraph)})
    return found


def plain(markdown: str) -> str:
    """Return a paragraph as it is read aloud: without marks of Markdown, on one line."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"[*`]|^[#>\-\s]+", "", text, flags=re.MULTILINE)
    return " ".join(text.split())


def number_of(answer: str) -> float | None:
    """Return the number that an answer is, "1,000", "0,5" and "12 %" included; None if it is none."""
    text = answer.strip().removesuffix("%").strip()
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"[-+]?\d+,\d+", text):  # as most of Europe writes it
        text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return None
    # Neither "nan" is a number, nor what no axis can show.
    return value if value == 0 or 1 / LARGEST < abs(value) < LARGEST else None


def histogram(answers: list[str]) -> list[dict[str, Any]]:
    """Count answers: numbers by size, in at most twelve bars of one width; words by how often they came.

    Returns
    -------
    list of dict
        With "label" and "count". Words are compared without case; numbers among words are words.
    """
    numbers = [number_of(answer) for answer in answers]
    if not answers:
        return []
    if any(number is None for number in numbers):
        counts = Counter(" ".join(answer.lower().split()) for answer in answers)
        return [{"label": label, "count": count} for label, count in counts.most_common()]
    if len(set(numbers)) <= MOST_BARS:
        counts = Counter(numbers)
        return [{"label": f"{value:g}", "count": counts[value]} for value in sorted(counts)]
    low, high = min(numbers), max(numbers)
    width = _round_up((high - low) / (MOST_BARS - 1))
    first, last = (math.floor(end / width + 1e-9) for end in (low, high))  # 0.15 is in the bar from 0.15
    counts = Counter(math.floor(number / width + 1e-9) for number in numbers)
    return [
        {"label": f"{place * width:g} to under {(place + 1) * width:g}", "count": counts[place]}
        for place in range(first, last + 1)
    ]


def _round_up(width: float) -> float:
    """Return the next larger of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= width * (1 - 1e-9))


class Votes:
    """The votes of a room, in one file; at most one is open.

    Parameters
    ----------
    path : pathlib.Path
        JSON: a list of votes with "prompt", "open" and "answers", by who gave them (see `page.Page.who`).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.all: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []

    def _keep(self, last: dict[str, Any], anew: bool = False) -> None:
        """Let the last vote be this, and know it only if it is kept."""
        wanted = [*(self.all if anew else self.all[:-1]), last]
        keep(self.path, json.dumps(wanted, indent=1))  # in ASCII: an answer can be anything
        self.all = wanted

    @property
    def last(self) -> dict[str, Any] | None:
        """The vote that is open or was closed last; None before the first."""
        return self.all[-1] if self.all else None

    def open(self, prompt: str) -> None:
        """Open a vote.

        Raises
        ------
        ValueError
            If there is nothing to vote on, or if one is open, whose answers nobody would see any more.
        """
        if not prompt.strip():
            raise ValueError("there is nothing to vote on")
        if self.last and self.last["open"]:
            raise ValueError("a vote is open: close it first, and show its answers")
        self._keep({"prompt": prompt.strip(), "open": True, "answers": {}}, anew=True)

    def close(self) -> None:
        """Close the vote that is open, if one is."""
        if self.last and self.last["open"]:
            self._keep(self.last | {"open": False})

    def commit(self, who: str, answer: str, prompt: str | None = None) -> None:
        """Keep an answer, for good.

        Raises
        ------
        ValueError
            If no vote is open, or not the one on this `prompt`; if there is an answer of theirs; if this one
            is empty or long.
        """
        answer = " ".join(answer.split())
        if not self.last or not self.last["open"]:
            raise ValueError("no vote is open")
        if prompt is not None and prompt != self.last["prompt"]:
            raise ValueError("the question has changed while you wrote: read it again")
        if who in self.last["answers"]:
            raise ValueError("you have committed to an answer; the picture comes when the vote is closed")
        if not 0 < len(answer) <= LONGEST:
            raise ValueError(f"an answer has 1 to {LONGEST} characters")
        self._keep(self.last | {"answers": self.last["answers"] | {who: answer}})
