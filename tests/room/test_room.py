"""A room of two: both work, neither sees the other's, and what is saved outlives what may happen."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
import requests
import websocket
from rooms import LESSON, PASSWORD, PYTHON, ROOT, Room, free_ports, room_folder
from visit import visit

# isort: split
from client import Kernel, Learner, SignInError

AS_ROOT = os.name == "posix" and os.geteuid() == 0
SEPARATE = pytest.mark.skipif(not AS_ROOT, reason="learners are kept apart only where the room is root's")
NOTEBOOK = f"notebooks/{LESSON}.ipynb"
SECRET = "what Ben has written"


def until(done, seconds=300):
    """Wait until something is so; no bound on how fast it is, but what ends a test that hangs."""
    end = time.monotonic() + seconds
    while not (found := done()):
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.2)
    return found


def test_the_instructor_is_told_what_they_need(room):
    for part in (
        room.address,
        PASSWORD,
        "/services/room/wall",
        "sign in as instructor",
    ):
        assert part in room.said
    assert "fit at once" in room.said
    assert "Memory: 1.5 GB for each learner" in room.said
    assert ("cannot open another's" in room.said) == AS_ROOT
    assert "█" in room.said, "a code for telephones"


def test_two_at_once_do_a_lesson_to_its_end(room, ada, ben):
    with ThreadPoolExecutor(2) as pool:
        visits = list(pool.map(lambda name: visit(room, name, LESSON), ["ada", "ben"]))
    for one in visits:
        assert one.failures == []
        assert len(one.moves) > 5


def test_solutions_are_not_handed_out(ada):
    tags = [tag for cell in ada.read(NOTEBOOK)["cells"] for tag in cell["metadata"].get("tags", [])]
    assert "exercise" in tags
    assert "solution" not in tags


def test_the_kernel_is_the_courses_and_knows_nothing_of_a_hub(ada):
    with Kernel(ada) as kernel:
        found = "importlib.util.find_spec('jupyterhub')"
        said = kernel.run(f"import importlib.util, sys, helpers; print(sys.prefix, {found})")
    assert said.text.split() == [str(ROOT / ".venv"), "None"]


@pytest.mark.parametrize(
    ("name", "password", "word", "told"),
    [
        ("cleo", "not the password", "word", "not the password of the room"),
        ("cleo", "pässword", "word", "not the password of the room"),
        ("cleo", "", "word", "not the password of the room"),
        ("cleo", PASSWORD, "  ", "a word of your own"),
        ("../ben", PASSWORD, "word", "hyphens, and not “/”"),
        ("cleo/x", PASSWORD, "word", "hyphens, and not “/”"),
        ("..", PASSWORD, "word", "begins with a letter or a digit"),
        ("c" * 33, PASSWORD, "word", "33 letters; up to 32"),
        ("100%s", PASSWORD, "word", "hyphens, and not “%”"),
        ("Ada", PASSWORD, "another word", "Somebody is here as ada"),
        ("instructor", PASSWORD, "word", "not your password"),
        ("Instructor.", PASSWORD, "word", "looks like the instructor's"),
    ],
)
def test_who_is_not_let_in_is_told_why(room, ada, name, password, word, told):
    with pytest.raises(SignInError, match=told):
        Learner(room.address, name, word).sign_in(password)


def test_a_name_may_have_letters_of_any_alphabet_and_spaces(room):
    for name in ("Zoë  Müller", "Борис", "राम", "O'Neil"):
        Learner(room.address, name).sign_in(PASSWORD)
    known = set(json.loads((room.folder / "learners.json").read_text("utf-8")))
    assert {"zoë-müller", "борис", "राम", "oneil"} <= known


def test_who_guesses_has_one_guess_at_a_time(room, ada):
    """However many are sent at once, and wherever they say that they come from: a second for each."""

    def guess(number):
        one = Learner(room.address, f"guest-{number}")
        one.web.headers.update({"X-Forwarded-For": f"192.0.2.{number}", "X-Real-Ip": f"192.0.2.{number}"})
        try:
            one.sign_in("no-such-password")
        except SignInError as error:
            return str(error)

    begun = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        said = list(pool.map(guess, range(5)))
    assert all("not the password" in each for each in said)
    assert time.monotonic() - begun >= 5


def test_the_hub_keeps_no_large_request_of_a_stranger(room):
    """What it cannot answer yet it keeps, and it is under no limit."""
    with socket.create_connection(("127.0.0.1", room.port)) as line:
        line.settimeout(20)  # shorter than the hub waits for a body that it would take
        head = f"POST /hub/login HTTP/1.1\r\nHost: {room.address[7:]}\r\nContent-Length: 50000000\r\n\r\n"
        line.sendall(head.encode() + b"x" * 1000)  # the proxy passes on what it has
        answer = line.recv(1000)  # before it has the body, for which it would else wait
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))


@SEPARATE
def test_a_kernel_listens_to_nobody_else(room, ada):
    """Not to who debugs, nor to what forked programs print: both would take it from all on the machine."""

    def listening():
        return {
            "kernel" if "kernel.py" in " ".join(process.cmdline()) else "server"
            for process in room.processes()["ada"]
            for one in process.net_connections("inet")
            if one.status == psutil.CONN_LISTEN
        }

    with Kernel(ada) as kernel:
        for number, command in enumerate(("initialize", "attach"), start=1):
            asked = {"type": "request", "seq": number, "command": command, "arguments": {}}
            kernel.send("debug_request", asked, "control")
        assert kernel.run("print(6 * 7)").text.strip() == "42"
        assert listening() == {"server"}


@SEPARATE
def test_what_programs_keep_for_a_while_is_where_nobody_else_is(room, ada):
    with Kernel(ada) as kernel:
        place = Path(kernel.run("import tempfile; print(tempfile.mkstemp()[1])").text.strip())
        assert place.parent.parent.parent == room.folder / "run"
        assert place.parent.parent.stat().st_mode & 0o077 == 0
        path = kernel.run("import sys; print(sys.path)").text
        assert "docs/room" not in path, "what is imported is the lesson's own"


def test_what_the_hub_says_does_not_fill_the_disk(room_is_installed, tmp_path):
    (tmp_path / "hub.log").write_text("x" * 1000)
    code = (
        f"import sys, subprocess; sys.path.insert(0, {str(ROOT / 'docs' / 'room')!r}); import room; "
        "from pathlib import Path; room.LARGEST_LOG, room.SECONDS_BETWEEN_LOOKS = 999, 0.05; "
        f"room.wait(subprocess.Popen(['sleep', '3']), Path({str(tmp_path / 'hub.log')!r}))"
    )
    subprocess.run([str(PYTHON), "-c", code], check=True)
    assert (tmp_path / "hub.log").read_text() == ""


@SEPARATE
def test_a_learner_has_nothing_of_the_instructors_terminal(room, ada):
    with Kernel(ada) as kernel:
        assert kernel.run("1").error is None
        held = set()
        for process in room.processes()["ada"]:
            for place in Path(f"/proc/{process.pid}/fd").iterdir():
                with suppress(FileNotFoundError):  # closed meanwhile
                    held.add(str(place.readlink()))
    assert held
    assert not [each for each in held if "/pts/" in each or "hub.log" in each]
    opener = os.readlink(f"/proc/{room.process.pid}/fd/0")
    assert "/pts/" in opener, "else there would be nothing to have"


WITHOUT_KEY = """
import os, subprocess, sys
plain = {{name: value for name, value in os.environ.items() if not name.startswith("DASK")}}
print(subprocess.run([sys.executable, "-c", "{}"], env=plain, capture_output=True).returncode)
"""


@SEPARATE
def test_what_runs_what_it_is_sent_takes_it_from_its_learner_alone(ada, ben):
    """Lesson 14's workers."""
    with Kernel(ben) as kernel, Kernel(ada) as another:
        made = kernel.run(
            "from dask.distributed import Client, LocalCluster\n"
            "machines = LocalCluster(n_workers=1, dashboard_address=None)\n"
            "client = Client(machines)\n"
            "print(machines.scheduler_address, client.submit(lambda: 6 * 7).result())"
        )
        if made.error and "No module named" in made.error:
            pytest.skip("NO DASK: what lesson 14 needs is not installed")
        address, found = made.text.split()
        assert found == "42", made.error
        asked = "from dask.distributed import Client; Client('{}', timeout=20)"
        assert another.run(asked.format(address)).error, "with a key of her own"
        for way in (address, address.replace("tls", "tcp")):
            assert another.run(WITHOUT_KEY.format(asked.format(way))).text.strip() == "1", "with none"
        assert kernel.run(asked.format(address)).error is None
        kernel.run("client.close(); machines.close()")


