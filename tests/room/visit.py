"""A learner's visit: sign in, open a lesson, run it to its end, move a figure, answer wrongly and rightly."""

from __future__ import annotations

import ast
import time
from dataclasses import dataclass, field
from typing import Any

from answers import all_answers
from rooms import Room

# isort: split
from client import Kernel, Learner

MOVES = 20
SECONDS_BETWEEN_MOVES = 0.25


@dataclass
class Visit:
    """What a visit was like.

    Attributes
    ----------
    first_cell : float
        Seconds from the sign-in to the end of the lesson's first cell.
    whole : float
        Seconds from the first cell to the last.
    moves : list of float
        Seconds until the picture had changed, for each move of a control.
    failures : list of str
        What went wrong.
    """

    first_cell: float = float("nan")
    whole: float = float("nan")
    moves: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def typed_answers(lesson: str) -> tuple[str, str, str]:
    """Return an exercise of a lesson, and a wrong and a right answer to it that can be typed."""
    wrong, right = (all_answers(kind, lesson[:2]) for kind in ("WRONG", "RIGHT"))
    for exercise in sorted(wrong):
        given = ([answer for answer, _ in wrong[exercise]], right.get(exercise, []))
        typed = [next(filter(_is_typed, map(repr, answers)), None) for answers in given]
        if all(typed):
            return exercise, *typed
    raise LookupError(f"no exercise of lesson {lesson} has answers that can be typed")


def _is_typed(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


def visit(room: Room, name: str, lesson: str, result: Visit | None = None) -> Visit:
    """Let one learner do all this; what fails is kept, and the rest is tried all the same."""
    result = result or Visit()
    path = f"notebooks/{lesson}.ipynb"
    begun = time.monotonic()
    learner = Learner(room.address, name).sign_in(room.password).start()
    notebook = learner.read(path)
    kernel = Kernel(learner, path)
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    widgets: dict[str, dict[str, Any]] = {}
    for number, code in enumerate(cells):
        outcome = kernel.run(code)
        if number == 0:
            result.first_cell = time.monotonic() - begun
            begun = time.monotonic()
        widgets |= outcome.widgets
        if outcome.died:
            result.failures.append(f"{name}: the kernel died in cell {number}")
            return result
        if outcome.error:
            result.failures.append(f"{name}, cell {number}: {outcome.error}")
    result.whole = time.monotonic() - begun
    result.moves += move(kernel, widgets)
    if not result.moves:
        result.failures.append(f"{name}: no figure to move")
    exercise, wrong, right = typed_answers(lesson)
    for answer, expected in ((wrong, "not yet"), (right, "correct")):
        said = kernel.run(f'check("{exercise}", {answer})').text
        if not said.startswith(f"{exercise}: {expected}"):
            result.failures.append(f"{name}: to {answer} the lesson said {said!r}")
    learner.save(path, notebook)
    return result


def move(kernel: Kernel, widgets: dict[str, dict[str, Any]]) -> list[float]:
    """Move the first slider of a lesson to and fro; return the seconds of each move."""
    for widget, state in widgets.items():
        if "SliderModel" in str(state.get("_model_name")) and state.get("max", 0) > state.get("min", 0):
            steps = [state["value"] + (1 + i % 3) * state["step"] for i in range(MOVES)]
            places = [min(place, state["max"]) for place in steps]
            taken = []
            for before, place in zip([state["value"], *places], places, strict=False):
                if place != before:
                    taken.append(kernel.move(widget, place))
                    time.sleep(SECONDS_BETWEEN_MOVES)
            return taken
    return []
