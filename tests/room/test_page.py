"""The page of the room: what learners choose to show, what the instructor sees of it, and votes."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from rooms import LESSON, PASSWORD, ROOT
from visit import typed_answers

# isort: split
from client import PATIENCE, Kernel

PATIENCE_MS = 1000 * PATIENCE
LEFT_BEHIND = ROOT / "build" / "browser"
EXERCISE, WRONG, RIGHT = typed_answers(LESSON)


@pytest.fixture(scope="module")
def teacher(room):
    return room.instructor()


def page_of(who, method, path, **options):
    """Ask the room's page as a browser does that has opened it."""
    address = f"{who.room}/services/room/"
    who.web.get(address)
    token = {one.path: one.value for one in who.web.cookies if one.name == "_xsrf"}.get("/services/room/", "")
    return who.web.request(method, address + path, headers={"X-XSRFToken": token}, **options)


@pytest.fixture(scope="module")
def kernels(ada, ben):
    found = {"ada": Kernel(ada), "ben": Kernel(ben)}
    for kernel in found.values():
        assert kernel.run("from helpers.exercises import check, share_progress, stop_sharing").error is None
    return found


def seen(teacher):
    return page_of(teacher, "GET", "progress").json()


def test_nothing_is_shown_before_a_learner_chooses_to(room, teacher, kernels):
    kernels["ada"].run(f'check("{EXERCISE}", {WRONG})')
    assert seen(teacher)["sharing"] == 0
    assert not (room.folder / "shared").exists()


def test_who_shares_is_counted_without_a_name(teacher, kernels):
    assert "without a name" in kernels["ada"].run("share_progress()").text
    found = seen(teacher)
    assert found["sharing"] == 1
    assert found["names"] == []
    (row,) = found["exercises"]
    assert (row["exercise"], row["tried"], row["right"], row["stuck"]) == (EXERCISE, 1, 0, 1)
    assert len(row["mistake"]) > 20, "the hint that was given"


def test_from_then_on_each_answer_is_shown_and_a_name_if_one_is_given(room, teacher, kernels):
    assert "under the name 'Ben B.'" in kernels["ben"].run('share_progress("Ben B.")').text
    kernels["ben"].run(f'check("{EXERCISE}", {RIGHT})')
    found = seen(teacher)
    assert found["sharing"] == 2
    assert (found["exercises"][0]["tried"], found["exercises"][0]["right"]) == (2, 1)
    assert found["names"] == [{"name": "Ben B.", "right": [EXERCISE], "not_yet": []}]
    kept = "".join(path.name + path.read_text("utf-8") for path in (room.folder / "shared").iterdir())
    assert "ada" not in kept.lower(), "who gave no name is not to be found in what the room keeps"


def test_who_stops_is_forgotten(room, teacher, kernels):
    kernels["ben"].run("stop_sharing()")
    kernels["ben"].run(f'check("{EXERCISE}", {WRONG})')
    assert seen(teacher)["sharing"] == 1
    assert len(list((room.folder / "shared").iterdir())) == 1


@pytest.mark.parametrize(("method", "path"), [("GET", "progress"), ("POST", "ask"), ("GET", "wall")])
def test_what_is_the_instructors_is_for_no_learner(ada, method, path):
    answer = page_of(ada, method, path, json={"open": True, "prompt": "x"} if method == "POST" else None)
    assert answer.status_code == 403
    assert PASSWORD not in answer.text


