"""Answers to lesson 15: each case with its mistake left in, repaired in two ways, and repaired wrongly."""

from __future__ import annotations

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from lesson_code import taught
from scipy.spatial.distance import pdist, squareform
from scipy.stats import kurtosis, ttest_ind
from sklearn.cluster import DBSCAN, KMeans
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import adjusted_rand_score, silhouette_samples, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

FOUND = taught("15_clinic")  # the functions of the reports, mistakes and all


def every_case(function, stands):
    """What is wrong with any answer to a case whose function is right."""
    word, other = ("stands", "falls") if stands else ("falls", "stands")
    return [
        (function, "give a word and your function"),
        ((word, 3), "give a word and your function"),
        (("maybe", function), 'the word is "stands" or "falls"'),
        ((other, function), "the repair is right. Now run it on the data of the report"),
        ((word, lambda *_: None), "None"),
    ]


# 1


def boxes_by_hand(customers):
    counts = np.zeros((3, 3), dtype=int)
    for income, score in zip(customers["AnnualIncome"], customers["SpendingScore"], strict=True):
        counts[(income >= 40) + (income >= 70), (score >= 40) + (score >= 60)] += 1
    return pd.DataFrame(counts)


def boxes_by_digitize(customers):
    places = (
        np.digitize(customers["AnnualIncome"], [40, 70]),
        np.digitize(customers["SpendingScore"], [40, 60]),
    )
    counts = np.zeros((3, 3), dtype=int)
    np.add.at(counts, places, 1)
    return counts


def boxes(inclusive, top=np.inf):
    def wrong(customers):
        income = (0, 40), (40, 70), (70, 1.4 * top)
        score = (0, 40), (40, 60), (60, top)
        earns = [customers["AnnualIncome"].between(*ends, inclusive) for ends in income]
        spends = [customers["SpendingScore"].between(*ends, inclusive) for ends in score]
        return np.array([[np.sum(a & b) for b in spends] for a in earns])

    return wrong


def whole_years(customers):
    """Bounds for whole numbers, in a table of others."""
    counts = np.zeros((3, 3), dtype=int)
    for i, income in enumerate(((0, 39), (40, 69), (70, 999))):
        for j, score in enumerate(((0, 39), (40, 59), (60, 999))):
            rich = customers["AnnualIncome"].between(*income)
            counts[i, j] = np.sum(rich & customers["SpendingScore"].between(*score))
    return counts


def alphabetical(customers):
    names = ["low", "middle", "high"]
    income = pd.cut(customers["AnnualIncome"], [0, 40, 70, np.inf], right=False, labels=names).astype(str)
    score = pd.cut(customers["SpendingScore"], [0, 40, 60, np.inf], right=False, labels=names).astype(str)
    return pd.crosstab(income, score)


# 2


def fit_once_more(X, ks):
    scores = {k: silhouette_score(X, KMeans(k, n_init=10, random_state=0).fit_predict(X)) for k in ks}
    best = max(scores, key=scores.get)
    labels = KMeans(best, n_init=10, random_state=0).fit_predict(X)
    return best, scores[best], labels


def keep_the_best(X, ks):
    best = (None, -1, None)
    for k in ks:
        labels = KMeans(k, n_init=20, random_state=7).fit_predict(X)
        if (score := silhouette_score(X, labels)) > best[1]:
            best = k, score, labels
    return list(best)


def score_mended_only(X, ks):
    k, _, labels = FOUND["best_k"](X, ks)
    return k, fit_once_more(X, ks)[1], labels


def all_of_the_last(X, ks):
    _, score, labels = FOUND["best_k"](X, ks)
    return list(ks)[-1], score, labels


def two_fits(X, ks):
    """The score of one fit and the labels of another, from another start."""
    k, score, _ = fit_once_more(X, ks)
    return k, score, KMeans(k, n_init=1, init="random", random_state=11).fit_predict(X)


def first_drop(X, ks):
    found = fit_once_more(X, list(ks)[:1])
    for k in list(ks)[1:]:
        if (now := fit_once_more(X, [k]))[1] < found[1]:
            return found
        found = now
    return found


