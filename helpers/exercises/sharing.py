"""Show the instructor of a room what you have tried, if you choose to, and take it back.

Only in a room that was opened by `make room`, which puts its address into the environment; elsewhere
nothing is ever sent. What goes: of each exercise whether you were right, and the last hint. What does not:
your answers (but for what a hint says of them), your name unless you give one, and all else that you do.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from helpers.exercises.progress import progress_file, read_lines

ROOM = "CLUSTERING_COURSE_ROOM"
TOKEN = "JUPYTERHUB_API_TOKEN"  # of this learner's server, by which the room knows whose progress it is
SECONDS = 5
LONGEST_HINT = 400


def share_progress(name: str | None = None) -> None:
    """Show the room's instructor what you have tried so far, and each answer from now on.

    Parameters
    ----------
    name : str, optional
        Your name, if the instructor is to see who you are; without it you are only counted.

    Raises
    ------
    RuntimeError
        If this is not a room, or the room does not take it; the text says why.
    """
    if ROOM not in os.environ:
        raise RuntimeError("There is no room here to share with: only `make room` opens one.")
    _choice_file().parent.mkdir(parents=True, exist_ok=True)
    error = _send("PUT", {"name": name, "lines": _lines()})
    if error:
        raise RuntimeError(f"The room has not taken your progress: {error}.")
    _choice_file().write_text(json.dumps({"name": name}), encoding="utf-8")
    who = f"under the name {name!r}" if name else "without a name"
    print(f"From now on the instructor sees your exercises, {who}. stop_sharing() takes it back.")


def stop_sharing() -> None:
    """Show nothing from now on, and have the room delete what it was shown.

    Raises
    ------
    RuntimeError
        If the room does not answer: then it still has what it was shown.
    """
    _choice_file().unlink(missing_ok=True)
    if ROOM in os.environ and (error := _send("DELETE", None)):
        raise RuntimeError(f"Nothing more is sent, but the room still has what it was shown: {error}.")
    print("Nothing is shared.")


def send_if_shared() -> None:
    """Send how it stands, if the learner has chosen to; say so where this fails, and go on."""
    if ROOM not in os.environ:
        return
    try:
        name = json.loads(_choice_file().read_text(encoding="utf-8"))["name"]
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"(Nothing was sent: {_choice_file()} cannot be read, {error}. Call share_progress() again.)")
        return
    if error := _send("PUT", {"name": name, "lines": _lines()}):
        print(f"(The room was not shown this answer: {error}. It goes along with your next one.)")


def _choice_file() -> Path:
    return progress_file().with_suffix(".sharing.json")


def _lines() -> list[dict[str, Any]]:
    """Return what is sent: of each exercise the last right answer and the last wrong one; envelopes stay."""
    last: dict[tuple[str, bool], dict[str, Any]] = {}
    lines, _ = read_lines()
    for line in lines:
        if all(key in line for key in ("exercise", "correct", "said")):
            kind = (line["exercise"], line["correct"])
            last.pop(kind, None)  # in the order in which they were given
            last[kind] = {"exercise": kind[0], "correct": kind[1], "said": line["said"][:LONGEST_HINT]}
    return list(last.values())


def _send(method: str, content: Any) -> str | None:
    """Send to the room; return what went wrong, in words, or None."""
    import urllib.error  # here, since most who load the exercises never send anything
    import urllib.request

    request = urllib.request.Request(
        os.environ[ROOM] + "/progress",
        method=method,
        data=None if content is None else json.dumps(content).encode(),
        headers={"Authorization": f"token {os.environ.get(TOKEN, '')}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):
            return None
    except urllib.error.HTTPError as error:
        try:
            return json.load(error)["error"]
        except (ValueError, KeyError, TypeError):
            return f"error {error.code}"
    except OSError as error:
        return str(getattr(error, "reason", error))
