"""The card: what it measures is what it says, on tables of which the answer is known."""

from __future__ import annotations

import re

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from lesson_code import taught
from matplotlib.figure import Figure
from sklearn.cluster import DBSCAN, KMeans

from helpers.card import CHANGES, cluster_card, one_crowd, overlaps, resampled
from helpers.exercises import check


@pytest.fixture
def blobs():
    """Three clear groups in two numbers and a category, and an idle number."""
    rng = np.random.default_rng(0)
    kind = np.repeat([0, 1, 2], 60)
    table = pd.DataFrame(
        {
            "x": 10 * (kind == 1) + rng.normal(size=180),
            "y": 10 * (kind == 2) + rng.normal(size=180),
            "color": pd.Categorical(np.array(["red", "green", "blue"])[kind]),
            "idle": rng.normal(size=180),
        },
        index=[f"row {i}" for i in range(180)],
    )
    return table, kind


def cluster(rows):
    numbers = rows.select_dtypes("number")
    scaled = (numbers - numbers.mean()) / numbers.std()
    return KMeans(3, n_init=5, random_state=0).fit_predict(scaled[[c for c in scaled if c != "idle"]])


def test_clear_groups_stand(blobs):
    table, kind = blobs
    card = cluster_card(table, cluster, title="Blobs", not_for=["to paint"], draws=8)
    found = card.clusters
    assert np.unique(found["rows"]).tolist() == [60]
    assert found["share"].sum() == pytest.approx(1)
    assert found[["other rows", "another order", "jitter"]].to_numpy().min() > 0.95
    assert set(found["needs"]) <= {"x", "y"}  # never the idle column, nor the category, which has no say
    assert found["a column less"].max() < 0.9
    assert card.fidelity > 0.95
    assert found[["caught", "right"]].to_numpy().min() > 0.9
    assert card.more_than("one bell")
    assert [len(found) for found in card.nothing.values()] == [7, 7]
    for label in found.index:
        assert card.verdict(label).startswith("stands")
        assert kind[table.index.get_loc(found.loc[label, "representative"])] == kind[card.labels == label][0]
        assert "idle" not in found.loc[label, "apart"]
        assert "idle" not in found.loc[label, "rule"]
    page = str(card)
    for words in ("### Blobs", "180 rows in 3 clusters.", "- to paint", "100% red (all 33%)", *CHANGES):
        assert words in page
    assert card._repr_markdown_() == page


def test_a_table_without_groups_is_told(blobs):
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.normal(size=(150, 2)), columns=["x", "y"])
    card = cluster_card(table, cluster, draws=20)
    assert not card.more_than("one bell")
    assert "**no more than they**" in card.whole()
    assert not any("stands" in card.verdict(label) for label in card.clusters.index)
    assert "one bell gives as much" in str(card)
    assert "those clusters do not stand" in str(card)


def test_a_bell_is_more_than_other_bells_one_time_in_twenty():
    rng = np.random.default_rng(2)
    more = []
    for _ in range(12):
        table = pd.DataFrame(rng.normal(size=(80, 3)), columns=["x", "y", "z"])
        card = cluster_card(table, cluster, draws=20, seed=int(rng.integers(1000)))
        more.append([card.more_than(null) for null in card.nothing])
    assert np.sum(more, axis=0).max() <= 3


def test_heaps_of_single_columns_are_more_than_a_bell_and_no_more_than_their_own():
    rng = np.random.default_rng(5)
    heaps = 10 * rng.integers(2, size=(200, 2)) + rng.normal(size=(200, 2))
    table = pd.DataFrame(heaps, columns=["x", "y"])

    def four(rows):
        return KMeans(4, n_init=5, random_state=0).fit_predict(rows)

    card = cluster_card(table, four, draws=20)
    assert card.more_than("one bell")
    assert not card.more_than("own columns")
    assert "heaps in single columns give as much" in str(card)


