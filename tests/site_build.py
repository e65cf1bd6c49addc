"""The site, built once for all processes of a test run, and served on this machine."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Route

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "docs" / "site"))
from serve import Handler  # noqa: E402

NO_PYODIDE = (
    "NO PYTHON IN PAGES: what runs in a page was not tried, since CLUSTERING_COURSE_PYODIDE names no folder "
    "with Pyodide. `python docs/site/lite.py --fetch DIR` fetches it"
)


def build_once(shared: Path) -> Path:
    """Return the folder of the site; whoever asks first builds it, the other processes wait."""
    target, done, failed = shared / "site", shared / "site.done", shared / "site.failed"
    try:
        os.close(os.open(shared / "site.begun", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        while not done.exists():
            assert not failed.exists(), failed.read_text()
            time.sleep(0.5)
        return target
    command = [sys.executable, str(ROOT / "docs" / "site" / "make_site.py"), str(target)]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        failed.write_text(ran.stdout + ran.stderr)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    done.touch()
    return target


class _Counting(Handler):
    """As the site's own server; `sent` is told the path and the bytes of what is fetched."""

    def __init__(self, *args: Any, sent: Callable[[str, int], None] | None, **options: Any) -> None:
        self.sent = sent
        super().__init__(*args, **options)

    def copyfile(self, source: Any, outputfile: Any) -> None:
        if self.sent is not None:
            self.sent(self.path, os.fstat(source.fileno()).st_size)
        super().copyfile(source, outputfile)


@contextmanager
def served(folder: Path, sent: Callable[[str, int], None] | None = None) -> Iterator[str]:
    """Serve a folder on this machine, as its own server does; give its address."""
    handler = functools.partial(_Counting, directory=str(folder), sent=sent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def alone(browser: Browser, address: str) -> tuple[BrowserContext, list[str]]:
    """Open a browser that has never seen the site and may ask only `address`; what else it asks is listed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    elsewhere: list[str] = []

    def refuse(route: Route) -> None:
        elsewhere.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith((address, "data:", "blob:")), refuse)
    return context, elsewhere
