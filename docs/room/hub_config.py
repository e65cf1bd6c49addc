"""The hub of the room, for `jupyterhub --config`. What differs between rooms, `room.py` leaves in a file."""

import asyncio
import functools
import hmac
import json
import logging
import os
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from jupyterhub.auth import Authenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner
from tornado.httpserver import HTTPServer
from tornado.web import HTTPError

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from gate import CrowdedError, Gate, place_of  # noqa: E402
from learners import Learners, fault_of_name, normalize  # noqa: E402
from limits import MemoryLimit, become, forget_memory, others_at_port  # noqa: E402

ROOM = Path(os.environ["CLUSTERING_ROOM"])
SETTINGS = json.loads((ROOM / "settings.json").read_text(encoding="utf-8"))
SECRETS = json.loads((ROOM / "secrets.json").read_text(encoding="utf-8"))
PORT = SETTINGS["port"]
LEARNERS = Learners(ROOM / "learners.json", ROOM / "homes", ROOM / "forgotten")
LIMIT = MemoryLimit(SETTINGS["limit"], Path(SETTINGS["group"]) if SETTINGS["group"] else None)
BIN = Path(sys.executable).parent
SECONDS_AFTER_A_WRONG_PASSWORD = 1
SECONDS_TO_GIVE_LESSONS = 120
# Bytes of a request, and seconds for it: what is not complete yet is kept, whoever sends it.
LARGEST, SECONDS_TO_SEND = 64_000, 30
LOG = ".server.log"  # of a learner's server, in their home
GATE = Gate()
ENDING = ThreadPoolExecutor(2)  # what takes long there lets nobody wait who signs in
LOGGER = logging.getLogger("room")


class RoomAuthenticator(Authenticator):
    """A name, the password of the room, and a word of one's own, so that nobody gets in as another."""

    def normalize_username(self, username):
        return normalize(username)

    async def authenticate(self, handler, data):
        name = normalize(data["username"])
        if fault := fault_of_name(name):
            raise HTTPError(403, fault)
        if normalize(name) != name:
            raise HTTPError(403, "This name can be written in two ways. Take another.")
        instructor = name in self.admin_users
        if not instructor and name.strip("._-") in self.admin_users:
            raise HTTPError(403, "This name looks like the instructor's. Take another.")
        try:
            forwarded = handler.request.headers.get("X-Forwarded-For", "")
            async with GATE.alone(f"from {place_of(forwarded)}"):
                await self.password_is_right(instructor, data["password"].strip())
            if instructor:
                return {"name": name, "admin": True}
            async with GATE.alone(f"as {name}"):
                await self.word_is_right(name, data.get("otp", "").strip())
        except CrowdedError:
            raise HTTPError(429, "Too many sign in from here, or as you, at once. Wait a minute.") from None
        return {"name": name, "admin": False}

    async def password_is_right(self, instructor, password):
        expected = SECRETS["instructor" if instructor else "password"]
        if not hmac.compare_digest(password.encode(), expected.encode()):
            await asyncio.sleep(SECONDS_AFTER_A_WRONG_PASSWORD)
            if instructor:
                raise HTTPError(403, "That is not your password. It was printed where the room was opened.")
            raise HTTPError(403, "That is not the password of the room. It is on the wall.")

    async def word_is_right(self, name, word):
        if not word:
            raise HTTPError(403, "Choose a word of your own: with it nobody else gets in under your name.")
        try:
            right = await asyncio.to_thread(LEARNERS.word_is_right, name, word)
        except (OSError, ValueError) as error:
            raise HTTPError(500, no_name(error)) from error
        if not right:
            await asyncio.sleep(SECONDS_AFTER_A_WRONG_PASSWORD)
            raise HTTPError(
                403, f"Somebody is here as {name}, with another word. If it is not you, take another name."
            )


