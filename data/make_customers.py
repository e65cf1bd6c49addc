"""Make `customers.csv` and `customers_segments.csv`: 200 invented customers of a mall, and their segments.

Run `python data/make_customers.py` to write both files beside this script; the result is always the same.
`README.md` in this folder says what the table is calibrated to, and what it is not.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

# Of the seeds 0 to 29,999, tried with the segments below, the only one that met every target in README.md.
# The means and standard deviations hardly depend on it (`calibrate` sees to those); the correlations, the
# extremes, the silhouettes and how well k-means recovers the segments do.
SEED = 18938


class Segment(NamedTuple):
    """One kind of customer: how many, how many women, and (mean, standard deviation) of each feature."""

    size: int
    women: int
    age: tuple[float, float]
    income: tuple[float, float]
    score: tuple[float, float]


# Five groups in income x score, the middle one split by age: which makes 4, 5 and 6 the natural numbers
# of clusters in the three views. Sizes and centres are near those of the six groups that k-means finds in the
# real table, rounded; the spreads are set by hand, wide enough for neighbours to overlap: some customers look
# like members of another segment, so no algorithm can recover the truth completely.
SEGMENTS = {
    "young regulars": Segment(40, 25, age=(27, 8), income=(56, 10), score=(49, 8)),
    "settled regulars": Segment(45, 25, age=(55, 9), income=(54, 9), score=(49, 7)),
    "affluent spenders": Segment(39, 21, age=(33, 5), income=(87, 16), score=(82, 10)),
    "affluent savers": Segment(36, 15, age=(42, 11), income=(87, 16), score=(17, 10)),
    "young spenders": Segment(20, 13, age=(25, 6), income=(26, 8), score=(78, 11)),
    "careful savers": Segment(20, 13, age=(45, 13), income=(26, 8), score=(20, 12)),
}

# For each column: smallest and largest value, mean and standard deviation of the whole table.
TARGETS = {
    "Age": (18, 70, 38.9, 14.0),
    "AnnualIncome": (15, 137, 60.6, 26.3),
    "SpendingScore": (1, 99, 50.2, 25.8),
}
AFFLUENT_FROM = 69  # k$: where the incomes of the two affluent segments start


def redraw(draw, size, low, high):
    """`size` values from `draw(n)`, drawing again whatever falls outside [low, high].

    Clipping instead would heap customers on the limits, and a heap looks like a cluster.
    """
    values = draw(size)
    while (outside := (values < low) | (values > high)).any():
        values[outside] = draw(outside.sum())
    return values


def draw_income(rng, segment):
    """Incomes are bell-shaped, but those of the affluent start at a limit and trail off in a long tail."""
    low, high, *_ = TARGETS["AnnualIncome"]
    mean, std = segment.income
    if mean < AFFLUENT_FROM:
        return redraw(lambda n: rng.normal(mean, std, n), segment.size, low, high)
    excess = mean - AFFLUENT_FROM  # a gamma distribution with this mean and standard deviation
    return redraw(
        lambda n: AFFLUENT_FROM + rng.gamma((excess / std) ** 2, std**2 / excess, n), segment.size, low, high
    )


def draw_segment(rng, name, segment):
    """The customers of one segment, unrounded. Within a segment the features are independent."""
    (age_low, age_high, *_), (score_low, score_high, *_) = TARGETS["Age"], TARGETS["SpendingScore"]
    return pd.DataFrame(
        {
            "Gender": rng.permutation(["Female"] * segment.women + ["Male"] * (segment.size - segment.women)),
            "Age": redraw(lambda n: rng.normal(*segment.age, n), segment.size, age_low, age_high),
            "AnnualIncome": draw_income(rng, segment),
            "SpendingScore": redraw(
                lambda n: rng.normal(*segment.score, n), segment.size, score_low, score_high
            ),
            "Segment": name,
        }
    )


def calibrate(values, low, high, mean, std):
    """Stretch and shift a column to the mean and standard deviation wanted, then round to whole numbers.

    The same stretch for every customer changes no correlation and keeps the shape of the column.
    """
    values = mean + (values - values.mean()) * std / values.std(ddof=1)
    return values.round().clip(low, high).astype("int64")


def make_customers(seed=SEED):
    """Return `(customers, segments)`: the table, and the true segment of each customer in it."""
    rng = np.random.default_rng(seed)
    table = pd.concat(
        [draw_segment(rng, name, segment) for name, segment in SEGMENTS.items()], ignore_index=True
    )
    for column, target in TARGETS.items():
        table[column] = calibrate(table[column], *target)
    # Shuffling before the (stable) sort keeps the order of equal incomes from giving the segments away.
    table = table.iloc[rng.permutation(len(table))].sort_values(
        "AnnualIncome", kind="stable", ignore_index=True
    )
    table.insert(0, "CustomerID", np.arange(1, len(table) + 1))
    return table.drop(columns="Segment"), table[["CustomerID", "Segment"]]


if __name__ == "__main__":
    here = Path(__file__).parent
    customers, segments = make_customers()
    # The line ending is fixed so that every system writes the same bytes.
    customers.to_csv(here / "customers.csv", index=False, lineterminator="\n")
    segments.to_csv(here / "customers_segments.csv", index=False, lineterminator="\n")
