"""Every lesson in JupyterLab, in a real browser, as a learner uses it.

Screenshots and what the accessibility checks found are left in build/browser. How fast the figures answer is
measured by `make bench PARTS=figures`: a clock has no place in a test.
"""

from __future__ import annotations

import ast
import json
import re

import nbformat
import pytest
from answers import all_answers
from axe_playwright_python.sync_playwright import Axe
from conftest import NOTEBOOKS, ROOT
from lab_page import PATIENCE_MS, Lesson, controls, explorers, jupyterlab, move
from playwright.sync_api import Locator, expect

LEFT_BEHIND = ROOT / "build" / "browser"
WRONG = all_answers("WRONG")
expect.set_options(timeout=PATIENCE_MS)
WIDTH, HEIGHT = 1280, 900
PLOTLY = "application/vnd.plotly.v1+json"
# Plotly's extension keeps a still picture of its plot, which is not ours to describe or to fit.
PICTURES = ".jp-OutputArea-output img:not(.plot-img)"


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    LEFT_BEHIND.mkdir(parents=True, exist_ok=True)
    with jupyterlab(folder) as address:
        yield address, folder


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def lesson(request, browser, lab):
    """Open and run a lesson; the tests below continue on it, in their order."""
    address, folder = lab
    (folder / "figures.jsonl").write_text("")
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    lesson = Lesson(page, address, folder, request.param.stem)
    lesson.open()
    lesson.run_all()
    yield lesson
    lesson.close()