class RoomSpawner(SimpleLocalProcessSpawner):
    """A server as a user of the system of its own, in a home of its own, under a limit of memory."""

    @property
    def room_home(self):
        return ROOM / "homes" / self.user.name

    @property
    def uid(self):
        return LEARNERS.uid(self.user.name) if SETTINGS["separate"] else None

    @property
    def group_name(self):
        return f"learner-{self.uid or zlib.crc32(self.user.name.encode()):x}"

    @property
    def runtime(self):
        """The folder of the sockets by which a server and its kernels talk, which nobody else may enter."""
        return ROOM / "run" / self.group_name

    def user_env(self, env):
        env = super().user_env(env)
        own = {
            "HOME": str(self.room_home),
            "LOGNAME": self.user.name,
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            # In /tmp anybody could put something in the way of what TensorFlow and Dask keep, and run, there.
            "TMPDIR": str(self.runtime / "tmp"),
        }
        return env | own | encrypted_dask(self.runtime / "dask.pem")

    def become_learner(self, log=None):
        """Return what turns a child into one of this learner's processes."""
        uid, home, limit = self.uid, self.room_home, SETTINGS["memory"]
        group = LIMIT.prepare(self.group_name, limit)
        return lambda: become(uid, home, lambda: LIMIT.enter(group, limit), log)

    def make_preexec_fn(self, name):
        return self.become_learner(LOG)

    async def start(self):
        try:
            uid = self.uid
        except (OSError, ValueError) as error:
            raise HTTPError(500, no_name(error)) from error
        # What still runs is of a server that a hub had begun and forgot when it was killed.
        await asyncio.to_thread(LIMIT.end, self.group_name)
        # The folders of all are the room's own, so that nobody can put a link in the place of one of these.
        for folder in (self.room_home, self.runtime):
            folder.mkdir(exist_ok=True)
            if uid is not None:
                os.chown(folder, uid, uid)
            folder.chmod(0o700)  # whatever its learner has made of it
        await self.give_lessons()
        ip, port = await super().start()
        if uid is not None and (others := await others_at_port(port, uid, self.has_ended)):
            await self.stop(now=True)
            told = ", ".join(map(str, others))
            LOGGER.error("the port of %s was taken by the users %s", self.user.name, told)
            raise HTTPError(500, f"User {told} sits in the place of your server. Tell the instructor.")
        if await self.has_ended():
            raise HTTPError(500, f"Your server has ended; {LOG} in your folder has why. Sign in again.")
        return ip, port

    async def has_ended(self):
        return await self.poll() is not None

    async def give_lessons(self):
        giving = await asyncio.create_subprocess_exec(
            sys.executable,
            str(HERE / "give_lessons.py"),
            SETTINGS["lessons"],
            str(self.room_home),
            str(self.runtime),
            env={},  # a learner can look into what runs under their number, and write where it writes
            preexec_fn=self.become_learner(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        said = b""
        try:
            async with asyncio.timeout(SECONDS_TO_GIVE_LESSONS):
                while some := await giving.stderr.read(2000):
                    said = (said + some)[-2000:]  # a learner can write into it without end
                failed = await giving.wait()
        except TimeoutError:
            failed = True
        finally:
            if giving.returncode is None:
                giving.kill()
        if failed:
            told = said.decode(errors="replace")[-300:]
            raise HTTPError(500, f"The lessons could not be put into your folder: {told}")

    async def poll(self):
        if self.proc is None and self.pid and not self.is_mine(self.pid):
            self.clear_state()  # of before the machine was started again: the number is somebody else's now
            return 0
        return await super().poll()

    def is_mine(self, pid):
        """Whether a process is this learner's, and not one that got the number of an ended one."""
        try:
            process = psutil.Process(pid)
            return process.environ().get("HOME") == str(self.room_home) and self.uid in (
                None,
                process.uids().real,
            )
        except psutil.Error:
            return False


async def end_what_is_left(spawner):
    """End what a learner has started beside their server, however the server ended."""
    inside = asyncio.get_running_loop()
    await inside.run_in_executor(ENDING, LIMIT.end, spawner.group_name)
    if spawner.uid is not None:
        await inside.run_in_executor(ENDING, forget_memory, {spawner.uid})


def no_name(error):
    """Say why somebody cannot be told from the others."""
    if isinstance(error, OSError):
        return f"The room cannot write who you are: {error.strerror}. Tell the instructor."
    return f"The instructor must mend the list of names: {error}"


def encrypted_dask(key):
    """Return what lets Dask's programs of one learner, in lesson 14, talk to none but each other."""
    names = ["TLS__CA_FILE", *(f"TLS__{who}__CERT" for who in ("SCHEDULER", "WORKER", "CLIENT"))]
    options = {"REQUIRE_ENCRYPTION": "true", "DEFAULT_SCHEME": "tls"} | dict.fromkeys(names, str(key))
    return {f"DASK_DISTRIBUTED__COMM__{name}": value for name, value in options.items()}


def first_lesson():
    """Return what is opened when somebody has signed in."""
    first = next(iter(sorted(Path(SETTINGS["lessons"], "notebooks").glob("*.ipynb"))), None)
    return f"/lab/tree/notebooks/{first.name}" if first else "/lab"


HTTPServer.initialize = functools.partialmethod(
    HTTPServer.initialize, max_body_size=LARGEST, body_timeout=SECONDS_TO_SEND
)

c = get_config()  # noqa: F821
c.JupyterHub.bind_url = f"http://{SETTINGS['ip']}:{PORT}"
# Only the address above is for others; the rest of the room talks to itself.
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORT + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
# What it says goes nowhere: on a full disk it would keep it, until no memory is left.
proxy = BIN.parent / "proxy/node_modules/.bin/configurable-http-proxy"
c.ConfigurableHTTPProxy.command = ["/bin/sh", "-c", 'exec "$0" "$@" >/dev/null 2>&1', str(proxy)]
c.ConfigurableHTTPProxy.pid_file = str(ROOM / "proxy.pid")
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
    # By TCP, what a kernel is told and prints can be read by every user of the machine.
    "--KernelManager.transport=ipc",
    f"--MappingKernelManager.cull_idle_timeout={SETTINGS['idle']}",
    f"--MappingKernelManager.cull_interval={max(5, min(60, SETTINGS['idle'] // 4))}",
    "--MappingKernelManager.cull_connected=True",
    # On a full disk, a file of signatures would keep notebooks from being opened.
    "--NotebookNotary.db_file=:memory:",
    f"--ServerApp.shutdown_no_activity_timeout={4 * SETTINGS['idle']}",
]
c.Spawner.post_stop_hook = end_what_is_left
c.Spawner.environment = SETTINGS["environment"]
# A busy machine starts thirty servers slowly, and they must not be given up.
c.Spawner.http_timeout = 300
c.Spawner.start_timeout = 600  # for the lessons, and until the server listens
c.Spawner.poll_interval = 2  # a server that has ended leaves its port to whoever comes
# All sign in at the same moment, and who is one too many would be sent away, not made to wait.
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.active_server_limit = SETTINGS["learners"] + 2  # the instructor's, and one to try

c.JupyterHub.services = [
    {
        "name": "room",
        "url": f"http://127.0.0.1:{PORT + 3}",
        "command": [sys.executable, str(HERE / "page.py")],
        "environment": {"CLUSTERING_ROOM": str(ROOM), "CLUSTERING_HUB": str(os.getpid())},
        "timeout": 300,  # for its first answer; then the hub itself would end
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
