"""The tables that were made elsewhere are still those that data/README.md describes."""

import hashlib

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