def test_who_is_not_signed_in_sees_nothing(room):
    import requests

    for path in ("", "progress", "vote", "wall"):
        answer = requests.get(f"{room.address}/services/room/{path}")
        assert PASSWORD not in answer.text
        assert "committed" not in answer.text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": None}, "expected a name and lines"),
        ({"name": "x" * 41, "lines": []}, "1 to 40 characters"),
        ({"name": None, "lines": [{"exercise": "../../etc"}]}, "names its exercise"),
        ({"name": None, "lines": [{"exercise": "01-1"}] * 501}, "at most 500 lines"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words_and_changes_nothing(teacher, ada, sent, told):
    before = seen(teacher)["exercises"]
    answer = page_of(ada, "PUT", "progress", json=sent)
    assert answer.status_code == 400
    assert told in answer.json()["error"]
    assert seen(teacher)["exercises"] == before


def test_a_vote_is_committed_to_once_and_shown_when_it_is_closed(teacher, ada, ben):
    assert "no vote is open" in page_of(ada, "POST", "vote", json={"answer": "3"}).json()["error"]
    asked = {"open": True, "prompt": "How many find all sixteen?"}
    assert page_of(teacher, "POST", "ask", json=asked).status_code == 200
    twice = page_of(teacher, "POST", "ask", json=asked | {"prompt": "another"})
    assert "close it first" in twice.json()["error"], "else nobody would see what was said"
    stale = page_of(ada, "POST", "vote", json={"answer": "3", "prompt": "what was asked before"})
    assert "the question has changed" in stale.json()["error"]
    assert page_of(ada, "POST", "vote", json={"answer": " 12 "}).json() == {"committed": True}
    again = page_of(ada, "POST", "vote", json={"answer": "100"})
    assert "you have committed" in again.json()["error"]
    for who in (ada, ben, teacher):
        found = page_of(who, "GET", "vote").json()
        assert (found["prompt"], found["open"], found["committed"]) == ("How many find all sixteen?", True, 1)
        assert found["bars"] is None, "nobody sees what others said before all have"
    page_of(ben, "POST", "vote", json={"answer": "12"})
    page_of(teacher, "POST", "ask", json={"open": False})
    found = page_of(ben, "GET", "vote").json()
    assert (found["open"], found["mine"], found["bars"]) == (False, "12", [{"label": "12", "count": 2}])
    assert page_of(ben, "POST", "vote", json={"answer": "13"}).status_code == 400


def sign_in(page, room, name, password, word):
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{room.address}/hub/login?next=%2Fservices%2Froom%2F")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("The password of the room").fill(password)
    page.get_by_label("A word of your own").fill(word)
    page.get_by_role("button", name="Sign in").click()


def test_a_room_votes_in_a_browser(room, browser, ada):
    """The instructor picks a question of a lesson, two answer, and all see the same picture."""
    secret = json.loads((room.folder / "secrets.json").read_text("utf-8"))["instructor"]
    contexts = [browser.new_context(viewport={"width": 1100, "height": 900}) for _ in range(3)]
    teacher, first, second = (context.new_page() for context in contexts)
    broken = []
    for page in (teacher, first, second):
        page.on("pageerror", lambda error: broken.append(str(error)))
    sign_in(teacher, room, "instructor", secret, "")
    sign_in(first, room, "ada", PASSWORD, "my own word")
    sign_in(second, room, "<b>Gil", PASSWORD, "word")
    expect(second.locator(".login_error")).to_contain_text("letters, digits")
    sign_in(second, room, "Gil", PASSWORD, "word")
    question = "<b>How many</b> & which?"
    teacher.get_by_label("What the room will read").fill(question)
    teacher.get_by_role("button", name="Open the vote").click()
    for page, answer in ((first, "<i>three</i>"), (second, "Four")):
        expect(page.locator("#prompt")).to_have_text(question)
        page.get_by_label("Your answer").fill(answer)
        page.get_by_role("button", name="Commit").click()
        expect(page.locator("#state")).to_contain_text(f"You said “{answer}”")
    expect(teacher.locator("#state")).to_contain_text("2 committed")
    LEFT_BEHIND.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, page in (("vote_open", first), ("instructor_open", teacher)):
        page.screenshot(path=LEFT_BEHIND / f"room_{name}.png", full_page=True)
        found[name] = Axe().run(page).response["violations"]
    teacher.get_by_role("button", name="Close it").click()
    for page in (teacher, first, second):
        expect(page.locator("#bars table")).to_contain_text("four")
        expect(page.locator("#bars table")).to_contain_text("<i>three</i>")
    expect(teacher.locator("#exercises")).to_contain_text(EXERCISE)
    for name, page in (("vote", first), ("instructor", teacher)):
        page.screenshot(path=LEFT_BEHIND / f"room_{name}.png", full_page=True)
        found[name] = Axe().run(page).response["violations"]
    teacher.goto(f"{room.address}/services/room/wall")
    expect(teacher.get_by_text(PASSWORD)).to_be_visible()
    teacher.screenshot(path=LEFT_BEHIND / "room_wall.png")
    found["wall"] = Axe().run(teacher).response["violations"]
    first.goto(f"{room.address}/hub/logout")
    first.goto(f"{room.address}/hub/login")
    first.screenshot(path=LEFT_BEHIND / "room_sign_in.png")
    assert broken == []
    assert {name: [one["id"] for one in rules] for name, rules in found.items() if rules} == {}
    for context in contexts:
        context.close()


def test_two_tabs_of_one_learner_lose_nothing(room, browser, ada):
    """JupyterLab itself asks before one tab writes over what the other has saved."""
    path = f"notebooks/{LESSON}.ipynb"
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    pages = [context.new_page() for _ in range(2)]
    sign_in(pages[0], room, "ada", PASSWORD, "my own word")
    ready = ".jp-Notebook .jp-Cell"
    # Each tab has a workspace of its own, as two windows of one learner have.
    for number, page in enumerate(pages):
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{room.address}/user/ada/lab/workspaces/tab-{number}/tree/{path}?reset")
        page.wait_for_selector(ready)

    def write(page, text):
        page.locator(ready).first.dblclick()
        page.locator(".jp-Cell .cm-content").first.click()
        page.keyboard.press("ControlOrMeta+Home")
        page.keyboard.insert_text(text)

    write(pages[0], "first tab ")
    pages[0].keyboard.press("ControlOrMeta+s")
    pages[0].wait_for_function("!document.querySelector('.jp-mod-current.jp-mod-dirty')")

    def first_cell():
        return "".join(ada.read(path)["cells"][0]["source"])

    for _ in range(300):
        if first_cell().startswith("first tab "):
            break
        pages[0].wait_for_timeout(200)
    assert first_cell().startswith("first tab ")
    write(pages[1], "second tab ")
    pages[1].keyboard.press("ControlOrMeta+s")
    dialog = pages[1].locator(".jp-Dialog")
    expect(dialog).to_contain_text("has changed", ignore_case=True)
    pages[1].screenshot(path=LEFT_BEHIND / "room_two_tabs.png")
    assert first_cell().startswith("first tab "), "what the first tab saved is there"
    context.close()
