"""Open a room: a JupyterHub on this machine in which each learner has the lessons, and nobody else's files.

    make room LEARNERS=30

Everything that the room keeps is in one folder; Ctrl-C ends what was started, and started again with the same
folder, every learner's work is there.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
import os
import re
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from pathlib import Path

import psutil
import segno
from capacity import RESERVE, read_needs, report
from kept import keep
from limits import (
    MemoryLimit,
    become,
    can_separate,
    find_memory_limit,
    forget_memory,
    is_learners_number,
    learner_numbers,
    unreadable_for_others,
)

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BIN = Path(sys.executable).parent  # of the room's environment
INSTRUCTOR = "instructor"
GB = 1024**3
MB = 1024**2
_WORDS = """
amber anchor apple badger basil beacon birch cedar cherry cobalt comet copper coral crane dahlia daisy
ember falcon fern ginger glacier hazel harbor heron indigo iris island ivory jasper juniper kestrel lagoon
lantern lemon lilac lotus maple marble meadow mint nectar nutmeg olive orchid otter pebble pepper pine
plum poppy quartz raven river robin saffron sage silver sparrow spruce thistle tulip velvet violet walnut
"""
WORDS = _WORDS.split()
# A hub that has opened is started again when it ends, but not without end: it may have a fault of its own.
MOST_STARTS, SECONDS_OF_STARTS, MOST_FAILED = 6, 120, 3
SECONDS_TO_OPEN = 400
MOST_FILES = 4096
LARGEST_LOG, SECONDS_BETWEEN_LOOKS = 50 * 1024**2, 20
SECONDS_TO_END = 30
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # a terminal that is closed is a Ctrl-C, too
LONGEST_SOCKET = 103  # characters of a path, on every system
PASSED_ON = ("QUICK", "LANG", "LC_ALL")
PORTS = 4  # the room's, and three that it uses inside
DATA = "CLUSTERING_COURSE_DATA"


class Parser(argparse.ArgumentParser):
    """Names settings in its errors as they are written after `make`."""

    def error(self, message: str) -> None:
        self.exit(2, re.sub(r"argument --(\w+)", lambda found: found[1].upper(), message) + "\n")


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, default=30, help="how many may be in the room at once")
    parser.add_argument("--memory", type=float, default=2.0, help="GB that each learner may have")
    parser.add_argument("--idle", type=float, default=90, help="minutes after which an idle kernel is ended")
    parser.add_argument("--ip", default="0.0.0.0", help="127.0.0.1: for this machine alone")
    # Below 1024 only root takes a port: else a learner could wait for the hub to fall, and sit in its place.
    port = 888 if can_separate() else 8888
    parser.add_argument(
        "--port", type=int, default=port, help="and the three that follow, for the room itself"
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "room", help="where learners' work is kept")
    parser.add_argument("--lessons", type=Path, default=ROOT / "learner", help="what each learner gets")
    parser.add_argument("--course", type=Path, default=ROOT / ".venv", help="the environment of the kernels")
    parser.add_argument("--password", help="of the room; by default one that is made up at the first start")
    parser.add_argument("--trust", action="store_true", help="go on where learners cannot be kept apart")
    found = parser.parse_args(arguments)
    if found.learners < 1:
        parser.error("LEARNERS must be 1 or more")
    if found.memory < 0.5:
        parser.error("MEMORY is in GB, and a server with a lesson needs 0.5 or more")
    if found.idle <= 0:
        parser.error("IDLE is in minutes, and must be more than 0")
    if found.password is not None and len(found.password) < 8:
        parser.error("PASSWORD must have 8 characters or more")
    if not 1 <= found.port <= 65_536 - PORTS:
        parser.error(f"PORT must be from 1 to {65_536 - PORTS}")
    # A folder that was asked for and has no images would be passed over without a word.
    if (data := os.environ.get(DATA)) and not (Path(data) / "mnist.npz").is_file():
        parser.error(f"{DATA}={data}: there is no mnist.npz in it. Put it there, or leave this out")
    return found


def closed_to_learners(arguments: argparse.Namespace) -> str | None:
    """Try as a learner's user whether lessons, Python and homes can be reached; say what to mend, or None."""
    python = arguments.course.absolute() / "bin" / "python"
    try:
        trial = subprocess.run(
            [python, "-c", "import helpers"],
            preexec_fn=lambda: become(learner_numbers()[-1], Path("/"), lambda: None),
            capture_output=True,
            text=True,
        )
        said = trial.stderr.strip()[-300:] if trial.returncode else None
    except (OSError, subprocess.SubprocessError) as error:
        said = str(error)
    closed = [unreadable_for_others(path) for path in (python, BIN, arguments.folder.resolve().parent)]
    lessons = [arguments.lessons, *arguments.lessons.rglob("*")]
    closed += [unreadable_for_others(path, listed=True) for path in (HERE, *lessons)]
    if where := next(filter(None, closed), None):
        why = f"{where} is closed to other users, who need what is in it. Open it (chmod o+rx {where}),"
    elif said:
        why = f"with {python}: {said}. Mend this,"
    else:
        return None
    return f"Learners cannot run the lessons: {why}\nor put the course, and Python, where all may read: /opt."


