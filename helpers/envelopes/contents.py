"""Draw what is in an envelope. Do not read on if you want to open envelopes yourself.

Everything hangs on the seed alone. Three envelopes in ten hold one crowd, the others two to six groups;
columns that say nothing, categories, gaps, stray rows, skew and unequal sizes come on top by chance. The
groups are far enough apart to be found, by whoever knows how many there are and which columns are idle:
`make bench PARTS=envelopes` counts how often.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

CROWDS = ("a bell", "a leaning bell", "a box", "heavy tails", "a one-sided crowd", "an arc")
GROUPS = ("round groups", "leaning groups", "bent groups")
EXTRAS = (
    "unequal sizes",
    "stray rows",
    "skewed columns",
    "an idle number",
    "a row number",
    "categories",
    "gaps",
)
IDLE = ("an idle number", "a row number", "an idle category")
SALT = 20_261_130  # so that `default_rng(seed)` of a learner draws something else


class Contents(NamedTuple):
    """What is in an envelope.

    Attributes
    ----------
    table : DataFrame, shape (n_rows, n_columns)
        What the learner sees: numbers and categories, 240 to 600 rows.
    truth : int ndarray, shape (n_rows,)
        The group of each row; 0 for all where there is one crowd, -1 for stray rows.
    n_clusters : int
        How many groups there are.
    kind : str
        One of `CROWDS` or `GROUPS`.
    extras : tuple of str
        Those of `EXTRAS` that are in it.
    columns : dict
        For each column of the table, what it is.
    """

    table: pd.DataFrame
    truth: np.ndarray
    n_clusters: int
    kind: str
    extras: tuple[str, ...]
    columns: dict[str, str]


def contents(seed: int) -> Contents:
    """Draw what is in the envelope with this number.

    Parameters
    ----------
    seed : int
        Of everything that is drawn; not negative.

    Returns
    -------
    Contents
    """
    rng = np.random.default_rng([SALT, seed])
    n = int(rng.integers(240, 601))
    extras = []
    if rng.random() < 0.3:
        kind = str(rng.choice(CROWDS))
        X, truth = _crowd(kind, n, rng), np.zeros(n, dtype=int)
    else:
        kind = str(rng.choice(GROUPS, p=[0.4, 0.35, 0.25]))
        unequal = rng.random() < 0.4
        extras += ["unequal sizes"] * unequal
        X, truth = _groups(kind, n, unequal, rng)
    n_clusters = int(truth.max()) + 1
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    if n_clusters > 1 and rng.random() < 0.2:
        extras.append("stray rows")
        stray = rng.random(n) < 0.06
        X[stray] = rng.uniform(X.min(axis=0), X.max(axis=0), (stray.sum(), X.shape[1]))
        truth = np.where(stray, -1, truth)
    what = "a number"
    if kind in ("a bell", "a box", "heavy tails", "round groups", "leaning groups") and rng.random() < 0.25:
        extras.append("skewed columns")
        X, what = np.exp(0.6 * X), "a skewed number"
    columns = [(what, values) for values in X.T]
    if rng.random() < 0.3:
        extras.append("an idle number")
        columns += [("an idle number", rng.normal(size=n)) for _ in range(rng.integers(1, 3))]
    if rng.random() < 0.15:
        extras.append("a row number")
        columns.append(("a row number", 1000 + np.arange(n)))
    if rng.random() < 0.35:
        extras.append("categories")
        columns += [_category(truth, rng) for _ in range(rng.integers(1, 3))]
    table, told = {}, {}
    for name, place in zip("abcdefghijkl", rng.permutation(len(columns)), strict=False):
        told[name], values = columns[place]
        if told[name].endswith("number") and told[name] != "a row number":
            size = 10 ** rng.uniform(-1, 4)  # units as they come
            zero = 0 if told[name] == "a skewed number" else rng.uniform(-2, 6)
            values = np.round(size * (values + zero), 2 if size > 1 else 4)
        table[name] = values
    table = pd.DataFrame(table)
    if rng.random() < 0.3:
        extras.append("gaps")
        for name in table.columns[[told[name] != "a row number" for name in table]]:
            table[name] = table[name].mask(rng.random(n) < 0.06)
    return Contents(table, truth, n_clusters, kind, tuple(extras), told)


def _crowd(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw one crowd, shape (n, 2 to 5)."""
    columns = int(rng.integers(2, 6))
    if kind == "a bell":
        return rng.normal(size=(n, columns))
    if kind == "a leaning bell":
        return rng.normal(size=(n, columns)) @ rng.normal(size=(columns, columns))
    if kind == "a box":
        return rng.uniform(size=(n, columns))
    if kind == "heavy tails":
        return rng.standard_t(3, size=(n, columns))
    if kind == "a one-sided crowd":
        return rng.exponential(size=(n, columns))
    turn = rng.uniform(0, np.pi, size=n)
    return np.c_[np.cos(turn), np.sin(turn)] + 0.1 * rng.normal(size=(n, 2))


