"""What keeps learners of one machine apart: a user of the system for each, and a limit to their memory.

Which limit holds is tried and not inferred: a child that asks for too much either ends or does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
MB = 1024**2
# Learners get numbers that no user of the machine has (systemd's table leaves these to nobody); a name in
# /etc/passwd they do not need. They are drawn by lot, so that no room has those of another. A container may
# know numbers below 65,536 only: there the few are drawn from, and a second room may meet a first one's.
MANY, FEW = range(1_879_048_192, 2_147_352_576), range(60_707, 61_184)
# Arrow sets aside a gigabyte of addresses that it does not use, and the limit of one process counts them.
SET_ASIDE = 1536 * MB
MAX_PROCESSES = 512  # of one learner, threads included
TRIED_MB = 96
SECONDS_TO_DELETE = 30  # what one learner has left in memory


@dataclass(frozen=True)
class MemoryLimit:
    """How the memory of a learner is limited.

    Attributes
    ----------
    kind : {"group", "process", "none"}
        A control group for all processes of a learner; a limit to each process alone; or nothing.
    group : pathlib.Path or None
        The control group of the room.
    """

    kind: str
    group: Path | None = None

    @property
    def told(self) -> str:
        """What it means, in words for an instructor."""
        return {
            "group": "held for all that a learner runs together; whoever needs more has their kernel ended",
            "process": "held for each program alone, two kernels may have it twice; what asks for more fails",
            "none": "NOT HELD on this system: one learner can take all memory from the others",
        }[self.kind]

    def prepare(self, name: str, limit: int) -> Path | None:
        """Make the control group of one learner, with its limit in bytes; None where there are no groups."""
        if self.group is None:
            return None
        group = self.group / name
        group.mkdir(exist_ok=True)
        _limit_group(group, limit)
        return group

    def enter(self, group: Path | None, limit: int, set_aside: int = SET_ASIDE) -> None:
        """Put this process under the limit: for a child, before it becomes another program."""
        if group is not None:
            (group / "cgroup.procs").write_text(str(os.getpid()))
        elif self.kind == "process":
            resource.setrlimit(resource.RLIMIT_DATA, (limit + set_aside, limit + set_aside))

    def end(self, name: str | None = None) -> None:
        """End what runs in the group of one learner, or of all, whatever it calls itself."""
        if self.group is None:
            return
        groups = [self.group / name] if name else list(filter(Path.is_dir, self.group.iterdir()))
        for _ in range(100):  # what is ended may just have begun something
            running = [pid for group in groups if group.is_dir() for pid in _processes(group)]
            if not running:
                return
            for pid in running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    def remove(self) -> None:
        """Take the room's control groups away; those in which something still runs stay."""
        if self.group is None:
            return
        for group in [*filter(Path.is_dir, self.group.iterdir()), self.group]:
            with contextlib.suppress(OSError):
                group.rmdir()


def _processes(group: Path) -> list[int]:
    return [int(pid) for pid in (group / "cgroup.procs").read_text().split()]


def find_memory_limit(name: str, total: int | None = None) -> MemoryLimit:
    """Try which limit of memory this system holds.

    Parameters
    ----------
    name : str
        Of the room's control group.
    total : int, optional
        Bytes that all learners may have together, so that the hub outlives them.
    """
    group = _room_group(name)
    if group is not None:
        limit = MemoryLimit("group", group)
        if _ends(limit):
            if total:
                _limit_group(group, total)
            return limit
        limit.remove()
    limit = MemoryLimit("process")
    return limit if _ends(limit) else MemoryLimit("none")


