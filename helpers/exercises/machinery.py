"""Find the checker of an exercise, let it answer, and print what it says.

An exercise is a function that takes an answer and returns `right(why)` or `not_yet(hint)`; the decorator
gives it its id. Hints name the mistake that leads to *that* answer. Expected values are worked out from
the data, never typed in, so that they cannot go stale. What checkers of one kind share is in `kinds`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from helpers.exercises.progress import record
from helpers.exercises.sharing import send_if_shared


class Verdict(NamedTuple):
    """What a checker says: is the answer right, and the sentence that goes with it."""

    correct: bool
    reason: str


class NotYetError(Exception):
    """What a checker raises, from however deep, to say that the answer is not right; its text is the hint."""


# Of the lessons loaded so far: a lesson is loaded when one of its exercises is checked.
CHECKERS: dict[str, Callable[[Any], Verdict]] = {}
TABLES: dict[str, Callable[[], Any]] = {}


def check(exercise_id: str, answer: Any, own: bool = True) -> None:
    """Print one line on an answer: not attempted yet, correct (and why), or not yet (and a hint).

    Parameters
    ----------
    exercise_id : str
        Lesson and number, for example "03-2".
    answer : object
        Your answer; `...` means that you have not tried yet.
    own : bool
        Whether it is your own: what the lesson solves for you is not counted by `progress`.

    Raises
    ------
    KeyError
        If there is no exercise with this id. A wrong answer never raises, whatever it is.
    """
    _find(exercise_id, CHECKERS)
    if answer is ...:
        print(f"{exercise_id}: not attempted yet - replace the ... above and run this cell again.")
        return
    verdict = judge(exercise_id, answer)
    reason = " ".join(verdict.reason.split())
    print(f"{exercise_id}: {'correct' if verdict.correct else 'not yet'} - {reason}")
    if own:
        record(exercise_id, verdict.correct, reason)
        send_if_shared()


def judge(exercise_id: str, answer: Any) -> Verdict:
    """Return what the checker of an exercise says to an answer, whatever the answer is."""
    checker = _find(exercise_id, CHECKERS)
    try:
        return checker(answer)
    except NotYetError as hint:
        return not_yet(str(hint))
    except Exception as error:  # a learner's answer can be anything, and must never stop the notebook
        shown = repr(answer)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        return not_yet(
            f"an answer of this kind cannot be read ({type(error).__name__}: {error}). "
            f"Look again at what is asked for; you gave {type(answer).__name__} {shown}."
        )


def unnamed(exercise_id: str) -> Any:
    """Return the data of a *choose* exercise: real in form, without a name, their truth kept by the checker.

    Parameters
    ----------
    exercise_id : str
        Lesson and number, for example "03-5".

    Returns
    -------
    object
        The same at every call; the exercise says what it is.

    Raises
    ------
    KeyError
        If there is no such exercise, or none with data.
    """
    return _find(exercise_id, TABLES)()


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


def _find(exercise_id: str, registered: dict[str, Callable]) -> Callable:
    lessons = _lessons()
    lesson = exercise_id.partition("-")[0] if isinstance(exercise_id, str) else None
    if lesson not in lessons:
        raise KeyError(f"no exercise {exercise_id!r}; there are lessons {', '.join(lessons)}")
    _load(lesson)
    if exercise_id not in registered:
        known = sorted(known for known in registered if known.startswith(f"{lesson}-"))
        what = "exercise" if registered is CHECKERS else "data for exercise"
        raise KeyError(f"no {what} {exercise_id!r}; there are: {', '.join(known)}")
    return registered[exercise_id]


def right(why: str) -> Verdict:
    """Say that the answer is right, and why."""
    return Verdict(True, why)


def not_yet(hint: str) -> Verdict:
    """Say that the answer is not right yet, with a hint for this mistake."""
    return Verdict(False, hint)


def exercise(exercise_id: str) -> Callable[[Callable[[Any], Verdict]], Callable[[Any], Verdict]]:
    """Register a checker under an id of the form "LL-N" (lesson and number)."""
    return _register(exercise_id, CHECKERS)


def table(exercise_id: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register what `unnamed` gives for a *choose* exercise."""
    return _register(exercise_id, TABLES)


def _register(exercise_id: str, registered: dict[str, Callable]) -> Callable[[Callable], Callable]:
    def register(function: Callable) -> Callable:
        if exercise_id in registered:
            raise ValueError(f"exercise {exercise_id!r} is defined twice")
        registered[exercise_id] = function
        return function

    return register
