"""Each interactive figure: every control changes it, the axes stay, it says what it shows; and its still."""

from __future__ import annotations

import io
import subprocess
import sys

import nbformat.v4
import pytest
from conftest import ROOT
from explorers import BLOBS, KINDS, MOONS, click, course_style, make, unmoved  # noqa: F401
from matplotlib.axes import Axes
from matplotlib.text import Text
from nbconvert import HTMLExporter
from PIL import Image

import helpers.interactive

sys.path.append(str(ROOT / "tests" / "browser"))
from measure_figures import measure

each_kind = pytest.mark.parametrize("kind", KINDS)


def values_of(control):
    """Return some values of a control: all choices, or the ends and the middle of a slider."""
    if hasattr(control, "options"):
        return [value for _, value in control._options_full]
    return [control.min, (control.min + control.max) / 2, control.max]


def frame(ax: Axes):
    return (*ax.get_xlim(), *ax.get_ylim(), *ax.get_position().bounds)


@each_kind
def test_every_control_changes_picture_and_line_and_no_axis(kind):
    figure = make(kind)
    before = [frame(ax) for ax in figure.figure.axes]
    for control in figure.controls.values():
        seen = set()
        for value in values_of(control):
            control.value = int(value) if isinstance(control.value, int) else value
            seen.add((figure.picture.png, figure.text))
            assert [frame(ax) for ax in figure.figure.axes] == before
        assert len({png for png, _ in seen}) > 1
        assert len({text for _, text in seen}) > 1


@each_kind
def test_the_same_values_give_the_same_picture(kind):
    figure = make(kind)
    first = figure.picture.png
    slider = list(figure.controls.values())[-1]
    here = slider.value
    other = next(v for v in values_of(slider) if v != here)
    slider.value = int(other) if isinstance(here, int) else other
    assert figure.picture.png != first
    slider.value = here
    assert figure.picture.png == first


@each_kind
def test_without_a_kernel_there_is_a_still_picture_with_its_description(kind, monkeypatch):
    figure = make(kind)
    first = figure.picture.png
    data, metadata = figure._repr_mimebundle_()
    ((image_type, image),) = ((key, value) for key, value in data.items() if key.startswith("image/"))
    width, height = Image.open(io.BytesIO(image)).size
    assert width <= 960
    assert height > 1.5 * figure.figure.bbox.height  # several states of the figure
    assert len(data["text/plain"]) > 60
    assert set(data) == {"text/plain", image_type}
    assert metadata == {image_type: {"alt": data["text/plain"]}}
    monkeypatch.delenv("CLUSTERING_COURSE_STATIC")
    alive, its_metadata = figure._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in alive
    assert alive["text/plain"] == data["text/plain"]
    assert its_metadata == metadata
    figure.show()
    assert figure.picture.png == first, "making the still leaves the figure as it was"


@pytest.mark.parametrize("kind", ["dbscan", "palette"])  # a PNG and a JPEG
def test_nbconvert_finds_the_alternative_text_of_the_still(kind):
    data, metadata = unmoved(kind)._repr_mimebundle_()
    data = {key: value if key == "text/plain" else "AAAA" for key, value in data.items()}  # no image needed
    output = nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)
    cell = nbformat.v4.new_code_cell(outputs=[output])
    # The default template, `lab`, leaves alternative text out, whatever the output says.
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert f'alt="{data["text/plain"]}"' in page


@each_kind
def test_text_is_large_and_dark_and_nothing_differs_by_colour_alone(kind):
    measured = measure(unmoved(kind).figure)
    assert measured["smallest"] >= 10
    assert measured["contrast"] >= 4.5
    assert measured["by_colour_alone"] == []


@each_kind
def test_all_text_is_inside_the_picture(kind):
    figure = unmoved(kind)
    texts = [a for a in figure._contents() if isinstance(a, Text) and a.get_text()]
    assert texts or kind in ("tree", "dbscan", "weight", "confidence")
    for text in texts:
        box = text.get_window_extent(figure._canvas.get_renderer())
        assert figure.figure.bbox.contains(box.x0, box.y0), text
        assert figure.figure.bbox.contains(box.x1, box.y1), text


@each_kind
def test_a_click_outside_the_axes_or_in_the_other_one_changes_nothing(kind):
    figure = unmoved(kind)
    before = figure.values
    for place in ([0.001, 0.001], [0.97, 0.4]):
        figure.picture.click = place
    assert figure.values == before


@pytest.mark.parametrize(("kind", "X"), [("dbscan", MOONS), ("em", BLOBS)], ids=["dbscan", "em"])
def test_a_click_chooses_the_nearest_point(kind, X):
    figure = make(kind)
    click(figure, *X[17])
    assert figure.controls["point"].value == 17


def test_a_figure_is_imported_without_the_others():
    code = (
        "import sys; from helpers.interactive import explore_tree; "
        "print(*(m.removeprefix('helpers.interactive.') for m in sys.modules if 'helpers.interactive.' in m))"
    )
    output = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert set(output.split()) == {"explorer", "tree"}


def test_every_public_name_is_there_and_no_other():
    names = helpers.interactive.__all__
    for name in names:
        value = getattr(helpers.interactive, name)
        assert isinstance(value, str) or value.__name__ == name
    assert {f"explore_{kind}" for kind in KINDS} < set(names) <= set(dir(helpers.interactive))
    with pytest.raises(AttributeError, match="no attribute 'explore_nothing'"):
        _ = helpers.interactive.explore_nothing