def leave(lesson: Lesson, name: str, content: object) -> None:
    """Write a JSON file about a lesson into build/browser."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (LEFT_BEHIND / f"{lesson.name}_{name}.json").write_text(text, encoding="utf-8")


def test_runs_to_its_end_without_an_error(lesson):
    assert lesson.page.locator(".jp-Dialog").count() == 0, lesson.page.locator(".jp-Dialog").inner_text()
    lesson.has_run_to_its_end()
    assert lesson.broken == [], "errors of the page's own scripts"


def test_every_figure_is_drawn_and_has_a_description(lesson):
    drawn = 0
    for index, cell in enumerate(lesson.cells()):
        kinds = [set(output.get("data", {})) for output in cell.get("outputs", [])]
        plotly = sum(PLOTLY in data for data in kinds)
        figures = sum(PLOTLY not in data and any(k.startswith("image/") for k in data) for data in kinds)
        if not figures + plotly:
            continue
        shown = lesson.show(index)
        images = shown.locator(PICTURES)
        if figures:
            images.first.wait_for()
        assert images.count() == figures, cell["source"]
        for image in images.all():
            image.scroll_into_view_if_needed()
            inked = image.evaluate(
                """async (image) => { await image.decode();
                const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
                canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
                pen.drawImage(image, 0, 0);
                const values = pen.getImageData(0, 0, canvas.width, canvas.height).data;
                return new Set(new Uint32Array(values.buffer)).size; }"""
            )
            assert inked > 10, f"an empty picture:\n{cell['source']}"
            assert image.bounding_box()["width"] > 200, cell["source"]
            assert len(image.get_attribute("alt") or "") > 20, f"no description:\n{cell['source']}"
        for plot in shown.locator(".js-plotly-plot").all():
            plot.scroll_into_view_if_needed()
            plot.locator("canvas, .main-svg").first.wait_for()
        assert shown.locator(".js-plotly-plot").count() == plotly
        drawn += figures + plotly
    assert drawn >= 4, "a lesson has figures"


def pixels(picture: Locator) -> str:
    """Return the picture itself, so that two can be compared."""
    return picture.evaluate(
        """async (image) => { const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
        return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).join(); }"""
    )


def test_every_control_changes_the_picture(lesson):
    for index in explorers(lesson):
        output = lesson.show(index).locator(".jp-OutputArea-output")
        picture, line = output.locator("img"), output.locator("[role=status]")
        picture.wait_for()
        assert "Error" not in output.inner_text()
        found = controls(output)
        assert found
        for name, control in found.items():
            for _ in range(3):
                before, said = pixels(picture), line.inner_text()
                move(lesson.page, picture, control)
                assert pixels(picture) != before, f"{name} changed nothing"
                assert line.inner_text() != said, f"the line is silent on {name}"
                assert picture.get_attribute("alt") == line.inner_text()
        picture.scroll_into_view_if_needed()
        output.screenshot(path=LEFT_BEHIND / f"{lesson.name}_moved.png")


def test_a_point_goes_where_it_is_dragged(lesson):
    for index in explorers(lesson):
        if not lesson.cells()[index]["source"].count("explore_scores("):
            continue  # the others are clicked, or have controls only
        output = lesson.show(index).locator(".jp-OutputArea-output")
        picture, line = output.locator("img"), output.locator("[role=status]")
        picture.wait_for()
        for option, opening in ((1, "One rare class."), (0, "The ten points.")):  # to begin anew
            output.locator("select").select_option(index=option)
            expect(line).to_contain_text(opening)
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        places = [(0.063, 0.86), (0.43, 0.3)]  # the lowest point of the first box, and the fourth box
        start, end = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
        lesson.page.mouse.move(*start)
        lesson.page.mouse.down()
        lesson.page.mouse.move(*end, steps=8)
        lesson.page.mouse.up()
        expect(line).to_contain_text("Clusters: a a a; a a b; b b b; a.")


def first_exercise(lesson: Lesson) -> tuple[int, str, str, str]:
    """Return where the first exercise is, its id, and the names of the answer and of the solution."""
    cells = lesson.cells()
    place = next(i for i, cell in enumerate(cells) if "exercise" in cell["metadata"].get("tags", []))
    exercise, answer = re.search(r'check\("([\d-]+)", (\w+)\)', cells[place + 1]["source"]).groups()
    solution = re.search(r'check\("[\d-]+", (\w+), own=False\)', cells[place + 2]["source"]).group(1)
    return place, exercise, answer, solution


def verdict(lesson: Lesson, place: int) -> str:
    """Return what the page shows under the cell that checks the exercise."""
    return lesson.show(place + 1).locator(".jp-OutputArea-output").inner_text()


def can_be_typed(answer):
    """Whether an answer can be written into a cell as it is shown; a function cannot."""
    try:
        ast.literal_eval(repr(answer))
    except (SyntaxError, ValueError):
        return False
    return True


def test_an_exercise_answers_and_the_work_is_there_after_a_reload(lesson):
    place, exercise, answer, solution = first_exercise(lesson)
    assert "not attempted" in verdict(lesson, place)
    wrong, hint = next((wrong, hint) for wrong, hint in WRONG[exercise] if can_be_typed(wrong))
    lesson.rewrite(place, f"{answer} = {wrong!r}")
    assert verdict(lesson, place).startswith(f"{exercise}: not yet - ")
    assert hint in verdict(lesson, place)
    work = f"{answer} = {solution}  # my own work"
    lesson.rewrite(place, work)
    assert verdict(lesson, place).startswith(f"{exercise}: correct - ")

    lesson.save()
    stored = nbformat.read(lesson.file, as_version=4).cells
    assert stored[place].source == work
    lesson.open()
    assert lesson.cells()[place]["source"] == work
    expect(lesson.show(place).locator(".cm-content")).to_contain_text(work)
    expect(lesson.show(place + 1).locator(".jp-OutputArea-output")).to_contain_text("correct")
    assert verdict(lesson, place).startswith(f"{exercise}: correct - ")
    for index in explorers(lesson):  # the kernel is the same, and so is the figure: it still moves
        output = lesson.show(index).locator(".jp-OutputArea-output")
        output.locator("img").wait_for()
        before = pixels(output.locator("img"))
        move(lesson.page, output.locator("img"), output.locator("[role=slider]").first)
        assert pixels(output.locator("img")) != before


def test_text_can_be_read_and_everything_has_a_name(lesson):
    for index in range(len(lesson.cells())):  # whatever is rendered late is rendered now
        lesson.show(index)
    violations = {}
    # All rules for what the course writes; the contrast of text for JupyterLab's part of the page as well.
    ours = {"include": [[".jp-MarkdownOutput"], [".jp-OutputArea"]], "exclude": [[".plot-img"]]}
    contrast = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    for context, options in ((ours, {}), (".jp-Notebook", contrast)):
        found = Axe().run(lesson.page, context=context, options=options | {"resultTypes": ["violations"]})
        for rule in found.response["violations"]:
            nodes = [f"{node['html'][:160]} {node['failureSummary'][:200]}" for node in rule["nodes"]]
            violations.setdefault(rule["id"], []).extend(nodes)
    leave(lesson, "axe", {rule: nodes[:5] for rule, nodes in violations.items()})
    assert violations == {}


def test_figures_can_be_read_without_colour_and_with_weak_eyes(lesson):
    lines = (lesson.folder / "figures.jsonl").read_text().splitlines()
    figures = [json.loads(line) for line in lines]
    assert figures
    leave(lesson, "figures", figures)
    assert min(figure["smallest"] or 99 for figure in figures) >= 10, "text below 10 pt (13 px)"
    assert min(figure["contrast"] or 99 for figure in figures) >= 4.5, "text contrast below 4.5"
    assert [figure["by_colour_alone"] for figure in figures if figure["by_colour_alone"]] == []


def test_nothing_is_cut_off_at_a_zoom_of_200_percent(lesson):
    page = lesson.page
    lesson.toggle_file_browser()  # as one would
    page.set_viewport_size({"width": WIDTH // 2, "height": HEIGHT // 2})
    try:
        for index, cell in enumerate(lesson.cells()):
            outputs = cell.get("outputs", [])
            if not any(kind.startswith("image/") for o in outputs for kind in o.get("data", {})):
                continue
            shown = lesson.show(index)
            area = shown.locator(".jp-OutputArea").bounding_box()
            right = area["x"] + area["width"]
            parts = f"{PICTURES}, .widget-slider, .widget-dropdown, .widget-toggle-buttons"
            for part in shown.locator(parts).all():
                box = part.bounding_box()
                assert box["x"] + box["width"] <= right + 1, f"cut off on the right:\n{cell['source']}"
            for text in shown.locator(".jupyter-widgets :is(p, button, label, .widget-html-content)").all():
                whole = text.evaluate("(element) => element.scrollWidth <= element.clientWidth + 1")
                assert whole, f"cut off: {text.inner_text()}"
        lesson.show((explorers(lesson) or [0])[0])
        page.wait_for_timeout(300)
        page.screenshot(path=LEFT_BEHIND / f"{lesson.name}_zoom.png")
    finally:
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        lesson.toggle_file_browser()


def test_leaves_a_screenshot(lesson):
    place = (explorers(lesson) or [0])[0]
    lesson.show(place)
    lesson.page.wait_for_timeout(300)
    file = LEFT_BEHIND / f"{lesson.name}.png"
    lesson.page.screenshot(path=file)
    assert file.stat().st_size > 20_000
