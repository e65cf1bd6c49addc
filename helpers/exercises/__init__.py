"""Answer the learner: `check("01-2", answer)` prints one line that says whether it is right, and why.

`lesson_LL` has the checkers of lesson LL, and is loaded only when one of them is needed; `machinery` has
what they are made of.
"""

from helpers.exercises.machinery import check

__all__ = ["check"]
