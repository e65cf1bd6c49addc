"""Make `purchases.csv`, `shop_customers.csv` and `shop_kinds.csv`: a year of an invented shop.

Run `python data/make_shop.py` to write the three files beside this script; the result is always the same.
`README.md` in this folder says what is invented, and what follows from that.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

# The first of 0, 1, 2 ... that gives ten thousand purchases; nothing else was looked at.
SEED = 40
YEAR = 365  # days, counted from 1 January 2025
CHANNELS = ("shop", "web", "app")
REGIONS = {"north": 0.4, "east": 0.3, "south": 0.2, "west": 0.1}


class Kind(NamedTuple):
    """How one kind of customer buys; days count from the start of the year, amounts are in euros."""

    size: int
    comes: tuple[int, int]  # the first visit is on one of these days
    goes: tuple[int, int]  # none is after one of these days
    gap: float  # the mean time between visits, in days
    basket: float  # the middle amount
    channel: tuple[float, float, float]
    age: tuple[float, float]  # mean and standard deviation, in years


# Customers of a kind differ among themselves (gap and basket are drawn for each), so that kinds overlap: who
# came twice may be a gift buyer or a stocker, and nobody can tell. Region and membership are drawn without a
# look at the kind: they are there because every table has such columns.
KINDS = {
    "regulars": Kind(210, (0, 20), (YEAR, YEAR), 16, 18, (0.80, 0.10, 0.10), (58, 12)),
    "stockers": Kind(130, (0, 60), (YEAR, YEAR), 40, 95, (0.15, 0.75, 0.10), (46, 11)),
    "lapsed": Kind(185, (0, 20), (90, 260), 16, 24, (0.45, 0.45, 0.10), (44, 14)),
    "newcomers": Kind(155, (285, 350), (YEAR, YEAR), 12, 22, (0.10, 0.20, 0.70), (29, 7)),
    "gift buyers": Kind(170, (0, 300), (YEAR, YEAR), 130, 70, (0.30, 0.60, 0.10), (50, 13)),
}
NO_AGE = {"shop": 0.5, "web": 0.1, "app": 0.0}  # who pays at the till is rarely asked for the year of birth


def draw_days(rng, kind):
    """The days on which one customer buys: the first, then waiting times without a memory."""
    day, last = float(rng.integers(*kind.comes)), rng.integers(kind.goes[0], kind.goes[1] + 1)
    gap = kind.gap * np.exp(0.35 * rng.normal())
    days = []
    while day < last:
        days.append(int(day))
        day += rng.exponential(gap)
    return days


def make_shop(seed=SEED):
    """Return `(purchases, customers, kinds)`: a row a purchase, then two tables with one a customer."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(np.repeat(list(KINDS), [kind.size for kind in KINDS.values()]))
    purchases, customers = [], []
    for number, name in enumerate(names, start=1001):
        kind = KINDS[name]
        basket = kind.basket * np.exp(0.25 * rng.normal())
        for day in draw_days(rng, kind):
            purchases.append((day, number, round(float(basket * np.exp(0.5 * rng.normal())), 2)))
        channel = rng.choice(CHANNELS, p=kind.channel)
        age = int(np.clip(rng.normal(*kind.age), 16, 95))
        born = 2025 - age if rng.random() >= NO_AGE[channel] else None
        member = rng.choice(["yes", "no"])
        region = rng.choice(list(REGIONS), p=list(REGIONS.values()))
        customers.append((number, channel, member, region, born))
    purchases = pd.DataFrame(purchases, columns=["day", "customer", "amount"])
    purchases = purchases.sort_values("day", kind="stable", ignore_index=True)
    dates = pd.Timestamp("2025-01-01") + pd.to_timedelta(purchases.pop("day"), unit="D")
    purchases.insert(0, "date", dates.dt.strftime("%Y-%m-%d"))
    customers = pd.DataFrame(customers, columns=["customer", "channel", "member", "region", "born"])
    customers["born"] = customers["born"].astype("Int64")
    kinds = customers[["customer"]].assign(kind=names)
    return purchases, customers, kinds


if __name__ == "__main__":
    here = Path(__file__).parent
    for table, name in zip(make_shop(), ("purchases", "shop_customers", "shop_kinds"), strict=True):
        # The line ending is fixed so that every system writes the same bytes.
        table.to_csv(here / f"{name}.csv", index=False, lineterminator="\n")
