"""Show this site on your own machine, with no network: `python serve.py` in the folder that holds it.

Opened from a folder without this, pages can be read, but browsers let no figure move and no lesson run.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import http.server
import webbrowser
from pathlib import Path
from typing import ClassVar


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the folder's files, each as what it is: some systems do not know these endings."""

    extensions_map: ClassVar = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".webp": "image/webp",
    }

    def copyfile(self, source, outputfile) -> None:
        """Send a file; a reader who has gone elsewhere meanwhile is no error."""
        with contextlib.suppress(ConnectionError):
            super().copyfile(source, outputfile)

    def log_message(self, *args: object) -> None:
        """Say nothing of each file."""


def main() -> None:
    """Serve until Ctrl-C."""
    arguments = argparse.ArgumentParser(description="Show the course on your own machine.")
    arguments.add_argument("--port", type=int, default=8000, help="another port, if this one is taken")
    arguments.add_argument("--no-browser", action="store_true", help="only print the address")
    given = arguments.parse_args()
    handler = functools.partial(Handler, directory=str(Path(__file__).resolve().parent))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", given.port), handler)
    except OSError as error:
        raise SystemExit(
            f"Port {given.port}: {error.strerror}. Try another: python serve.py --port 8001"
        ) from None
    with server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"The course is at {address} - end with Ctrl-C", flush=True)
        if not given.no_browser:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