def own_addresses(ip: str) -> list[str]:
    """Return the addresses under which others may reach this machine, the likeliest first."""
    if ip != "0.0.0.0":
        return [ip]
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # sends nothing: asks which way would be taken to the world
        found.append(probe.getsockname()[0])
    # A room's network need not lead to the world.
    for places in psutil.net_if_addrs().values():
        found += [place.address for place in places if place.family == socket.AF_INET]
    outside = [address for address in dict.fromkeys(found) if not address.startswith("127.")]
    return outside or ["127.0.0.1"]


def first_port_for_all(known: Path = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")) -> int:
    """Return the first port that not only root may take; in containers, and on a Mac, that is often any."""
    return int(known.read_text(encoding="ascii")) if known.exists() else 0


def cannot_listen(ip: str, port: int) -> str | None:
    """Try the room's address and ports; say what to mend, or None."""
    busy = []
    for each in range(port, port + PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                # The others are for the room itself.
                probe.bind((ip if each == port else "127.0.0.1", each))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    busy.append(str(each))
                elif error.errno == errno.EACCES:
                    return f"Only root may take port {each}. Take others: PORT=8888"
                else:
                    return (
                        f"A room cannot listen at IP={ip}: {error.strerror}. This machine has "
                        f"{', '.join(dict.fromkeys(['127.0.0.1', *own_addresses('0.0.0.0')]))}."
                    )
    if busy:
        return f"Somebody has port {', '.join(busy)} already (another room?). Take others: PORT={port + 100}"
    return None


def cannot_write(folder: Path) -> str | None:
    """Try whether the room's folder can be made and written in; say what to mend, or None."""
    place = next(part for part in [folder, *folder.parents] if part.exists())
    try:
        with tempfile.TemporaryDirectory(dir=place):
            return None
    except OSError as error:
        return f"The room cannot keep anything in {folder}: {place}: {error.strerror}."


def still_running(pid_file: Path, program: str) -> psutil.Process | None:
    """Return the process whose number is in a file, if it is still this program."""
    try:
        process = psutil.Process(int(pid_file.read_text(encoding="utf-8")))
        return process if program in " ".join(process.cmdline()) else None
    except (OSError, ValueError, psutil.Error):
        return None


def homes_of_others(homes: Path) -> list[str]:
    """Return the homes that belong to no learner's number, as those of a room without root."""
    found = homes.iterdir() if homes.exists() else ()
    return sorted(home.name for home in found if not is_learners_number(home.stat().st_uid))


def end_leftover_proxy(folder: Path) -> None:
    """End the proxy of a hub that was killed: the next one brings its own, and learners' servers stay."""
    if proxy := still_running(folder / "proxy.pid", "configurable-http-proxy"):
        proxy.terminate()
        proxy.wait()


def make_secrets(path: Path, password: str | None) -> dict[str, str]:
    """Return the room's passwords, made up at the first start and kept."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    made = {
        "password": "-".join([secrets.choice(WORDS) for _ in range(3)] + [str(secrets.randbelow(90) + 10)]),
        "instructor": secrets.token_urlsafe(15),
        "page": secrets.token_hex(16),
        "salt": secrets.token_hex(16),
    }
    wanted = made | known | ({"password": password} if password else {})
    if wanted != known:
        keep(path, json.dumps(wanted, indent=1))
    return wanted


def inside(ip: str) -> str:
    """Return the address by which this machine itself reaches the room."""
    return "127.0.0.1" if ip == "0.0.0.0" else ip


def environment(course: Path, ip: str, port: int) -> dict[str, str]:
    """Return what the learners' servers and kernels find in their environment beside what the hub adds."""
    found = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    found |= {
        "PATH": f"{course / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        # Thirty learners who each take all cores would only wait for each other.
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "CLUSTERING_COURSE_ROOM": f"http://{inside(ip)}:{port}/services/room",
    }
    return found


def find_mnist(folder: Path) -> Path | None:
    """Return where MNIST is at hand for a room in this folder."""
    places = [Path(os.environ.get(DATA) or "-"), folder / "mnist", Path.home() / ".keras" / "datasets"]
    return next((place / "mnist.npz" for place in places if (place / "mnist.npz").is_file()), None)


def share_mnist(folder: Path) -> Path | None:
    """Return a folder with MNIST that every learner may read, so that not each of them downloads it."""
    source = find_mnist(folder)
    if source is None:
        return None
    shared = folder / "mnist"
    shared.mkdir(exist_ok=True)
    if not (shared / source.name).exists():
        shutil.copyfile(source, shared / "half")
        (shared / "half").replace(shared / source.name)
    for path, mode in ((shared, 0o755), (shared / source.name, 0o644)):
        path.chmod(mode)
    return shared


def offer_kernel(folder: Path, course: Path) -> Path:
    """Write the kernel that learners are offered: the course's environment, which knows nothing of a hub."""
    kernel = folder / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [
            str(course / "bin" / "python"),
            str(HERE / "kernel.py"),
            *("-f", "{connection_file}"),
            # A broken file of what was typed lets no kernel begin any more; and nobody has asked for one.
            "--HistoryManager.hist_file=:memory:",
        ],
        "display_name": "Python 3 (clustering course)",
        "language": "python",
        "metadata": {"debugger": False},
    }
    (kernel / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    for path in [folder / "jupyter", *(folder / "jupyter").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder / "jupyter"


def prepare(arguments: argparse.Namespace) -> tuple[dict, dict[str, str], MemoryLimit]:
    """Make the room's folder, with what the hub must know; return this, the passwords and the limit."""
    folder, course = arguments.folder.resolve(), arguments.course.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # may be passed through to one's own home, and not be listed
    for name in ("homes", "run"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name).chmod(0o711)
    (folder / "forgotten").mkdir(exist_ok=True)
    known = make_secrets(folder / "secrets.json", arguments.password)
    memory = psutil.virtual_memory()
    limit = find_memory_limit(
        f"clustering-room-{zlib.crc32(bytes(folder)):08x}", int(memory.total * (1 - RESERVE))
    )
    variables = environment(course, arguments.ip, arguments.port)
    variables["JUPYTER_PATH"] = str(offer_kernel(folder, course))
    if mnist := share_mnist(folder):
        variables[DATA] = str(mnist)
    settings = {
        "address": f"http://{own_addresses(arguments.ip)[0]}:{arguments.port}",
        "ip": arguments.ip,
        "port": arguments.port,
        "learners": arguments.learners,
        "memory": int(arguments.memory * GB),
        "idle": round(arguments.idle * 60),
        "instructor": INSTRUCTOR,
        "lessons": str(arguments.lessons.resolve()),
        "separate": can_separate(),
        "limit": limit.kind,
        "group": str(limit.group) if limit.group else None,
        "environment": variables,
    }
    keep(folder / "settings.json", json.dumps(settings, indent=1))
    return settings, known, limit


def few_files() -> None:
    """Bound what strangers can make the hub and its page hold: so many connections, with what they send."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = MOST_FILES if most == resource.RLIM_INFINITY else min(MOST_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))


def wait(hub: subprocess.Popen, log: Path) -> None:
    """Wait until the hub ends; let what it says not fill the disk, whatever it is asked."""
    while hub.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            hub.wait(timeout=SECONDS_BETWEEN_LOOKS)
        with contextlib.suppress(FileNotFoundError):  # an instructor has moved it
            if log.stat().st_size > LARGEST_LOG:
                os.truncate(log, 0)  # it is written at its end, wherever that is


def start(folder: Path) -> subprocess.Popen:
    """Start the hub, whose log goes into the folder."""
    hub = BIN / "jupyterhub"
    # Of its proxy, new each time: who held the port of a dead one may have the old.
    key = secrets.token_hex(16)
    variables = dict(os.environ, CLUSTERING_ROOM=str(folder), CONFIGPROXY_AUTH_TOKEN=key)
    with (folder / "hub.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, str(hub), "--config", str(HERE / "hub_config.py")],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,  # learners' servers inherit it, and may not have this terminal
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches `room.py` alone, which ends the rest in order
            preexec_fn=few_files,
        )
    with contextlib.suppress(OSError):  # on a full disk; then the next room only hears that a port is taken
        (folder / "hub.pid").write_text(str(started.pid), encoding="utf-8")
    return started


def wait_until_open(hub: subprocess.Popen, ip: str, port: int) -> bool:
    """Wait until the room answers; False if the hub has ended, or does not answer for long."""
    health = f"http://{inside(ip)}:{port}/hub/health"
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # by no proxy of the system's
    until = time.monotonic() + SECONDS_TO_OPEN
    while hub.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), directly.open(health, timeout=5):
            return True
        time.sleep(0.3)
    return False


def tell(settings: dict, known: dict[str, str], limit: MemoryLimit, folder: Path) -> None:
    """Print the address, what is for the wall and for the instructor, and what the machine will bear."""
    address, *others = [f"http://{ip}:{settings['port']}" for ip in own_addresses(settings["ip"])]
    segno.make(f"{address}/services/room/").terminal(compact=True)
    print("(The code is for telephones, and leads to the votes: lessons want a wider screen.)")
    memory, cores = psutil.virtual_memory(), os.cpu_count() or 1
    print(f"The room is open.   {address}   password of the room: {known['password']}")
    if others:
        print(f"                    (or, if that is not the room's network: {', '.join(others)})")
    print(f"For the wall:       {address}/services/room/wall")
    print(f"For you:            {address}/services/room/")
    print(f"                    sign in as {INSTRUCTOR}, password {known['instructor']} (do not project)")
    print(f"Learners' work:     {folder / 'homes'}   (what the hub says: {folder / 'hub.log'})\n")
    total, free = memory.total / GB, memory.available / GB
    print(f"This machine: {cores} cores, {total:.1f} GB of memory, {free:.1f} GB of it free.")
    print(report(read_needs(), memory.available / MB, cores, settings["learners"]))
    if DATA in settings["environment"]:
        print("\nMNIST: the real images, for lessons 09, 11 and 12.")
    else:
        print("\nMNIST: not at hand. Lessons 09, 11 and 12 try to fetch it, and else take a stand-in.")
    print(f"Memory: {settings['memory'] / GB:.1f} GB for each learner, {limit.told}.")
    if settings["separate"]:
        print("Files: each learner is a user of the system of their own, and cannot open another's.")
    else:
        print("Files: NOT SEPARATE. All run as you: each can read and change the files of all, and yours.")
    if settings["separate"] and settings["port"] >= (first := first_port_for_all()):
        told = f"those below {first} only root can take" if first > 1 else "here all can take all"
        print(f"Ports: a learner may take this room's, should the hub fall; {told}.")
    print("\nCtrl-C ends the room; what learners have saved stays.", flush=True)


def end(hub: subprocess.Popen, folder: Path, limit: MemoryLimit) -> None:
    """Let the hub end the learners' servers and its proxy; what it leaves, on a full disk, end without it."""
    for number in ENDING:  # nobody is to break off what follows
        signal.signal(number, signal.SIG_IGN)
    if hub.poll() is None:
        hub.send_signal(signal.SIGINT)
    say("\nEnding the learners' servers ...")
    try:
        hub.wait(timeout=SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        say("The hub does not end by itself, and is ended.")
        hub.kill()
        hub.wait()
    end_leftover_proxy(folder)
    limit.end()
    left = [process for process in psutil.process_iter() if _is_learners(process, folder / "homes")]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(left, timeout=SECONDS_TO_END)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    if can_separate() and (folder / "homes").exists():
        forget_memory({home.stat().st_uid for home in (folder / "homes").iterdir()} - {0})
    say("The room is closed.")


def last_said(log: Path) -> str:
    """Return the last lines of a log without what would steer a terminal."""
    if not log.exists():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    return "\n".join("".join(letter for letter in line if letter.isprintable()) for line in lines)


def say(text: str) -> None:
    """Print, if anybody can still read it: the terminal may be gone."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def _is_learners(process: psutil.Process, homes: Path) -> bool:
    """Whether a process was started for a learner of this room: its home is one of the room's.

    What a learner has begun without this, only a control group finds.
    """
    try:
        return Path(process.environ().get("HOME", "/")).is_relative_to(homes)
    except psutil.Error:
        return False


def main() -> int:
    arguments = read_arguments()
    if not can_separate() and not arguments.trust:
        print(
            "Learners cannot be kept apart here: only root can run each as a user of their own, and a\n"
            "notebook can read every file of who runs it. Run it as root (sudo make room), or, where all\n"
            "may read and change everything of yours and of each other's: make room TRUST=1",
            file=sys.stderr,
        )
        return 2
    if can_separate() and (closed := closed_to_learners(arguments)):
        print(closed, file=sys.stderr)
        return 2
    folder = arguments.folder.resolve()
    if hub := still_running(folder / "hub.pid", "hub_config.py"):
        opener = hub.parent()
        whole = opener if opener and "room.py" in " ".join(opener.cmdline()) else hub
        told = f"To end it: Ctrl-C in its terminal, or kill -INT {whole.pid}"
        print(f"This room is open already. {told}", file=sys.stderr)
        return 2
    if can_separate() and (foreign := homes_of_others(folder / "homes")):
        print(
            f"These homes were made by a room without root: {', '.join(foreign)}. Their learners could not\n"
            f"write in them now. Keep a copy of what is wanted, and begin anew: sudo rm -r {folder}",
            file=sys.stderr,
        )
        return 2
    end_leftover_proxy(folder)
    if len(str(folder / "run" / "learner-00000000" / f"kernel-{'0' * 36}-ipc-5")) > LONGEST_SOCKET:
        print(
            f"The path of {folder} is too long: sockets in it would not work. Take a shorter one.",
            file=sys.stderr,
        )
        return 2
    if fault := cannot_listen(arguments.ip, arguments.port) or cannot_write(folder):
        print(fault, file=sys.stderr)
        return 2
    os.umask(0o077)
    settings, known, limit = prepare(arguments)
    for number in ENDING:
        signal.signal(number, signal.default_int_handler)
    hub = None
    try:
        starts: list[float] = []
        has_opened, failed = False, 0
        while True:
            starts.append(time.monotonic())
            hub = start(folder)
            if wait_until_open(hub, arguments.ip, arguments.port):
                has_opened, failed = True, 0
                tell(settings, known, limit, folder)
                wait(hub, folder / "hub.log")
            elif not has_opened or hub.poll() is None or (failed := failed + 1) == MOST_FAILED:
                break
            starts = [each for each in starts if time.monotonic() - each < SECONDS_OF_STARTS]
            if len(starts) == MOST_STARTS:
                break
            say("\nThe hub was ended, and is started again; learners' servers went on.")
            end_leftover_proxy(folder)
        end(hub, folder, limit)
        print(f"The hub cannot start; the last it said ({folder / 'hub.log'}):", file=sys.stderr)
        print(last_said(folder / "hub.log"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        if hub is not None:
            end(hub, folder, limit)
        return 0
    except BaseException:
        if hub is not None:
            end(hub, folder, limit)
        raise
    finally:
        limit.remove()


if __name__ == "__main__":
    sys.exit(main())
