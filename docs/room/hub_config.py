"""The hub of the room, for `jupyterhub --config`. What differs between rooms, `room.py` leaves in a file."""

import asyncio
import hmac
import json
import os
import sys
from pathlib import Path

from jupyterhub.auth import Authenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner
from tornado.web import HTTPError

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from learners import NAME, Learners, normalize  # noqa: E402
from limits import MemoryLimit, become  # noqa: E402

ROOM = Path(os.environ["CLUSTERING_ROOM"])
SETTINGS = json.loads((ROOM / "settings.json").read_text(encoding="utf-8"))
SECRETS = json.loads((ROOM / "secrets.json").read_text(encoding="utf-8"))
PORT = SETTINGS["port"]
LEARNERS = Learners(ROOM / "learners.json")
LIMIT = MemoryLimit(SETTINGS["limit"], Path(SETTINGS["group"]) if SETTINGS["group"] else None)
BIN = Path(sys.executable).parent
SECONDS_AFTER_A_WRONG_PASSWORD = 1


class RoomAuthenticator(Authenticator):
    """A name, the password of the room, and a word of one's own, so that nobody gets in as another."""

    def normalize_username(self, username):
        return normalize(username)

    async def authenticate(self, handler, data):
        name = normalize(data["username"])
        if not NAME.fullmatch(name):
            raise HTTPError(403, "A name has up to 32 letters, digits, dots and hyphens.")
        instructor = name in self.admin_users
        expected = SECRETS["instructor" if instructor else "password"]
        if not hmac.compare_digest(data["password"].strip().encode(), expected.encode()):
            await asyncio.sleep(SECONDS_AFTER_A_WRONG_PASSWORD)
            raise HTTPError(403, "That is not the password of the room. It is on the wall.")
        if instructor:
            return {"name": name, "admin": True}
        word = data.get("otp", "").strip()
        if not word:
            raise HTTPError(403, "Choose a word of your own: with it nobody else gets in under your name.")
        try:
            right = await asyncio.to_thread(LEARNERS.word_is_right, name, word)
        except (OSError, ValueError) as error:
            raise HTTPError(500, f"The instructor must mend the list of names: {error}") from error
        if not right:
            await asyncio.sleep(SECONDS_AFTER_A_WRONG_PASSWORD)
            raise HTTPError(
                403, f"Somebody is here as {name}, with another word. If it is not you, take another name."
            )
        return {"name": name, "admin": False}


class RoomSpawner(SimpleLocalProcessSpawner):
    """A server as a user of the system of its own, in a home of its own, under a limit of memory."""

    @property
    def room_home(self):
        return ROOM / "homes" / self.user.name

    def user_env(self, env):
        env = super().user_env(env)
        return env | {"HOME": str(self.room_home), "LOGNAME": self.user.name}

    def make_preexec_fn(self, name):
        limit = SETTINGS["memory"]
        group = LIMIT.prepare(f"learner-{self._uid or name}", limit)
        return lambda: become(self._uid, self.room_home, lambda: LIMIT.enter(group, limit))

    async def start(self):
        self._uid = LEARNERS.uid(self.user.name) if SETTINGS["separate"] else None
        # The folder of all homes is the room's own, so that nobody can put a link in the place of one.
        self.room_home.mkdir(mode=0o700, exist_ok=True)
        if self._uid is not None:
            os.chown(self.room_home, self._uid, self._uid)
        giving = await asyncio.create_subprocess_exec(
            sys.executable,
            str(HERE / "give_lessons.py"),
            SETTINGS["lessons"],
            str(self.room_home),
            env={},  # a learner can look into what runs under their number
            preexec_fn=lambda: become(self._uid, self.room_home, lambda: None),
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await giving.communicate()
        if giving.returncode:
            raise HTTPError(500, f"The lessons could not be put into your folder. {said.decode()[-300:]}")
        return await super().start()


def first_lesson():
    """Return what is opened when somebody has signed in."""
    first = next(iter(sorted(Path(SETTINGS["lessons"], "notebooks").glob("*.ipynb"))), None)
    return f"/lab/tree/notebooks/{first.name}" if first else "/lab"


c = get_config()  # noqa: F821
c.JupyterHub.bind_url = f"http://{SETTINGS['ip']}:{PORT}"
# Only the address above is for others; the rest of the room talks to itself.
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORT + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
c.ConfigurableHTTPProxy.command = [str(BIN.parent / "proxy/node_modules/.bin/configurable-http-proxy")]
c.ConfigurableHTTPProxy.pid_file = str(ROOM / "proxy.pid")
c.ConfigurableHTTPProxy.auth_token = SECRETS["proxy"]
c.JupyterHub.db_url = f"sqlite:///{ROOM / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(ROOM / "cookie_secret")
c.JupyterHub.template_paths = [str(HERE / "templates")]

c.JupyterHub.authenticator_class = RoomAuthenticator
c.Authenticator.admin_users = {SETTINGS["instructor"]}
c.Authenticator.allow_all = True
c.Authenticator.request_otp = True
c.Authenticator.otp_prompt = "A word of your own:"

c.JupyterHub.spawner_class = RoomSpawner
c.SimpleLocalProcessSpawner.home_dir_template = str(ROOM / "homes" / "{username}")
c.Spawner.notebook_dir = str(ROOM / "homes" / "{username}")
c.Spawner.default_url = first_lesson()
c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.args = [
    # The kernel is the course's, which knows nothing of the hub; this environment's own is not offered.
    "--KernelSpecManager.ensure_native_kernel=False",
    f"--MappingKernelManager.cull_idle_timeout={SETTINGS['idle']}",
    f"--MappingKernelManager.cull_interval={max(5, min(60, SETTINGS['idle'] // 4))}",
    "--MappingKernelManager.cull_connected=True",
    # On a full disk, a file of signatures would keep notebooks from being opened.
    "--NotebookNotary.db_file=:memory:",
    f"--ServerApp.shutdown_no_activity_timeout={4 * SETTINGS['idle']}",
]
c.Spawner.environment = SETTINGS["environment"]
# A busy machine starts thirty servers slowly, and they must not be given up.
c.Spawner.http_timeout = 300
c.Spawner.start_timeout = 300
# All sign in at the same moment, and who is one too many would be sent away, not made to wait.
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.active_server_limit = SETTINGS["learners"] + 2  # the instructor's, and one to try

c.JupyterHub.services = [
    {
        "name": "room",
        "url": f"http://127.0.0.1:{PORT + 3}",
        "command": [sys.executable, str(HERE / "page.py")],
        "environment": {"CLUSTERING_ROOM": str(ROOM)},
        "oauth_no_confirm": True,
    }
]
# Learners may see the page, and so may their notebooks, which show progress there when they are asked to.
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self", "access:services!service=room"]},
    {
        "name": "server",
        "scopes": ["users:activity!user", "access:servers!server", "access:services!service=room"],
    },
]
