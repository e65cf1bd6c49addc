"""Answers to the cases and the exercise of lesson 15, on how clustering goes wrong in practice.

A case is answered with a verdict on a sentence of a report and with the repaired function. The function is
tried on data that nobody has seen: what it must give is said by the data, so any repair that works is right.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import scale
from threadpoolctl import threadpool_limits

from helpers.exercises.kinds import build, called, numbers
from helpers.exercises.machinery import NotYetError, Verdict, exercise, not_yet, right

EARTH = 6371.0  # km, its mean radius


def case(
    answer: Any, name: str, stands: bool, tried: Callable[[Callable[..., Any]], Verdict], habit: str
) -> Verdict:
    """Judge a repair, and then the verdict on the sentence.

    Parameters
    ----------
    answer : object
        What the learner gave: "stands" or "falls", and a function.
    name : str
        The function's name in the lesson.
    stands : bool
        Whether the sentence of the report is true of its data once the code is right.
    tried : callable
        Says of a function whether it is right.
    habit : str
        What a right answer is told.
    """
    if (
        not isinstance(answer, tuple | list)
        or len(answer) != 2
        or not isinstance(answer[0], str)
        or not callable(answer[1])
    ):
        raise NotYetError(f'give a word and your function: answer = "falls", {name} (or "stands").')
    word, function = answer[0].strip().lower(), answer[1]
    if word not in ("stands", "falls"):
        raise NotYetError(f'the word is "stands" or "falls"; got {answer[0]!r}.')
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fits to hard data; what is wrong is said in words
        verdict = tried(function)
    if not verdict.correct:
        return verdict
    if (word == "stands") != stands:
        return not_yet(
            "the repair is right. Now run it on the data of the report: is the sentence in bold still true?"
        )
    return right(habit)


def _table(function: Callable[..., Any], *arguments: Any, case: str) -> Any:
    """Call a learner's function on copies, and leave a table that it returns a table."""
    (result,) = called(lambda *given: [function(*given)], *arguments, case=case)
    if result is None:
        raise NotYetError(f"on {case} the function returned nothing (None).")
    return result


# --- 1: counted twice


def _boxes(customers: pd.DataFrame, how: str = "left") -> np.ndarray:
    """Counts by income (rows) and score (columns), with one of the usual ways to treat a bound."""
    counts = np.zeros((3, 3), dtype=int)
    bounds = ((0, 40, 70, 140), (0, 40, 60, 100))
    places = []
    for name, ends in zip(("AnnualIncome", "SpendingScore"), bounds, strict=True):
        ends = (*ends[:3], np.inf) if how == "left" else ends
        inclusive = "left" if how in ("left", "closed") else how
        pairs = itertools.pairwise(ends)
        places.append([customers[name].between(*pair, inclusive=inclusive).to_numpy() for pair in pairs])
    for i, rich in enumerate(places[0]):
        for j, spends in enumerate(places[1]):
            counts[i, j] = np.sum(rich & spends)
    return counts


@exercise("15-1")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(151)
    cases = [
        (
            f"{n} other customers",
            (
                pd.DataFrame(
                    {
                        "AnnualIncome": rng.choice([10, 39, 40, 41, 69, 70, 90, 140, 150], size=n),
                        "SpendingScore": rng.choice([1, 20, 39, 40, 50, 60, 61, 99, 100], size=n),
                    }
                ),
            ),
        )
        for n in (50, 120)
    ]
    mistakes = (
        ("who is on a bound is in two boxes: add up all nine, and compare with the rows.", "both"),
        ("somebody is in no box: the last box has no upper end. Add up all nine.", "closed"),
        ("a bound belongs to the box that begins with it.", "right"),
        ("who is on a bound is in no box now. Add up all nine.", "neither"),
    )

    def tried(function: Callable[..., Any]) -> Verdict:
        return build(
            function,
            "box_counts(customers)",
            cases,
            _boxes,
            [
                *((hint, lambda table, how=how: _boxes(table, how)) for hint, how in mistakes),
                ("income in rows, score in columns.", lambda table: _boxes(table).T),
                ("counts, not shares.", lambda table: _boxes(table) / len(table)),
                ("income in rows, score in columns.", lambda table: _boxes(table, "both").T),
            ],
            "",
        )

    return case(
        answer,
        "box_counts",
        True,
        tried,
        "each customer is in one box, and the middle one is still the largest. The habit: parts add up to "
        "the "
        "whole, and a line of code says so.",
    )


