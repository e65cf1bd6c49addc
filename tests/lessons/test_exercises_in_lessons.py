"""Every exercise is asked and solved in the notebook of its lesson, and every promise of a lesson has one."""

from __future__ import annotations

import re

import pytest
from answers import all_answers, exercise_cells
from conftest import NOTEBOOKS, read_notebook

from helpers.exercises.machinery import TABLES, load_all
from helpers.exercises.objectives import OBJECTIVES

CHECKERS, CELLS = load_all(), exercise_cells()
KINDS = {"predict", "judge", "build", "choose"}
CLINIC = ("15_clinic", ["repair"] * 10 + ["predict"])  # the examination has kinds of its own

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)  # a stream may come in pieces


def test_every_exercise_is_asked_and_solved_in_its_notebook():
    assert set(CELLS) == set(CHECKERS) == set(all_answers("WRONG")) == set(all_answers("RIGHT"))
    for exercise_id, (_, _, task, checked, solution) in CELLS.items():
        assert task.metadata.get("tags") == ["exercise"]
        assert re.fullmatch(r"\w+ = \.\.\.", task.source.splitlines()[-1])
        assert "not attempted yet" in printed(checked)
        assert solution.metadata.get("tags") == ["solution"]
        # nbval compares this output with a fresh run, so the solution passes today as well.
        assert re.search(rf"^{exercise_id}: correct - ", printed(solution), re.MULTILINE), printed(solution)
        # What the lesson solves is not counted as done.
        assert re.search(rf'^check\("{exercise_id}", \w+, own=False\)', solution.source, re.MULTILINE)


@each_notebook
def test_a_lesson_has_five_exercises_of_four_kinds(path):
    kinds = [exercise.kind for exercise in CELLS.values() if exercise.lesson == path.stem]
    if path.stem == CLINIC[0]:
        assert kinds == CLINIC[1]
        return
    assert len(kinds) == 5
    assert set(kinds) >= KINDS


def test_who_chooses_gets_data_without_a_name():
    choose = {exercise_id for exercise_id, exercise in CELLS.items() if exercise.kind == "choose"}
    assert choose == set(TABLES)
    for exercise_id in choose:
        assert f'unnamed("{exercise_id}")' in CELLS[exercise_id].task.source


def promises(path):
    """Return the items of "You will learn", without marks."""
    text = next(cell.source for cell in read_notebook(path).cells if "**You will learn**" in cell.source)
    listed = re.search(r"\*\*You will learn\*\* to\n\n((?:- .*\n)+)", text).group(1)
    return [line.removeprefix("- ").replace("`", "") for line in listed.splitlines()]


@each_notebook
def test_every_objective_is_tested_by_an_exercise(path):
    objectives = dict(OBJECTIVES[path.name[:2]])
    for promise in promises(path):
        rest = promise
        for phrase in objectives:
            rest = rest.replace(phrase, "|")
        # All that may be left of an item are the words between its phrases.
        assert re.fullmatch(r"(\||,|;|\.|:|\s|and|or|so|also)*", rest), f"no exercise for: {rest}"
        assert "|" in rest
    whole = "\n".join(promises(path))
    for phrase, exercises in objectives.items():
        assert phrase in whole, f"the lesson does not promise: {phrase}"
        assert exercises, f"no exercise for: {phrase}"
        assert set(exercises) <= {each for each in CHECKERS if each.startswith(path.name[:2])}


@each_notebook
def test_every_exercise_tests_an_objective(path):
    lesson = path.name[:2]
    used = {exercise for exercises in OBJECTIVES[lesson].values() for exercise in exercises}
    assert used == {exercise for exercise in CHECKERS if exercise.startswith(lesson)}


def test_the_table_of_objectives_has_every_lesson():
    assert list(OBJECTIVES) == [path.name[:2] for path in NOTEBOOKS]
