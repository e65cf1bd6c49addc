"""The figure with scores: points go where they are dragged or clicked, and the scores follow."""

from __future__ import annotations

from explorers import click, course_style, make, place  # noqa: F401


def clusters_of(figure):
    return figure.text.split("Clusters: ")[1].split(". ")[0].split("; ")


def test_a_dragged_point_changes_its_cluster_and_the_scores():
    figure = make("scores")
    assert clusters_of(figure) == ["a a a a", "a a b", "b b b", "empty"]
    assert "purity 0.90" in figure.text
    figure.picture.drag = place(figure, 1.5, 2.5) + place(figure, 2.7, 4.9)  # the b of the second box
    assert clusters_of(figure) == ["a a a a", "a a", "b b b b", "empty"]
    assert "purity 1.00" in figure.text
    assert (figure.controls["point"].value, figure.controls["cluster"].value) == (7, 3)


def test_a_drag_from_where_no_point_is_moves_nothing():
    figure = make("scores")
    before = figure.text
    figure.picture.drag = place(figure, 3.5, 0.5) + place(figure, 0.5, 0.5)
    assert figure.text == before


def test_a_click_chooses_a_point_and_one_into_a_box_moves_it():
    figure = make("scores")
    click(figure, 1.5, 2.5)
    assert figure.controls["point"].value == 7
    assert clusters_of(figure)[1] == "a a b", "choosing moves nothing"
    click(figure, 3.5, 5.0)
    assert clusters_of(figure) == ["a a a a", "a a", "b b b", "b"]


def test_by_keyboard_a_point_is_chosen_by_its_slider_and_moved_by_the_buttons():
    figure = make("scores")
    figure.controls["point"].value = 10
    assert figure.controls["cluster"].value == 3, "the buttons follow the point"
    figure.controls["cluster"].value = 1
    assert clusters_of(figure) == ["a a a a b", "a a b", "b b", "empty"]
    figure.controls["point"].value = 12  # there are ten
    assert figure.controls["point"].value == 10


def test_choosing_a_start_begins_anew():
    figure = make("scores")
    figure.controls["cluster"].value = 4
    figure.controls["start"].value = "rare"
    assert clusters_of(figure) == ["a a a a a a a a a a b b", "empty", "empty", "empty"]
    figure.controls["start"].value = "ten"
    assert clusters_of(figure) == ["a a a a", "a a b", "b b b", "empty"]


def test_the_mean_of_the_shuffles_is_where_the_ari_is_zero():
    figure = make("scores")
    marks = [line.get_xdata()[0] for line in figure.figure.axes[1].lines if len(line.get_xdata()) == 2]
    assert any(abs(mark) < 0.03 for mark in marks)