# --- 2: left over from a loop


@cache
def _blobs(seed: int, k: int, n: int = 150) -> np.ndarray:
    """Round groups in the plane, far apart, shape (n, 2)."""
    rng = np.random.default_rng(seed)
    places = rng.permutation([(i, j) for i in range(3) for j in range(3)])[:k] * 8.0
    return places[np.arange(n) % k] + rng.normal(size=(n, 2))


def _ids(labels: Any, n: int, words: str) -> np.ndarray:
    values = np.asarray(labels)
    if values.shape != (n,):
        raise NotYetError(f"on {words} give a label for each of the {n} rows; got the shape {values.shape}.")
    return values


@exercise("15-2")
def _(answer: Any) -> Verdict:
    def tried(function: Callable[..., Any]) -> Verdict:
        for seed, true, ks in (
            (1, 4, range(2, 9)),
            (2, 3, [6, 3, 2]),
            (3, 5, range(3, 8)),
            (4, 2, [2, 5, 4]),
        ):
            X, words = _blobs(seed, true), f"rows in {true} clear groups"
            result = called(function, X, ks, case=words)
            if not isinstance(result, tuple | list) or len(result) != 3:
                raise NotYetError("return three things: the number, its score and its labels.")
            k, score, labels = result
            labels = _ids(labels, len(X), words)
            if k != true:
                last = " That is the last one tried." if k == list(ks)[-1] else ""
                return not_yet(f"on {words} the best of {list(ks)} is {true}; you return {k}.{last}")
            if len(np.unique(labels)) != k:
                return not_yet(
                    f"on {words} you return the number {k}, and labels of {len(np.unique(labels))} groups: "
                    "of which model are they?"
                )
            own = silhouette_score(X, labels)
            if not np.isclose(float(score), own, atol=0.005):
                return not_yet(
                    f"on {words} your labels have the silhouette {own:.2f}, and you return {score:.2f}: "
                    "of which model is it?"
                )
        return right("")

    return case(
        answer,
        "best_k",
        True,
        tried,
        "number, score and labels are of one model. The choice of five was right, and what was printed "
        "beside "
        "it was not. The habit: compute a number again from what you return.",
    )


# --- 3: a stale index


def _people(seed: int, n: int = 150) -> pd.DataFrame:
    """Customers in five clear groups, with gaps, under numbers in no order."""
    rng = np.random.default_rng(seed)
    centers = np.array([(25, 20), (25, 80), (55, 50), (87, 18), (87, 82)])
    group = rng.integers(5, size=n)
    rows = centers[group] + rng.normal(size=(n, 2)) * 4
    table = pd.DataFrame(rows, columns=["AnnualIncome", "SpendingScore"]).round()
    table.insert(0, "Age", rng.integers(18, 70, size=n).astype(float))
    for name in table:
        table.loc[rng.choice(n, size=6, replace=False), name] = np.nan
    table.index = pd.Index(rng.permutation(n) + 1, name="CustomerID")
    return table


def _five(table: pd.DataFrame) -> np.ndarray:
    values = scale(table[["AnnualIncome", "SpendingScore"]].to_numpy())
    return KMeans(5, n_init=10, random_state=0).fit_predict(values)