def test_who_is_beyond_the_places_is_told_so(room, ada, ben, place):
    """Two learners and two places to spare."""
    extra = [Learner(room.address, name).sign_in(PASSWORD) for name in ("dora", "emil")]
    for one in extra:
        one.start()
    last = Learner(room.address, "finn").sign_in(PASSWORD)
    with pytest.raises(RuntimeError, match="limit"):
        last.start()
    for one in extra:
        one.hub("DELETE", f"users/{one.name}/server")


class Break:
    """Ways in which Ada may try to read what Ben has, and to write it: what they come to."""

    def __init__(self, room, ada, ben):
        self.room, self.ada, self.ben = room, ada, ben
        self.path = room.folder.resolve() / "homes" / "ben" / "secret.txt"
        ben.save("secret.txt", SECRET, kind="file")
        self.kernel = Kernel(ada)

    def run(self, code):
        outcome = self.kernel.run(code)
        return outcome.text, outcome.error

    def shell(self, command):
        run = f"subprocess.run({command!r}, shell=True, capture_output=True)"
        return self.run(f"import subprocess; print({run}.stdout.decode(errors='replace'))")

    def path_in_a_notebook(self):
        return self.run(f"print(open({str(self.path)!r}).read())")

    def writing_by_path(self):
        return self.run(f"print(open({str(self.path)!r}, 'w').write('mine'))")

    def putting_a_file_into_the_home(self):
        return self.run(f"print(open({str(self.path.parent / 'new.txt')!r}, 'w').write('mine'))")

    def taking_the_home_away(self):
        return self.run(f"import os; os.rename({str(self.path.parent)!r}, '/tmp/bens'); print('moved')")

    def listing_the_home(self):
        return self.run(f"import os; print(os.listdir({str(self.path.parent)!r}))")

    def listing_all_homes(self):
        return self.run(f"import os; print(os.listdir({str(self.path.parent.parent)!r}))")

    def a_link_read_by_ones_own_server(self):
        path = str(self.path)
        self.run(f"import os; os.path.lexists('link.txt') or os.symlink({path!r}, 'link.txt')")
        return self._answer(self.ada.ask("GET", f"{self.ada.server}api/contents/link.txt"))

    def a_link_to_the_home_listed_by_ones_own_server(self):
        home = str(self.path.parent)
        self.run(f"import os; os.path.lexists('bens') or os.symlink({home!r}, 'bens')")
        return self._answer(self.ada.ask("GET", f"{self.ada.server}api/contents/bens/secret.txt"))

    def a_path_that_climbs(self):
        return self._answer(self.ada.ask("GET", f"{self.ada.server}api/contents/..%2Fben%2Fsecret.txt"))

    def the_other_server_with_ones_own_cookie(self):
        return self._answer(self.ada.ask("GET", f"{self.ben.server}api/contents/secret.txt"))

    def _token(self):
        return self.run("import os; print(os.environ['JUPYTERHUB_API_TOKEN'])")[0].strip()

    def the_other_server_with_ones_own_token(self):
        headers = {"Authorization": f"token {self._token()}"}
        return self._answer(requests.get(f"{self.ben.server}api/contents/secret.txt", headers=headers))

    def past_the_proxy(self):
        ports = {
            connection.laddr.port
            for process in self.room.processes()["ben"]
            if "singleuser" in " ".join(process.cmdline())
            for connection in process.net_connections("tcp")
            if connection.status == "LISTEN"
        }
        assert ports
        found = [
            requests.get(
                f"http://127.0.0.1:{port}/user/ben/api/contents/secret.txt",
                headers={"Authorization": f"token {self._token()}"},
            )
            for port in ports
        ]
        return "".join(answer.text for answer in found), None

    def what_the_hub_says_of_the_other(self):
        headers = {"Authorization": f"token {self._token()}"}
        answer = requests.get(f"{self.room.address}/hub/api/users/ben", headers=headers)
        return self._answer(answer)

    def a_server_started_for_the_other(self):
        headers = {"Authorization": f"token {self._token()}"}
        return self._answer(requests.post(f"{self.room.address}/hub/api/users/ben/tokens", headers=headers))

    def the_environment_of_the_others_programs(self):
        pids = [process.pid for process in self.room.processes()["ben"]]
        return self.shell(" ; ".join(f"cat /proc/{pid}/environ" for pid in pids))

    def listening_to_the_others_kernel(self):
        """By TCP, a kernel tells all that it is told and prints to whoever asks."""
        with Kernel(self.ben) as kernel:
            kernel.run("1")
            listening = (
                "import zmq, time\n"
                "poll, context = zmq.Poller(), zmq.Context()\n"
                "for line in open('/proc/net/tcp').readlines()[1:]:\n"
                "    place, _, state = line.split()[1:4]\n"
                "    if state == '0A':\n"
                "        line = context.socket(zmq.SUB); line.subscribe(b'')\n"
                "        line.connect(f\"tcp://127.0.0.1:{int(place.split(':')[1], 16)}\")\n"
                "        poll.register(line, zmq.POLLIN)\n"
                "time.sleep(1)"
            )
            assert self.kernel.run(listening).error is None
            kernel.run(f"print({SECRET!r})")
        # Others of this machine may talk by TCP meanwhile: only what Ben said counts.
        heard = "b''.join(b''.join(line.recv_multipart()) for _ in range(99) for line, _ in poll.poll(200))"
        text, error = self.run(f"print({SECRET.encode()!r} in {heard}); context.destroy(0)")
        assert error is None
        return text.replace("True", SECRET), error

    def sockets_of_the_others_kernel(self):
        return self.shell(f"ls {self.room.folder.resolve()}/run/*/ ; ls -R {self.room.folder.resolve()}/run")

    def emptying_what_the_hub_has_said(self):
        before = len(self.room.hub_log)
        self.run("import os\nfor f in range(3, 99):\n try: os.ftruncate(f, 0)\n except OSError: pass")
        self.run("os.ftruncate(1, 0)")
        return ("moved" if len(self.room.hub_log) < before else ""), None

    def ending_the_others_programs(self):
        pids = [process.pid for process in self.room.processes()["ben"]]
        return self.shell("kill " + " ".join(map(str, pids)) + " && echo ended")

    def what_the_room_keeps(self):
        names = ("secrets.json", "learners.json", "hub.sqlite", "cookie_secret", "votes.json")
        return self.shell(" ; ".join(f"cat {self.room.folder.resolve() / name}" for name in names))

    def _answer(self, answer):
        return ("" if answer.status_code >= 400 else answer.text), None

    WAYS = tuple(name for name in dir() if not name.startswith("_") and name not in ("run", "shell"))