def _ends(limit: MemoryLimit) -> bool:
    """Whether a child that asks for twice the limit is stopped, and one that asks for little is not."""
    ended = []
    for wanted in (TRIED_MB // 6, 2 * TRIED_MB):
        group = limit.prepare("trial", TRIED_MB * MB)
        child = subprocess.run(
            [sys.executable, "-c", f"b'x' * ({wanted} * {MB})"],
            preexec_fn=lambda group=group: limit.enter(group, TRIED_MB * MB, set_aside=0),
            capture_output=True,
        )
        ended.append(child.returncode != 0)
        if group is not None:
            group.rmdir()
    return ended == [False, True]


def _room_group(name: str) -> Path | None:
    """Make the room's control group, of either version; None where this is not allowed."""
    try:
        if (CGROUPS / "cgroup.controllers").exists():  # version 2
            group = CGROUPS / name
            group.mkdir(exist_ok=True)
            for parent in (CGROUPS, group):
                (parent / "cgroup.subtree_control").write_text("+memory")
        else:
            group = CGROUPS / "memory" / name
            group.mkdir(exist_ok=True)
    except OSError:
        return None
    return group


def _limit_group(group: Path, limit: int) -> None:
    for names in (
        ("memory.max", "memory.swap.max"),
        ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
    ):
        if (group / names[0]).exists():
            swap = (group / names[1]) if (group / names[1]).exists() else None
            if swap and swap.name != "memory.swap.max":
                swap.write_text("-1")  # memory and swap together, which memory alone may not exceed
            (group / names[0]).write_text(str(limit))
            if swap:
                swap.write_text("0" if swap.name == "memory.swap.max" else str(limit))
            return
    raise FileNotFoundError(f"{group} has no file for a limit of memory")


def become(uid: int | None, home: Path, limit_entered: Callable[[], None], log: str | None = None) -> None:
    """Turn this process into one of a learner's: limited, in their home, under their number if any."""
    limit_entered()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if uid is not None:
        resource.setrlimit(resource.RLIMIT_NPROC, (MAX_PROCESSES, MAX_PROCESSES))
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    os.umask(0o077)
    os.chdir(home)
    if log is not None:
        _write_to(log)


def who_listens(port: int, tables: Path = Path("/proc/net")) -> set[int] | None:
    """Return the users who listen at a port of this machine; None where the system does not say."""
    if not (tables / "tcp").exists():  # not Linux
        return None
    users = set()
    for table in (tables / "tcp", tables / "tcp6"):
        lines = table.read_text(encoding="ascii").splitlines()[1:] if table.exists() else []
        for place, state, user in (tuple(line.split()[i] for i in (1, 3, 7)) for line in lines):
            if state == "0A" and int(place.rpartition(":")[2], 16) == port:
                users.add(int(user))
    return users


async def others_at_port(
    port: int, uid: int, has_ended: Callable[[], Awaitable[bool]], listening: Callable = who_listens
) -> set[int]:
    """Wait until somebody listens at a port, or the server that should has ended; return who else listens.

    A server that begins has its port by chance, and a learner who is quicker could sit there before it, and
    be given what is its.
    """
    while (users := listening(port)) is not None and not users and not await has_ended():
        await asyncio.sleep(1)  # reading the system's tables takes some milliseconds, for each of thirty
    return (users or set()) - {uid}


def forget_memory(uids: set[int]) -> None:
    """Take away what learners have left in memory beside their programs: files of it, and segments.

    Files are deleted as who has made them, by a program that goes as deep as they do.
    """
    for path in Path("/dev/shm").iterdir() if Path("/dev/shm").is_dir() else ():
        with contextlib.suppress(FileNotFoundError, subprocess.TimeoutExpired):  # gone meanwhile; or endless
            if (uid := path.lstat().st_uid) in uids:
                options = {"user": uid, "group": uid, "extra_groups": [], "stderr": subprocess.DEVNULL}
                subprocess.run(["rm", "-rf", "--", str(path)], timeout=SECONDS_TO_DELETE, **options)
    for kind, number, option in (("shm", "shmid", "-m"), ("msg", "msqid", "-q"), ("sem", "semid", "-s")):
        table = Path("/proc/sysvipc", kind)
        lines = [line.split() for line in table.read_text().splitlines()] if table.exists() else []
        for line in lines[1:]:
            row = dict(zip(lines[0], line, strict=False))
            if int(row["uid"]) in uids and shutil.which("ipcrm"):
                subprocess.run(["ipcrm", option, row[number]], check=False)


def _write_to(log: str) -> None:
    """Let what this process says go to a file of the learner's own: the hub's log is the instructor's."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK  # nor wait for a pipe
    try:
        file = os.open(log, flags, 0o600)
    except OSError:
        file = os.open(os.devnull, os.O_WRONLY)
    os.dup2(file, 1)
    os.dup2(file, 2)


def learner_numbers(known: Path = Path("/proc/self/uid_map")) -> range:
    """Return the numbers of users from which learners' are drawn: many, if the system knows so many."""
    if not known.exists():  # not Linux
        return MANY
    parts = [tuple(map(int, line.split())) for line in known.read_text(encoding="ascii").splitlines()]
    whole = any(first <= MANY.start and MANY.stop <= first + count for first, _, count in parts)
    return MANY if whole else FEW


def is_learners_number(uid: int) -> bool:
    """Whether a number is one that a room gives."""
    return uid in MANY or uid in FEW


def can_separate() -> bool:
    """Whether each learner can be a user of their own here."""
    return os.name == "posix" and os.geteuid() == 0


def unreadable_for_others(path: Path, listed: bool = False) -> str | None:
    """Name the first folder on the way to a path that others may not pass, or the path if it is closed.

    A folder at the end must let others pass, and with `listed` also see what is in it.
    """
    real = path.resolve()
    while not real.exists():  # will be made
        real = real.parent
    for part in [*reversed(real.parents), real]:
        mode = part.stat().st_mode
        last = 0o004 if not part.is_dir() else 0o005 if listed else 0o001
        needed = last if part == real else 0o001
        if mode & needed != needed:
            return str(part)
    return None
