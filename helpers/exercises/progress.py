"""Keep what a learner has tried, in one small file of their own, and show it.

Every answer adds a line to the file, and so does every sealed envelope that is answered or opened
(`helpers.envelopes`); nothing else reads or writes it, and nothing leaves the machine unless its
learner asks for it (`sharing`). Whoever deletes it loses what `progress` shows, and nothing more.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from helpers.exercises.objectives import OBJECTIVES

VARIABLE = "CLUSTERING_COURSE_PROGRESS"


def progress_file() -> Path:
    """Return where the answers are kept: the file in CLUSTERING_COURSE_PROGRESS, else one in your home."""
    return Path(os.environ.get(VARIABLE) or Path.home() / ".clustering-course" / "progress.jsonl")


def record(exercise_id: str, correct: bool, reason: str) -> None:
    """Add one answer to the file; where it cannot be written, say so and go on."""
    append({"exercise": exercise_id, "correct": correct, "said": reason})


def append(line: dict[str, Any]) -> None:
    """Add one line to the file, with the time; where it cannot be written, say so and go on."""
    line = line | {"when": f"{datetime.now():%Y-%m-%d %H:%M}"}
    path = progress_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:  # one write: two notebooks may do so at once
            file.write(json.dumps(line) + "\n")
    except OSError as error:
        print(f"(Your progress is not kept: {path} cannot be written, {error.strerror}.)")


def read_lines(path: Path | None = None) -> tuple[list[dict[str, Any]], int]:
    """Read a file of progress, by default your own.

    Returns
    -------
    list of dict
        The lines in their order.
    int
        How many lines could not be read, for example because an editor has changed them.
    """
    found, unread = [], 0
    path = path or progress_file()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return found, unread
    except OSError as error:
        print(f"({path} cannot be read, {error.strerror}.)")
        return found, unread
    # An editor may have saved it in another way than we do.
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for line in data.decode(encoding, errors="replace").splitlines():
        if not line.strip():
            continue
        try:
            read = json.loads(line)
        except (ValueError, RecursionError):
            read = None
        if isinstance(read, dict):
            found.append(read)
        else:
            unread += 1
    return found, unread


def answers() -> tuple[dict[str, dict[str, Any]], int]:
    """Read the file: for each exercise how many tries, whether one was right, and the last hint.

    Returns
    -------
    dict
        Exercise id -> {"tries": int, "correct": bool, "said": str, of the last answer}.
    int
        How many lines could not be read, for example because an editor has changed them.
    """
    found: dict[str, dict[str, Any]] = {}
    lines, unread = read_lines()
    for answer in lines:
        if "envelope" in answer:  # of `helpers.envelopes`
            continue
        try:
            exercise_id, correct, said = str(answer["exercise"]), bool(answer["correct"]), str(answer["said"])
        except KeyError:
            unread += 1
            continue
        entry = found.setdefault(exercise_id, {"tries": 0, "correct": False, "said": ""})
        entry["tries"] += not entry["correct"]  # what is tried after it was right is play
        entry["correct"] |= correct
        entry["said"] = said
    return found, unread


def progress(lesson: str | None = None) -> None:
    """Print what you have done, by lesson; for one lesson also by what it teaches.

    Parameters
    ----------
    lesson : str, optional
        Such as "03": only this lesson, with each exercise. Without it, all lessons.

    Raises
    ------
    KeyError
        If there is no such lesson.
    """
    if lesson is not None and lesson not in OBJECTIVES:
        raise KeyError(f"no lesson {lesson!r}; there are {', '.join(OBJECTIVES)}")
    found, unread = answers()
    for number in OBJECTIVES if lesson is None else [lesson]:
        exercises = sorted({each for ids in OBJECTIVES[number].values() for each in ids})
        done = [each for each in exercises if found.get(each, {}).get("correct")]
        begun = any(each in found for each in exercises)
        print(
            f"{number}  {'■' * len(done)}{'□' * (len(exercises) - len(done))}  {len(done)} of "
            f"{len(exercises)}"
        )
        if lesson is None and not begun:
            continue
        for objective, ids in OBJECTIVES[number].items():
            print(f"    {_mark(ids, found)} {objective}  ({', '.join(_told(each, found) for each in ids)})")
    if unread:
        print(f"({unread} lines of {progress_file()} could not be read, and were left out.)")
    if lesson is None:
        print("Kept in a file of your own:", progress_file())


def _mark(ids: tuple[str, ...], found: dict[str, dict[str, Any]]) -> str:
    right = [found.get(each, {}).get("correct", False) for each in ids]
    return "✓" if all(right) else "·"


def _told(exercise_id: str, found: dict[str, dict[str, Any]]) -> str:
    entry = found.get(exercise_id)
    if entry is None:
        return f"{exercise_id} not tried"
    tries = f"{entry['tries']} {'try' if entry['tries'] == 1 else 'tries'}"
    return f"{exercise_id} {'right' if entry['correct'] else 'not yet'}, {tries}"
