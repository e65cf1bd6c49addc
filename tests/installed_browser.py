"""The browser that is installed: where it is, and how it is started without a window."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
QUIET = [
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card, for the plot that turns
]
MISSING = (
    "NO BROWSER TESTS: there is no Chromium, Chrome or Edge here. "
    "On Debian or Ubuntu: apt-get install chromium"
)


def find_browser() -> str | None:
    """Return the path of an installed Chromium, Chrome or Edge."""
    found = [shutil.which(name) for name in NAMES] + [place for place in PLACES if Path(place).exists()]
    return next(filter(None, found), None)


def start_browser(playwright: Playwright, path: str) -> Browser:
    """Start the browser at `path` without a window."""
    as_root = os.name == "posix" and os.geteuid() == 0
    arguments = [*QUIET, "--no-sandbox"] if as_root else QUIET
    return playwright.chromium.launch(executable_path=path, args=arguments)