@pytest.fixture(scope="module")
def attempts(room, ada, ben):
    return Break(room, ada, ben)


def test_ben_sees_his_own(attempts, ben):
    """Else the others would not fail for the right reason."""
    with Kernel(ben) as kernel:
        text = kernel.run(f"print(open({str(attempts.path)!r}).read())").text
    assert text.strip() == SECRET
    assert ben.read("secret.txt") == SECRET


@SEPARATE
@pytest.mark.parametrize("way", Break.WAYS)
def test_nobody_gets_at_anothers(attempts, ben, way):
    text, error = getattr(attempts, way)()
    told = f"{text} {error}"
    told_of = (SECRET, "secret.txt'", "JUPYTERHUB_API_TOKEN=", "moved", "ended", '"instructor"', '"server"')
    for secret in told_of:
        assert secret not in text, told
    assert text.strip() in ("", "False") or "Forbidden" in text, "what is refused says nothing"
    assert ben.read("secret.txt") == SECRET
    assert sorted(one["name"] for one in ben.api("GET", "contents").json()["content"]) == [
        "data",
        "notebooks",
        "secret.txt",
    ]


KEEP_IN_MEMORY = """
import ctypes, tempfile
with tempfile.NamedTemporaryFile(dir="/dev/shm", delete=False) as file:
    print(file.name)
ctypes.CDLL(None).shmget(0, 100_000, 0o1600)
ctypes.CDLL(None).msgget(0, 0o1600)
import os
os.chdir(tempfile.mkdtemp(dir="/dev/shm"))
for _ in range(1200):
    os.mkdir("d")
    os.chdir("d")
"""


