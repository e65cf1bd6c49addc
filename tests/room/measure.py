"""What a room needs and bears: memory by lesson, and many learners at once (`make bench PARTS=room`)."""

from __future__ import annotations

import csv
import math
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
from rich.progress import track

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from rooms import MB, ROOT, Room, Watch, room_folder  # noqa: E402
from visit import Visit, visit  # noqa: E402

TABLE = ROOT / "docs" / "room" / "memory.csv"


def lessons() -> list[str]:
    return sorted(path.stem for path in (ROOT / "learner" / "notebooks").glob("*.ipynb"))


def memory(wanted: list[str] | None = None) -> None:
    """Let one learner run each lesson from its top to its end, and write what that needed to `memory.csv`."""
    known = {row["lesson"]: row for row in csv.DictReader(TABLE.open(newline="", encoding="utf-8"))}
    for lesson in track(wanted or lessons(), description="lessons"):
        with room_folder() as folder, Room(folder, "--memory", "8") as room:
            watch = Watch(room)
            watch.start()
            result = visit(room, "one", lesson)
            watch.stop()
        # A lesson may be measured only if it ran; those without a slider are none the worse.
        if failed := [each for each in result.failures if "no figure" not in each]:
            raise RuntimeError(f"{lesson}: {failed}")
        known[lesson] = {
            "lesson": lesson,
            "own_mb": math.ceil(watch.own["one"] / 10) * 10,
            "shared_mb": math.ceil(watch.shared["one"] / 10) * 10,
            "core_seconds": round(watch.core_seconds["one"]),
        }
        print(known[lesson], flush=True)
        with TABLE.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(
                file, ["lesson", "own_mb", "shared_mb", "core_seconds"], lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows(known[each] for each in sorted(known))


def load(learners: int, lesson: str) -> None:
    """Let so many learners visit at once, and print what they met."""
    if lesson not in lessons():
        raise ValueError(
            f"there is no lesson {lesson!r} in learner/notebooks; `make learner` puts the lessons there"
        )
    with room_folder() as folder:
        options = ("--learners", str(learners))
        with Room(folder, *options) as room, ThreadPoolExecutor(learners) as pool:
            watch = Watch(room)
            watch.start()
            begun = time.monotonic()
            results = [Visit() for _ in range(learners)]
            jobs = [pool.submit(visit, room, f"learner-{i}", lesson, results[i]) for i in range(learners)]
            for job, result in zip(jobs, results, strict=True):
                if error := job.exception():
                    result.failures.append(f"{type(error).__name__}: {error}")
            took = time.monotonic() - begun
            watch.stop()
    failures = [failure for result in results for failure in result.failures]
    moves = np.array([each for result in results for each in result.moves])
    if not moves.size:
        raise RuntimeError(f"{lesson}: no learner of {learners} came as far as a figure: {failures}")
    first = np.array([result.first_cell for result in results])
    own = np.array(list(watch.own.values()))
    total = psutil.virtual_memory().total / MB
    whole = np.nanmedian([result.whole for result in results])
    print(
        f"{learners:>3} learners, {lesson}: first cell after {np.nanmedian(first):.1f} s in the middle and "
        f"{np.nanmax(first):.1f} at most; lesson {whole:.0f} s; a figure's answer {np.median(moves):.2f} s "
        f"in the middle, {np.percentile(moves, 95):.2f} at 95 %, {moves.max():.2f} at most of {len(moves)}; "
        f"memory {own.mean():.0f} MB a learner, {own.max():.0f} at most; least free "
        f"{watch.least_free:.0f} of {total:.0f} MB; {len(failures)} failures; all done after {took:.0f} s",
        flush=True,
    )
    for failure in failures:
        print("   ", failure[:300])
