"""The page of the room, which the hub starts: votes for all, and for the instructor what goes wrong now.

It knows learners by the hub, and keeps no name but one that they give: what they show and vote is filed under
a number that only this room's salt leads to.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlparse

import psutil
import segno
from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from shared import Shared, by_exercise, by_name
from tornado import web
from votes import Votes, histogram, read_prompts

HERE = Path(__file__).resolve().parent
ROOM = Path(os.environ["CLUSTERING_ROOM"])
SETTINGS = json.loads((ROOM / "settings.json").read_text(encoding="utf-8"))
SECRETS = json.loads((ROOM / "secrets.json").read_text(encoding="utf-8"))
GB = 1024**3
LARGEST, SECONDS_TO_SEND = 300_000, 30  # bytes that a learner may send at once


class Page(HubOAuthenticated, web.RequestHandler):
    """What all pages share: who asks, and errors in words."""

    @property
    def name(self) -> str:
        return self.get_current_user()["name"]

    @property
    def is_instructor(self) -> bool:
        return self.name == SETTINGS["instructor"]

    @property
    def who(self) -> str:
        """The number under which this learner's things are filed."""
        return hmac.new(SECRETS["salt"].encode(), self.name.encode(), hashlib.sha256).hexdigest()[:24]

    @property
    def votes(self) -> Votes:
        return self.settings["votes"]

    @property
    def shared(self) -> Shared:
        return self.settings["shared"]

    def for_instructors(self) -> None:
        if not self.is_instructor:
            raise web.HTTPError(403, "this is for the instructor")

    def sent(self) -> dict:
        """Return the JSON that was sent; an error in words if it is none."""
        try:
            found = json.loads(self.request.body)
        except ValueError:
            raise web.HTTPError(400, "expected JSON") from None
        if not isinstance(found, dict):
            raise web.HTTPError(400, "expected an object of JSON")
        return found

    def write_error(self, status_code: int, **kwargs) -> None:
        error = kwargs.get("exc_info", (None, None))[1]
        said = getattr(error, "log_message", None) or self._reason
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"error": said}))


def refused(error: ValueError) -> web.HTTPError:
    return web.HTTPError(400, str(error).replace("%", "%%"))


class Front(Page):
    """The instructor's page, or the learners'."""

    @web.authenticated
    def get(self) -> None:
        if self.is_instructor:
            prompts = json.dumps(self.settings["prompts"]).replace("<", "\\u003c")  # it stands in a script
            self.render("instructor.html", prompts=prompts, token=self.xsrf_token.decode())
        else:
            self.render("vote.html", token=self.xsrf_token.decode())


class Wall(Page):
    """What is projected: the address, as a picture for telephones, too, and the password."""

    @web.authenticated
    def get(self) -> None:
        self.for_instructors()
        address = SETTINGS["address"]
        codes = [
            segno.make(one).svg_inline(omitsize=True, light="white")
            for one in (address, f"{address}/services/room/")
        ]
        self.render("wall.html", address=address, codes=codes, password=SECRETS["password"])


class Vote(Page):
    """GET: the vote as this learner may see it. POST: commit to an answer."""

    @web.authenticated
    def get(self) -> None:
        last = self.votes.last
        if last is None:
            self.write({"prompt": None})
            return
        answers = list(last["answers"].values())
        shown = not last["open"]  # nobody, the instructor neither, sees the picture before all have committed
        self.write(
            {
                "prompt": last["prompt"],
                "open": last["open"],
                "committed": len(answers),
                "mine": last["answers"].get(self.who),
                "bars": histogram(answers) if shown else None,
            }
        )

    @web.authenticated
    def post(self) -> None:
        try:
            sent = self.sent()
            self.votes.commit(self.who, str(sent.get("answer", "")), sent.get("prompt"))
        except ValueError as error:
            raise refused(error) from None
        self.write({"committed": True})


class Ask(Page):
    """Open or close a vote."""

    @web.authenticated
    def post(self) -> None:
        self.for_instructors()
        sent = self.sent()
        try:
            if sent.get("open"):
                self.votes.open(str(sent.get("prompt", "")))
            else:
                self.votes.close()
        except ValueError as error:
            raise refused(error) from None
        self.write({"open": bool(sent.get("open"))})


class Progress(Page):
    """PUT: show one's progress. DELETE: take it back. GET: what the instructor sees."""

    @web.authenticated
    def put(self) -> None:
        try:
            self.shared.put(self.who, self.sent())
        except ValueError as error:
            raise refused(error) from None
        self.write({"shown": True})

    @web.authenticated
    def delete(self) -> None:
        self.shared.take_back(self.who)
        self.write({"shown": False})

    @web.authenticated
    def get(self) -> None:
        self.for_instructors()
        shown = self.shared.read()
        memory, disk = psutil.virtual_memory(), psutil.disk_usage(str(ROOM))
        self.write(
            {
                "sharing": len(shown),
                "exercises": by_exercise(shown),
                "names": by_name(shown),
                "memory_gb": round(memory.available / GB, 1),
                "disk_gb": round(disk.free / GB, 1),
            }
        )


def make_app() -> web.Application:
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"].rstrip("/")
    return web.Application(
        [
            (f"{prefix}/?", Front),
            (f"{prefix}/wall", Wall),
            (f"{prefix}/vote", Vote),
            (f"{prefix}/ask", Ask),
            (f"{prefix}/progress", Progress),
            (f"{prefix}/oauth_callback", HubOAuthCallbackHandler),
        ],
        template_path=str(HERE / "templates"),
        cookie_secret=bytes.fromhex(SECRETS["page"]),
        votes=Votes(ROOM / "votes.json"),
        shared=Shared(ROOM / "shared"),
        prompts=read_prompts(Path(SETTINGS["lessons"]) / "notebooks"),
    )


async def main() -> None:
    address = urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])
    make_app().listen(address.port, address.hostname, max_body_size=LARGEST, body_timeout=SECONDS_TO_SEND)
    hub = int(os.environ["CLUSTERING_HUB"])
    while os.getppid() == hub:  # a hub that was killed leaves its page behind, in the next one's way
        await asyncio.sleep(1)
    sys.exit("the hub is gone")


if __name__ == "__main__":
    asyncio.run(main())
