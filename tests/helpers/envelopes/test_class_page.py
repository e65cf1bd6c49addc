"""The page of a class says what each file holds, works scores out again, and asks about shared answers."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from helpers.envelopes import envelope
from helpers.envelopes.class_page import class_page
from helpers.envelopes.contents import contents
from helpers.exercises.progress import VARIABLE

GROUPS = next(seed for seed in range(100) if contents(seed).n_clusters == 3 and not contents(seed).extras)
CROWD = next(seed for seed in range(100) if contents(seed).n_clusters == 1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    truth = contents(GROUPS).truth
    for name, labels, sure in (("Ada", truth, 0.9), ("Bo <b>", truth, 0.6), ("Cy", 2 - truth, 1.0)):
        monkeypatch.setenv(VARIABLE, str(tmp_path / f"{name}.jsonl"))
        sealed = envelope(GROUPS)
        sealed.commit(3, labels, sure)
        sealed.open()
        sealed = envelope(CROWD)
        sealed.commit(2, np.arange(len(sealed.table)) % 2, 0.5)
        if name == "Ada":
            sealed.open()
    with (tmp_path / "Cy.jsonl").open("a") as file:
        file.write('not json\n{"exercise": "01-1", "correct": true, "said": ""}\n')
    (tmp_path / "notes.txt").write_text("no file of a learner")
    return tmp_path


def test_each_learner_has_a_row(folder):
    page = class_page(folder).replace("</td><td>", "|")
    assert "3 files, 4 envelopes opened" in page
    assert "<td>Ada|2|0|0.70|0.50|0.13|0|0</td>" in page
    assert "<td>Bo &lt;b&gt;|1|1|0.60|" in page
    assert "<td>Cy|1|1|1.00|1.00|0.00|1|1</td>" in page
    assert 'src="data:image/png;base64,' in page
    assert "http" not in page, "it opens without a network"


def test_the_same_labels_are_named(folder):
    page = class_page(folder)
    assert f"<td>{GROUPS}</td><td>Ada, Bo &lt;b&gt;</td>" in page, "Cy has other names for the same groups"
    assert f"<td>{CROWD}</td><td>Ada, Bo &lt;b&gt;, Cy</td>" in page


def test_a_score_is_worked_out_again(folder):
    path = folder / "Ada.jsonl"
    lines = [json.loads(line) | {"right": True, "brier": 0} for line in path.read_text().splitlines()]
    lines[0]["labels"] = "0" * len(lines[0]["labels"])
    lines[0]["n_clusters"] = 1
    path.write_text("\n".join(map(json.dumps, lines)))
    assert "<td>Ada</td><td>2</td><td>0</td><td>0.70</td><td>0.00</td>" in class_page(folder)


def test_strange_files_cost_nobody_the_page(folder):
    (folder / "folder.jsonl").mkdir()
    (folder / "Ed.jsonl").write_text(
        '{"exercise": ["x"], "correct": true}\n{"envelope": "3", "opened": true}\n'
    )
    page = class_page(folder).replace("</td><td>", "|")
    assert "<td>Ed|0|0|-|-|-|1|1</td>" in page
    assert "<td>Ada|2|0|" in page


def test_a_class_that_opened_nothing_yet(tmp_path):
    (tmp_path / "Di.jsonl").write_text("")
    assert "1 files, 0 envelopes opened" in class_page(tmp_path)
    assert "<td>Di</td><td>0</td><td>0</td><td>-</td>" in class_page(tmp_path)


def test_a_folder_without_files_is_named(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(ValueError, match="no files NAME.jsonl"):
            class_page(folder)


def test_the_command_writes_the_page(folder):
    command = [
        sys.executable,
        "-m",
        "helpers.envelopes.class_page",
        folder,
        folder / "out" / "a.html",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Ada" in (folder / "out" / "a.html").read_text(encoding="utf-8")
    command[-2] = folder / "nowhere"
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(str(folder / "nowhere"))
