"""Every exercise answers: a blank is not attempted, mistakes get their own hints, and nothing raises."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from mistakes import all_mistakes

from helpers.exercises import check
from helpers.exercises.machinery import load_all

CHECKERS, MISTAKES = load_all(), all_mistakes()


def say(capsys, exercise_id, answer):
    check(exercise_id, answer)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1, "a check prints one line"
    assert lines[0].startswith(f"{exercise_id}: ")
    return lines[0].removeprefix(f"{exercise_id}: ")


each_exercise = pytest.mark.parametrize("exercise_id", sorted(CHECKERS))


@each_exercise
def test_the_blank_is_not_attempted(capsys, exercise_id):
    assert say(capsys, exercise_id, ...).startswith("not attempted yet")


@each_exercise
def test_typical_mistakes_get_their_own_hint(capsys, exercise_id):
    hints = []
    for answer, words in MISTAKES[exercise_id]:
        line = say(capsys, exercise_id, answer)
        assert line.startswith("not yet - "), f"{answer!r}: {line}"
        assert words in line, f"{answer!r}: {line}"
        hints.append(line)
    assert len(set(hints)) >= 2, "at least two different mistakes have hints of their own"


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
    with pytest.raises(KeyError, match="no exercise '01-9'; there are: 01-1, 01-2, 01-3, 01-4\\W*$"):
        check("01-9", 0)


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
