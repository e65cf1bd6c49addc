"""The copies for a class: without solutions and outputs, with the tables that they read beside them."""

from __future__ import annotations

import nbformat
import pytest
from learner_copy import copy_for_learners

LESSON = "15_clinic"


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    return copy_for_learners(tmp_path_factory.mktemp("course"), LESSON)


def test_solutions_and_outputs_are_gone_and_tasks_are_not(learner):
    cells = nbformat.read(learner / "notebooks" / f"{LESSON}.ipynb", as_version=4).cells
    tags = [tag for cell in cells for tag in cell.metadata.get("tags", [])]
    assert "solution" not in tags
    assert tags.count("exercise") == 11
    assert not any(cell.get("outputs") for cell in cells)


def test_what_a_lesson_reads_is_beside_it(learner):
    text = (learner / "notebooks" / f"{LESSON}.ipynb").read_text(encoding="utf-8")
    assert "../data/airports.csv" in text
    assert (learner / "notebooks" / "../data/airports.csv").exists()
