"""The site in a real browser: read, searched, moved and answered, by keyboard, on a phone, in the dark.

Screenshots are left in build/browser. Nothing may be asked of another machine: what would be is listed, and
fails the test.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator

import pytest
from answers import all_answers, exercise_cells
from axe_playwright_python.sync_playwright import Axe
from conftest import NOTEBOOKS, ROOT
from lab_page import PATIENCE_MS
from playwright.sync_api import Page, expect
from site_build import alone, served

LEFT_BEHIND = ROOT / "build" / "browser"
NAMES = [path.stem for path in NOTEBOOKS]
PAGES = ["index", *NAMES, "glossary", "data", "instructors", "search"]
IN_PAGE = ("predict", "judge", "measure")
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    LEFT_BEHIND.mkdir(parents=True, exist_ok=True)
    with served(site) as address:
        yield address


@pytest.fixture
def page(browser, address) -> Iterator[Page]:
    """A page of its own for each test, which may ask nothing of another machine and break nowhere."""
    context, elsewhere = alone(browser, address)
    context.set_default_timeout(PATIENCE_MS)
    broken: list[str] = []
    context.on("weberror", lambda error: broken.append(str(error.error)))
    page = context.new_page()
    page.on("response", lambda answer: answer.status >= 400 and broken.append(answer.url))
    yield page
    context.close()
    assert elsewhere == [], "asked of another machine"
    assert broken == []


def open_figure(page: Page, address: str, name: str):
    """Open a lesson at its figure to move; return the figure."""
    page.goto(f"{address}/{name}.html")
    figure = page.locator(".course-figure").first
    figure.scroll_into_view_if_needed()
    figure.locator("img[alt]:not([alt=''])").wait_for()
    page.wait_for_function("document.querySelector('.course-figure').dataset.ready")
    return figure


def picture_of(figure) -> str:
    """Return what identifies the picture that is shown."""
    return figure.locator("img").evaluate(
        """async (image) => { const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
        return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).join(); }"""
    )


@pytest.fixture(scope="module")
def figures(site) -> dict[str, dict]:
    """What each figure's file says, by the lesson's name."""
    folder = site / "_static" / "figures"
    files = {name: folder / f"{name[:2]}.json" for name in NAMES}
    return {name: json.loads(f.read_text(encoding="utf-8")) for name, f in files.items() if f.exists()}


def at_start(scene: dict) -> str:
    """Return what a scene shows at first."""
    state = 0
    for control in scene["controls"]:
        state = state * len(control["values"]) + control["start"]
    return scene["texts"][state]


def test_every_figure_moves_by_keyboard_and_says_so(page, address, figures):
    assert len(figures) >= 7
    for name, about in figures.items():
        figure = open_figure(page, address, name)
        line = figure.locator("[role=status]")
        expect(line).to_have_text(at_start(about["scenes"][0]))
        scenes = figure.locator("select").first
        for number, scene in enumerate(about["scenes"]):
            if number:
                scenes.focus()
                page.keyboard.press("ArrowDown")
                expect(line).to_have_text(at_start(scene))
            for control in scene["controls"]:
                moved = figure.get_by_label(control["name"], exact=True)
                before, said = picture_of(figure), line.inner_text()
                moved.focus()
                last = control["start"] == len(control["values"]) - 1
                listed = moved.evaluate("(e) => e.tagName") == "SELECT"
                page.keyboard.press("ArrowDown" if listed else "Home" if last else "End")
                expect(line).not_to_have_text(said)
                assert line.inner_text() in scene["texts"]
                assert picture_of(figure) != before, f"{name}: {control['name']} changed nothing"
                assert figure.locator("img").get_attribute("alt") == line.inner_text()
        stored = page.locator(".cell_output:has(img):has(+ .course-figure)")
        assert stored.count() == 0 or not stored.first.is_visible(), "the still picture is shown as well"
        figure.screenshot(path=LEFT_BEHIND / f"site_{name}_figure.png")


def test_states_reached_in_any_order_are_the_same(page, address, figures):
    """Pictures are stored as differences: going back must bring the same picture."""
    name = "03_centroid"
    figure = open_figure(page, address, name)
    first = picture_of(figure)
    step = figure.get_by_label("step", exact=True)
    step.focus()
    page.keyboard.press("End")
    expect(figure.locator("[role=status]")).to_contain_text("the end")
    page.keyboard.press("Home")
    expect(figure.locator("[role=status]")).to_have_text(at_start(figures[name]["scenes"][0]))
    assert picture_of(figure) == first


def test_a_figure_that_cannot_be_loaded_leaves_its_stored_picture(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/figures/*.json", lambda route: route.abort())
    page.goto(f"{address}/03_centroid.html")
    figure = page.locator(".course-figure")
    figure.scroll_into_view_if_needed()
    expect(figure).to_contain_text("This figure cannot move here")
    cell = page.locator(".cell:has(+ .course-figure), .cell:has(+ div > .course-figure)").last
    assert cell.locator("img").first.is_visible()
    context.close()


def test_without_scripts_everything_is_there_to_read(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/03_centroid.html")
    assert page.locator(".cell_output img").first.is_visible()
    assert page.get_by_role("heading", name="When it fails").is_visible()
    page.goto(f"{address}/index.html")
    assert page.locator(".course-figure img").is_visible()
    context.close()


def test_search_finds_a_term(page, address):
    page.goto(f"{address}/index.html")
    page.keyboard.press("ControlOrMeta+k")
    page.locator("input[type=search]:focus").fill("silhouette")
    page.keyboard.press("Enter")
    for name in ("03_centroid", "06_metrics"):
        page.locator(f"#search-results a[href*='{name}.html']").first.wait_for()


def test_formulas_are_set(page, address):
    for name in ("03_centroid", "05_distribution"):
        page.goto(f"{address}/{name}.html")
        page.locator("mjx-container svg, mjx-container mjx-math").first.wait_for()
        assert page.locator("mjx-merror").count() == 0
        assert page.locator("mjx-container").count() == page.locator(".math").count()


def answers(name: str) -> list[tuple[str, str, bool, str]]:
    """Collect for a lesson's fields: exercise, what to type, whether it is right, words of what is said."""
    right, wrong = all_answers("RIGHT"), all_answers("WRONG")
    found = []
    for key, exercise in exercise_cells().items():
        if exercise.lesson == name and exercise.kind in IN_PAGE:
            found.append((key, typed(right[key][0]), True, "correct"))
            for answer, hint in wrong[key]:
                if isinstance(answer, list | tuple) and all(isinstance(x, int | float | str) for x in answer):
                    found.append((key, typed(answer), False, hint))
                    break
    return found