def labels_mended_only(X, ks):
    k, score, _ = FOUND["best_k"](X, ks)
    return k, score, fit_once_more(X, ks)[2]


# 3


def five_groups(table):
    X = StandardScaler().fit_transform(table[["AnnualIncome", "SpendingScore"]])
    return KMeans(5, n_init=10, random_state=0).fit_predict(X)


def by_loc(customers):
    complete = customers.dropna()
    result = customers.copy()
    result["segment"] = pd.NA
    result.loc[complete.index, "segment"] = five_groups(complete)
    return result


def by_join(customers):
    complete = customers.dropna()
    return customers.join(complete.assign(segment=five_groups(complete))["segment"])


def only_complete(customers):
    complete = customers.dropna()
    return complete.assign(segment=five_groups(complete))


def renumbered(customers):
    complete = customers.dropna().reset_index(drop=True)
    result = customers.reset_index(drop=True)
    result["segment"] = pd.Series(five_groups(complete))
    return result


def gaps_filled(customers):
    return customers.assign(segment=five_groups(customers.fillna(customers.median())))


def with_age(customers):
    complete = customers.dropna()
    X = StandardScaler().fit_transform(complete[["Age", "AnnualIncome", "SpendingScore"]])
    labels = KMeans(5, n_init=10, random_state=0).fit_predict(X)
    return customers.assign(segment=pd.Series(labels, index=complete.index))


def top_down(customers):
    complete = customers.dropna()
    result = customers.copy()
    result["segment"] = np.nan
    result.loc[np.sort(complete.index), "segment"] = five_groups(complete)
    return result


# 4