@exercise("15-3")
def _(answer: Any) -> Verdict:
    def tried(function: Callable[..., Any]) -> Verdict:
        for seed in (1, 2):
            people = _people(seed)
            words = f"{len(people)} other customers, whose numbers are in no order"
            result = _table(function, people.copy(), case=words)
            if not isinstance(result, pd.DataFrame) or "segment" not in result:
                raise NotYetError('return the table with a column "segment".')
            if len(result) < len(people):
                return not_yet(f"{len(people) - len(result)} customers are gone; return the whole table.")
            if set(result.index) != set(people.index) or len(result) != len(people):
                return not_yet("the customers have lost their numbers: keep the index of the table.")
            result = result.loc[people.index]
            complete = people.notna().all(axis=1)
            has = result["segment"].notna() & (pd.to_numeric(result["segment"], errors="coerce") != -1)
            if not has[complete].any():
                return not_yet(
                    f"on {words} nobody has a segment: by what does pandas put a column beside a table?"
                )
            if not has[complete].all():
                return not_yet(
                    f"{np.sum(~has[complete])} customers without a gap have no segment, and "
                    f"{np.sum(has[~complete])} with one have: whose labels are they?"
                )
            if has[~complete].any():
                return not_yet(
                    f"{np.sum(has[~complete])} customers with a gap have a segment; the model has not "
                    "seen them."
                )
            right_ones = _five(people[complete])
            if adjusted_rand_score(right_ones, result.loc[complete, "segment"]) < 0.98:
                return not_yet(
                    "all have a segment, and many have somebody else's: in which order are labels?"
                )
        return right("")

    return case(
        answer,
        "with_segments",
        False,
        tried,
        "each label is with the row that it was made for, and the segments differ in their score by far. The "
        "habit: put labels beside the very rows that were clustered, and look one row up.",
    )


# --- 4: another model's labels in the plot


