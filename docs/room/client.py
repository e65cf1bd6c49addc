"""A learner of the room, as far as a program is one: signs in, opens a lesson, runs cells, moves a figure."""

from __future__ import annotations

import html
import json
import re
import time
import uuid
from typing import Any
from urllib.parse import quote

import requests
import websocket

PATIENCE = 600  # seconds; no bound, but what ends a run that hangs


class SignInError(Exception):
    """The room's answer to a sign-in that it refused."""


class Kernel:
    """A kernel of a learner, spoken to as JupyterLab does."""

    def __init__(self, learner: Learner, path: str | None = None) -> None:
        path = path or f"{uuid.uuid4().hex}.ipynb"  # in the learner's home
        self.learner, self.path = learner, path
        made = learner.api("POST", "sessions", json={
            "path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"},
        }).json()  # fmt: skip
        self.session, self.id = made["id"], made["kernel"]["id"]
        self.connect()

    def connect(self) -> None:
        """Open the line to the kernel, as a tab does, and as a second one would."""
        address = f"{self.learner.server}api/kernels/{self.id}/channels".replace("http", "ws", 1)
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.learner.web.cookies)
        self.line = websocket.create_connection(
            address, cookie=cookies, timeout=PATIENCE, origin=self.learner.room
        )

    def close(self) -> None:
        """End the kernel, as *Shut Down Kernel* does."""
        self.line.close()
        self.learner.api("DELETE", f"sessions/{self.session}")

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def send(self, kind: str, content: dict[str, Any], channel: str = "shell") -> str:
        """Send one message, and return its number."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": kind, "username": "", "session": number, "version": "5.3"}
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": channel,
        }
        self.line.send(json.dumps(message))
        return number

    def read(self) -> dict[str, Any]:
        """Return the next message; what is said in binary has its text in front."""
        data = self.line.recv()
        if isinstance(data, bytes):
            offsets = [int.from_bytes(data[4 * i : 4 * i + 4], "big") for i in range(1, 3)]
            data = data[offsets[0] : offsets[1]].decode()
        return json.loads(data)

    def run(self, code: str) -> Outcome:
        """Run a cell to its end."""
        wanted = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        number = self.send("execute_request", {"code": code} | wanted)
        outcome = Outcome()
        idle = replied = False
        while not (idle and replied):
            message = self.read()
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] in ("restarting", "dead", "autorestarting"):
                outcome.died = True
                return outcome
            if message["parent_header"].get("msg_id") != number:
                continue
            if kind == "stream":
                outcome.text += content["text"]
            elif kind in ("display_data", "execute_result"):
                outcome.shown.append(content["data"])
            elif kind == "error":
                outcome.error = f"{content['ename']}: {content['evalue']}"
            elif kind == "comm_open":
                outcome.widgets[content["comm_id"]] = content["data"].get("state", {})
            replied |= kind == "execute_reply"
            idle |= kind == "status" and content["execution_state"] == "idle"
        return outcome

    def move(self, widget: str, value: float) -> float:
        """Move a control, and return the seconds until the picture has changed."""
        begun = time.monotonic()
        number = self.send("comm_msg", {
            "comm_id": widget, "data": {"method": "update", "state": {"value": value}, "buffer_paths": []},
        })  # fmt: skip
        while True:
            message = self.read()
            if message["parent_header"].get("msg_id") != number:
                continue
            state = message["content"].get("data", {}).get("state", {}) if "content" in message else {}
            if message["header"]["msg_type"] == "comm_msg" and "description" in state:
                return time.monotonic() - begun
            if message["header"]["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                raise AssertionError("the picture did not change")


class Outcome:
    """What came of a cell."""

    def __init__(self) -> None:
        self.text, self.error, self.died = "", None, False
        self.shown: list[dict[str, Any]] = []
        self.widgets: dict[str, dict[str, Any]] = {}


class Learner:
    """Somebody with a browser.

    Parameters
    ----------
    room : str
        The address of the room, without a slash at its end.
    """

    def __init__(self, room: str, name: str, word: str = "my own word") -> None:
        self.room, self.name, self.word = room, name, word
        self.web = requests.Session()
        self.server = f"{room}/user/{quote(name)}/"

    def sign_in(self, password: str) -> Learner:
        """Sign in by the form; SignInError has what the room says to a wrong one."""
        form = self.web.get(f"{self.room}/hub/login", timeout=PATIENCE)
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form.text)[1]
        fields = {"username": self.name, "password": password, "otp": self.word, "_xsrf": xsrf}
        answer = self.web.post(
            f"{self.room}/hub/login?next=%2Fhub%2Fhome", data=fields, timeout=PATIENCE, allow_redirects=False
        )
        if answer.status_code != 302:
            answer.encoding = "utf-8"  # which the page says, and its header does not
            said = re.search(r'class="login_error">\s*(.*?)\s*<', answer.text, re.DOTALL)
            raise SignInError(html.unescape(said[1]) if said else answer.text)
        self.web.get(f"{self.room}/hub/home", timeout=PATIENCE)
        return self

    def hub(self, method: str, path: str, **options: Any) -> requests.Response:
        """Ask the hub's API."""
        headers = {"X-XSRFToken": self._xsrf("/hub/"), "Referer": f"{self.room}/hub/home"}
        return self.web.request(
            method, f"{self.room}/hub/api/{path}", headers=headers, timeout=PATIENCE, **options
        )

    def start(self) -> Learner:
        """Start the learner's server, and wait until it is there."""
        asked = self.hub("POST", f"users/{quote(self.name)}/server")
        if asked.status_code >= 500:
            raise RuntimeError(f"the server of {self.name} does not start: {asked.text}")
        begun = time.monotonic()
        while not (server := self.hub("GET", f"users/{quote(self.name)}").json()["servers"].get("", {})).get(
            "ready"
        ):
            if not server.get("pending") or time.monotonic() - begun > PATIENCE:
                raise RuntimeError(f"the server of {self.name} does not start: {asked.text} {server}")
            time.sleep(0.5)
        self.web.get(f"{self.server}lab", timeout=PATIENCE)  # signs in there, too
        return self

    def api(self, method: str, path: str, **options: Any) -> requests.Response:
        """Ask the learner's own server; an error is raised."""
        answer = self.ask(method, f"{self.server}api/{path}", **options)
        answer.raise_for_status()
        return answer

    def ask(self, method: str, address: str, **options: Any) -> requests.Response:
        """Ask any address with this browser's cookies."""
        headers = {"X-XSRFToken": self._xsrf(f"/user/{quote(self.name)}/")}
        return self.web.request(method, address, headers=headers, timeout=PATIENCE, **options)

    def read(self, path: str) -> Any:
        """Return the content of a file; a notebook as JSON."""
        return self.api("GET", f"contents/{quote(path)}").json()["content"]

    def save(self, path: str, content: Any, kind: str = "notebook") -> None:
        """Save a file as JupyterLab does."""
        form = "json" if kind == "notebook" else "text"
        self.api("PUT", f"contents/{quote(path)}", json={"type": kind, "format": form, "content": content})

    def _xsrf(self, path: str) -> str:
        found = {one.path: one.value for one in self.web.cookies if one.name == "_xsrf"}
        return found.get(path, "")
