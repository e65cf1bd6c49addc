"""One line that says how far a test run is, and at its end what took the time.

pytest's own line of dots stands still while a lesson trains or waits for its browser, and says nothing of
what it waits for.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest

SLOWEST = 10
EVERY = 20  # seconds between two lines where a line cannot be rewritten: in a log, in CI


class Progress:
    """A pytest plugin for the process that hands out the tests to the others.

    Parameters
    ----------
    config : pytest.Config
    part_of : callable
        Gives the part of the suite, a short text, that a test's id belongs to.
    """

    def __init__(self, config: pytest.Config, part_of: Callable[[str], str]) -> None:
        self.part_of = part_of
        self.start = time.monotonic()
        self.total, self.done, self.failed = 0, 0, 0
        self.running: dict[str, str] = {}  # by worker, the test that it is at
        self.seconds: Counter[str] = Counter()
        self.config, self.reporter = config, None
        self.over = threading.Event()
        self.lock = threading.Lock()  # the clock's line and a failure's do not mix

    def pytest_sessionstart(self) -> None:
        self.reporter = self.config.pluginmanager.getplugin("terminalreporter")
        self.clock = threading.Thread(target=self._tick, daemon=True)
        self.clock.start()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.total = len(session.items) or self.total

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node, ids: list[str]) -> None:
        self.total = len(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.running[self.part_of(nodeid)] = nodeid

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.done += 1
        if self.running.get(self.part_of(nodeid)) == nodeid:
            del self.running[self.part_of(nodeid)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[self.part_of(report.nodeid)] += report.duration
        if report.failed:
            self.failed += 1
            with self.lock:
                self.reporter.write_line(f"FAILED {report.nodeid}", red=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Count as pytest does, without a dot: the line says it."""
        if report.failed:
            return ("failed", "", "FAILED") if report.when == "call" else ("error", "", "ERROR")
        if hasattr(report, "wasxfail"):
            return None
        if report.skipped:
            return "skipped", "", "SKIPPED"
        return ("passed", "", "PASSED") if report.when == "call" else None

    def line(self) -> str:
        """Say how far the run is and what it is at."""
        minutes, seconds = divmod(int(time.monotonic() - self.start), 60)
        now = ", ".join(sorted(set(self.running))) or "collecting" * (self.total == 0)
        failed = f", {self.failed} FAILED" if self.failed else ""
        return f"{self.done} of {self.total} tests{failed}, {minutes}:{seconds:02} min" + f" - {now}" * bool(
            now
        )

    def _tick(self) -> None:
        alive = self.reporter.isatty
        while not self.over.wait(1 if alive else EVERY):
            with self.lock:
                if alive:
                    self.reporter.rewrite(self.line()[: self.reporter._screen_width - 1], erase=True)
                else:
                    self.reporter.write_line(self.line())

    def pytest_sessionfinish(self) -> None:
        self.over.set()
        self.clock.join()

    def pytest_terminal_summary(self, terminalreporter) -> None:
        terminalreporter.section(f"the {SLOWEST} slowest parts, in seconds of their own")
        for part, seconds in self.seconds.most_common(SLOWEST):
            terminalreporter.write_line(f"{seconds:8.1f}  {part}")