def segments_of(uid):
    """Return what a user has of shared memory and of queues of messages, by what it is."""
    found = []
    if not Path("/proc/sysvipc").exists():
        pytest.skip("this system does not tell of shared memory")
    for kind in ("shm", "msg"):
        lines = [line.split() for line in Path("/proc/sysvipc", kind).read_text().splitlines()]
        found += [(kind, line[1]) for line in lines[1:] if line[lines[0].index("uid")] == str(uid)]
    return found


@SEPARATE
@pytest.mark.parametrize("by", ["the hub", "its learner"])
def test_what_a_learner_has_started_ends_with_their_server(room, ben, by):
    """Whatever it calls itself, and whatever it has forgotten of where it came from."""
    if "held for all" not in room.said:
        pytest.skip("there are no control groups here, and only they find everything")
    with Kernel(ben) as kernel:
        code = "import subprocess; print(subprocess.Popen(['/usr/bin/env', '-i', 'sleep', '9999'], "
        left = int(kernel.run(code + "cwd='/', start_new_session=True).pid)").text)
        kept = Path(kernel.run(KEEP_IN_MEMORY).text.strip())
    assert psutil.pid_exists(left)
    assert kept.exists()
    uid = kept.stat().st_uid
    assert sorted(kind for kind, _ in segments_of(uid)) == ["msg", "shm"]
    mine = ctypes.CDLL(None).shmget(0, 1000, 0o1600)  # not a learner's
    assert mine >= 0
    if by == "the hub":
        ben.hub("DELETE", "users/ben/server")
    else:
        ben.api("POST", "shutdown")
    until(lambda: not psutil.pid_exists(left))
    until(lambda: not ben.hub("GET", "users/ben").json()["servers"])
    until(lambda: not kept.exists() and not segments_of(uid))
    until(lambda: uid not in {path.lstat().st_uid for path in Path("/dev/shm").iterdir()})
    assert ("shm", str(mine)) in segments_of(os.getuid())
    ctypes.CDLL(None).shmctl(mine, 0, None)  # IPC_RMID
    ben.start()


