"""The figure with the number of clusters: its scores are scikit-learn's."""

from __future__ import annotations

from explorers import BLOBS, course_style, fit, make  # noqa: F401
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score


def test_k_shows_the_scores_of_scikit_learn():
    figure = make("k")
    for k in (2, 4, 6):
        figure.controls["k"].value = k
        labels = fit(BLOBS, k)
        assert f"mean silhouette {silhouette_score(BLOBS, labels):.3f}" in figure.text
        inertia = KMeans(k, n_init=3, random_state=0).fit(BLOBS).inertia_
        assert f"inertia {inertia:.4g}" in figure.text
