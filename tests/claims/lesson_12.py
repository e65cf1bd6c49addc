"""Attempts to break the claims of lesson 12, with small networks on small images.

The networks of the lesson take minutes; their rows are repeated by `make bench PARTS=network`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from challenge import claim
from draws import seed
from lesson_code import taught
from scipy.ndimage import center_of_mass
from sklearn.cluster import KMeans
from sklearn.metrics import confusion_matrix, euclidean_distances

from helpers.datasets import load_mnist, make_letters
from helpers.labels import infer_cluster_labels


@cache
def lesson():
    """TensorFlow is slow to load, and only these claims need it."""
    return taught("12_network")


@cache
def stand_in():
    digits = load_mnist(source="stand-in")
    images = np.concatenate([digits.x_train, digits.x_test])
    return images, np.concatenate([digits.y_train, digits.y_test]).astype(int)


def images_of(rng, n):
    """Some of scikit-learn's digits, or letters, as floats of shape (n, 28, 28, 1), and their classes."""
    if rng.random() < 0.5:
        images, classes = stand_in()
        some = rng.permutation(len(images))[:n]
        images, classes = images[some], classes[some]
    else:
        images, classes = make_letters(n, seed(rng))
    return images[..., None].astype("float32") / 255, classes


def copies_of(images, rng):
    lesson()["keras"].utils.set_random_seed(seed(rng))
    return lesson()["distort"](images).numpy()


@claim(
    "12-collapse",
    "Trained for agreement alone, a small network puts nine in ten images or more into one of ten clusters, "
    "because nothing asks for evenness: trained for information it does not",
    "How does a training collapse?",
    without={"even": True},
)
def collapse(rng, even=False):
    tf, keras = lesson()["tf"], lesson()["keras"]
    images, _ = images_of(rng, 300)
    first, second = (copies_of(images, rng).reshape(300, -1) for _ in range(2))
    width = int(rng.integers(16, 65))
    weights = [
        tf.Variable(rng.normal(0, 0.05, size=(784, width)).astype("float32")),
        tf.Variable(rng.normal(0, 0.2, size=(width, 10)).astype("float32")),
    ]
    adam = keras.optimizers.Adam(0.01)

    def answers(rows):
        return tf.nn.softmax(tf.nn.relu(rows @ weights[0]) @ weights[1])

    for _ in range(60):
        with tf.GradientTape() as tape:
            p, q = answers(first), answers(second)
            agreed = tf.reduce_mean(tf.reduce_sum(p * q, axis=1))
            loss = -lesson()["information"](p, q) if even else -agreed
        adam.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
    return np.bincount(answers(first).numpy().argmax(axis=1)).max() / 300 >= 0.9


def tables(rng, shuffled=False, k=40):
    """The table of what copies share of k clusters of k-means, and the majority class of each cluster."""
    images, classes = images_of(rng, 900)
    model = KMeans(k, n_init=1, random_state=seed(rng)).fit(images.reshape(900, -1))
    first, second = (model.predict(copies_of(images, rng).reshape(900, -1)) for _ in range(2))
    if shuffled:
        second = rng.permutation(second)
    P = confusion_matrix(first, second, labels=range(k)) / 900
    return (P + P.T) / 2, infer_cluster_labels(model.labels_, classes, n_clusters=k)


@claim(
    "12-share",
    "Where the copies of an image land in two clusters of k-means, the two have the same majority class at "
    "least twice as often as by chance, because they are copies of one image",
    "Ten at once, or many and then merge?",
    without={"shuffled": True},
)
def share(rng, shuffled=False):
    P, names = tables(rng, shuffled)
    apart = P * (1 - np.eye(len(P)))
    same = names[:, None] == names
    by_chance = np.outer(P.sum(axis=0), P.sum(axis=0)) * (1 - np.eye(len(P)))
    return apart[same].sum() / apart.sum() >= 2 * by_chance[same].sum() / by_chance.sum()


@claim(
    "12-untrained",
    "The features of an untrained network bring images hardly nearer to their own copies, moved by two "
    "pixels, than pixels do",
    "What is better about the learned space?",
    false={"centre": True},
)
def untrained(rng, centre=False):
    images, classes = images_of(rng, 700)
    keras = lesson()["keras"]
    keras.utils.set_random_seed(seed(rng))
    model = lesson()["network"](10, heads=1)
    model = keras.Model(model.input, model.get_layer("features").output)

    def further(place):
        own = np.linalg.norm(place(images[:150]) - place(np.roll(images[:150], 2, axis=2)), axis=1)
        others = euclidean_distances(place(images[:150]), place(images))
        others[classes[:150, None] == classes] = np.inf
        return np.mean(own > others.min(axis=1))

    def features(some):
        if centre:  # each image is moved until its ink is in the middle
            middles = [np.round(center_of_mass(image[..., 0])).astype(int) for image in some]
            some = np.array([np.roll(i, 14 - m, axis=(0, 1)) for i, m in zip(some, middles, strict=True)])
        return model(some, training=False).numpy()

    return further(features) > further(lambda some: some.reshape(len(some), -1)) - 0.1