@SEPARATE
def test_a_number_that_is_somebody_elses_now_is_left_alone(room, ben):
    """As after a power cut: all that the hub knows of a server is a number."""
    stranger = subprocess.Popen(["sleep", "9999"])
    seen = room.said.count("Ctrl-C ends")
    os.kill(int((room.folder / "hub.pid").read_text()), signal.SIGKILL)
    ben_s = "WHERE user_id = (SELECT id FROM users WHERE name = 'ben')"
    with closing(sqlite3.connect(room.folder / "hub.sqlite")) as known, known:
        (state,) = known.execute(f"SELECT state FROM spawners {ben_s}").fetchone()
        assert "pid" in json.loads(state)
        known.execute(f"UPDATE spawners SET state = ? {ben_s}", (json.dumps({"pid": stranger.pid}),))
    until(lambda: room.said.count("Ctrl-C ends") > seen)
    until(lambda: not ben.hub("GET", "users/ben").json()["servers"])
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    ben.start()


@SEPARATE
def test_a_home_that_its_learner_has_closed_is_opened_again(room, ben, attempts):
    home = room.folder / "homes" / "ben"
    ben.hub("DELETE", "users/ben/server")
    until(lambda: not ben.hub("GET", "users/ben").json()["servers"])
    home.chmod(0)
    ben.start()
    assert ben.read("secret.txt") == SECRET