def _arms(seed: int) -> np.ndarray:
    """Two long parallel arms, which k-means cuts across, shape (200, 2)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(200, 2)) * [5, 0.6] + np.c_[np.zeros(200), np.arange(200) % 2 * 4.0]
    angle = rng.uniform(0.2, 0.6)
    return X @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def drawn_groups(ax: Any, X: np.ndarray) -> np.ndarray:
    """Read from a picture which rows of X have one color, as integers; -1 where a row is not drawn."""
    groups = np.full(len(X), -1)
    colors: dict[tuple, int] = {}
    for marks in ax.collections:
        marks.update_scalarmappable()
        places, faces = np.asarray(marks.get_offsets()), marks.get_facecolors()
        if not len(faces) or not len(places):
            continue
        shown = np.resize(np.round(faces, 3), (len(places), 4)) if len(faces) != len(places) else faces
        for place, color in zip(places, np.round(shown, 3), strict=True):
            number = colors.setdefault(tuple(color[:3]), len(colors))
            groups[np.isclose(X, place, atol=1e-6).all(axis=1)] = number
    return groups


@contextmanager
def _own_figures() -> Iterator[None]:
    """Close what is drawn inside, so that a check shows no pictures."""
    import matplotlib.pyplot as plt

    before = set(plt.get_fignums())
    try:
        yield
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)


@exercise("15-4")
def _(answer: Any) -> Verdict:
    def tried(function: Callable[..., Any]) -> Verdict:
        for seed in (1, 2):
            X, words = _arms(seed), "two other arms"
            with _own_figures():
                axes = _table(function, X, 2, case=words)
                axes = np.ravel(getattr(axes, "axes", axes))
                if len(axes) != 2 or not all(hasattr(ax, "collections") for ax in axes):
                    raise NotYetError("return the two axes.")
                left, right_ = (drawn_groups(ax, X) for ax in axes)
            if min(left.min(), right_.min()) < 0:
                return not_yet(f"on {words} not every row is drawn in both panels.")
            kmeans = KMeans(2, n_init=10, random_state=0).fit_predict(X)
            mixture = GaussianMixture(2, n_init=10, random_state=0).fit_predict(X)
            seen = {
                (place, name): adjusted_rand_score(labels, drawn) > 0.95
                for name, labels in (("k-means", kmeans), ("mixture", mixture))
                for place, drawn in (("left", left), ("right", right_))
            }
            if seen["left", "k-means"] and seen["right", "mixture"]:
                continue
            if seen["left", "mixture"] and seen["right", "k-means"]:
                return not_yet("k-means on the left, the mixture on the right.")
            for name in ("k-means", "mixture"):
                if seen["left", name] and seen["right", name]:
                    return not_yet(f"on {words} both panels show the labels of {name}.")
            which = "left" if not seen["left", "k-means"] else "right"
            return not_yet(f"on {words} the panel on the {which} does not show its own model's labels.")
        return right("")

    return case(
        answer,
        "compare",
        False,
        tried,
        "each panel has its own model's labels, and k-means cuts the arms across. The habit: what is "
        "drawn and "
        "what is scored come from one name; when two panels agree to the last point, doubt.",
    )


# --- 5: noise counted as a cluster


def _dense(X: np.ndarray, eps: float, how: str = "right") -> tuple[int, int, float]:
    """Groups, rows in the largest, and the silhouette of rows in groups, with one of the usual mistakes."""
    labels = DBSCAN(eps=eps, min_samples=5).fit_predict(X)
    grouped = labels >= 0
    sizes = np.bincount(labels[grouped])
    n, largest = len(sizes), int(sizes.max(initial=0))
    inside = float(silhouette_score(X[grouped], labels[grouped])) if n > 1 else np.nan
    if how == "right":
        return n, largest, inside
    counts = np.unique(labels, return_counts=True)[1]
    whole = float(silhouette_score(X, labels)) if len(counts) > 1 else np.nan
    return {
        "all": (len(counts), int(counts.max()), whole),
        "minus one": (len(counts) - 1, largest, inside),
        "largest": (n, int(counts.max()), inside),
        "silhouette": (n, largest, whole),
        "number": (len(counts), largest, inside),
        "two": (n, int(counts.max()), whole),
    }[how]


@exercise("15-5")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(155)
    far = rng.uniform(-10, 30, size=(80, 2))
    cases = [
        ("two groups and many strays", (np.r_[_blobs(2, 2, 60), far], 1.5)),
        ("four groups without strays", (_blobs(5, 4, 200), 2.5)),
        ("one group and strays", (np.r_[_blobs(3, 2, 160)[::2], far[:60]], 1.2)),
        ("strays alone", (far[:30], 0.5)),
    ]
    mistakes = (
        ("strays are counted as one more group, in all three numbers.", "all"),
        ("where there are no strays you take a group away all the same.", "minus one"),
        ("the number of groups counts the strays as one.", "number"),
        ("the largest group may be no group at all, but the strays.", "largest"),
        ("the silhouette takes the strays for a group.", "silhouette"),
        ("the number is right; the other two still count the strays.", "two"),
    )

    def tried(function: Callable[..., Any]) -> Verdict:
        known = [(hint, lambda X, eps, how=how: _dense(X, eps, how)) for hint, how in mistakes]
        # First where any way has an answer, so that a mistake is told by name and not by what it breaks.
        plain = build(function, "dense_groups(X, eps)", cases[:2], _dense, known, "")
        return build(function, "dense_groups(X, eps)", cases, _dense, known, "") if plain.correct else plain

    return case(
        answer,
        "dense_groups",
        True,
        tried,
        "-1 is a label and no group; here the sentence was true all the same. The habit: count the rows in "
        "groups and the rows in none, and let them add up.",
    )


# --- 6: degrees for kilometres


def _coast(seed: int, latitude: float, km: float) -> tuple[pd.DataFrame, np.ndarray]:
    """Places in five chains that run from west to east or from south to north, and their chain."""
    rng = np.random.default_rng(seed)
    rows, chain = [], []
    for number in range(5):
        start = np.array([12.0 * km * (number % 3), 12.0 * km * (number // 3)])  # km east, km north
        along = np.array([1.0, 0.0] if number % 2 else [0.0, 1.0])
        for step in range(10):
            rows.append(start + along * 0.45 * km * step + rng.uniform(-0.04, 0.04, 2) * km)
            chain.append(number)
    east, north = np.array(rows).T
    lat = latitude + np.degrees((north - north.mean()) / EARTH)
    lon = 20 + np.degrees((east - east.mean()) / EARTH / np.cos(np.radians(lat)))
    order = rng.permutation(len(lat))
    table = pd.DataFrame({"latitude": lat[order], "longitude": lon[order]})
    return table, np.array(chain)[order]


@exercise("15-6")
def _(answer: Any) -> Verdict:
    def tried(function: Callable[..., Any]) -> Verdict:
        for seed, (latitude, km) in enumerate(((65.0, 20.0), (0.0, 30.0), (-72.0, 10.0), (48.0, 15.0))):
            table, chain = _coast(seed, latitude, km)
            words = f"chains of places at {latitude:+.0f} degrees of latitude, within {km:.0f} km"
            labels = _ids(called(function, table, km, case=words), len(table), words)
            if adjusted_rand_score(chain, labels) > 0.999 and labels.min() >= 0:
                continue
            kinds = len(np.unique(labels[labels >= 0]))
            if kinds == 1 and (labels >= 0).all():
                return not_yet(
                    f"on {words} all {len(table)} are one group: in which unit is the distance, and eps?"
                )
            if np.mean(labels < 0) > 0.9:
                return not_yet(
                    f"on {words} hardly any is in a group: in which unit is the distance, and eps?"
                )
            return not_yet(
                f"on {words} you find {kinds} groups and leave {np.mean(labels < 0):.0%} out; there are "
                "5. How long "
                "is a degree from west to east there?"
            )
        return right("")

    return case(
        answer,
        "groups_within",
        False,
        tried,
        "a degree of longitude is 111 km at the equator and half of that at 60 degrees. The habit: work "
        "out one "
        "distance that you know, in the units of the code.",
    )


# --- 7: a test on the clusters that made the clusters


@exercise("15-7")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(157)
    bells = [rng.normal(rng.uniform(-5, 5), rng.uniform(0.5, 3), rng.integers(60, 120)) for _ in range(20)]
    pairs = []
    for _ in range(6):
        n = int(rng.integers(60, 120))
        pairs.append(10 + 2 * (rng.normal(size=n) + rng.uniform(6, 8) * (np.arange(n) % 2)))

    def tried(function: Callable[..., Any]) -> Verdict:
        def p_values(columns: list[np.ndarray], words: str) -> np.ndarray:
            found = []
            for seed, column in enumerate(columns):
                value = np.asarray(called(function, column, seed, case=words))
                if value.size != 1 or value.dtype.kind not in "iuf" or not 0 <= float(value.ravel()[0]) <= 1:
                    raise NotYetError(f"on {words} return one p-value, a number from 0 to 1.")
                found.append(float(value.ravel()[0]))
            return np.array(found)

        quick = p_values(bells[:4], "a column that is one bell")  # so that the mistake is told at once
        alarms = (
            np.r_[quick, p_values(bells[4:], "a column that is one bell")] if quick.max() >= 0.05 else quick
        )
        if np.sum(alarms < 0.05) >= min(5, len(alarms)):
            return not_yet(
                f"of {len(alarms)} columns that are one bell each, {np.sum(alarms < 0.05)} have p < 0.05; "
                "one in "
                "twenty may. Any cut of a bell makes two halves that differ, on new rows as on old ones: "
                "what "
                "would the same steps give where there is nothing?"
            )
        seen = np.sum(p_values(pairs, "a column with two clear groups") <= 0.05)
        if seen < 5:
            return not_yet(
                f"of 6 columns with two clear groups you notice {seen}: a test that never says yes is no "
                "test."
            )
        return right("")

    return case(
        answer,
        "p_value",
        False,
        tried,
        "now a bell gives a small p about once in twenty times, and two groups nearly always. The habit: "
        "run the "
        "whole pipeline, cut and test, on data without groups.",
    )


# --- 8: scaling fitted after the split by class


def _flowers(seed: int, apart: float) -> pd.DataFrame:
    """Three kinds with four measurements in units of their own, and their names."""
    rng = np.random.default_rng(seed)
    kind = np.arange(150) % 3
    means = np.array([(0, 0, 0, 0), (1, -0.5, 1, 1), (2, 0, 2, 2)]) * apart
    values = (means[kind] + rng.normal(size=(150, 4))) * [0.1, 1000, 1, 30] + [5, 0, 40, 300]
    table = pd.DataFrame(values, columns=["sepal length", "sepal width", "petal length", "petal width"])
    return table.assign(species=np.array(["north", "south", "west"])[kind])


def _found_again(flowers: pd.DataFrame, how: str = "scaled") -> float:
    """The agreement of k-means with the names, on one scale or on none."""
    values = flowers.drop(columns="species").to_numpy()
    values = scale(values) if how == "scaled" else values
    labels = KMeans(3, n_init=10, random_state=0).fit_predict(values)
    return float(adjusted_rand_score(flowers["species"], labels))


@exercise("15-8")
def _(answer: Any) -> Verdict:
    def tried(function: Callable[..., Any]) -> Verdict:
        for seed, apart in ((1, 1.8), (3, 2.1), (2, 0.0)):
            flowers = _flowers(seed, apart)
            words = "three other kinds" if apart else "three names that were given by lot"
            value = np.asarray(called(function, flowers, case=words))
            if value.size != 1 or value.dtype.kind not in "iuf":
                raise NotYetError(f"on {words} return one number, the agreement.")
            found, expected = float(value.ravel()[0]), _found_again(flowers)
            if abs(found - expected) <= 0.1:
                continue
            if not apart:
                return not_yet(f"on {words} your agreement is {found:.2f}: what has seen the names?")
            if abs(found - _found_again(flowers, "raw")) <= 0.01:
                return not_yet(
                    f"on {words} {found:.2f}: the column with the largest unit decides; scale, but once."
                )
            if abs(found) < 0.1:
                return not_yet(
                    f"on {words} {found:.2f}, and {expected:.2f} is to be had: after your scaling, what is "
                    "the mean of each kind?"
                )
            return not_yet(f"on {words} {found:.2f}; with one scale for all rows it is {expected:.2f}.")
        return right("")

    return case(
        answer,
        "found_again",
        False,
        tried,
        "one scale for all rows: before, each species had the mean 0, and nothing was left to find. The "
        "habit: "
        "after a step, look at the means of what you hope to tell apart.",
    )


# --- 9: a silhouette compared across different data


def _pair(seed: int, narrow: int, wide: int, groups_in: str) -> dict[str, pd.DataFrame]:
    """Two standardised tables of the same rows: three groups in one of them, one bell in the other."""
    rng = np.random.default_rng(seed)
    n, found = 120, {}
    for name, columns in (("narrow", narrow), ("wide", wide)):
        X = rng.normal(size=(n, columns))
        if name == groups_in:
            corners = np.array([(0, 0), (1, 0), (0.5, 0.87)])[:, : min(2, columns)]
            if columns == 1:
                corners = np.array([[0.0], [1.0], [2.0]])
            X[:, : corners.shape[1]] += 6 * corners[np.arange(n) % 3]
            if columns > 2:
                X[:, 2:] += np.repeat(rng.normal(scale=1.2, size=(3, columns - 2)), n // 3, axis=0)[
                    np.argsort(np.argsort(np.arange(n) % 3, kind="stable"))
                ]
        found[name] = pd.DataFrame(scale(X), columns=[f"{name} {i}" for i in range(columns)])
    return found


# Columns of the narrow table and of the wide one, and which has groups.
_PAIRS = ((1, 6, "wide"), (1, 8, "wide"), (2, 8, "wide"), (1, 5, "wide"))
_PAIRS += ((2, 6, "narrow"), (1, 6, "narrow"), (2, 9, "narrow"))


@exercise("15-9")
def _(answer: Any) -> Verdict:
    cases = [
        (seed, _pair(seed, narrow, wide, groups_in), groups_in)
        for seed, (narrow, wide, groups_in) in enumerate(_PAIRS)
    ]

    def tried(function: Callable[..., Any]) -> Verdict:
        chosen = []
        for _, tables, _ in cases:
            words = f"tables of {' and '.join(str(t.shape[1]) for t in tables.values())} columns"
            name = called(function, tables, 3, case=words)
            if name not in tables:
                raise NotYetError(f"return the name of one of the tables, {', '.join(tables)}; got {name!r}.")
            chosen.append(name)
        wrong = [place for place, (_, _, truth) in enumerate(cases) if chosen[place] != truth]
        if not wrong:
            return right("")
        told = f"in {len(wrong)} of {len(cases)} pairs you choose the table that is one bell. "
        if set(chosen) == {"wide"}:
            return not_yet(told + "Your rule always takes the one with more columns.")
        return not_yet(
            told + "How high a silhouette does one bell reach, in as many rows and columns as each table has?"
        )

    return case(
        answer,
        "clearer",
        False,
        tried,
        "each score is held against what its own table gives where there is nothing. The habit: a score is "
        "compared on the same rows and columns, or with its own null.",
    )


# --- 10: an accuracy that is a constant


def _accuracy(clusters: np.ndarray, digits: np.ndarray, how: str = "right") -> float:
    """The share of images whose cluster's most frequent digit is theirs, with one of the usual mistakes."""
    ids = np.unique(clusters)
    names = {int(c): int(np.bincount(digits[clusters == c]).argmax()) for c in ids}
    if how == "constant":
        return float(np.mean(digits == 0))
    if how == "mean":
        return float(np.mean([np.mean(digits[clusters == c] == names[int(c)]) for c in ids]))
    if how == "itself":
        return float(np.mean(digits == clusters))
    if how == "one to one":
        from scipy.optimize import linear_sum_assignment

        both = pd.crosstab(clusters, digits).to_numpy()
        return float(both[linear_sum_assignment(both, maximize=True)].sum() / len(digits))
    if how == "index":
        named = [names[int(c)] for c in ids]
        places = np.minimum(clusters, len(named) - 1)
        return float(np.mean(np.array(named)[places] == digits))
    return float(np.mean([names[int(c)] == d for c, d in zip(clusters, digits, strict=True)]))


