"""An envelope hangs on its number alone, every kind occurs, and what is taught finds what is in it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from finders import best_match

from helpers.envelopes.contents import CROWDS, EXTRAS, GROUPS, IDLE, contents

MANY = [contents(seed) for seed in range(300)]


def test_the_same_number_has_the_same_table():
    first, again = contents(7), contents(7)
    pd.testing.assert_frame_equal(first.table, again.table)
    assert np.array_equal(first.truth, again.truth)
    assert not contents(8).table.equals(first.table)


def test_every_kind_occurs_and_so_does_everything_on_top():
    kinds = Counter(inside.kind for inside in MANY)
    assert set(kinds) == {*CROWDS, *GROUPS}
    assert min(kinds.values()) >= 8
    extras = Counter(extra for inside in MANY for extra in inside.extras)
    assert set(extras) == set(EXTRAS)
    assert min(extras.values()) >= 25
    assert {inside.n_clusters for inside in MANY} == {1, 2, 3, 4, 5, 6}
    assert 60 <= sum(inside.n_clusters == 1 for inside in MANY) <= 120
    assert {what for inside in MANY for what in inside.columns.values()} >= set(IDLE)


def test_what_is_said_of_an_envelope_is_in_it():
    for seed, inside in enumerate(MANY):
        table, truth, said = inside.table, inside.truth, set(inside.extras)
        assert len(table) == len(truth), seed
        assert list(table) == list(inside.columns)
        assert set(truth[truth >= 0]) == set(range(inside.n_clusters))
        assert (inside.n_clusters == 1) == (inside.kind in CROWDS)
        assert (truth < 0).any() == ("stray rows" in said)
        assert table.isna().any(axis=None) == ("gaps" in said)
        assert any(table[name].dtype.name == "category" for name in table) == ("categories" in said)
        for what in ("an idle number", "a row number"):
            assert (what in inside.columns.values()) == (what in said)
        assert ("a skewed number" in inside.columns.values()) == ("skewed columns" in said)
        sizes = np.bincount(truth[truth >= 0])
        assert sizes.min() >= 10, (seed, sizes)
        if inside.n_clusters > 1 and "unequal sizes" not in said:
            assert sizes.max() < 2.2 * sizes.min(), (seed, sizes)


def test_names_say_nothing():
    for inside in MANY:
        assert list(inside.table) == list("abcdefghijkl")[: inside.table.shape[1]]
        for name in inside.table:
            if inside.table[name].dtype.name == "category":
                assert set(inside.table[name].cat.categories) <= set("pqrs")


def test_idle_columns_say_nothing_of_the_groups():
    # Over many envelopes: the share of an idle column's variance between the groups is that of chance.
    shares, chance = [], []
    for inside in MANY:
        for name, what in inside.columns.items():
            if what == "an idle number" and inside.n_clusters > 1:
                known = inside.table[name].notna().to_numpy() & (inside.truth >= 0)
                values, groups = inside.table[name][known], inside.truth[known]
                means = values.groupby(groups).transform("mean")
                shares.append(means.var() / values.var())
                chance.append((inside.n_clusters - 1) / (known.sum() - 1))
    assert len(shares) > 50
    assert np.mean(shares) == pytest.approx(np.mean(chance), rel=0.3)


def test_groups_are_found_by_whoever_knows_their_number_and_the_idle_columns():
    # 97 in 100 of 400 envelopes; see `make bench PARTS=envelopes`.
    some = [inside for inside in MANY[:55] if inside.n_clusters > 1]
    assert len(some) > 30
    found = [best_match(inside) >= 0.9 for inside in some]
    assert np.mean(found) >= 0.9
