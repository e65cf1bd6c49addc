"""Every exercise answers blanks, mistakes with their hints, right answers in any form, and never raises."""

from __future__ import annotations

import copy
import itertools
import subprocess
import sys

import numpy as np
import pytest
from answers import all_answers, exercise_cells
from conftest import ROOT
from mutants import same

from helpers.exercises import check, kinds, unnamed
from helpers.exercises.machinery import TABLES, load_all, right

CHECKERS, WRONG, RIGHT = load_all(), all_answers("WRONG"), all_answers("RIGHT")


def say(capsys, exercise_id, answer):
    check(exercise_id, answer, own=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1, "a check prints one line"
    assert lines[0].startswith(f"{exercise_id}: ")
    return lines[0].removeprefix(f"{exercise_id}: ")


each_exercise = pytest.mark.parametrize("exercise_id", sorted(CHECKERS))


@each_exercise
def test_the_blank_is_not_attempted(capsys, exercise_id):
    assert say(capsys, exercise_id, ...).startswith("not attempted yet")


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(kinds, "SECONDS", 3)  # some wrong answers do not end


@each_exercise
def test_wrong_answers_are_refused_with_a_hint_of_their_own(capsys, exercise_id):
    hints = []
    for answer, words in WRONG[exercise_id]:
        line = say(capsys, exercise_id, answer)
        assert line.startswith("not yet - "), f"{answer!r}: {line}"
        assert words in line, f"{answer!r}: {line}"
        hints.append(line)
    assert len(hints) >= 5, "five mistakes that a learner may make"
    assert len(set(hints)) >= 5, "with hints of their own"


@each_exercise
def test_right_answers_pass_in_any_form(capsys, exercise_id):
    assert len(RIGHT[exercise_id]) >= 2
    for answer in RIGHT[exercise_id]:
        line = say(capsys, exercise_id, answer)
        assert line.startswith("correct - "), f"{answer!r}: {line}"


BUILD = sorted(exercise_id for exercise_id, exercise in exercise_cells().items() if exercise.kind == "build")


@pytest.mark.parametrize("exercise_id", BUILD)
def test_each_known_mistake_differs_from_the_solution_and_from_the_others_on_some_case(
    exercise_id, monkeypatch
):
    seen = {}

    def spy(answer, signature, cases, solution, mistakes, why, tidy=lambda result: result):
        seen.update(cases=cases, solution=solution, mistakes=list(mistakes), tidy=tidy)
        return right(why)

    monkeypatch.setattr(sys.modules[CHECKERS[exercise_id].__module__], "build", spy)
    assert CHECKERS[exercise_id](None).correct

    def results(function):
        with np.errstate(all="ignore"):
            return [seen["tidy"](function(*copy.deepcopy(arguments))) for _, arguments in seen["cases"]]

    right_ones = results(seen["solution"])
    known = [(hint, results(wrong)) for hint, wrong in seen["mistakes"]]
    assert len(known) >= 5
    for hint, found in known:
        assert not same(found, right_ones), f"no case tells it from the solution: {hint}"
    for (hint, found), (other, elsewhere) in itertools.combinations(known, 2):
        assert hint == other or not same(found, elsewhere), f"no case tells apart: {hint} | {other}"


@pytest.mark.parametrize("exercise_id", sorted(TABLES))
def test_data_without_a_name_are_the_same_at_every_call_and_may_be_changed(exercise_id):
    first, again = flat(unnamed(exercise_id)), flat(unnamed(exercise_id))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    for array in first:
        array[...] = 0
    assert all(np.array_equal(a, b) for a, b in zip(again, flat(unnamed(exercise_id)), strict=True))


def flat(data):
    """List the arrays in what `unnamed` gives."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list | tuple):
        return [array for part in data for array in flat(part)]
    if hasattr(data, "columns"):  # a gap is not equal to itself
        return [data.astype(object).where(data.notna(), "gap").to_numpy(copy=True)]
    return [data]


@each_exercise
@pytest.mark.parametrize(
    "answer",
    [None, "a text", object(), [[1, 2], [3]], np.nan, lambda: 1 / 0],
    ids=lambda answer: type(answer).__name__,  # not its repr: an address differs between parallel runs
)
def test_any_other_answer_is_answered_without_an_exception(capsys, exercise_id, answer):
    assert say(capsys, exercise_id, answer).startswith("not yet")


def test_an_unknown_exercise_raises_and_names_those_that_exist():
    with pytest.raises(KeyError, match="no exercise '99-1'; there are lessons 01, 02, .*, 10"):
        check("99-1", 0)
    with pytest.raises(KeyError, match="no exercise '01-9'; there are: 01-1, 01-2, 01-3, 01-4, 01-5\\W*$"):
        check("01-9", 0)
    with pytest.raises(KeyError, match="no data for exercise '01-1'; there are: 01-5"):
        unnamed("01-1")


@pytest.mark.parametrize(
    "exercise_id", ["x", "", "3-2", "03", "03-", "03-02", "-03-2", "../03-2", None, 3, ["03-2"]], ids=repr
)
def test_an_id_of_another_form_is_an_unknown_exercise(exercise_id):
    with pytest.raises(KeyError, match="no exercise"):
        check(exercise_id, 0)


def test_the_checker_of_an_exercise_is_in_the_module_of_its_lesson():
    for exercise_id, checker in CHECKERS.items():  # `check` looks nowhere else
        assert checker.__module__ == f"helpers.exercises.lesson_{exercise_id[:2]}"


def test_a_lesson_is_loaded_only_when_its_exercise_is_checked():
    code = """
import sys
from helpers.exercises import check

def loaded():
    return [name for name in sys.modules if name.startswith("helpers.exercises.lesson_")]

assert not loaded(), loaded()
assert not {"sklearn", "tensorflow", "keras"} & set(sys.modules)
for unknown in ("x", "99-1", None):
    try:
        check(unknown, 0)
    except KeyError:
        pass
assert not loaded(), loaded()
check("03-2", 0)
assert loaded() == ["helpers.exercises.lesson_03"], loaded()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("03-2: not yet - ")
