"""The card of a clustering: one page that says who is in each cluster, and what makes the clusters go away.

Lesson 13 builds it; here it is for any table of numbers and categories, and any way to cluster it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from pandas.api.types import is_numeric_dtype
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

Cluster = Callable[[pd.DataFrame], np.ndarray]

CHANGES = ("other rows", "another order", "jitter", "a column less")
JITTER = 0.1  # of a column's standard deviation
GOOD = 0.75  # a mean Jaccard index that Hennig (2007) calls a stable cluster
LEAST = 5  # rows of a cluster that the tree is asked about


@dataclass(frozen=True, repr=False)
class Card:
    """What `cluster_card` has found out; show it as the last line of a cell, print it, or `plot` it.

    Attributes
    ----------
    title : str
        The heading.
    labels : ndarray, shape (n_rows,)
        The cluster of each row; -1 for noise.
    clusters : DataFrame, one row for each cluster
        Its size and share, what sets it apart, the label of its representative row, a rule with the share of
        the cluster that meets it (`caught`) and of those who meet it that are in the cluster (`right`), and
        how much of it comes back (mean Jaccard index, 0 to 1) after each of the four changes, with the
        column that it can least do without.
    nothing : dict of ndarrays, shape (n_tables,)
        The same for tables without groups, with other rows, the mean over their clusters: "one bell", and
        "own columns", in which each column keeps its own values.
    fidelity : float
        The share of rows whose cluster the tree says right, of rows that it has not seen.
    not_for : tuple of str
        What the clusters must not be used for.
    """

    title: str
    labels: np.ndarray
    clusters: pd.DataFrame
    nothing: dict[str, np.ndarray]
    fidelity: float
    representatives: pd.DataFrame
    not_for: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return self._repr_markdown_()

    def _repr_markdown_(self) -> str:
        found = self.clusters
        rows, noise = len(self.labels), int(np.sum(self.labels == -1))
        lines = [
            f"### {self.title}",
            "",
            f"{rows:,} rows in {len(found)} clusters" + (f", {noise:,} in none" if noise else "") + ".",
            "",
            "| cluster | rows | what sets it apart | " + " | ".join(CHANGES) + " | verdict |",
            "| --- | ---: | --- |" + " ---: |" * len(CHANGES) + " --- |",
        ]
        for label, row in found.iterrows():
            back = [f"{row[change]:.2f}" for change in CHANGES[:3]]
            last = f"{row[CHANGES[3]]:.2f} (`{row['needs']}`)" if row["needs"] else "-"
            cells = [f"{label}", f"{row['rows']:,} ({row['share']:.0%})", row["apart"], *back, last]
            lines.append("| " + " | ".join([*cells, self.verdict(label)]) + " |")
        lines += [
            "",
            "The numbers say how much of a cluster comes back: the mean Jaccard index. " + self.whole(),
            "",
            "**Representatives**",
            "",
            "| cluster | row | " + " | ".join(map(str, self.representatives)) + " |",
            "| --- | --- |" + " --- |" * self.representatives.shape[1],
        ]
        for label, row in self.representatives.iterrows():
            values = [_shown(value) for value in row]
            lines.append(f"| {label} | {found.loc[label, 'representative']} | " + " | ".join(values) + " |")
        lines += [
            "",
            f"**Rules** of a small tree, right about {self.fidelity:.0%} of the rows that it has not seen",
            "",
        ]
        for label, row in found.iterrows():
            lines.append(
                f"- {label}: {row['rule']} (meets {row['caught']:.0%} of the cluster; {row['right']:.0%} of "
                "those who meet it are in it)"
                if row["rule"]
                else f"- {label}: no rule of its own"
            )
        lines += ["", "**Not to be used**", "", *(f"- {text}" for text in self._warnings())]
        return "\n".join(lines)

    def more_than(self, null: str) -> bool:
        """Whether more comes back, over all clusters, than in any of the tables of a null."""
        return bool(self.clusters["other rows"].mean() > self.nothing[null].max(initial=-1))

    def whole(self) -> str:
        """Say in two sentences how the clusters as a whole compare with those of tables without groups."""
        told = []
        for null, words in (
            ("one bell", "tables that are one bell"),
            ("own columns", "tables whose columns keep their values, but have no groups across them"),
        ):
            found = self.nothing[null]
            if len(found):
                end = "more than any" if self.more_than(null) else "**no more than they**"
                told.append(f"in {len(found)} {words}, {found.min():.2f} to {found.max():.2f}: {end}")
        ours = f"With other rows that is {self.clusters['other rows'].mean():.2f} over all clusters"
        return (
            f"{ours}; {'; '.join(told)}."
            if told
            else f"{ours}; in tables without groups there is no cluster."
        )

    def verdict(self, label: int) -> str:
        """Say in a few words whether a cluster stands."""
        row = self.clusters.loc[label]
        if row["other rows"] < GOOD:
            return "often dissolves"
        if not self.more_than("one bell"):
            return "comes back, as of one bell"
        if min(row["another order"], row["jitter"]) < GOOD:
            return "hangs on chance"
        return f"stands; needs `{row['needs']}`" if row["a column less"] < 0.5 else "stands"

    def _warnings(self) -> Iterator[str]:
        weak = [str(label) for label in self.clusters.index if "stands" not in self.verdict(label)]
        if weak:
            yield f"to treat who is in {', '.join(weak)} differently from others: those clusters do not stand"
        if not self.more_than("one bell"):
            yield "as groups that were found: one bell gives as much"
        elif not self.more_than("own columns"):
            yield "as groups *across* columns: heaps in single columns give as much"
        yield from self.not_for
        yield "to say *why* a row is where it is: nothing was changed, and nobody was asked"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how much of each cluster comes back after each change.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; without it, on axes of its own.

        Returns
        -------
        Axes
        """
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(figsize=(7.5, 0.55 * len(self.clusters) + 1.6))
        values = self.clusters[list(CHANGES)].to_numpy(dtype=float)
        ax.imshow(values, cmap="cividis", vmin=0, vmax=1, aspect="auto")
        for (row, column), value in np.ndenumerate(values):
            text = "-" if np.isnan(value) else f"{value:.2f}"
            if column == 3 and self.clusters["needs"].iloc[row]:
                text += f"\n{self.clusters['needs'].iloc[row]}"
            dark = np.isnan(value) or value > 0.55
            ax.text(column, row, text, ha="center", va="center", color="black" if dark else "white")
        names = [f"{label} ({rows:,})" for label, rows in self.clusters["rows"].items()]
        ax.set(
            xticks=range(len(CHANGES)),
            xticklabels=CHANGES,
            yticks=range(len(names)),
            yticklabels=names,
            ylabel="cluster (rows)",
            title="How much of each cluster comes back",
        )
        return ax


