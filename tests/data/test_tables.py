"""The tables that were made elsewhere are still those that data/README.md describes."""

import hashlib
import shutil
import subprocess
import sys
from importlib.metadata import version

import pandas as pd
import pytest
from conftest import ROOT
from lesson_code import taught
from scipy.stats import chi2_contingency

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


def test_the_shop_is_the_one_described(tmp_path):
    text = (DATA / "README.md").read_text(encoding="utf-8")
    shutil.copy(DATA / "make_shop.py", tmp_path)
    subprocess.run([sys.executable, tmp_path / "make_shop.py"], check=True)
    for name, shape in (("purchases", (10_000, 3)), ("shop_customers", (850, 5)), ("shop_kinds", (850, 2))):
        path = DATA / f"{name}.csv"
        assert path.read_bytes() == (tmp_path / f"{name}.csv").read_bytes()
        assert hashlib.sha256(path.read_bytes()).hexdigest() in text
        assert path.stat().st_size < MAX_BYTES
        assert pd.read_csv(path).shape == shape


def test_the_kinds_of_the_shop_decide_nothing_by_region_or_membership():
    customers = pd.read_csv(DATA / "shop_customers.csv")
    kinds = pd.read_csv(DATA / "shop_kinds.csv")["kind"]
    p = {name: chi2_contingency(pd.crosstab(customers[name], kinds)).pvalue for name in ("member", "region")}
    assert min(p.values()) > 0.01
    assert chi2_contingency(pd.crosstab(customers["channel"], kinds)).pvalue < 1e-20
    missing = customers["born"].isna().groupby(customers["channel"]).mean()
    assert missing["shop"] > 0.4 > 0.2 > missing["web"] > missing["app"] == 0


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
    # Without Arrow, which only lesson 14 brings along: where it is, pandas has other docstrings.
    code = "import sys; sys.modules['pyarrow'] = None; from pathlib import Path; "
    code += "sys.path.insert(0, sys.argv[1]); import make_docstrings; "
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
