"""The tables that were made elsewhere are still those that data/README.md describes."""

import hashlib
import subprocess
import sys
from importlib.metadata import version

import pandas as pd
import pytest
from conftest import ROOT
from lesson_code import taught

DATA = ROOT / "data"
MAX_BYTES = 300_000


def test_the_numerals_are_those_described():
    path = DATA / "numerals.csv"
    assert hashlib.sha256(path.read_bytes()).hexdigest() in (DATA / "README.md").read_text(encoding="utf-8")
    assert path.stat().st_size < MAX_BYTES
    table = pd.read_csv(path)
    assert table.shape == (24, 12)
    assert table["language"].is_unique
    assert table.notna().all(axis=None)


def test_the_airports_are_those_described():
    path = DATA / "airports.csv"
    assert hashlib.sha256(path.read_bytes()).hexdigest() in (DATA / "README.md").read_text(encoding="utf-8")
    assert path.stat().st_size < MAX_BYTES
    table = pd.read_csv(path, keep_default_na=False)
    assert table.shape == (7884, 4)
    assert table["iata"].is_unique
    assert table["latitude"].between(-90, 90).all()
    assert table["longitude"].between(-180, 180).all()


def test_the_docstrings_are_those_described():
    path = DATA / "docstrings.csv"
    assert hashlib.sha256(path.read_bytes()).hexdigest() in (DATA / "README.md").read_text(encoding="utf-8")
    assert path.stat().st_size < 700_000  # not packed: a page of JupyterLite hands out packed files as text
    table = pd.read_csv(path)
    assert table.shape == (1862, 4)
    assert table["part"].nunique() == 22
    assert table["part"].value_counts().between(40, 150).all()
    assert table.notna().all(axis=None)
    assert table["text"].is_unique
    assert table["text"].str.split().str.len().max() == 60
    assert (DATA / "LICENSE-docstrings").exists()


def test_the_docstrings_can_be_written_again(tmp_path):
    """With the versions that README.md names; others have other docstrings."""
    described = (DATA / "README.md").read_text(encoding="utf-8")
    for name in ("matplotlib", "numpy", "pandas", "scipy", "scikit-learn"):
        if f"{name} {version(name)}" not in described:
            pytest.skip(f"written from another version of {name}")
    code = "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import make_docstrings; "
    code += "make_docstrings.main(Path(sys.argv[2]))"
    subprocess.run(
        [sys.executable, "-c", code, str(DATA), str(tmp_path)], check=True, capture_output=True, timeout=1200
    )
    again, stored = (pd.read_csv(folder / "docstrings.csv") for folder in (tmp_path, DATA))
    pd.testing.assert_frame_equal(again, stored)


def test_the_distances_of_the_languages_are_those_of_lesson_02():
    words = pd.read_csv(DATA / "numerals.csv", index_col="language").drop(columns="family")
    stored = pd.read_csv(DATA / "language_distances.csv", index_col="language")
    assert list(stored.index) == list(stored.columns) == list(words.index)
    distance = taught("02_hierarchical")["word_distance"]
    for one in words.index:
        for other in words.index:
            pairs = zip(words.loc[one], words.loc[other], strict=True)
            mean = sum(distance(a, b) for a, b in pairs) / 10
            assert stored.loc[one, other] == pytest.approx(mean, abs=1e-4)
