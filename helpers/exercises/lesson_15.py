"""Answers to the cases and the exercise of lesson 15, on how clustering goes wrong in practice.

A case is answered with a verdict on a sentence of a report and with the repaired function. The function is
tried on data that nobody has seen: what it must give is said by the data, so any repair that works is right.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Sequence
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

from helpers.exercises.kinds import build, called, numbers, whole_numbers
from helpers.exercises.machinery import NotYetError, Verdict, exercise, not_yet, right

EARTH = 6371.0  # km, its mean radius


def case(
    answer: Any,
    name: str,
    stands: bool,
    tried: Callable[[Callable[..., Any]], Verdict],
    habit: str,
    else_: str = "",
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
    else_ : str
        What a right repair with the wrong word is told, beside to run it.
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
        told = (
            "the repair is right. Now run it on the data of the report: is the sentence in bold still true?"
        )
        return not_yet(f"{told} {else_}")
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
        ends = ends if how == "closed" else (*ends[:3], np.inf)
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
                        "AnnualIncome": rng.choice([10, 39.5, 40, 41, 69.5, 70, 90, 140, 150], size=n),
                        "SpendingScore": rng.choice([1, 20, 39.5, 40, 50, 59.5, 60, 99, 100], size=n),
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
        def named(customers: pd.DataFrame) -> Any:  # a table with the names of the boxes may have any order
            result = function(customers)
            order = ["low", "middle", "high"]
            if hasattr(result, "loc") and set(result.index) == set(result.columns) == set(order):
                result = result.loc[order, order]
            return result

        return build(
            named,
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
        for seed, true, ks in ((1, 4, range(2, 9)), (2, 3, [6, 3, 2]), (3, 5, [3, 2, 5, 7])):
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
        X = np.random.default_rng(5).normal(size=(150, 2))  # here no number is clearly best
        k, score, labels = called(function, X, [3, 7, 2, 5, 9], case="one bell")
        own = silhouette_score(X, _ids(labels, len(X), "one bell"))
        if len(np.unique(labels)) != k or not np.isclose(float(score), own, atol=0.005):
            return not_yet("on one bell your number, score and labels are not of one model.")
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


def _five(table: pd.DataFrame, more: Sequence[str] = ()) -> np.ndarray:
    values = scale(table[["AnnualIncome", "SpendingScore", *more]].to_numpy())
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
                    f"{np.sum(has[~complete])} customers with a gap have a segment; a gap in any column, "
                    "age as "
                    "well, means none (nan)."
                )
            own = result.loc[complete, "segment"].astype(str)
            if adjusted_rand_score(_five(people[complete], ["Age"]), own) > 0.9:
                return not_yet("cluster by income and score only; you have taken the age as well.")
            if adjusted_rand_score(_five(people[complete]), own) < 0.98:
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
        "habit: put labels beside the very rows that were clustered, and compare one row by hand.",
    )


# --- 4: another model's labels in the plot


def _arms(seed: int) -> np.ndarray:
    """Two long parallel arms, which k-means cuts across, shape (200, 2)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(200, 2)) * [5, 0.6] + np.c_[np.zeros(200), np.arange(200) % 2 * 4.0]
    angle = rng.uniform(0.2, 0.6)
    return X @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _flat_axes(result: Any) -> list[Any]:
    """List the axes in whatever a learner returned: axes, a figure, or both."""
    found: list[Any] = []
    for part in result if isinstance(result, tuple | list) else [result]:
        parts = part.axes if hasattr(part, "axes") and not hasattr(part, "collections") else part
        found += [ax for ax in np.ravel(np.array(parts, dtype=object)) if ax not in found]
    return found


def _by_kmeans(X: np.ndarray, labels: np.ndarray) -> bool:
    """Whether each row is nearest to the mean of its own group: an answer of k-means, from whatever start."""
    ids = np.unique(labels)
    means = np.array([X[labels == j].mean(axis=0) for j in ids])
    nearest = np.linalg.norm(X[:, None] - means, axis=2).argmin(axis=1)
    return bool(np.mean(ids[nearest] == labels) > 0.99)


