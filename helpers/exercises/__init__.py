"""Answer the learner: `check("01-2", answer)` prints one line that says whether it is right, and why.

`lesson_LL` has the checkers of lesson LL, and is loaded only when one of them is needed; `machinery` finds
them, `kinds` has what those of one kind share, `progress` remembers what was answered, and `sharing` shows it
to the instructor of a room, if you choose to.
"""

from helpers.exercises.machinery import check, unnamed
from helpers.exercises.progress import progress
from helpers.exercises.sharing import share_progress, stop_sharing

__all__ = ["check", "progress", "share_progress", "stop_sharing", "unnamed"]
