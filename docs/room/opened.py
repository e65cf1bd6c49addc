"""A room opened by a program, with the command that instructors use: for preflight, tests and measuring."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from client import Learner
from limits import can_separate, unreadable_for_others

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Of the environment that this runs in, if it is a room's.
BIN = Path(sys.executable).parent
BIN = BIN if (BIN / "jupyterhub").exists() else ROOT / ".venv-room" / "bin"
PYTHON = BIN / "python"
PROXY = BIN.parent / "proxy" / "node_modules" / ".bin" / "configurable-http-proxy"


def what_is_missing(course: Path) -> str | None:
    """Say why no room can be opened here for an environment of the course, or None."""
    if not (PYTHON.exists() and PROXY.exists()):
        return "NO ROOM: the hub and its proxy are not installed. To have them: make .venv-room/.installed"
    closed = unreadable_for_others(course / "bin" / "python")
    if can_separate() and closed:
        return f"NO ROOM: learners, who are users of their own, cannot pass through {closed}"
    return None


def free_ports(count: int = 4) -> int:
    """Return the first of so many ports that nobody has."""
    # Of those that only root may take, for a room as it is meant to be; browsers refuse some from 989 on.
    begin, end = (700, 980) if can_separate() else (21_000, 60_000)
    ports = range(begin + os.getpid() % 60 * 4, end, count)
    for port in ports:
        with socket.socket() as first:
            try:
                first.bind(("127.0.0.1", port))
            except OSError:
                continue
        others = [socket.socket() for _ in range(count - 1)]
        try:
            for offset, other in enumerate(others, start=1):
                other.bind(("127.0.0.1", port + offset))
        except OSError:
            continue
        finally:
            for other in others:
                other.close()
        return port
    raise OSError("no free ports")


@contextmanager
def room_folder() -> Iterator[Path]:
    """A folder for a room, which, unlike pytest's own, other users may pass through."""
    # On a Mac, the usual place for this has a path that is too long for sockets.
    with tempfile.TemporaryDirectory(prefix="room-", dir="/tmp") as outer:
        Path(outer).chmod(0o755)
        yield Path(outer) / "room"


class Room:
    """A room that is open inside a `with`.

    Parameters
    ----------
    folder : pathlib.Path
        Where its learners' work is kept; one that was used before is taken up again.
    options : str
        Arguments of `room.py`, such as "--learners", "4".
    port : int, optional
        The first of four; by default such as nobody has.
    password : str, optional
        Of the room; by default one that nobody knows.
    terminal : int, optional
        What it has as its standard input, as an instructor's does; by default nothing.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        port: int | None = None,
        password: str = "",
        terminal: int = subprocess.DEVNULL,
    ) -> None:
        self.terminal = terminal
        self.folder, self.options = folder, options
        self.port = port or free_ports()
        self.password = password or secrets.token_hex(9)
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Room:
        command = [str(PYTHON), str(HERE / "room.py"), "--folder", str(self.folder)]
        command += ["--port", str(self.port), "--ip", "127.0.0.1", "--password", self.password]
        command += [*self.options, *([] if can_separate() else ["--trust"])]
        self.said_file = self.folder.with_suffix(".said")
        self.process = subprocess.Popen(
            command,
            stdin=self.terminal,
            stdout=self.said_file.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while "Ctrl-C ends" not in self.said:
                if self.process.poll() is not None:
                    raise RuntimeError(f"the room did not open:\n{self.said}")
                time.sleep(0.2)
        except BaseException:  # whoever breaks off leaves no room behind
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()

    @property
    def said(self) -> str:
        """What the room has printed so far."""
        return self.said_file.read_text(encoding="utf-8") if self.said_file.exists() else ""

    @property
    def hub_log(self) -> str:
        return (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")

    def learner(self, name: str, word: str = "my own word") -> Learner:
        """Return a learner who has signed in and whose server runs."""
        return Learner(self.address, name, word).sign_in(self.password).start()

    def instructor(self) -> Learner:
        """Return the instructor, signed in."""
        known = json.loads((self.folder / "secrets.json").read_text(encoding="utf-8"))
        return Learner(self.address, "instructor", "").sign_in(known["instructor"])

    def kill_hub(self) -> None:
        """Kill the hub, as a lack of memory would, and wait until the room has another one."""
        told = self.said.count("Ctrl-C ends")
        os.kill(int((self.folder / "hub.pid").read_text(encoding="utf-8")), signal.SIGKILL)
        while self.said.count("Ctrl-C ends") == told:
            if self.process.poll() is not None:
                raise RuntimeError(f"the room closed:\n{self.said[-2000:]}")
            time.sleep(0.2)

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Return what runs in each learner's home, by name."""
        homes = self.folder.resolve() / "homes"
        found = defaultdict(list)
        for process in psutil.process_iter():
            try:
                place = Path(process.cwd())
            except psutil.Error:
                continue
            if place.is_relative_to(homes) and place != homes:
                found[place.relative_to(homes).parts[0]].append(process)
        return dict(found)
