"""Every exercise is asked and solved in the notebook of its lesson, and each lesson has a few."""

from __future__ import annotations

import re

import pytest
from conftest import NOTEBOOKS, read_notebook
from mistakes import all_mistakes

from helpers.exercises.machinery import load_all

CHECKERS, MISTAKES = load_all(), all_mistakes()


def cells_by_exercise():
    """Collect from the notebooks: exercise id -> the (exercise, check, solution) cells around its check."""
    found = {}
    for path in NOTEBOOKS:
        code = [cell for cell in read_notebook(path).cells if cell.cell_type == "code"]
        for before, cell, after in zip(code, code[1:], code[2:], strict=False):
            match = re.fullmatch(r'check\("(\d\d-\d)", \w+\)', cell.source)
            if match:
                assert path.name.startswith(match.group(1)[:2])
                assert match.group(1) not in found, "an exercise is asked once"
                found[match.group(1)] = before, cell, after
    return found


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)  # a stream may come in pieces


def test_every_exercise_is_asked_and_solved_in_its_notebook():
    cells = cells_by_exercise()
    assert set(cells) == set(CHECKERS) == set(MISTAKES)
    for exercise_id, (task, checked, solution) in cells.items():
        assert task.metadata.get("tags") == ["exercise"]
        assert re.fullmatch(r"\w+ = \.\.\.", task.source.splitlines()[-1])
        assert "not attempted yet" in printed(checked)
        assert solution.metadata.get("tags") == ["solution"]
        # nbval compares this output with a fresh run, so the solution passes today as well.
        assert re.search(rf"^{exercise_id}: correct - ", printed(solution), re.MULTILINE), printed(solution)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_has_three_to_five_exercises(path):
    assert 3 <= sum(exercise_id.startswith(path.name[:2]) for exercise_id in CHECKERS) <= 5