def _by_mixture(X: np.ndarray, labels: np.ndarray) -> bool:
    """Whether a mixture of two gives these groups, from one of its kinds of starts."""
    for start, tol in itertools.product(("random_from_data", "kmeans", "k-means++"), (1e-3, 1e-6)):
        model = GaussianMixture(2, init_params=start, tol=tol, n_init=10, random_state=0)
        if adjusted_rand_score(model.fit_predict(X), labels) > 0.95:
            return True
    return False


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
    from helpers.plotting import drawn_groups  # here: a page that checks numbers has no Matplotlib

    def tried(function: Callable[..., Any]) -> Verdict:
        for seed in (1, 2):
            X, words = _arms(seed), "two other arms"
            with _own_figures():
                axes = _flat_axes(_table(function, X, 2, case=words))
                if len(axes) != 2 or not all(hasattr(ax, "collections") for ax in axes):
                    raise NotYetError("return the two axes.")
                left, right_ = (drawn_groups(ax, X) for ax in axes)
            if min(left.min(), right_.min()) < 0:
                return not_yet(f"on {words} not every row is drawn in both panels.")
            kmeans = {"left": _by_kmeans(X, left), "right": _by_kmeans(X, right_)}
            mixture = {"left": _by_mixture(X, left), "right": _by_mixture(X, right_)}
            same = adjusted_rand_score(left, right_) > 0.99
            if kmeans["left"] and mixture["right"] and not same:
                continue
            if mixture["left"] and kmeans["right"] and not same:
                return not_yet("k-means on the left, the mixture on the right.")
            if same and (kmeans["left"] or mixture["left"]):
                name = "k-means" if kmeans["left"] else "the mixture"
                return not_yet(f"on {words} both panels show the labels of {name}.")
            which, what = ("right", "a mixture of ten starts") if kmeans["left"] else ("left", "k-means")
            return not_yet(
                f"on {words} the panel on the {which} shows no groups of {what}: whose labels are they?"
            )
        return right("")

    return case(
        answer,
        "compare",
        False,
        tried,
        "each panel has its own model's labels, and k-means cuts the arms across. The habit: what is "
        "drawn and "
        "what is scored come from one name; when two panels agree to the last point, doubt.",
        "If both of your panels cut the arms across, your mixture began at the answer of k-means and "
        "stopped too "
        "early: keep the start of the report (init_params), or set tol=1e-6.",
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
        ("two groups and many strays", (np.r_[_blobs(2, 2, 60)[::3], _blobs(2, 2, 90)[1::2], far], 1.5)),
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
    """Two chains of places that hang together, from west to east and from south to north; far from them, also
    in both directions, threes of places that are a little too far from each other: -1.
    """
    rng = np.random.default_rng(seed)
    lat, lon, group = [], [], []
    for number, along in enumerate(("east", "north")):
        for around, steps, label in (
            (20, 0.48 * np.arange(12), number),
            (-150, np.repeat(1.2 * np.arange(6), 3), -1),
        ):
            way = np.degrees((steps - steps.mean()) * km / EARTH)
            east, north = np.zeros(len(way)), way
            if along == "east":
                east, north = way / np.cos(np.radians(latitude)), east
            around += 25 * number  # the other chain is far
            lat += (latitude + north).tolist()
            lon += (around + east).tolist()
            group += [label] * len(way)
    order = rng.permutation(len(lat))
    table = pd.DataFrame({"latitude": np.array(lat)[order], "longitude": np.array(lon)[order]})
    return table, np.array(group)[order]


@exercise("15-6")
def _(answer: Any) -> Verdict:
    def tried(function: Callable[..., Any]) -> Verdict:
        for seed, (latitude, km) in enumerate(((65.0, 20.0), (0.0, 30.0), (-72.0, 10.0), (48.0, 15.0))):
            table, group = _coast(seed, latitude, km)
            words = f"places at {latitude:+.0f} degrees of latitude, within {km:.0f} km"
            labels = whole_numbers(called(function, table, km, case=words), len(table), "place")
            own = group >= 0
            if (labels[own] >= 0).all() and len(np.unique(labels)) == 1:
                return not_yet(f"on {words} all are one group: in which unit is the distance, and eps?")
            if (labels[own] >= 0).all() and len(np.unique(labels[own])) == 1:
                return not_yet(
                    f"on {words} two rows far from each other are one group: in which unit is the "
                    "distance, and eps?"
                )
            if np.mean(labels[own] >= 0) < 0.25:
                return not_yet(
                    f"on {words} hardly any is in a group: in which unit is the distance, and eps?"
                )
            northern = labels[group == 1]
            if northern.min() < 0 or len(np.unique(northern)) > 1:
                return not_yet(
                    f"on {words} a row on one meridian, with places that are half as far from each other, "
                    "falls to "
                    "pieces: how far apart does your code put two of them?"
                )
            if (labels[own] < 0).any() or adjusted_rand_score(group[own], labels[own]) < 1:
                return not_yet(
                    f"on {words} a row of places that are half as far from each other falls to pieces. "
                    "How long "
                    "is a degree from west to east there?"
                )
            if (labels[~own] >= 0).any():
                return not_yet(
                    f"on {words} threes of places are in a group with others that are {1.2 * km:.0f} km "
                    "away; at "
                    "least four must be near. How long are your kilometres, from south to north as from west "
                    "to east?"
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
        groups = p_values(pairs, "a column with two clear groups")
        if len(np.unique(np.r_[alarms, groups].round(6))) < 3:
            return not_yet(
                "your p-value takes one or two values in all: it says yes or no, and not how rarely one "
                "bell looks "
                "like this."
            )
        seen = np.sum(groups <= 0.05)
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
        "now a bell gives a small p about once in twenty times, and two equal groups far apart a small "
        "one. (A "
        "small p says *not one bell*: an even or a lopsided crowd gets one, too.) The habit: run the whole "
        "pipeline, cut and test, on data without groups.",
    )


# --- 8: scaling fitted after the split by class


def _flowers(seed: int, apart: float, n: int = 150, columns: int = 4) -> pd.DataFrame:
    """Three kinds, some more spread than others, with measurements in units of their own, and their names."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 3
    means = np.array([(0, 0, 0, 0), (1, -0.5, 1, 1), (2, 0, 2, 2)])[:, np.arange(columns) % 4] * apart
    spread = np.array([1.5, 0.3, 1.0])[kind if apart else np.ones(n, dtype=int)]
    units = 10.0 ** (np.arange(columns) % 4)
    values = (means[kind] + spread[:, None] * rng.normal(size=(n, columns))) * units + 5 * units
    names = [
        f"{part} {way}" for part in ("sepal", "petal", "leaf") for way in ("length", "width", "area", "mass")
    ]
    table = pd.DataFrame(values, columns=names[:columns])
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
        by_lot = []  # names that say nothing: whoever uses them finds them again
        for seed, apart in ((3, 2.1), (2, 2.1), (2, 0.0), (4, 0.0), (5, 0.0)):
            flowers = _flowers(seed, apart) if apart else _flowers(seed, apart, 45, 12)
            words = "three other kinds" if apart else "three names that were given by lot"
            value = np.asarray(called(function, flowers, case=words))
            if value.size != 1 or value.dtype.kind not in "iuf":
                raise NotYetError(f"on {words} return one number, the agreement.")
            found, expected = float(value.ravel()[0]), _found_again(flowers)
            if not apart:
                by_lot.append(found - expected)
                continue
            if abs(found - expected) <= 0.1:
                continue
            if abs(found - _found_again(flowers, "raw")) <= 0.01:
                return not_yet(
                    f"on {words} {found:.2f}: the column with the largest unit decides; scale, but once."
                )
            if abs(found) < 0.15:
                return not_yet(
                    f"on {words} {found:.2f}, and {expected:.2f} is to be had: after your scaling, what is "
                    "the mean of each kind?"
                )
            return not_yet(f"on {words} {found:.2f}; with one scale for all rows it is {expected:.2f}.")
        if np.mean(by_lot) > 0.06:
            return not_yet(
                f"on names given by lot you agree by {np.mean(by_lot):.2f}: what has seen the names?"
            )
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
        "On the wines both tables are beyond all bells, so p-values tie; by how much?",
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
        "now it changes with the clusters. (It says nothing of how many are needed: with one for each "
        "image it is "
        "100 %.) The habit: a number that does not move when its input does is not "
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