@exercise("15-10")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(1510)
    cases = []
    for n, ids in ((200, np.arange(10)), (150, np.array([0, 2, 3, 7, 11])), (300, np.arange(25))):
        digits = rng.integers(10, size=n)
        clusters = np.where(rng.random(n) < 0.7, ids[digits % len(ids)], rng.choice(ids, n))
        cases.append((f"{n} other images in {len(ids)} clusters", (clusters, digits)))
    mistakes = (
        ("that is the share of images of a 0, whatever the clusters are.", "constant"),
        ("over all images, not the mean over clusters of unequal size.", "mean"),
        ("the number of a cluster is not its name.", "itself"),
        ("several clusters may have the same name.", "one to one"),
        ("the clusters' numbers may have holes: look a name up, do not count places.", "index"),
    )

    def tried(function: Callable[..., Any]) -> Verdict:
        return build(
            function,
            "accuracy(clusters, digits)",
            cases,
            _accuracy,
            [(hint, lambda c, d, how=how: _accuracy(c, d, how)) for hint, how in mistakes],
            "",
        )

    return case(
        answer,
        "accuracy",
        False,
        tried,
        "now it changes with the clusters. The habit: a number that does not move when its input does is not "
        "measured; shuffle the input and see.",
    )


# --- 11: what a confidence costs


