"""Of the small mistakes that a machine makes in the solutions, the checkers refuse nearly all."""

from __future__ import annotations

import re

import numpy as np
import pytest
from answers import all_answers, exercise_cells
from lesson_code import taught
from mutants import put_to_the_test

from helpers.exercises import kinds
from helpers.exercises.machinery import judge

CELLS, INPUTS, TIDY = exercise_cells(), all_answers("INPUTS"), all_answers("TIDY")
BUILD = sorted(exercise_id for exercise_id, exercise in CELLS.items() if exercise.kind == "build")

# What a checker lets pass although it differs somewhere: exercise -> [(the change, why it may pass), ...].
SURVIVORS: dict[str, list[tuple[str, str]]] = {}


def trial(exercise_id):
    """Judge the mutants of the solution that the lesson shows."""
    kinds.SECONDS = 1  # many do not end
    cell = CELLS[exercise_id].solution
    name = re.search(rf'check\("{exercise_id}", (\w+), own=False\)', cell.source).group(1)
    with np.errstate(all="ignore"):
        return put_to_the_test(
            cell.source,
            name,
            taught(CELLS[exercise_id].lesson),
            INPUTS[exercise_id](np.random.default_rng(0)),
            lambda answer: not judge(exercise_id, answer).correct,
            **({"tidy": TIDY[exercise_id]} if exercise_id in TIDY else {}),
        )


def test_every_function_to_build_has_inputs_to_compare_its_mutants_on():
    assert set(BUILD) == set(INPUTS)


@pytest.mark.parametrize("exercise_id", BUILD)
def test_a_checker_refuses_what_differs_from_the_solution(exercise_id, record_property):
    found = trial(exercise_id)
    refused = found.mistakes - len(found.survivors)
    record_property(f"refuses {refused} of {found.mistakes} mutants", f"exercise {exercise_id}")
    assert found.mistakes >= 5, "too few mistakes to speak of"
    assert sorted(found.survivors) == sorted(change for change, _ in SURVIVORS.get(exercise_id, []))
    assert len(found.survivors) <= 0.05 * found.mistakes


if __name__ == "__main__":  # the table: PYTHONPATH=.:tests python tests/helpers/exercises/test_mutants.py
    made = mistakes = refused = 0
    print(f"{'exercise':<9}{'mutants':>8}{'differ':>8}{'refused':>8}")
    for each in BUILD:
        result = trial(each)
        made, mistakes = made + result.made, mistakes + result.mistakes
        refused += result.mistakes - len(result.survivors)
        print(
            f"{each:<9}{result.made:>8}{result.mistakes:>8}{result.mistakes - len(result.survivors):>8}",
            flush=True,
        )
        for change in result.survivors:
            print(f"          passes: {change}")
    print(f"{'all':<9}{made:>8}{mistakes:>8}{refused:>8}   {refused / mistakes:.1%}")