def typed(answer: object) -> str:
    """Return an answer as people would type it."""
    if isinstance(answer, list | tuple) and all(isinstance(letter, str) for letter in answer):
        return ", ".join(answer)
    return answer if isinstance(answer, str) else repr(answer)


def test_exercises_answer_in_the_page(page, address, pyodide):
    page.goto(f"{address}/03_centroid.html")
    for key, text, correct, words in answers("03_centroid"):
        form = page.locator(f'[data-exercise="{key}"]')
        said = form.get_by_role("status")
        form.get_by_label(f"Your answer to {key}").fill(text)
        page.keyboard.press("Enter")
        expect(said).to_contain_text(re.compile(rf"^{key}: {'correct' if correct else 'not yet'} - "))
        assert words in said.inner_text(), f"{key}: {text}"
        expect(form.get_by_role("button")).to_be_enabled()
    form.screenshot(path=LEFT_BEHIND / "site_exercise.png")
    page.reload()
    kept = page.locator(f'[data-exercise="{key}"] input')
    assert kept.input_value() == text, "the answer is kept"
    kept.fill(" ")
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-exercise="{key}"] [role=status]')).to_contain_text("not attempted yet")


def test_exercises_of_all_lessons_answer_in_the_python_of_pages(page, address, pyodide):
    """As the fields do, but with one Python for all lessons: fetching it takes longest."""
    page.goto(f"{address}/index.html")
    page.evaluate(
        """() => { const python = new Worker("_static/python.js", { type: "module" });
        window.ask = (id, exercise, answer) => new Promise((done) => {
            python.addEventListener("message", ({ data }) => {
                if (data.broken) done(data.broken);
                else if (data.id === id && !data.progress) done(data.line ?? data.error); });
            python.postMessage({ id, exercise, answer }); }); }"""
    )
    asked = {True: 0, False: 0}
    for name in NAMES:
        for key, text, correct, words in answers(name):
            line = page.evaluate("(given) => ask(...given)", [sum(asked.values()), key, text])
            assert line.startswith(f"{key}: {'correct' if correct else 'not yet'} - "), f"{text}: {line}"
            assert words in line, f"{key}: {text}"
            asked[correct] += 1
    assert asked[True] == sum(each.kind in IN_PAGE for each in exercise_cells().values())
    assert asked[False] >= 15


ODD = (
    "{[1]}",
    "__import__('os')",
    "[x for x in iter(int, 1)]",
    "9**9**9",
    "-" * 3000 + "1",
    "None",
    "ü" * 5000,
)


