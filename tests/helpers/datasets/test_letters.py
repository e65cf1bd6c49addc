"""The letters of lesson 12's trial: repeatable, readable, and laid out as MNIST is."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from helpers.datasets import make_letters


def test_a_seed_gives_the_same_letters_and_another_others():
    first, again, other = make_letters(50, 3), make_letters(50, 3), make_letters(50, 4)
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.letters, again.letters)
    assert not np.array_equal(first.images, other.images)


def test_they_are_laid_out_as_mnist_is():
    images, letters = make_letters(300, 0)
    assert images.shape == (300, 28, 28)
    assert images.dtype == np.uint8
    assert set(letters) == set(range(10))
    assert np.median(images.max(axis=(1, 2))) > 200  # ink is light on dark paper
    assert np.median(images) == 0
    rows = (images.sum(axis=2) * np.arange(28)).sum(axis=1) / images.sum(axis=(1, 2))
    columns = (images.sum(axis=1) * np.arange(28)).sum(axis=1) / images.sum(axis=(1, 2))
    assert max(abs(rows - 13.5).max(), abs(columns - 13.5).max()) < 1  # centred by mass


def test_they_can_be_read_and_differ():
    train, test = make_letters(2000, 1), make_letters(400, 2)
    assert len(np.unique(train.images.reshape(2000, -1), axis=0)) == 2000
    model = KNeighborsClassifier(3).fit(train.images.reshape(2000, -1), train.letters)
    assert model.score(test.images.reshape(400, -1), test.letters) > 0.85


def test_an_alphabet_of_ones_own():
    images, letters = make_letters(20, 0, alphabet="xy")
    assert len(images) == 20
    assert set(letters) == {0, 1}
    assert make_letters(0, 0).images.shape == (0, 28, 28)


@pytest.mark.parametrize("wrong", [{"n": -1}, {"n": 5, "alphabet": ""}])
def test_what_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(ValueError, match="n must be 0 or more and the alphabet not empty"):
        make_letters(seed=0, **wrong)