BREAK_WHAT_WAS_TYPED = """
import subprocess, sys
from pathlib import Path
typed = Path.home() / ".ipython" / "profile_default" / "history.sqlite"
one = "from IPython.core.interactiveshell import InteractiveShell as S; "
one += "S.instance().run_cell('1', store_history=True)"
subprocess.run([sys.executable, "-c", one], check=True, capture_output=True)
content = typed.read_bytes()
typed.write_bytes(content[:4096] + b"\\1" * 4096 + content[8192:])
print(subprocess.run([sys.executable, "-c", one], capture_output=True).returncode)
"""


def test_a_broken_file_of_what_was_typed_keeps_no_kernel_from_beginning(room, ada):
    with Kernel(ada) as kernel:
        assert kernel.run(BREAK_WHAT_WAS_TYPED).text.strip() == "1", "else it was not broken"
    with Kernel(ada) as kernel:
        assert kernel.run("print(6 * 7)").text.strip() == "42"


def test_a_kernel_that_takes_too_much_ends_alone(room, ada, ben):
    ada.save("mine.txt", "saved before", kind="file")
    other = Kernel(ben)
    other.run("kept = 7")
    greedy = Kernel(ada)
    outcome = greedy.run("b'x' * (3 * 10**9)")
    if "NOT HELD" in room.said:
        pytest.skip("no limit of memory is held on this system; the room says so")
    assert outcome.died or "MemoryError" in outcome.error
    assert other.run("print(kept)").text.strip() == "7"
    assert ada.read("mine.txt") == "saved before"
    greedy.line.close()

    def answers():
        """Whether the kernel that comes by itself is there; what it is sent before that is lost."""
        greedy.connect()
        greedy.line.settimeout(20)
        with suppress(websocket.WebSocketException):
            return greedy.run("print(1 + 1)").text.strip() == "2"

    until(answers)


def test_a_hub_that_is_killed_comes_back_and_nobody_loses_a_variable(room, ada):
    kernel = Kernel(ada)
    kernel.run("kept = 42")
    ada.save("mine.txt", "before the hub was killed", kind="file")
    room.kill_hub()
    room.kill_hub()  # and when it has only just come back
    assert "was ended, and is started again" in room.said
    until(lambda: ada.ask("GET", f"{ada.server}api/kernels").status_code == 200)
    kernel.connect()
    assert kernel.run("print(kept)").text.strip() == "42"
    assert ada.read("mine.txt") == "before the hub was killed"
    Learner(room.address, "ada").sign_in(PASSWORD)
    with pytest.raises(SignInError):
        Learner(room.address, "ada", "another word").sign_in(PASSWORD)