def two_panels(left, right):
    def draw(X, k):
        kmeans = KMeans(k, n_init=10, random_state=0).fit_predict(X)
        mixture = GaussianMixture(k, n_init=10, random_state=0).fit_predict(X)
        labels = {"k-means": kmeans, "mixture": mixture, "half": np.arange(len(X)) // 100}
        _, axes = plt.subplots(1, 2)
        for ax, name in zip(axes, (left, right), strict=True):
            ax.scatter(*X.T, c=labels[name], cmap="viridis")
        return axes

    return draw


def one_color_at_a_time(X, k):
    fig, axes = plt.subplots(2, 1)
    for ax, model in zip(axes, (KMeans(k, n_init=10), GaussianMixture(k, n_init=10)), strict=True):
        labels = model.fit_predict(X)
        for j in range(k):
            ax.scatter(*X[labels == j].T, color=f"C{j}")
    return fig


def with_lines(X, k):
    """Drawn by `plot`, and returned with the figure."""
    fig, axes = plt.subplots(1, 2)
    mixture = GaussianMixture(k, init_params="random_from_data", n_init=20)
    for ax, model in zip(axes, (KMeans(k, n_init=1, random_state=4), mixture), strict=True):
        labels = model.fit_predict(X)
        for j in range(k):
            ax.plot(*X[labels == j].T, "o")
    return fig, axes


def half_the_rows(X, k):
    axes = two_panels("k-means", "mixture")(X[::2], k)
    return axes


# 5


def dense(count=lambda labels: len(set(labels.tolist()) - {-1}), largest=None, silhouette=None):
    def function(X, eps):
        labels = DBSCAN(eps=eps, min_samples=5).fit_predict(X)
        own = labels[labels >= 0]
        n = len(set(own.tolist()))
        inside = silhouette_score(X[labels >= 0], own) if n > 1 else float("nan")
        most = max([np.sum(own == j) for j in range(n)], default=0)
        return (
            count(labels),
            largest(labels) if largest else most,
            silhouette(X, labels) if silhouette else inside,
        )

    return function


def by_samples(X, eps):
    labels = DBSCAN(eps=eps, min_samples=5).fit_predict(X)
    keep = labels > -1
    sizes = pd.Series(labels[keep]).value_counts()
    score = silhouette_samples(X[keep], labels[keep]).mean() if len(sizes) >= 2 else np.nan
    return [len(sizes), int(sizes.max()) if len(sizes) else 0, score]


def with_strays(X, labels):
    return silhouette_score(X, labels) if len(set(labels.tolist())) > 1 else np.nan


def with_noise_largest(labels):
    return np.unique(labels, return_counts=True)[1].max()


# 6


def neighbours(angle=np.radians, eps=6371, metric="haversine", columns=("latitude", "longitude")):
    def function(places, km):
        X = angle(places[list(columns)].to_numpy())
        return DBSCAN(eps=km / eps, min_samples=4, metric=metric).fit_predict(X)

    return function


def through_the_earth(places, km):
    lat, lon = np.radians(places[["latitude", "longitude"]].to_numpy()).T
    X = 6371 * np.c_[np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
    chord = 2 * 6371 * np.sin(km / 6371 / 2)
    return DBSCAN(eps=chord, min_samples=4).fit_predict(X)


def by_the_mean_latitude(places, km):
    """Longer everywhere, also from south to north."""
    X = places[["latitude", "longitude"]].to_numpy()
    return DBSCAN(eps=km / (111 * np.cos(np.radians(X[:, 0].mean()))), min_samples=4).fit_predict(X)


def on_a_flat_map(places, km, turn=np.radians):
    lat, lon = places["latitude"].to_numpy(), places["longitude"].to_numpy()
    X = 111.19 * np.c_[lat, lon * np.cos(turn(lat.mean()))]
    D = squareform(pdist(X))
    return DBSCAN(eps=km, min_samples=4, metric="precomputed").fit_predict(D)


# 7


def two_bells_against_one(times, seed=0):
    def gain(values):
        X = values.reshape(-1, 1)
        fits = [GaussianMixture(k, n_init=2, random_state=0).fit(X).score(X) for k in (1, 2)]
        return fits[1] - fits[0]

    rng = np.random.default_rng(seed)
    bells = [gain(rng.normal(times.mean(), times.std(), len(times))) for _ in range(39)]
    return (1 + np.sum(np.array(bells) >= gain(times))) / 40


def flat_tops(times, seed=0):
    rng = np.random.default_rng(seed)
    bells = kurtosis(rng.normal(size=(999, len(times))), axis=1)
    return (1 + np.sum(bells <= kurtosis(times))) / 1000


def cut_then_new_rows(times, seed=0):
    order = np.random.default_rng(seed).permutation(len(times))
    first, second = np.array_split(times[order].reshape(-1, 1), 2)
    kind = KMeans(2, n_init=10, random_state=0).fit(first).predict(second)
    return ttest_ind(second[kind == 0, 0], second[kind == 1, 0]).pvalue


def shuffled_labels(times, seed=0):
    kind = KMeans(2, n_init=10, random_state=0).fit_predict(times.reshape(-1, 1))
    rng = np.random.default_rng(seed)

    def apart(labels):
        return abs(times[labels == 0].mean() - times[labels == 1].mean())

    return (1 + sum(apart(rng.permutation(kind)) >= apart(kind) for _ in range(99))) / 100


def never_small(times, seed=0):
    return 0.5 + 0.4 * np.random.default_rng(seed).random()


def stricter(times, seed=0):
    return min(1.0, 1000 * FOUND["p_value"](times, seed))


# 8


def by_pipeline(flowers, scaler=StandardScaler):
    model = make_pipeline(scaler(), KMeans(3, n_init=10, random_state=1))
    return adjusted_rand_score(flowers["species"], model.fit_predict(flowers.drop(columns="species")))


def by_pandas(flowers):
    X = flowers.select_dtypes("number")
    return adjusted_rand_score(
        flowers["species"], KMeans(3, n_init=5, random_state=2).fit_predict((X - X.mean()) / X.std())
    )


def unscaled(flowers):
    labels = KMeans(3, n_init=10, random_state=0).fit_predict(flowers.drop(columns="species"))
    return adjusted_rand_score(flowers["species"], labels)


def with_the_answer(flowers):
    X = pd.get_dummies(flowers, dtype=float)
    X = (X - X.mean()) / X.std()
    return adjusted_rand_score(flowers["species"], KMeans(3, n_init=10, random_state=0).fit_predict(X))


def by_discriminants(flowers):
    X = flowers.drop(columns="species")
    axes = LinearDiscriminantAnalysis().fit_transform(X, flowers["species"])
    return adjusted_rand_score(flowers["species"], KMeans(3, n_init=10, random_state=0).fit_predict(axes))


def best_of_many(flowers):
    """The start that agrees best with the names."""
    X = StandardScaler().fit_transform(flowers.drop(columns="species"))
    fits = [KMeans(3, n_init=1, init="random", random_state=seed).fit_predict(X) for seed in range(100)]
    return max(adjusted_rand_score(flowers["species"], labels) for labels in fits)


def spread_within(flowers):
    X, species = flowers.drop(columns="species"), flowers["species"]
    X = (X - X.mean()) / X.groupby(species).transform("std")
    return adjusted_rand_score(species, KMeans(3, n_init=10, random_state=0).fit_predict(X))


def centered_only(flowers):
    X = flowers.drop(columns="species")
    X = X - X.groupby(flowers["species"]).transform("mean")
    return adjusted_rand_score(flowers["species"], KMeans(3, n_init=10, random_state=0).fit_predict(X))


# 9


@cache
def of_a_bell(rows, columns, k):
    rng = np.random.default_rng(9)
    scores = []
    for _ in range(9):
        X = rng.normal(size=(rows, columns))
        scores.append(silhouette_score(X, KMeans(k, n_init=3, random_state=0).fit_predict(X)))
    return np.mean(scores), np.std(scores)


def in_deviations(tables, k):
    ahead = {}
    for name, table in tables.items():
        X = np.asarray(table)
        score = silhouette_score(X, KMeans(k, n_init=10, random_state=0).fit_predict(X))
        mean, spread = of_a_bell(*X.shape, k)
        ahead[name] = (score - mean) / spread
    return max(ahead, key=ahead.get)


def by_bic(tables, k):
    gain = {}
    for name, table in tables.items():
        X = table.to_numpy()
        fits = [
            GaussianMixture(j, covariance_type="spherical", n_init=5, random_state=0).fit(X) for j in (1, k)
        ]
        gain[name] = fits[0].bic(X) - fits[1].bic(X)
    return max(gain, key=gain.get)


def scaled_first(tables, k):
    return FOUND["clearer"]({name: (t - t.mean()) / t.std() for name, t in tables.items()}, k)


def most_columns(tables, k):
    return max(tables, key=lambda name: tables[name].shape[1])


# 10


def by_purity(clusters, digits):
    return sum(np.bincount(digits[clusters == c]).max() for c in np.unique(clusters)) / len(digits)


def by_keys_of_text(clusters, digits):
    names = {str(c): pd.Series(digits[clusters == c]).mode()[0] for c in np.unique(clusters)}
    return np.mean([names[str(c)] == d for c, d in zip(clusters, digits, strict=True)])


def by_mean_of_clusters(clusters, digits):
    return np.mean(
        [np.bincount(digits[clusters == c]).max() / np.sum(clusters == c) for c in np.unique(clusters)]
    )


def one_name_each(clusters, digits):
    from scipy.optimize import linear_sum_assignment

    both = pd.crosstab(clusters, digits).to_numpy()
    return both[linear_sum_assignment(both, maximize=True)].sum() / len(digits)


def by_place(clusters, digits):
    ids = np.unique(clusters)
    names = np.array([np.bincount(digits[clusters == c]).argmax() for c in ids])
    return np.mean(names[np.minimum(clusters, len(names) - 1)] == digits)


WRONG = {
    "15-1": [
        *every_case(boxes_by_hand, stands=True),
        (("stands", FOUND["box_counts"]), "on a bound is in two boxes"),
        (("stands", boxes("left", top=100)), "the last box has no upper end"),
        (("stands", whole_years), "not right on"),
        (("stands", boxes("right")), "belongs to the box that begins with it"),
        (("stands", boxes("neither")), "on a bound is in no box now"),
        (("stands", lambda table: boxes_by_hand(table).T), "income in rows"),
        (("stands", lambda table: boxes_by_hand(table) / len(table)), "counts, not shares"),
        (("stands", len), "an array of shape (3, 3)"),
    ],
    "15-2": [
        *every_case(fit_once_more, stands=True),
        (("stands", FOUND["best_k"]), "labels of 8 groups: of which model"),
        (("stands", score_mended_only), "labels of 8 groups: of which model"),
        (("stands", labels_mended_only), "of which model is it?"),
        (("stands", all_of_the_last), "That is the last one tried"),
        (("stands", two_fits), "of which model is it?"),
        (("stands", first_drop), "the best of [3, 2, 5, 7] is 5"),
        (("stands", lambda X, ks: fit_once_more(X, ks)[0]), "return three things"),
        (("stands", lambda X, ks: (*fit_once_more(X, ks)[:2], [0, 1])), "a label for each"),
    ],
    "15-3": [
        *every_case(by_loc, stands=False),
        (("falls", FOUND["with_segments"]), "whose labels are they?"),
        (("falls", only_complete), "customers are gone"),
        (("falls", renumbered), "have lost their numbers"),
        (("falls", gaps_filled), "with a gap have a segment"),
        (("falls", with_age), "by income and score only"),
        (("falls", top_down), "somebody else's"),
        (("falls", lambda customers: customers), 'with a column "segment"'),
        (("falls", lambda customers: customers.assign(segment=np.nan)), "nobody has a segment"),
    ],
    "15-4": [
        *every_case(two_panels("k-means", "mixture"), stands=False),
        (("falls", FOUND["compare"]), "both panels show the labels of k-means"),
        (("falls", two_panels("mixture", "mixture")), "both panels show the labels of the mixture"),
        (("falls", two_panels("mixture", "k-means")), "k-means on the left"),
        (("falls", two_panels("k-means", "half")), "the panel on the right shows no groups"),
        (("falls", two_panels("half", "mixture")), "the panel on the left shows no groups"),
        (("falls", half_the_rows), "not every row is drawn"),
        (("falls", lambda X, k: plt.subplots()[1]), "return the two axes"),
    ],
    "15-5": [
        *every_case(dense(), stands=True),
        (("stands", FOUND["dense_groups"]), "strays are counted as one more group"),
        (("stands", dense(lambda labels: len(set(labels.tolist())) - 1)), "take a group away all the same"),
        (("stands", dense(lambda labels: len(set(labels.tolist())))), "counts the strays as one"),
        (("stands", dense(largest=with_noise_largest)), "but the strays"),
        (("stands", dense(largest=lambda labels: np.sum(labels == 0))), "not right on"),
        (("stands", dense(silhouette=with_strays)), "takes the strays for a group"),
        (("stands", dense(largest=with_noise_largest, silhouette=with_strays)), "the other two still count"),
    ],
    "15-6": [
        *every_case(neighbours(), stands=False),
        (("falls", FOUND["groups_within"]), "How long is a degree"),
        (("falls", neighbours(angle=np.asarray)), "in which unit"),
        (("falls", neighbours(eps=1)), "all are one group"),
        (("falls", neighbours(eps=3959)), "How long are your kilometres"),
        (("falls", neighbours(eps=12_742)), "hardly any is in a group"),
        (("falls", by_the_mean_latitude), "How long are your kilometres"),
        (("falls", lambda places, km: [-1] * len(places)), "hardly any is in a group"),
        (("falls", neighbours(columns=("longitude", "latitude"))), "How long is a degree"),
        (("falls", neighbours(metric="euclidean")), "How long is a degree"),
        (("falls", lambda places, km: on_a_flat_map(places, km, turn=np.asarray)), "How long is a degree"),
        (("falls", lambda places, km: [0, 1]), "whole numbers, one for each place"),
    ],
    "15-7": [
        *every_case(flat_tops, stands=False),
        (("falls", FOUND["p_value"]), "of 4 columns that are one bell each, 4 have p < 0.05"),
        (("falls", cut_then_new_rows), "on new rows as on old ones"),
        (("falls", shuffled_labels), "one in twenty may"),
        (("falls", stricter), "one in twenty may"),
        (("falls", lambda times, seed=0: 0.5), "one or two values in all"),
        (("falls", lambda times, seed=0: 0.01 if times.std() > 5 else 0.5), "one or two values in all"),
        (("falls", never_small), "never says yes is no test"),
        (("falls", lambda times, seed=0: 7), "from 0 to 1"),
    ],
    "15-8": [
        *every_case(by_pipeline, stands=False),
        (("falls", FOUND["found_again"]), "what is the mean of each kind?"),
        (("falls", centered_only), "what is the mean of each kind?"),
        (("falls", unscaled), "the column with the largest unit decides"),
        (("falls", with_the_answer), "with one scale for all rows it is"),
        (("falls", by_discriminants), "with one scale for all rows it is"),
        (("falls", best_of_many), "what has seen the names?"),
        (("falls", spread_within), "with one scale for all rows it is"),
        (("falls", lambda flowers: 0.4), "with one scale for all rows it is"),
        (("falls", lambda flowers: flowers["species"]), "return one number"),
    ],
    "15-9": [
        *every_case(in_deviations, stands=False),
        (("falls", FOUND["clearer"]), "How high a silhouette does one bell reach"),
        (("falls", scaled_first), "How high a silhouette does one bell reach"),
        (("falls", most_columns), "always takes the one with more columns"),
        (("falls", lambda tables, k: 0), "return the name of one of the tables"),
    ],
    "15-10": [
        *every_case(by_purity, stands=False),
        (("falls", FOUND["accuracy"]), "whatever the clusters are"),
        (("falls", by_mean_of_clusters), "the mean over clusters"),
        (("falls", lambda clusters, digits: np.mean(clusters == digits)), "is not its name"),
        (("falls", one_name_each), "several clusters may have the same name"),
        (("falls", by_place), "the clusters' numbers may have holes"),
    ],
    "15-11": [
        ([0.64, 0.25, 0.21, 1, 0.21], "of 80 %, if it was wrong"),
        ([0.2, 0.25, 0.21, 1, 0.21], "not the difference"),
        ([0.04, 0.01, 0.21, 1, 0.21], "as if it were always right"),
        ([0.04, 0.41, 0.21, 1, 0.21], "weigh the two outcomes"),
        ([0.04, 0.57, 0.21, 1, 0.21], "the other way round"),
        ([0.04, 0.25, 0, 1, 0.21], "pays for it"),
        ([0.04, 0.25, 0.21, 0.7, 0.21], "so with squares"),
        ([0.04, 0.25, 0.21, 0, 0.21], "worst thing to say"),
        ([0.04, 0.25, 0.21, 1, 0.25], "who always says 50 %"),
        ([0.04, 0.25], "a list of 5 numbers"),
    ],
}

RIGHT = {
    "15-1": [("stands", boxes_by_hand), ["Stands", boxes_by_digitize], ("stands", alphabetical)],
    "15-2": [("stands", fit_once_more), ("stands", keep_the_best)],
    "15-3": [("falls", by_loc), ("falls", by_join)],
    "15-4": [("falls", each) for each in (two_panels("k-means", "mixture"), one_color_at_a_time, with_lines)],
    "15-5": [("stands", dense()), ("stands", by_samples)],
    "15-6": [("falls", neighbours()), ("falls", through_the_earth), ("falls", on_a_flat_map)],
    "15-7": [("falls", flat_tops), ("falls", two_bells_against_one)],
    "15-8": [("falls", by_pipeline), ("falls", by_pandas), ("falls", lambda f: by_pipeline(f, MinMaxScaler))],
    "15-9": [("falls", in_deviations), ("falls", by_bic)],
    "15-10": [("falls", by_purity), ("falls", by_keys_of_text)],
    "15-11": [[0.04, 0.25, 0.21, 1, 0.21], np.array([0.04, 0.25, 0.21, 1.0, 0.21])],
}