def test_overlaps_are_the_exercises_jaccard():
    rng = np.random.default_rng(3)
    for _ in range(20):
        own, again = rng.integers(-1, 4, size=40), rng.integers(-1, 5, size=40)
        found = overlaps(own, again)
        by_hand = []
        for j in np.unique(own[own >= 0]):
            scores = [0.0]
            for i in np.unique(again[again >= 0]):
                scores.append(np.sum((own == j) & (again == i)) / np.sum((own == j) | (again == i)))
            by_hand.append(max(scores))
        assert found == pytest.approx(by_hand)
    # The same index as the exercise 07-4 asks for, where there is no noise.
    check("07-4", overlaps, own=False)
    assert overlaps(np.array([0, 0, 1]), np.array([-1, -1, -1])).tolist() == [0, 0]
    lesson = taught("13_own_table")
    own, again = rng.integers(4, size=60), rng.integers(3, size=60)
    assert lesson["overlap"](own, again) == pytest.approx(overlaps(own, again))


def test_a_cluster_of_which_no_row_is_drawn_did_not_come_back():
    table = pd.DataFrame({"x": np.r_[np.zeros(30), 9.0]})
    labels = np.r_[np.zeros(30, dtype=int), 1]

    class Never(np.random.Generator):
        def integers(self, *_, **__):
            return np.zeros(31, dtype=int)

    found = resampled(table, lambda rows: np.zeros(len(rows), dtype=int), labels, Never(np.random.PCG64(0)))
    assert found.tolist() == [1, 0]


@pytest.mark.parametrize("bell", [False, True])
def test_one_crowd_keeps_columns_and_correlations_and_no_groups(blobs, bell):
    table, _ = blobs
    table = table.assign(twice=table["x"] * 2 + 1)
    table.iloc[::9, 1] = np.nan
    crowd = one_crowd(table, np.random.default_rng(4), bell=bell)
    assert list(crowd) == list(table)
    assert crowd.index.equals(table.index)
    assert crowd.dtypes.equals(table.dtypes)
    assert crowd["color"].value_counts().to_dict() == table["color"].value_counts().to_dict()
    assert crowd["y"].isna().sum() == table["y"].isna().sum()
    assert (set(crowd["x"]) <= set(table["x"])) != bell
    assert crowd["x"].mean() == pytest.approx(table["x"].mean(), abs=1)
    assert crowd["x"].std() == pytest.approx(table["x"].std(), rel=0.15)
    assert crowd["x"].corr(crowd["twice"], method="spearman") > 0.99
    assert abs(crowd["x"].corr(crowd["idle"], method="spearman")) < 0.25
    means = crowd.groupby("color", observed=True)["x"].mean()
    assert np.ptp(means) < 0.5 * np.ptp(table.groupby("color", observed=True)["x"].mean())


def test_noise_is_in_no_cluster_and_counted(blobs):
    table, _ = blobs
    table = table.copy()
    table.loc[table.index[0], "x"] = 500.0

    def crowds(rows):
        points = rows[[name for name in ("x", "y") if name in rows]]
        return DBSCAN(eps=1.5, min_samples=4).fit_predict(points)

    card = cluster_card(table, crowds, draws=4)
    assert card.labels[0] == -1
    assert re.search(r"180 rows in \d+ clusters, \d+ in none\.", str(card))


def test_one_column_is_not_taken_away(blobs):
    table, _ = blobs
    card = cluster_card(table[["x"]], lambda rows: (rows["x"] > 5).to_numpy().astype(int), draws=4)
    assert card.clusters["a column less"].isna().all()
    assert "| - | comes back, as of one bell |" in str(card)  # a fixed rule always gives the same
    assert [text.get_text() for text in card.plot().texts].count("-") == 2


def test_the_picture_has_every_number(blobs):
    table, _ = blobs
    card = cluster_card(table, cluster, draws=4)
    ax = Figure().subplots()
    assert card.plot(ax) is ax
    told = [text.get_text() for text in ax.texts]
    assert len(told) == 12
    first = card.clusters.iloc[0]
    assert told[0] == f"{first['other rows']:.2f}"
    assert told[3] == f"{first['a column less']:.2f}\n{first['needs']}"
    assert not mpl.pyplot.get_fignums()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda rows: np.zeros(3, dtype=int), "for each of the 180 rows"),
        (lambda rows: np.zeros(len(rows)), "float64"),
        (lambda rows: np.full(len(rows), -1), "there is no cluster"),
    ],
)
def test_a_pipeline_that_gives_no_labels_is_told(blobs, answer, words):
    with pytest.raises(ValueError, match=words):
        cluster_card(blobs[0], answer)
