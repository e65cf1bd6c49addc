"""What tests and measurements of rooms share: this import finds a room's parts; and a look at memory."""

from __future__ import annotations

import sys
import threading
from collections import defaultdict
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "docs" / "room"))

from opened import PYTHON, Room, free_ports, room_folder, what_is_missing  # noqa: E402

__all__ = ["LESSON", "MB", "PASSWORD", "PYTHON", "ROOT", "Room", "Watch"]
__all__ += ["free_ports", "room_folder", "what_is_missing"]

LESSON = "07_customer_segmentation"  # the shortest that has a figure to move
PASSWORD = "room-of-the-tests"
MB = 1024**2


class Watch(threading.Thread):
    """Look every second what each learner's programs hold, and keep the most.

    Attributes
    ----------
    own, shared : dict
        Name -> MB that they hold alone, and MB that they share with others.
    core_seconds : dict
        Name -> seconds that a core worked for them.
    """

    def __init__(self, room: Room) -> None:
        super().__init__(daemon=True)
        self.room = room
        self.own: dict[str, float] = defaultdict(float)
        self.shared: dict[str, float] = defaultdict(float)
        self.core_seconds: dict[str, float] = defaultdict(float)
        self.least_free = float("inf")
        self._stop_it = threading.Event()
        self._worked: dict[str, dict[tuple[int, float], float]] = defaultdict(dict)

    def run(self) -> None:
        while not self._stop_it.wait(1):
            self.look()

    def look(self) -> None:
        self.least_free = min(self.least_free, psutil.virtual_memory().available / MB)
        for name, processes in self.room.processes().items():
            own = shared = 0.0
            for process in processes:
                try:
                    memory = process.memory_full_info()
                    times = process.cpu_times()
                    self._worked[name][process.pid, process.create_time()] = times.user + times.system
                except psutil.Error:  # it has just ended
                    continue
                own += memory.uss / MB
                shared = max(shared, (memory.rss - memory.uss) / MB)
            self.own[name] = max(self.own[name], own)
            self.shared[name] = max(self.shared[name], shared)
            self.core_seconds[name] = sum(self._worked[name].values())

    def stop(self) -> None:
        self._stop_it.set()
        self.join()
