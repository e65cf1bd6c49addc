"""Attempts to break the claims of lesson 09, on scikit-learn's digits: smaller pictures, other writers."""

from __future__ import annotations

import numpy as np
from challenge import claim
from draws import seed
from lesson_code import taught
from scipy.ndimage import center_of_mass
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.metrics import euclidean_distances
from sklearn.svm import SVC

from helpers.datasets import load_mnist
from helpers.labels import infer_cluster_labels

LESSON = taught("09_digits")
nearest, most_central = LESSON["nearest"], LESSON["most_central"]
DIGITS, NAMES = load_digits(return_X_y=True)
DIGITS = DIGITS / 16


def split(rng, n_train=1200):
    """Training and test images of a draw, as rows, with their digits."""
    order = rng.permutation(len(DIGITS))
    train, test = order[:n_train], order[n_train:]
    return DIGITS[train], NAMES[train], DIGITS[test], NAMES[test]


def clusters(X, k, rng):
    return KMeans(k, n_init=1, random_state=seed(rng)).fit(X)


def one_neighbour(X, y, labelled, test, truth):
    """The accuracy of one nearest neighbour with these labels."""
    return np.mean(y[labelled][nearest(test, X[labelled])] == truth)


@claim(
    "09-asked",
    "With 20 to 160 labels, those of the images most central to their clusters are worth more to one nearest "
    "neighbour than as many random ones",
    "What does a name cost?",
    false={"clustered": False},
)
def asked(rng, clustered=True):
    X, y, test, truth = split(rng)
    k = int(rng.integers(20, 161))
    model = clusters(X, k, rng)
    ids = model.labels_ if clustered else rng.permutation(model.labels_)
    centers = np.array([X[ids == i].mean(axis=0) for i in range(k)])
    central, chosen = most_central(X, ids, centers), rng.choice(len(X), k, replace=False)
    ours, theirs = (one_neighbour(X, y, labelled, test, truth) for labelled in (central, chosen))
    return ours > theirs


def lead(rng, k, picked=True):
    """How far one label a cluster is ahead of as many random ones, and how much of it the choice explains."""
    X, y, test, truth = split(rng)
    model = clusters(X, k, rng)
    central = most_central(X, model.labels_, model.cluster_centers_)
    chosen = rng.choice(len(X), k, replace=False)
    named = y[central] if picked else y[chosen]
    centers = model.cluster_centers_[model.labels_[central if picked else chosen]]
    whole = np.mean(named[nearest(test, centers)] == truth)
    base = one_neighbour(X, y, chosen, test, truth)
    return whole - base, one_neighbour(X, y, central if picked else chosen, test, truth) - base


@claim(
    "09-choice",
    "From 20 to 160 labels more than half of the lead of one label a cluster comes from which images were "
    "asked about",
    "What does a name cost?",
    false={"picked": False},
)
def choice(rng, picked=True):
    whole, by_choice = lead(rng, int(rng.integers(20, 161)), picked)
    return by_choice > whole / 2 > 0


@claim(
    "09-fades",
    "The lead of one label a cluster over as many random ones is smaller with 320 labels than with 40",
    "What does a name cost?",
    false={"few": 320, "many": 40},
)
def fades(rng, few=40, many=320):
    return lead(rng, few)[0] > lead(rng, many)[0]


@claim(
    "09-machine",
    "A support vector machine with C=10 and gamma=0.05, on pixels from 0 to 1, usually makes more of 320 "
    "random labels than one neighbour does",
    "What does a name cost?",
    false={"labels": 10},
)
def machine(rng, labels=320):
    X, y, test, truth = split(rng)
    chosen = rng.choice(len(X), labels, replace=False)
    model = SVC(C=10, gamma=0.05).fit(X[chosen], y[chosen])
    return model.score(test, truth) > one_neighbour(X, y, chosen, test, truth)


@claim(
    "09-flatters",
    "Random groups of three name more than a third of the images that voted rightly, and of others about a "
    "tenth, because they are small",
    "What does a name cost?",
    without={"size": 100},
)
def flatters(rng, size=3):
    n = len(NAMES)
    ids, y = rng.permutation(n) // size, rng.permutation(NAMES)
    names = infer_cluster_labels(ids, y)
    on_others = np.mean(names[rng.integers(len(names), size=n)] == y)
    return np.mean(names[ids] == y) > 1 / 3 and on_others < 0.15


@claim(
    "09-constant",
    "Answers written to their clusters' places score as the constant answer 0 does, within two hundredths, "
    "if clusters are few beside the images",
    "Why does a widely copied version reach only 9.8 %?",
    false={"repaired": True},
)
def constant(rng, repaired=False):
    X, y, test, truth = split(rng)
    model = clusters(X, int(rng.integers(5, 21)), rng)
    names, ids = infer_cluster_labels(model.labels_, y), model.predict(test)
    answers = names[ids] if repaired else LESSON["label_the_data_wrongly"](ids, names)
    return abs(np.mean(answers == truth) - np.mean(truth == 0)) < 0.02


@claim(
    "09-far",
    "Of the third of the images furthest from their centers more are misnamed than of the nearest third",
    "What did it find?",
    false={"shuffled": True},
)
def far(rng, shuffled=False):
    X, y, test, truth = split(rng)
    model = clusters(X, int(rng.integers(20, 61)), rng)
    ids = model.predict(test)
    wrong = infer_cluster_labels(model.labels_, y)[ids] != truth
    distance = np.linalg.norm(test - model.cluster_centers_[ids], axis=1)
    if shuffled:
        distance = rng.permutation(distance)
    near, _, away = np.array_split(distance.argsort(), 3)
    return wrong[away].mean() > 2 * wrong[near].mean()


def centred(image):
    """The image, moved by whole pixels until its ink is in the middle."""
    down, right = np.round(np.subtract(13.5, center_of_mass(image))).astype(int)
    return np.roll(image, (down, right), axis=(0, 1))


@claim(
    "09-moved",
    "Enlarged to 28 by 28 and moved by two pixels, more than half of the images are further from their own "
    "copy than from an image of another digit, because ink is compared place by place: centred again, few "
    "are",
    "When it fails",
    without={"centre": True},
)
def away_from_itself(rng, centre=False):
    digits = load_mnist(source="stand-in")
    images = np.concatenate([digits.x_train, digits.x_test]).astype(float)
    names = np.concatenate([digits.y_train, digits.y_test])
    some = rng.permutation(len(images))[:900]
    images, names = images[some], names[some]
    copies = LESSON["moved"](images[:150], 2)
    if centre:
        images, copies = (np.array([centred(image) for image in part]) for part in (images, copies))
    table = images.reshape(len(images), -1)
    own = np.linalg.norm(table[:150] - copies.reshape(150, -1), axis=1)
    others = euclidean_distances(table[:150], table)
    others[names[:150, None] == names[None]] = np.inf
    return np.mean(own > others.min(axis=1)) > 0.5
