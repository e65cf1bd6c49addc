"""What learners have chosen to show: how many have tried each exercise, are right, and what goes wrong."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from kept import keep

MOST_LINES = 500
LONGEST_NAME = 40
UNREADABLE = "an answer of this kind cannot be read"


def checked(sent: Any) -> dict[str, Any]:
    """Return what a learner has sent, if it is what it should be.

    Raises
    ------
    ValueError
        If it is not; the text says what is wrong.
    """
    if not isinstance(sent, dict) or not isinstance(sent.get("lines"), list):
        raise ValueError("expected a name and lines")
    if len(sent["lines"]) > MOST_LINES:
        raise ValueError(f"at most {MOST_LINES} lines")
    name = sent.get("name")
    if name is not None and (not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME):
        raise ValueError(f"a name has 1 to {LONGEST_NAME} characters")
    lines = []
    for line in sent["lines"]:
        if not isinstance(line, dict) or not re.fullmatch(r"[01][0-9]-[01]?[0-9]", str(line.get("exercise"))):
            raise ValueError("a line names its exercise")
        lines.append(
            {
                "exercise": line["exercise"],
                "correct": line.get("correct") is True,
                "said": str(line.get("said", ""))[:400],
            }
        )
    return {"name": name.strip() if name else None, "lines": lines}


class Shared:
    """The folder with what each learner shows, one file each, named so that nobody is.

    Parameters
    ----------
    folder : pathlib.Path
        Made when somebody shares for the first time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, who: str, sent: Any) -> None:
        """Replace what one learner shows; ValueError if it is not what it should be."""
        found = checked(sent)
        self.folder.mkdir(exist_ok=True)
        keep(self.folder / f"{who}.json", json.dumps(found))

    def take_back(self, who: str) -> None:
        """Delete what one learner shows."""
        (self.folder / f"{who}.json").unlink(missing_ok=True)

    def read(self) -> list[dict[str, Any]]:
        """Return what all learners show now."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.folder.glob("*.json"))]


def kind_of_mistake(said: str) -> str:
    """Return a hint without the numbers of one answer, so that the same mistake is the same text."""
    if said.startswith(UNREADABLE):
        return UNREADABLE
    return re.sub(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?", "#", said)


def by_exercise(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count by exercise.

    Parameters
    ----------
    shown : list of dict
        Of each learner "lines", in the order of their answers.

    Returns
    -------
    list of dict
        "exercise", "tried" and "right" (learners); "mistake" and "stuck": the hint that most of those who are
        not right were given last, and how many; None and 0 if all are right.
    """
    last: dict[str, dict[int, str]] = defaultdict(dict)
    right: dict[str, set[int]] = defaultdict(set)
    for number, learner in enumerate(shown):
        for line in learner["lines"]:
            last[line["exercise"]][number] = line["said"]
            if line["correct"]:
                right[line["exercise"]].add(number)
    rows = []
    for exercise in sorted(last, key=lambda each: [int(part) for part in each.split("-")]):
        hints = [said for number, said in last[exercise].items() if number not in right[exercise]]
        common, stuck = next(iter(Counter(map(kind_of_mistake, hints)).most_common(1)), (None, 0))
        example = next((said for said in hints if kind_of_mistake(said) == common), None)
        rows.append(
            {
                "exercise": exercise,
                "tried": len(last[exercise]),
                "right": len(right[exercise]),
                "mistake": common if common == UNREADABLE else example,
                "stuck": stuck,
            }
        )
    return rows


def by_name(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return of those who gave a name which exercises they have tried, and which are right."""
    rows = []
    for learner in shown:
        if learner["name"]:
            tried = {line["exercise"] for line in learner["lines"]}
            right = {line["exercise"] for line in learner["lines"] if line["correct"]}
            rows.append({"name": learner["name"], "right": sorted(right), "not_yet": sorted(tried - right)})
    return sorted(rows, key=lambda row: row["name"].lower())
