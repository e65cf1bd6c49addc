"""Check the day before whether a room can be opened here, and say what to mend: `make preflight LEARNERS=30`.

Everything is tried where it can be: the last check opens a room of its own for a moment, signs a learner in,
and lets a kernel run the first lesson to its end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from capacity import learners_at_once, read_needs
from client import Kernel, Learner
from kept import keep
from limits import can_separate, find_memory_limit
from opened import Room, room_folder
from room import (
    cannot_listen,
    cannot_write,
    closed_to_learners,
    find_mnist,
    own_addresses,
    read_arguments,
)

GB, MB = 1024**3, 1024**2
GB_EACH = 0.1  # of disk: lessons with their outputs, and what learners make
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "firefox",
    "msedge",
    "safari",
)
APPLICATIONS = ("Google Chrome", "Firefox", "Safari", "Microsoft Edge", "Chromium")


class Report:
    """What was found, line by line, and at the end what to mend."""

    def __init__(self) -> None:
        self.to_mend: list[str] = []
        self.to_know: list[str] = []

    def fine(self, text: str) -> None:
        print(f"  ok    {text}", flush=True)

    def mend(self, found: str, what: str) -> None:
        print(f"  MEND  {found}", flush=True)
        self.to_mend.append(what)

    def know(self, found: str, what: str) -> None:
        print(f"  note  {found}", flush=True)
        self.to_know.append(what)


def check_programs(report: Report, course: Path) -> bool:
    """Return whether a room can be tried."""
    there = True
    for program, purpose, how in (
        (course / "bin" / "python", "the lessons", "make .venv/.installed"),
        ("node", "the room's proxy", "apt install nodejs npm, version 20 or newer, where root finds it"),
    ):
        try:
            said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
            report.fine(f"{said.stdout.strip()} for {purpose}")
        except (OSError, subprocess.CalledProcessError) as error:
            report.mend(f"no {program}", f"{program}, for {purpose}, cannot be started: {error}. Try: {how}")
            there = False
    found = [name for name in BROWSERS if shutil.which(name)]
    found += [name for name in APPLICATIONS if Path(f"/Applications/{name}.app").exists()]
    if found:
        report.fine(f"a browser to project with: {found[0]}")
    else:
        report.know(
            "no browser on this machine",
            "This machine has no browser: to project, open the room's address on another. Learners bring "
            "their own: Chrome or Edge, with which the lessons are tested; Firefox and Safari should do.",
        )
    return there


def check_disk(report: Report, folder: Path, learners: int) -> None:
    if fault := cannot_write(folder):
        report.mend("disk: the room's folder cannot be written", fault)
        return
    place = next(part for part in [folder, *folder.parents] if part.exists())
    free, needed = psutil.disk_usage(str(place)).free / GB, 1 + GB_EACH * learners
    if free >= needed:
        report.fine(f"disk: {free:.0f} GB free, {needed:.0f} wanted")
    else:
        report.mend(
            f"disk: {free:.1f} GB free, {needed:.0f} wanted",
            f"Make room on the disk of {place}: {learners} learners need some {needed:.0f} GB. When it is "
            "full, nobody can save.",
        )


def check_memory(report: Report, learners: int, each: float) -> None:
    memory = psutil.virtual_memory().available / MB
    needs = read_needs()
    fits = {lesson[:2]: learners_at_once(need, memory) for lesson, need in needs.items()}
    tight = {lesson: fit for lesson, fit in fits.items() if fit < learners}
    told = ", ".join(f"{lesson} ({fit})" for lesson, fit in tight.items())
    if not tight:
        report.fine(f"memory: {memory / 1024:.1f} GB free, enough for {learners} in every lesson")
    elif len(tight) == len(needs):
        report.mend(
            f"memory: {memory / 1024:.1f} GB free; no lesson fits {learners} times",
            f"Take a machine with more memory, or a smaller room: here {max(fits.values())} fit at most. Or "
            "use the web site, which runs in the learners' own browsers.",
        )
    else:
        report.know(
            f"memory: {memory / 1024:.1f} GB free; some lessons are too much for {learners} at once",
            f"So many at once fit into the memory, of {learners}: {told}. Let learners share, or show these.",
        )
    over = [lesson[:2] for lesson, need in needs.items() if need.own > each * 1024]
    if over:
        enough = 1.3 * max(need.own for need in needs.values()) / 1000
        report.mend(
            f"memory: {each:g} GB for each learner are not enough for {', '.join(over)}",
            f"Give each learner more (make room MEMORY={enough:.1f}), or leave out {', '.join(over)}.",
        )


def check_address(report: Report, ip: str, port: int) -> None:
    if fault := cannot_listen(ip, port):
        report.mend("address and ports: cannot be had", fault)
        return
    report.fine(f"ports: {port} to {port + 3} are free")
    address, *others = (f"http://{each}:{port}" for each in own_addresses(ip))
    if "//127." in address:
        report.know(
            f"address: {address}",
            "Only this machine can reach the room: it has no network, or IP=127.0.0.1 was asked for.",
        )
        return
    more = f" or {' or '.join(others)}" if others else ""
    report.know(
        f"address: {address}{more}",
        f"Open a room, and try {address}{more} from another device in the same network. If nothing comes, "
        f"a firewall here must let port {port} in, or the network keeps devices apart (guest networks often "
        "do).",
    )


def check_separation(report: Report, arguments: argparse.Namespace) -> bool:
    """Return whether a room can be opened at all."""
    if not can_separate():
        if not arguments.trust:
            report.mend(
                "learners cannot be kept apart",
                "Run it as root (sudo make preflight, sudo make room). If all in the room may read and "
                "change "
                "everything of yours and of each other's: TRUST=1.",
            )
            return False
        report.know(
            "learners are not kept apart", "All learners run as you, and can read and change your files."
        )
    elif closed := closed_to_learners(arguments):
        report.mend("learners cannot read the lessons", closed)
        return False
    else:
        report.fine("each learner is a user of the system of their own")
    limit = find_memory_limit(f"clustering-preflight-{os.getpid()}")
    limit.remove()
    if limit.kind == "none":
        report.know("no limit of memory", f"The memory of a learner: {limit.told}.")
    else:
        report.fine(f"memory of a learner: {limit.told}")
    return True


def check_mnist(report: Report, folder: Path, course: Path) -> None:
    """See that the room has MNIST, if it can be had: on the day, each learner would fetch it."""
    told = "MNIST is at hand for lessons 09, 11 and 12"
    if find_mnist(folder):
        report.fine(told)
        return
    with tempfile.TemporaryDirectory() as fetched:
        fetching = subprocess.run(
            [course / "bin" / "python", "-c", "from helpers.datasets import load_mnist as f; f('download')"],
            env={**os.environ, "KERAS_HOME": fetched},
            capture_output=True,
            text=True,
        )
        images = Path(fetched, "datasets", "mnist.npz")
        if fetching.returncode == 0 and images.is_file():
            try:
                (folder / "mnist").mkdir(parents=True, exist_ok=True)
                keep(folder / "mnist" / images.name, images.read_bytes(), mode=0o644)
            except OSError as error:
                report.know("MNIST has no place", f"MNIST was fetched, and cannot be kept: {error.strerror}.")
                return
            report.fine(f"{told}: fetched now")
            return
    said = (fetching.stderr.strip().splitlines() or [""])[-1]
    report.know(
        "MNIST is not at hand",
        f"MNIST cannot be fetched ({said[:200]}). Without it, lessons 09, 11 and 12 use a stand-in, and say "
        "so. To have the real images: put Keras' mnist.npz into any folder, and for both commands: "
        "CLUSTERING_COURSE_DATA=/that/folder",
    )


def check_other_rooms(report: Report) -> None:
    found = [
        process.pid
        for process in psutil.process_iter()
        if any(word.endswith("docs/room/hub_config.py") for word in _command(process))
    ]
    if found:
        report.know(
            "another room is open on this machine",
            f"A room is open here already (process {', '.join(map(str, found))}); close it before you open "
            "one for a class: each would count on all of the memory.",
        )


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def check_a_lesson(report: Report, arguments: argparse.Namespace) -> None:
    """Open a room in a folder of its own, and let one learner run the first lesson."""
    lesson = min((arguments.lessons / "notebooks").glob("*.ipynb")).stem
    number = lesson[:2]
    options = ["--learners", "1", "--course", str(arguments.course), "--lessons", str(arguments.lessons)]
    options += ["--memory", str(arguments.memory)]
    try:
        with room_folder() as folder, Room(folder, *options, port=arguments.port) as room:
            begun = time.monotonic()
            learner = Learner(room.address, "preflight").sign_in(room.password).start()
            signed_in = time.monotonic() - begun
            kernel = Kernel(learner, f"notebooks/{lesson}.ipynb")
            cells = [cell for cell in learner.read(kernel.path)["cells"] if cell["cell_type"] == "code"]
            for place, cell in enumerate(cells, start=1):
                if sys.stdout.isatty():
                    print(f"\r        lesson {number}: cell {place} of {len(cells)}", end="", flush=True)
                outcome = kernel.run("".join(cell["source"]))
                if outcome.died or outcome.error:
                    raise RuntimeError(f"cell {place}: {outcome.error or 'the kernel ended'}")
        print(end="\r")
        took = time.monotonic() - begun
        told = f"a learner signed in ({signed_in:.0f} s)"
        report.fine(f"{told}, and ran lesson {number} to its end ({took:.0f} s)")
    except Exception as error:  # whatever it is, an instructor must hear of it, and of the rest
        report.mend(
            f"lesson {number} could not be run in a room: {type(error).__name__}",
            f"What went wrong when a learner ran lesson {number}:\n{last_lines(str(error))}",
        )


def last_lines(text: str, letters: int = 600) -> str:
    """Return the last whole lines of a text, about so many letters of it."""
    if len(text) <= letters:
        return text
    end = text[-letters:]
    return end[end.find("\n") + 1 :]


def main() -> int:
    begun = time.monotonic()
    arguments = read_arguments()
    report = Report()
    for number in (signal.SIGTERM, signal.SIGHUP):  # a closed terminal ends the room of the last check
        signal.signal(number, signal.default_int_handler)
    print(f"For a room of {arguments.learners}, on this machine ({os.cpu_count()} cores):")
    course, folder = arguments.course.absolute(), arguments.folder.resolve()
    ready = check_programs(report, course)
    check_disk(report, folder, arguments.learners)
    check_memory(report, arguments.learners, arguments.memory)
    if ready and not cannot_write(folder):
        check_mnist(report, folder, course)
    os.environ["no_proxy"] = "*"  # what is asked from here on is on this machine
    check_other_rooms(report)
    check_address(report, arguments.ip, arguments.port)
    separate = check_separation(report, arguments)
    if ready and separate and not cannot_listen("127.0.0.1", arguments.port):
        check_a_lesson(report, arguments)
    for title, found in (("Good to know:", report.to_know), ("To mend before the day:", report.to_mend)):
        if found:
            print(f"\n{title}")
            for number, text in enumerate(found, start=1):
                print(f"  {number}. {text}")
    took = time.monotonic() - begun
    print(f"\n{'Not ready yet' if report.to_mend else 'Ready: nothing to mend'} (checked in {took:.0f} s).")
    return 1 if report.to_mend else 0


if __name__ == "__main__":
    sys.exit(main())
