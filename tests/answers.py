"""Right and wrong answers to all exercises; those of lesson LL are in `helpers/exercises/answers_LL.py`.

Each module has `WRONG`, exercise id -> [(what a learner may answer by mistake, words of its hint), ...];
`RIGHT`, exercise id -> [answers that differ in form and are right, ...]; and `INPUTS`, id of a *build*
exercise -> function of a random generator that returns valid arguments, on which its mutants are compared;
where several results are equally right, `TIDY` has a function that makes them one.
"""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "helpers" / "exercises"


def all_answers(kind, lesson="*"):
    """Collect what the modules of all lessons, or of one, say: "WRONG", "RIGHT", "INPUTS" or "TIDY"."""
    if str(FOLDER) not in sys.path:  # pytest puts it there only for the tests of that folder
        sys.path.append(str(FOLDER))
    found = {}
    for path in sorted(FOLDER.glob(f"answers_{lesson}.py")):
        answers = getattr(importlib.import_module(path.stem), kind, {})
        assert all(exercise_id.startswith(path.stem[-2:]) for exercise_id in answers), path.name
        found |= answers
    return found


class Exercise(NamedTuple):
    """An exercise as its lesson has it: its kind, the name of the lesson, and its three cells."""

    kind: str
    lesson: str
    task: nbformat.NotebookNode
    check: nbformat.NotebookNode
    solution: nbformat.NotebookNode


def exercise_cells():
    """Collect from the notebooks: exercise id -> Exercise."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        code = [cell for cell in cells if cell.cell_type == "code"]
        text = "\n".join(cell.source for cell in cells)
        kinds = dict(re.findall(r"\*\*Exercise (\d\d-\d+), (\w+)\.\*\*", text))
        for task, check, solution in zip(code, code[1:], code[2:], strict=False):
            match = re.fullmatch(r'check\("(\d\d-\d+)", \w+\)', check.source)
            if match:
                exercise_id = match.group(1)
                assert path.name.startswith(exercise_id[:2])
                assert exercise_id not in found, "an exercise is asked once"
                found[exercise_id] = Exercise(kinds[exercise_id], path.stem, task, check, solution)
    return found