def test_a_room_that_is_opened_again_has_all_that_was_saved(room, place, ada):
    """The last of this room: it is closed here. Then an idle kernel is ended, and what was saved is there."""
    lesson = ada.read(NOTEBOOK)
    lesson["cells"][1]["source"] = "my own note"
    ada.save(NOTEBOOK, lesson)
    room.__exit__()
    assert room.processes() == {}
    assert "The room is closed" in room.said
    folder, lessons = place
    options = ("--learners", "2", "--idle", "0.1", "--lessons", str(lessons))
    with Room(folder, *options, password=PASSWORD) as again:
        with pytest.raises(SignInError):
            Learner(again.address, "ada", "another word").sign_in(PASSWORD)
        back = again.learner("ada")
        assert back.read(NOTEBOOK)["cells"][1]["source"] == "my own note"
        assert back.read("mine.txt") == "before the hub was killed"
        kernel = Kernel(back)
        assert kernel.run("print('at work')").text.strip() == "at work"
        until(lambda: back.api("GET", "kernels").json() == [])
        assert back.read(NOTEBOOK)["cells"][1]["source"] == "my own note"


@SEPARATE
def test_a_full_disk_loses_nothing_that_was_saved(place):
    """The room's folder on a disk of its own that is small."""
    _, lessons = place
    with room_folder() as folder:
        folder.mkdir()
        small = ["mount", "-t", "tmpfs", "-o", "size=40m", "none", folder]
        mounted = subprocess.run(small, capture_output=True)
        if mounted.returncode:
            pytest.skip(f"no small disk can be had here: {mounted.stderr.decode().strip()}")
        try:
            with Room(folder, "--learners", "2", "--lessons", str(lessons), password=PASSWORD) as room:
                ada = room.learner("ada")
                lesson = ada.read(NOTEBOOK)
                lesson["cells"][1]["source"] = "before the disk was full"
                ada.save(NOTEBOOK, lesson)
                kernel = Kernel(ada)
                kernel.run("open('big', 'wb').write(b'x' * 60_000_000)")
                lesson["cells"][1]["source"] = "after it was " + "x" * 100_000
                with pytest.raises(requests.HTTPError):
                    ada.save(NOTEBOOK, lesson)
                assert ada.read(NOTEBOOK)["cells"][1]["source"] == "before the disk was full"
                assert Learner(room.address, "ada").sign_in(PASSWORD), "who was here before still gets in"
                assert json.loads((folder / "learners.json").read_text("utf-8"))["ada"]["word"]
                kernel.run("import os; os.remove('big')")
                ada.save(NOTEBOOK, lesson)
                assert ada.read(NOTEBOOK)["cells"][1]["source"].startswith("after it was")
                kernel.run("open('big', 'wb').write(b'x' * 60_000_000)")
            assert room.processes() == {}, "it ends on a full disk, too"
            assert '"after it was' in (folder / "homes" / "ada" / NOTEBOOK).read_text("utf-8")
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def refused(*options, **how):
    command = [str(PYTHON), str(ROOT / "docs" / "room" / "room.py"), *options]
    done = subprocess.run(command, capture_output=True, text=True, **how)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--learners", "0"], "LEARNERS must be 1 or more"),
        (["--memory", "0.1"], "MEMORY is in GB"),
        (["--idle", "0"], "IDLE is in minutes"),
        (["--password", "short"], "8 characters or more"),
        (["--learners", "many"], "LEARNERS: invalid int value: 'many'"),
        (["--port", "70000"], "PORT must be from 1 to 65532"),
    ],
)
def test_a_wrong_setting_is_named(room_is_installed, options, told):
    assert told in refused(*options)


def test_a_folder_without_mnist_is_named(room_is_installed, monkeypatch, tmp_path):
    monkeypatch.setenv("CLUSTERING_COURSE_DATA", str(tmp_path))
    assert f"={tmp_path}: there is no mnist.npz in it" in refused()


def test_an_address_that_this_machine_has_not_is_named(place):
    options = ["--ip", "192.0.2.7", "--port", str(free_ports()), "--folder", str(place[0].parent / "other")]
    told = refused("--trust", *options, "--lessons", str(place[1]))
    assert "cannot listen at IP=192.0.2.7" in told
    assert "This machine has 127.0.0.1" in told