def _groups(kind: str, n: int, unequal: bool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw points and the groups that they belong to."""
    k = 2 if kind == "bent groups" else int(rng.integers(2, 7))
    sizes = np.geomspace(1, rng.uniform(4, 8) if unequal else 1, k)
    truth = rng.choice(k, size=n, p=rng.permutation(sizes / sizes.sum()))
    if kind == "bent groups":
        return _bent(truth, rng), truth
    columns = int(rng.integers(2, 6))
    centers = _centers(k, columns, rng.uniform(4.5, 7), rng)
    X = rng.normal(size=(n, columns))
    if kind == "leaning groups":
        for group in range(k):
            turn = np.linalg.qr(rng.normal(size=(columns, columns)))[0]
            X[truth == group] = X[truth == group] * rng.uniform(0.4, 1.6, columns) @ turn
    return X + centers[truth], truth


def _centers(k: int, columns: int, apart: float, rng: np.random.Generator) -> np.ndarray:
    """Place k centers, each at least `apart` from all others and not much further from one of them."""
    centers = np.zeros((1, columns))
    while len(centers) < k:
        step = rng.normal(size=columns)
        step *= apart * rng.uniform(1, 1.4) / np.linalg.norm(step)
        center = centers[rng.integers(len(centers))] + step
        if np.linalg.norm(centers - center, axis=1).min() >= apart:
            centers = np.vstack([centers, center])
    return centers


def _bent(truth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw two moons, or a ring around another, shape (n, 2)."""
    turn = rng.uniform(0, np.pi, size=len(truth))
    if rng.random() < 0.5:
        X = np.c_[np.cos(turn), np.sin(turn)]
        other = np.c_[1 - np.cos(turn), 0.5 - np.sin(turn)]
        X = np.where(truth[:, None] == 0, X, other)
    else:
        radius = np.where(truth == 0, 0.35, 1.0)
        X = radius[:, None] * np.c_[np.cos(2 * turn), np.sin(2 * turn)]
    return X + rng.uniform(0.04, 0.09) * rng.normal(size=X.shape)


def _category(truth: np.ndarray, rng: np.random.Generator) -> tuple[str, pd.Categorical]:
    """Draw a category of two to four values, which may hang on the group."""
    k, n_values = int(truth.max()) + 1, int(rng.integers(2, 5))
    tells = k > 1 and rng.random() < 0.6
    shares = rng.dirichlet(np.full(n_values, 0.5 if tells else 5), size=k if tells else 1)
    shares = np.broadcast_to(shares, (k, n_values))
    group = np.where(truth < 0, rng.integers(k, size=len(truth)), truth)
    codes = np.array([rng.choice(n_values, p=shares[each]) for each in group])
    name = "a category that hangs on the group" if tells else "an idle category"
    return name, pd.Categorical(np.array(["p", "q", "r", "s"])[codes])
