"""Every claim is what was measured: `held.csv` can be repeated, draw by draw, and words follow counts."""

from __future__ import annotations

import random
import re

import pytest
from challenge import DRAWS, WORDS, claims_of, lessons, needed_words, read_held
from conftest import NOTEBOOKS, read_notebook

HELD = read_held()
CLAIMS = [claim for lesson in lessons() for claim in claims_of(lesson)]
REPEATED = 3  # draws of each claim and world, others in every run: nobody can write outcomes by hand for long
BY_ID = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)


def test_the_file_has_all_claims_and_no_others():
    assert list(HELD) == [claim.id for claim in CLAIMS], "run `make claims`"


@BY_ID
def test_the_file_says_what_the_claim_says(claim):
    row = HELD[claim.id]
    assert (row["says"], row["where"]) == (claim.says, claim.where), "run `make claims`"
    for world in ("held", "without", "false"):
        assert len(row[world]) == DRAWS * (world in claim.worlds)


@pytest.mark.parametrize("lesson", lessons())
def test_the_lesson_shows_the_table_and_has_the_headings(lesson):
    (path,) = (path for path in NOTEBOOKS if path.stem.startswith(lesson))
    cells = read_notebook(path).cells
    assert sum(f'claims_table("{lesson}")' in cell.source for cell in cells) == 1
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    headings = set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    assert {claim.where for claim in claims_of(lesson)} <= headings


@BY_ID
def test_outcomes_can_be_repeated(claim):
    for world in claim.worlds:
        for draw in random.sample(range(DRAWS), REPEATED):
            stored = HELD[claim.id][world][draw] == "1"
            assert claim.outcome(world, draw) == stored, f"{world}, draw {draw}: the file says {stored}"


@BY_ID
def test_a_challenge_can_fail(claim):
    for world in claim.worlds[1:]:
        assert HELD[claim.id][world].count("1") <= DRAWS // 10, f"it holds in the world `{world}` as well"


@BY_ID
def test_words_follow_counts(claim):
    needed = needed_words(HELD[claim.id]["held"])
    assert needed is not None, "held in less than half of the draws: no claim"
    ladder = [words for _, words in WORDS]  # from flat to weak; who says less than was measured may
    said = next((words for words in ladder[1:] if words in claim.says.lower()), "")
    assert ladder.index(said) >= ladder.index(needed), f"say {needed!r}"


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ("1" * 20, ""),
        ("1" * 19 + "0", ""),
        ("1" * 18 + "00", "usually"),
        ("1" * 15 + "0" * 5, "usually"),
        ("1" * 14 + "0" * 6, "more often than not"),
        ("10" * 10, "more often than not"),
        ("1" * 9 + "0" * 11, None),
    ],
)
def test_the_words_for_counts(outcomes, words):
    assert needed_words(outcomes) == words