def test_a_folder_that_cannot_be_written_is_named(place):
    options = ["--folder", "/proc/room", "--port", str(free_ports()), "--lessons", str(place[1])]
    assert "cannot keep anything in /proc/room" in refused("--trust", *options)
    done = preflight("--learners", "1", *options)
    assert done.returncode == 1
    assert "cannot keep anything in /proc/room" in done.stdout.partition("To mend before the day:")[2]


def test_a_port_that_somebody_has_is_named(room, place):
    port = free_ports()
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", port + 1))
        taken.listen()
        options = [
            "--port",
            str(port),
            "--lessons",
            str(place[1]),
            "--folder",
            str(place[0].parent / "other"),
        ]
        assert f"Somebody has port {port + 1} already" in refused("--trust", *options)


@SEPARATE
def test_without_root_it_says_that_files_are_not_separate(room_is_installed):
    assert "cannot be kept apart" in refused(user=61_900, group=61_900, extra_groups=[], cwd="/")


@SEPARATE
def test_a_folder_that_is_closed_to_learners_is_named(place):
    closed = place[0].parent / "closed"
    closed.mkdir(mode=0o700)
    assert f"chmod o+rx {closed})" in refused("--folder", str(closed / "room"), "--lessons", str(place[1]))


def preflight(*options):
    command = [str(PYTHON), str(ROOT / "docs" / "room" / "preflight.py"), "--ip", "127.0.0.1", *options]
    if not AS_ROOT:
        command.append("--trust")
    return subprocess.run(command, capture_output=True, text=True)


def test_preflight_lets_a_learner_run_a_lesson(place):
    done = preflight("--learners", "1", "--port", str(free_ports()), "--lessons", str(place[1]))
    assert "ran lesson 07 to its end" in done.stdout, done.stdout + done.stderr
    assert "Ready: nothing to mend" in done.stdout
    assert done.returncode == 0


def test_preflight_says_what_to_mend(place):
    port = free_ports()
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", port))
        taken.listen()
        options = ("--learners", "1000000", "--memory", "0.5", "--port", str(port))
        done = preflight(*options, "--lessons", str(place[1]))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    told = done.stdout.partition("To mend before the day:")[2]
    wanted = (
        f"Somebody has port {port} already",
        "Make room on the disk",
        "a smaller room",
        "make room MEMORY=",
    )
    for part in wanted:
        assert part in told
    assert "Not ready yet" in told


def test_preflight_fetches_mnist_once_for_all(room_is_installed, tmp_path):
    """With a stand-in for the course's Python, which has a network, or has none."""
    (tmp_path / "course" / "bin").mkdir(parents=True)
    python = tmp_path / "course" / "bin" / "python"
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'docs' / 'room')!r}); from pathlib import Path; "
        "from preflight import Report, check_mnist; report = Report(); "
        "check_mnist(report, Path(sys.argv[1]), Path(sys.argv[2])); print(report.to_know)"
    )

    def check(folder, does):
        python.write_text(f"#!/bin/sh\n{does}\n")
        python.chmod(0o755)
        given = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        command = [str(PYTHON), "-c", code, str(tmp_path / folder), str(tmp_path / "course")]
        return subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout

    fetches = 'mkdir -p "$KERAS_HOME/datasets" && echo images > "$KERAS_HOME/datasets/mnist.npz"'
    has_no_network = "echo no network >&2; exit 1"
    assert "fetched now" in check("room", fetches)
    assert (tmp_path / "room" / "mnist" / "mnist.npz").read_text() == "images\n"
    assert "at hand" in check("room", has_no_network)
    assert "cannot be fetched (no network)" in check("another", has_no_network)
    assert not (tmp_path / "another" / "mnist").exists()


@SEPARATE
def test_homes_of_a_room_without_root_are_named(place):
    folder = place[0].parent / "of-friends"
    (folder / "homes" / "gil").mkdir(parents=True)
    said = refused("--folder", str(folder), "--lessons", str(place[1]), "--port", str(free_ports()))
    assert "made by a room without root: gil" in said
