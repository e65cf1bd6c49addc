"""The typical mistakes of all lessons; those of lesson LL are in `helpers/exercises/mistakes_LL.py`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "helpers" / "exercises"


def all_mistakes():
    """Collect exercise id -> [(what a learner may answer by mistake, words of the hint for it), ...]."""
    if str(FOLDER) not in sys.path:  # pytest puts it there only for the tests of that folder
        sys.path.append(str(FOLDER))
    found = {}
    for path in sorted(FOLDER.glob("mistakes_*.py")):
        mistakes = importlib.import_module(path.stem).MISTAKES
        assert all(exercise_id.startswith(path.stem[-2:]) for exercise_id in mistakes), path.name
        found |= mistakes
    return found
