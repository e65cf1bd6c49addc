"""Find the checker of an exercise, let it answer, and print what it says.

An exercise is a function that takes an answer and returns `right(why)` or `not_yet(hint)`; the decorator
gives it its id. Hints name the mistake that leads to *that* answer. Expected values are worked out from the
data, never typed in, so that they cannot go stale.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Verdict(NamedTuple):
    """What a checker says: is the answer right, and the sentence that goes with it."""

    correct: bool
    reason: str


# Of the lessons loaded so far: a lesson is loaded when one of its exercises is checked.
CHECKERS: dict[str, Callable[[Any], Verdict]] = {}


def check(exercise_id: str, answer: Any) -> None:
    """Print one line on an answer: not attempted yet, correct (and why), or not yet (and a hint).

    Parameters
    ----------
    exercise_id : str
        Lesson and number, for example "03-2".
    answer : object
        Your answer; `...` means that you have not tried yet.

    Raises
    ------
    KeyError
        If there is no exercise with this id. A wrong answer never raises, whatever it is.
    """
    checker = _find_checker(exercise_id)
    if answer is ...:
        print(f"{exercise_id}: not attempted yet - replace the ... above and run this cell again.")
        return
    try:
        verdict = checker(answer)
    except Exception as error:  # a learner's answer can be anything, and must never stop the notebook
        shown = repr(answer)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        verdict = not_yet(
            f"an answer of this kind cannot be read ({type(error).__name__}: {error}). "
            f"Look again at what is asked for; you gave {type(answer).__name__} {shown}."
        )
    print(
        f"{exercise_id}: {'correct' if verdict.correct else 'not yet'} - {' '.join(verdict.reason.split())}"
    )


def load_all() -> dict[str, Callable[[Any], Verdict]]:
    """Load the exercises of all lessons, and return every checker by its id."""
    for lesson in _lessons():
        _load(lesson)
    return CHECKERS


def _lessons() -> list[str]:
    """List the lessons that have exercises, without loading them."""
    names = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name.removeprefix("lesson_") for name in names if name.startswith("lesson_"))


def _load(lesson: str) -> None:
    importlib.import_module(f"helpers.exercises.lesson_{lesson}")


def _find_checker(exercise_id: str) -> Callable[[Any], Verdict]:
    lessons = _lessons()
    lesson = exercise_id.partition("-")[0] if isinstance(exercise_id, str) else None
    if lesson not in lessons:
        raise KeyError(f"no exercise {exercise_id!r}; there are lessons {', '.join(lessons)}")
    _load(lesson)
    if exercise_id not in CHECKERS:
        known = sorted(known for known in CHECKERS if known.startswith(f"{lesson}-"))
        raise KeyError(f"no exercise {exercise_id!r}; there are: {', '.join(known)}")
    return CHECKERS[exercise_id]


def right(why: str) -> Verdict:
    """Say that the answer is right, and why."""
    return Verdict(True, why)


def not_yet(hint: str) -> Verdict:
    """Say that the answer is not right yet, with a hint for this mistake."""
    return Verdict(False, hint)


def exercise(exercise_id: str) -> Callable[[Callable[[Any], Verdict]], Callable[[Any], Verdict]]:
    """Register a checker under an id of the form "LL-N" (lesson and number)."""

    def register(checker: Callable[[Any], Verdict]) -> Callable[[Any], Verdict]:
        if exercise_id in CHECKERS:
            raise ValueError(f"exercise {exercise_id!r} is defined twice")
        CHECKERS[exercise_id] = checker
        return checker

    return register


def number(answer: Any) -> float:
    """Read an answer as one number; anything else is not an answer of the right kind."""
    value = np.asarray(answer)
    if value.size != 1 or value.dtype.kind not in "iuf":
        raise TypeError("give one number, without quotes; to count True values, use np.sum")
    return float(value.reshape(()))


def called(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a learner's function, and say so if it forgot to return anything."""
    result = function(*arguments)
    if result is None:
        raise ValueError("the function returned nothing; does it end with return ...?")
    return result


def first_dataset() -> np.ndarray:
    """Make the two arms that lessons 01 and 02 cluster."""
    from sklearn.datasets import make_classification  # here, so that loading the machinery is quick

    return make_classification(
        n_samples=1000, n_features=2, n_informative=2, n_redundant=0, n_clusters_per_class=1, random_state=4
    )[0]