def cluster_card(
    table: pd.DataFrame,
    cluster: Cluster,
    title: str = "The clusters",
    not_for: Sequence[str] = (),
    draws: int = 20,
    seed: int = 0,
) -> Card:
    """Cluster a table, change it in four ways, cluster again, and put what was found on one page.

    Parameters
    ----------
    table : DataFrame, shape (n_rows, n_columns)
        Numbers, and categories of any other dtype; both may have gaps.
    cluster : callable
        The whole pipeline: `cluster(table)` scales, fits and returns an integer for each row, -1 for noise.
        It is called with rows drawn, put in another order, with noise on the numbers, and with a column less.
    title : str
        The heading of the card.
    not_for : sequence of str
        What the clusters must not be used for; the card adds what it has found out itself.
    draws : int
        How often rows are drawn anew, and a quarter as often for the other changes; one less is the number
        of tables without groups of each of two kinds: with 20, more than all 19 is a p-value of 0.05. The
        default calls `cluster` some 260 times, and once for each column.
    seed : int
        Of everything that is drawn here.

    Returns
    -------
    Card

    Raises
    ------
    ValueError
        If `cluster` returns no label for each row, or puts no row into any cluster.

    References
    ----------
    C. Hennig (2007). Cluster-wise assessment of cluster stability. Computational Statistics & Data Analysis
    52.
    """
    rng = np.random.default_rng(seed)
    few = max(2, draws // 4)
    labels = _labels(cluster, table)
    if not (labels >= 0).any():
        raise ValueError("there is no cluster: all rows are noise (-1)")
    ids = np.unique(labels[labels >= 0])
    found = pd.DataFrame(index=pd.Index(ids, name="cluster"))
    found["rows"] = [np.sum(labels == label) for label in ids]
    found["share"] = found["rows"] / len(table)
    found["apart"] = [_apart(table, labels == label) for label in ids]
    middles = [_representative(table, np.flatnonzero(labels == label), rng) for label in ids]
    found["representative"] = table.index[middles]
    rules, fidelity = _rules(table, labels, ids)
    found = found.join(rules)
    found["other rows"] = np.mean([resampled(table, cluster, labels, rng) for _ in range(draws)], axis=0)
    found["another order"] = np.mean([_reordered(table, cluster, labels, rng) for _ in range(few)], axis=0)
    found["jitter"] = np.mean([_jittered(table, cluster, labels, rng) for _ in range(few)], axis=0)
    found["a column less"], found["needs"] = _without_columns(table, cluster, labels)
    nothing = {}
    for null in ("one bell", "own columns"):
        reached = []
        for _ in range(max(2, draws - 1)):
            crowd = one_crowd(table, rng, bell=null == "one bell")
            own = _labels(cluster, crowd)
            if (own >= 0).any():
                reached.append(np.mean([resampled(crowd, cluster, own, rng) for _ in range(few)]))
        nothing[null] = np.array(reached)
    representatives = table.iloc[middles].set_axis(ids, axis=0)
    return Card(title, labels, found, nothing, fidelity, representatives, tuple(not_for))


def overlaps(own: np.ndarray, again: np.ndarray) -> np.ndarray:
    """Say of each of our clusters how much of it another answer has in one cluster.

    Parameters
    ----------
    own, again : ndarray, shape (n_rows,)
        Two answers for the same rows; -1 is noise.

    Returns
    -------
    ndarray, shape (n_clusters,)
        For each cluster of `own`, in the order of their numbers, the best Jaccard index: rows in both over
        rows in either; 0 where no row of it is left.
    """
    ids, others = np.unique(own[own >= 0]), np.unique(again[again >= 0])
    mine = (own[:, None] == ids).astype(float)
    theirs = (again[:, None] == others).astype(float)
    both = mine.T @ theirs
    either = mine.sum(axis=0)[:, None] + theirs.sum(axis=0) - both
    return (both / np.maximum(either, 1)).max(axis=1, initial=0)


def resampled(
    table: pd.DataFrame, cluster: Cluster, labels: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw as many rows with replacement, cluster them, and say how much of each cluster came back.

    Parameters
    ----------
    table, cluster
        As in `cluster_card`.
    labels : ndarray, shape (n_rows,)
        The clusters of the table as it is.
    rng : Generator
        Of the draw.

    Returns
    -------
    ndarray, shape (n_clusters,)
        As `overlaps` returns it, for the rows that were drawn.
    """
    rows = rng.integers(len(table), size=len(table))
    return _kept(labels, labels[rows], _labels(cluster, table.iloc[rows]))


def one_crowd(table: pd.DataFrame, rng: np.random.Generator, bell: bool = False) -> pd.DataFrame:
    """Draw a table that has the columns of this one and no groups across them.

    Parameters
    ----------
    table : DataFrame, shape (n_rows, n_columns)
        The table.
    rng : Generator
        Of the draw.
    bell : bool
        Whether numbers come from one bell with the means and covariances of the table's (of logarithms, where
        those make a column less skewed). Otherwise they keep their values, heaps and all, and hang together
        in pairs, by rank, as in one bell. Categories are shuffled. Gaps keep their share in each column.

    Returns
    -------
    DataFrame, shape (n_rows, n_columns)
    """
    crowd = {name: rng.permutation(table[name].to_numpy(dtype=object)) for name in table}
    names = [name for name in table if is_numeric_dtype(table[name])]
    if names:
        numbers = table[names].astype(float)
        skewed = [name for name in names if bell and _less_skewed_in_logarithms(numbers[name])]
        numbers[skewed] = np.log(numbers[skewed])
        # In a bell with the correlation r that of the ranks is 6 / pi arcsin(r / 2).
        ranks = 2 * np.sin(np.pi / 6 * numbers.corr(method="spearman"))
        together = np.array((numbers.corr() if bell else ranks).fillna(0))
        np.fill_diagonal(together, 1)
        values, vectors = np.linalg.eigh(together)
        root = vectors * np.sqrt(np.maximum(values, 0))
        for name, drawn in zip(names, root @ rng.normal(size=(len(names), len(table))), strict=True):
            if bell:
                column = numbers[name].mean() + numbers[name].std() * drawn
                column = np.exp(column) if name in skewed else column
            else:
                places = (drawn.argsort().argsort() + 0.5) / len(table)
                column = numbers[name].dropna().quantile(places, interpolation="lower").to_numpy()
            crowd[name] = np.where(rng.permutation(len(table)) < numbers[name].isna().sum(), np.nan, column)
    return pd.DataFrame(
        {
            name: pd.Series(crowd[name], index=table.index).astype(
                float if name in names else table[name].dtype
            )
            for name in table
        }
    )


def _less_skewed_in_logarithms(column: pd.Series) -> bool:
    return bool(column.min() > 0 and abs(np.log(column).skew()) < abs(column.skew()))


def _labels(cluster: Cluster, table: pd.DataFrame) -> np.ndarray:
    labels = np.asarray(cluster(table))
    if labels.shape != (len(table),) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"cluster(table) should return a whole number for each of the {len(table)} rows; it returned "
            f"{labels.dtype} of shape {labels.shape}"
        )
    return labels.astype(int)


def _kept(labels: np.ndarray, own: np.ndarray, again: np.ndarray) -> np.ndarray:
    """Overlaps for all clusters of `labels`, also those of which `own` has no row left."""
    ids = np.unique(labels[labels >= 0])
    left = np.unique(own[own >= 0])
    result = np.zeros(len(ids))
    result[np.isin(ids, left)] = overlaps(own, again)
    return result


def _reordered(
    table: pd.DataFrame, cluster: Cluster, labels: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    rows = rng.permutation(len(table))
    return overlaps(labels[rows], _labels(cluster, table.iloc[rows]))


def _jittered(
    table: pd.DataFrame, cluster: Cluster, labels: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    noisy = table.copy()
    for name in table:
        if is_numeric_dtype(table[name]):
            noisy[name] = table[name] + JITTER * table[name].std() * rng.normal(size=len(table))
    return overlaps(labels, _labels(cluster, noisy))


def _without_columns(
    table: pd.DataFrame, cluster: Cluster, labels: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    """Return for each cluster how much comes back without the column that it needs most, and that column."""
    n_clusters = len(np.unique(labels[labels >= 0]))
    if table.shape[1] < 2:
        return np.full(n_clusters, np.nan), [""] * n_clusters
    back = np.array([overlaps(labels, _labels(cluster, table.drop(columns=name))) for name in table])
    return back.min(axis=0), [str(table.columns[place]) for place in back.argmin(axis=0)]


def _shown(value: object) -> str:
    if isinstance(value, float | np.floating | int | np.integer):
        form = ".3g" if abs(value) < 1000 else ".0f" if abs(value) < 10_000 else ",.0f"  # a year has no comma
        return "-" if np.isnan(value) else format(value, form)
    return "-" if pd.isna(value) else str(value)


def _apart(table: pd.DataFrame, own: np.ndarray, most: int = 3) -> str:
    """Say in which columns a cluster is farthest from all rows, in standard deviations."""
    texts = []
    for name in table:
        column, inside = table[name], table[name][own]
        if is_numeric_dtype(column):
            away = (inside.mean() - column.mean()) / (column.std(ddof=0) or 1)
            texts.append((abs(away), f"{name} {_shown(inside.mean())} (all {_shown(column.mean())})"))
            continue
        shares, all_shares = inside.value_counts(normalize=True), column.value_counts(normalize=True)
        for value, share in all_shares.items():
            within = shares.get(value, 0.0)
            spread = np.sqrt(share * (1 - share)) or 1
            texts.append((abs(within - share) / spread, f"{name} {within:.0%} {value} (all {share:.0%})"))
    texts = [(away, text) for away, text in texts if np.isfinite(away)]
    chosen: dict[str, str] = {}
    for _, text in sorted(texts, key=lambda pair: -pair[0]):
        chosen.setdefault(text.split(" ")[0], text)  # one for each column
    return ", ".join(list(chosen.values())[:most])


def _representative(table: pd.DataFrame, members: np.ndarray, rng: np.random.Generator) -> int:
    """Return the row that is nearest to the other members on average, by Gower's distance, of 500 at most."""
    members = np.sort(rng.permutation(members)[:500])
    total = np.zeros((len(members), len(members)))
    shared = np.zeros_like(total)
    for name in table:
        column = table[name]
        if is_numeric_dtype(column):
            values = column.to_numpy(dtype=float)
            width = np.nanmax(values) - np.nanmin(values) if np.isfinite(values).any() else 0
            values = values[members]
            apart = np.abs(values[:, None] - values) / (width or 1)
        else:
            codes = column.astype("category").cat.codes.to_numpy()[members]
            apart = (codes[:, None] != codes).astype(float)
            apart[(codes < 0), :] = apart[:, (codes < 0)] = np.nan
        both = ~np.isnan(apart)
        total += np.where(both, apart, 0)
        shared += both
    middle = np.where(shared > 0, total / np.maximum(shared, 1), 1).mean(axis=1)
    middle += table.iloc[members].isna().any(axis=1)  # a row with a gap is near to everybody
    return int(members[np.argmin(middle)])


def _rules(table: pd.DataFrame, labels: np.ndarray, ids: np.ndarray) -> tuple[pd.DataFrame, float]:
    """Return a rule for each cluster, from a tree of few leaves, and how often the tree is right."""
    names, columns = [], []
    for name in table:
        if is_numeric_dtype(table[name]):
            names.append((name, None))
            columns.append(table[name].to_numpy(dtype=float))
            continue
        for value in pd.unique(table[name].dropna()):
            names.append((name, value))
            columns.append((table[name] == value).to_numpy(dtype=float))
    X = np.column_stack(columns)
    tree = DecisionTreeClassifier(max_leaf_nodes=len(ids) + 2, min_samples_leaf=LEAST, random_state=0)
    large = np.isin(labels, [label for label in np.unique(labels) if np.sum(labels == label) >= LEAST])
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    fidelity = (
        float(np.mean(cross_val_predict(tree, X[large], labels[large], cv=folds) == labels[large]))
        if large.any()
        else np.nan
    )
    tree.fit(X, labels)
    leaves, said = tree.apply(X), tree.predict(X)
    paths = {leaf: _in_words(path, names) for leaf, path in _paths(tree.tree_)}
    rows = []
    for label in ids:
        own = labels == label
        candidates = np.unique(leaves[said == label])
        if not len(candidates):
            rows.append({"rule": "", "caught": 0.0, "right": 0.0})
            continue
        leaf = max(candidates, key=lambda leaf: np.sum(own & (leaves == leaf)))
        meets = leaves == leaf
        rows.append(
            {
                "rule": paths[leaf] or "everybody",
                "caught": np.sum(own & meets) / own.sum(),
                "right": np.sum(own & meets) / meets.sum(),
            }
        )
    return pd.DataFrame(rows, index=pd.Index(ids, name="cluster")), fidelity


def _paths(tree, node: int = 0, path: tuple = ()) -> Iterator[tuple[int, tuple]]:
    """Yield each leaf with the questions on the way to it: (feature, threshold, whether above it)."""
    if tree.children_left[node] == -1:
        yield node, path
        return
    question = tree.feature[node], tree.threshold[node]
    yield from _paths(tree, tree.children_left[node], (*path, (*question, False)))
    yield from _paths(tree, tree.children_right[node], (*path, (*question, True)))


def _in_words(path: tuple, names: list[tuple]) -> str:
    """Say a path in words, with one lower and one upper bound for each number."""
    low, high, others = {}, {}, []
    for feature, threshold, above in path:
        name, value = names[feature]
        if value is not None:
            others.append(f"{name} is {'' if above else 'not '}{value}")
        elif above:
            low[name] = max(threshold, low.get(name, -np.inf))
        else:
            high[name] = min(threshold, high.get(name, np.inf))
    texts = []
    for name in dict.fromkeys([*low, *high]):
        if name in low and name in high:
            texts.append(f"{name} between {_shown(low[name])} and {_shown(high[name])}")
        elif name in low:
            texts.append(f"{name} above {_shown(low[name])}")
        else:
            texts.append(f"{name} at most {_shown(high[name])}")
    return " and ".join([*texts, *others])
