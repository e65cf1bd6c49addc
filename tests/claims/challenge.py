"""The instrument: a claim of a lesson, its challenge, and the worlds in which the challenge is run.

A *claim* is a sentence that a learner could repeat to a colleague. Its *challenge* is a function that tries
to break it once: it draws everything that the claim does not name and says whether the claim held. Draw 7 of
a claim is the same on every machine.

A challenge can be run in three worlds:

- `held`: as the claim has it;
- `without`: where the claim names a cause, the same with that cause taken away. The effect must vanish;
- `false`: a world in which the claim is false. A challenge that still says yes there proves nothing.
"""

from __future__ import annotations

import csv
import importlib
import platform
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

HERE = Path(__file__).resolve().parent
HELD = HERE / "held.csv"
DRAWS = 40
WORLDS = ("held", "without", "false")
COLUMNS = ("id", "says", "where", *WORLDS, "versions", "date")
# A claim may be said flatly, or with these words, from this share of its draws on.
WORDS = ((0.95, ""), (0.75, "usually"), (0.5, "more often than not"))


@dataclass(frozen=True)
class Claim:
    """A sentence of a lesson, and how it is tried.

    Attributes
    ----------
    id : str
        The lesson's number and a name: "03-starts".
    says : str
        The sentence, as the lesson's table shows it.
    where : str
        The heading in the lesson under which it is measured.
    challenge : callable
        `challenge(rng, **world)` draws once and returns whether the claim held.
    without, false : dict or None
        Arguments of `challenge` that take the named cause away, and that make the claim false. A claim with a
        cause is false without it, and needs no other world.
    """

    id: str
    says: str
    where: str
    challenge: Callable[..., bool]
    without: dict[str, Any] | None
    false: dict[str, Any] | None

    @property
    def worlds(self) -> list[str]:
        """The worlds in which the challenge is run."""
        return [world for world in WORLDS if world == "held" or getattr(self, world) is not None]

    def outcome(self, world: str, draw: int) -> bool:
        """Draw once in a world, on one thread; return whether the claim held."""
        rng = np.random.default_rng([zlib.crc32(self.id.encode()), draw])
        with threadpool_limits(1):
            return bool(self.challenge(rng, **(getattr(self, world, None) or {})))


_found: dict[str, Claim] = {}


def claim(
    id: str,
    says: str,
    where: str,
    *,
    without: dict[str, Any] | None = None,
    false: dict[str, Any] | None = None,
) -> Callable[[Callable[..., bool]], Callable[..., bool]]:
    """Make a function the challenge of a claim; the arguments are those of `Claim`."""
    if without is None and false is None:
        raise ValueError(
            f"{id}: in which world is this claim false? A challenge that cannot fail proves nothing."
        )

    def note(challenge: Callable[..., bool]) -> Callable[..., bool]:
        if id in _found and _found[id].challenge.__code__.co_filename != challenge.__code__.co_filename:
            raise ValueError(f"two claims have the id {id}")
        _found[id] = Claim(id, says, where, challenge, without, false)
        return challenge

    return note


def lessons() -> list[str]:
    """Return the numbers of the lessons that have challenges: "01", "02", ..."""
    return sorted(path.stem.removeprefix("lesson_") for path in HERE.glob("lesson_*.py"))


def claims_of(lesson: str) -> list[Claim]:
    """Return the claims of a lesson, in the order of its file."""
    importlib.import_module(f"lesson_{lesson}")
    return [claim for claim in _found.values() if claim.id.startswith(f"{lesson}-")]


def read_held() -> dict[str, dict[str, str]]:
    """Return the rows of held.csv by id; a world's outcomes are a text of 0 and 1, one for each draw."""
    if not HELD.exists():
        return {}
    with HELD.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def write_held(rows: Iterable[dict[str, str]]) -> None:
    """Write held.csv, sorted by lesson; within one, in the order of its file."""
    with HELD.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["id"][:2]))


def row_of(claim: Claim, outcomes: dict[str, list[bool]]) -> dict[str, str]:
    """Return the row of held.csv for a claim, from the outcomes of its draws in each world."""
    packages = ("numpy", "scipy", "scikit-learn")
    versions = [f"python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)]
    return {
        "id": claim.id,
        "says": claim.says,
        "where": claim.where,
        **{world: "".join("01"[held] for held in outcomes.get(world, [])) for world in WORLDS},
        "versions": ", ".join(versions),
        "date": datetime.now(UTC).date().isoformat(),
    }


def needed_words(outcomes: str) -> str | None:
    """Return the words that a claim with these outcomes must say: "" for none, None where it is no claim."""
    share = outcomes.count("1") / len(outcomes)
    return next((words for least, words in WORDS if share >= least), None)
