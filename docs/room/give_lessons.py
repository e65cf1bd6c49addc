"""Copy the lessons into a learner's home, and leave alone what is there: `give_lessons.py FROM TO`.

Runs as the learner: a program of the system's would follow links that a learner has put there.
"""

import contextlib
import shutil
import sys
from pathlib import Path

source, home = Path(sys.argv[1]), Path(sys.argv[2])
for path in sorted(source.rglob("*")):
    target = home / path.relative_to(source)
    half = target.with_name(target.name + ".part")  # a full disk leaves no half lesson
    try:
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.exists():
            shutil.copyfile(path, half)
            half.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink()
        sys.exit(f"{target.relative_to(home)} could not be put there: {error.strerror}")
