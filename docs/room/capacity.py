"""What a machine will bear: how many learners at once, by lesson, from what one was measured to need.

`memory.csv` has, for each lesson run once from its top to its end in the room on one thread, what its
programs held beside what they share with others (MB), what they share (MB, once for all), and how many
seconds a core worked. `make bench PARTS=room` measures it.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

MEASURED = Path(__file__).with_name("memory.csv")
HUB_MB = 400  # the hub, its proxy and its page
RESERVE = 0.1  # of all memory, for the system


class Need(NamedTuple):
    """What one learner of a lesson needs.

    Attributes
    ----------
    own : int
        MB that this learner's server and kernel hold alone, at their most.
    shared : int
        MB that they share with those of other learners.
    seconds : float
        Of one core, for the lesson from its top to its end.
    """

    own: int
    shared: int
    seconds: float


def read_needs(path: Path = MEASURED) -> dict[str, Need]:
    """Return the needs by lesson, such as "03_centroid"."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["lesson"]: Need(int(row["own_mb"]), int(row["shared_mb"]), float(row["core_seconds"]))
            for row in csv.DictReader(file)
        }


def learners_at_once(need: Need, memory_mb: float) -> int:
    """Return how many learners of a lesson fit into this many MB, each having run it from top to end."""
    left = memory_mb * (1 - RESERVE) - HUB_MB - need.shared
    return max(0, int(left // need.own))


def minutes_for_all(need: Need, learners: int, cores: int) -> float:
    """Return how long it takes, at least, when all run a lesson from its top to its end at the same time."""
    return need.seconds * max(1.0, learners / cores) / 60


def report(needs: dict[str, Need], memory_mb: float, cores: int, learners: int) -> str:
    """Say by lesson what a machine with this much memory and this many cores will bear."""
    lines = [
        f"{'lesson':<26}{'a learner needs':>16}{'fit at once':>13}{f'all {learners} run it whole':>24}",
    ]
    for lesson, need in needs.items():
        fit = learners_at_once(need, memory_mb)
        minutes = minutes_for_all(need, learners, cores)
        told = f"{fit}" + ("" if fit >= learners else " (!)")
        lines.append(f"{lesson:<26}{need.own / 1000:>13.1f} GB{told:>13}{f'{minutes:.0f} min or more':>24}")
    few = [lesson[:2] for lesson, need in needs.items() if learners_at_once(need, memory_mb) < learners]
    if few:
        lines.append(f"(!) Not for {learners} at once: {', '.join(few)}. Let learners share, or show it.")
    return "\n".join(lines)