@exercise("15-11")
def _(answer: Any) -> Verdict:
    right_often, said, rate = 0.7, 0.9, 0.3
    expected = (
        (1 - 0.8) ** 2,
        right_often * (1 - said) ** 2 + (1 - right_often) * said**2,
        right_often * (1 - right_often),
        1.0,
        rate * (1 - rate),
    )
    return numbers(
        answer,
        (
            "the score of 80 %, right",
            "the expected score of 90 %",
            "the expected score of 70 %",
            "what the other rule makes you say",
            "the score of who always says 30 %",
        ),
        expected,
        (
            {
                "that is the score of 80 %, if it was wrong.": 0.64,
                "the square of the difference, not the difference.": 0.2,
                "the lower the better: the square of what was missing.": 0.96,
            },
            {
                "that is as if it were always right.": 0.01,
                "that is as if it were always wrong.": 0.81,
                "weigh the two outcomes by how often they come: 70 and 30 in a hundred.": 0.41,
                "right comes with 70 in a hundred, wrong with 30; you have it the other way round.": (
                    0.3 * 0.01 + 0.7 * 0.81
                ),
                "that is what is lost by saying 90 for 70, not the whole score.": 0.04,
            },
            {
                "who says what is true is still wrong 30 times in a hundred, and pays for it.": 0.0,
                "that is as if it were always right.": 0.09,
                "weigh the two outcomes by how often they come.": 0.29,
            },
            {
                "so with squares. Work out 0.7 (1 - c) + 0.3 c for c = 0.7 and c = 1.": 0.7,
                "the worst thing to say, by this rule.": 0.0,
                "work out 0.7 (1 - c) + 0.3 c for c = 0.5 and c = 1.": 0.5,
            },
            {
                "as if it were always right.": 0.49,
                "as if it were always wrong.": 0.09,
                "that is who always says 50 %.": 0.25,
            },
        ),
        "the squares are least for who says what they know, and even then not 0; differences without "
        "squares make "
        "everybody say 100 or 0.",
        within=0.005,
    )
