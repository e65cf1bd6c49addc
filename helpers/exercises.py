"""Answer the learner: `check("01-2", answer)` prints one line that says whether it is right, and why.

An exercise is a function that takes an answer and returns `right(why)` or `not_yet(hint)`; the decorator
gives it its id. Hints name the mistake that leads to *that* answer. Expected values are worked out here
from the data, never typed in, so that they cannot go stale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Verdict(NamedTuple):
    """What a checker says: is the answer right, and the sentence that goes with it."""

    correct: bool
    reason: str


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
    if exercise_id not in CHECKERS:
        raise KeyError(f"no exercise {exercise_id!r}; there are: {', '.join(sorted(CHECKERS))}")
    if answer is ...:
        print(f"{exercise_id}: not attempted yet - replace the ... above and run this cell again.")
        return
    try:
        verdict = CHECKERS[exercise_id](answer)
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
