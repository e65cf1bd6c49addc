"""Sharing is a choice: nothing goes before it, only what it says goes after it, and it can be taken back."""

from __future__ import annotations

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from helpers.exercises import check, share_progress, stop_sharing
from helpers.exercises.progress import VARIABLE
from helpers.exercises.sharing import ROOM, TOKEN

EXERCISE, OTHER = "03-1", "03-2"


class Page(BaseHTTPRequestHandler):
    """A page of a room that keeps what it is sent, or refuses it."""

    got: list
    refuses: str | None = None

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.got.append((self.command, self.headers["Authorization"], json.loads(body) if body else None))
        self.send_response(400 if self.refuses else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"error": self.refuses} if self.refuses else {}).encode())

    do_PUT = do_DELETE = _answer

    def log_message(self, *arguments):
        pass


@pytest.fixture
def page(monkeypatch, tmp_path):
    handler = type("Handler", (Page,), {"got": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(ROOM, f"http://127.0.0.1:{server.server_port}/services/room")
        monkeypatch.setenv(TOKEN, "mine")
        monkeypatch.setenv(VARIABLE, str(tmp_path / "home" / "progress.jsonl"))
        yield handler
        server.shutdown()


def test_without_a_room_nothing_can_be_shared(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv(ROOM, raising=False)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "progress.jsonl"))
    with pytest.raises(RuntimeError, match="make room"):
        share_progress()
    check(EXERCISE, 0)
    stop_sharing()
    assert "Nothing is shared" in capsys.readouterr().out


def test_nothing_is_sent_before_it_is_chosen(page):
    check(EXERCISE, 0)
    assert page.got == []


def test_what_is_sent_is_exercise_verdict_and_hint_and_no_more(page):
    check(EXERCISE, 0)
    share_progress()
    check(EXERCISE, [0, 0, 0, 0])
    check(OTHER, 0)
    assert [len(sent["lines"]) for _, _, sent in page.got] == [1, 1, 2], "of one exercise the last"
    assert page.got[0][2]["lines"][0]["said"] != page.got[1][2]["lines"][0]["said"]
    for method, token, sent in page.got:
        assert (method, token) == ("PUT", "token mine")
        assert sent["name"] is None
        for line in sent["lines"]:
            assert sorted(line) == ["correct", "exercise", "said"]


def test_a_name_is_sent_if_one_is_given_and_nothing_after_it_was_taken_back(page):
    share_progress("Ada")
    assert page.got[-1][2] == {"name": "Ada", "lines": []}
    check(EXERCISE, 0)
    assert page.got[-1][2]["name"] == "Ada"
    stop_sharing()
    assert page.got[-1][0] == "DELETE"
    sent = len(page.got)
    check(EXERCISE, 0)
    assert len(page.got) == sent


def test_a_room_that_refuses_says_why_and_nothing_is_chosen(page):
    page.refuses = "a name has 1 to 40 characters"
    with pytest.raises(RuntimeError, match="1 to 40 characters"):
        share_progress("x" * 41)
    page.refuses = None
    check(EXERCISE, 0)
    assert len(page.got) == 1


def test_a_room_that_is_gone_stops_no_exercise_and_the_answer_goes_along_later(page, monkeypatch, capsys):
    share_progress()
    there = page.got[:]
    address = os.environ[ROOM]
    monkeypatch.setenv(ROOM, "http://127.0.0.1:9/services/room")
    check(EXERCISE, 0)
    assert "was not shown this answer" in capsys.readouterr().out
    assert page.got == there
    monkeypatch.setenv(ROOM, address)
    check(OTHER, 1)
    assert [line["exercise"] for line in page.got[-1][2]["lines"]] == [EXERCISE, OTHER]


def test_a_choice_that_cannot_be_read_sends_nothing_and_says_so(page, tmp_path, capsys):
    share_progress()
    sent = len(page.got)
    (tmp_path / "home" / "progress.sharing.json").write_text("{")
    check(EXERCISE, 0)
    assert "Call share_progress() again" in capsys.readouterr().out
    assert len(page.got) == sent