def test_odd_answers_are_answered_and_letters_are_read_as_people_write_them(page, address, pyodide):
    page.goto(f"{address}/03_centroid.html")
    form = page.locator('[data-exercise="03-2"]')
    said = form.get_by_role("status")
    for text in ODD:
        form.locator("input").fill(text)
        page.keyboard.press("Enter")
        expect(said).to_contain_text("03-2: not yet - ")
        expect(said).not_to_have_attribute("data-correct", "true")
        assert page.evaluate("document.activeElement.tagName") == "INPUT"
    for text in ("a, b, e, f", "[a, b, e, f]", "abef", "a and b and e and f", "\u201ca\u201d; b, e, F"):
        form.locator("input").fill("")
        form.locator("input").fill(text)
        expect(said).not_to_have_attribute("data-correct", "true")  # what was said was of another answer
        form.get_by_role("button").click()
        expect(said).to_have_attribute("data-correct", "true")
        assert page.evaluate("document.activeElement.tagName") == "BUTTON", "the focus stays"


@pytest.mark.parametrize("file", ["pyodide.mjs", "pyodide.asm.wasm", "numpy-", "course.json"])
def test_python_that_cannot_be_fetched_is_told_and_tried_anew(browser, address, pyodide, file):
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/03_centroid.html")
    missing = re.compile(re.escape(file))
    context.route(missing, lambda route: route.abort())
    form = page.locator('[data-exercise="03-3"]')
    form.locator("input").fill("c b d a e f g")
    page.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_contain_text("This could not be checked")
    context.unroute(missing)
    page.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_contain_text("03-3: correct")
    context.close()


# What scrolls inside a box of its own is not cut off.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((e) => {
    const out = (e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
    if (!e.getBoundingClientRect().width || !e.checkVisibility() || !out(e)) return false;
    for (let p = e.parentElement; p; p = p.parentElement)
        if (["auto", "scroll", "hidden"].includes(getComputedStyle(p).overflowX) && !out(p)) return false;
    return !e.closest("dialog, .bd-sidebar-primary, .bd-sidebar-secondary");
}).map((e) => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 60)}`).slice(0, 5)"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (640, 450)], ids=["phone", "enlarged"])
def test_nothing_scrolls_sideways_on_a_phone_or_enlarged(page, address, width, height):
    page.set_viewport_size({"width": width, "height": height})  # 640: 1280 at 200 %
    for name in PAGES:
        page.goto(f"{address}/{name}.html")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        assert page.evaluate(CUT_OFF) == [], name
    open_figure(page, address, "03_centroid")
    page.screenshot(path=LEFT_BEHIND / f"site_{width}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_and_everything_has_a_name(page, address, figures, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # nothing is half faded in
    violations: dict[str, list[str]] = {}
    # The search page is the theme's alone. In the dark, pages with parts of every kind; with SITE=all, all.
    some = ("index", "03_centroid", "07_customer_segmentation", "10_choosing", "glossary")
    everything = scheme == "light" or os.environ.get("SITE") == "all"
    for name in PAGES[:-1] if everything else some:
        if name in figures or name == "index":
            open_figure(page, address, name)
        else:
            page.goto(f"{address}/{name}.html")
        page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        assert page.locator("html").get_attribute("data-theme") == scheme
        # What we write, and the contrast of what is around it; MathJax looks after its own part.
        ours = {"include": [["article"]], "exclude": [["mjx-container"]]}
        around = {"include": [["body"]], "exclude": [["article"]]}
        contrast = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
        # preload: it would look for the theme's imported styles beside the page.
        common = {"resultTypes": ["violations"], "preload": False}
        for context, options in ((ours, {}), (around, contrast)):
            found = Axe().run(page, context=context, options=options | common)
            for rule in found.response["violations"]:
                nodes = [
                    f"{name}: {node['html'][:160]} {node['failureSummary'][:200]}" for node in rule["nodes"]
                ]
                violations.setdefault(rule["id"], []).extend(nodes)
    text = json.dumps({rule: nodes[:8] for rule, nodes in violations.items()}, indent=1)
    (LEFT_BEHIND / f"site_axe_{scheme}.json").write_text(text)
    assert violations == {}, text


def test_motion_is_spared_who_asks_for_that(page, address):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{address}/03_centroid.html")
    moving = """() => [...document.querySelectorAll("*")].filter((e) => {
        const style = getComputedStyle(e);
        return parseFloat(style.transitionDuration) > 0.001 || parseFloat(style.animationDuration) > 0.001 ||
            style.scrollBehavior === "smooth"; }).map((e) => e.tagName + "." + e.className).slice(0, 5)"""
    assert page.evaluate(moving) == []


def test_screenshots_are_left(page, address):
    for name, width, scheme in (
        ("index", 1400, "light"),
        ("index", 390, "dark"),
        ("04_density", 1400, "dark"),
    ):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(f"{address}/{name}.html")
        page.locator("img").first.wait_for()
        page.wait_for_timeout(500)
        file = LEFT_BEHIND / f"site_{name}_{width}_{scheme}.png"
        page.screenshot(path=file)
        assert file.stat().st_size > 20_000
