"""Run every draw of every claim and write held.csv: `make claims`, or `make claims LESSONS="01 03"`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed

from challenge import DRAWS, claims_of, lessons, needed_words, read_held, row_of, write_held
from rich.progress import track


def one_draw(lesson: str, place: int, world: str, draw: int) -> tuple[bool, float]:
    """Run one draw of a lesson's claim in this process; return the outcome and its seconds of CPU."""
    start = time.process_time()
    return claims_of(lesson)[place].outcome(world, draw), time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lessons", nargs="*", help="numbers of lessons, such as 03; default: all")
    chosen = parser.parse_args().lessons or lessons()
    if unknown := sorted(set(chosen) - set(lessons())):
        sys.exit(f"no challenges for {', '.join(unknown)}; there are some for {', '.join(lessons())}")
    claims = {(lesson, place): claim for lesson in chosen for place, claim in enumerate(claims_of(lesson))}
    outcomes = {key: {world: [False] * DRAWS for world in claim.worlds} for key, claim in claims.items()}
    seconds = defaultdict(list)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = {
            pool.submit(one_draw, *key, world, draw): (key, world, draw)
            for key, claim in claims.items()
            for world in claim.worlds
            for draw in range(DRAWS)
        }
        for job in track(as_completed(jobs), description="draws", total=len(jobs)):
            key, world, draw = jobs[job]
            outcomes[key][world][draw], took = job.result()
            seconds[key].append(took)
    before = read_held()
    rows = {id: row for id, row in before.items() if id[:2] not in chosen and id[:2] in lessons()}
    for key, claim in claims.items():
        row = rows[claim.id] = row_of(claim, outcomes[key])
        counts = ", ".join(f"{world} {row[world].count('1')} of {DRAWS}" for world in claim.worlds)
        words = needed_words(row["held"])
        verdict = "NO CLAIM" if words is None else words and f"say {words!r}"
        print(f"{claim.id:<20} {counts:<50} {max(seconds[key]):5.2f} s a draw at most  {verdict}")
        for world in claim.worlds:
            pairs = enumerate(zip(row[world], before.get(claim.id, row)[world], strict=False))
            if changed := [draw for draw, (now, then) in pairs if now != then]:
                print(f"{'':<20} CHANGED: {world}, draws {', '.join(map(str, changed))}")
    write_held(rows.values())


if __name__ == "__main__":
    main()
