"""Who is in the room: names, the words that protect them, and the number under which programs run."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import threading
import unicodedata
from pathlib import Path

from limits import FIRST_UID, LAST_UID

NAME = re.compile(r"\w[\w.-]{0,31}")


def normalize(name: str) -> str:
    """Return a name as the room writes it: "Ada  Lovelace" is "ada-lovelace", however it is typed."""
    return "-".join(unicodedata.normalize("NFKC", name).lower().split())


class Learners:
    """What is known of each learner, in one file that can be read and mended by hand.

    Parameters
    ----------
    path : pathlib.Path
        The file, JSON: for each name a "uid", and under "word" a salt and what it makes of their own word.
    homes : pathlib.Path
        The folder of all homes; whose a home is, its owner says, and not the file.
    forgotten : pathlib.Path
        A folder: for whom there is a file of their name, the next word counts, and the file goes.
    """

    def __init__(self, path: Path, homes: Path, forgotten: Path) -> None:
        self.path, self.homes, self.forgotten = path, homes, forgotten
        self._one_at_a_time = threading.Lock()  # thirty sign in at the same moment

    def _read(self) -> dict[str, dict]:
        known = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        if not isinstance(known, dict) or not all(isinstance(entry, dict) for entry in known.values()):
            raise ValueError(f"{self.path.name} is not what it was")
        return known

    def _write(self, known: dict[str, dict]) -> None:
        """Replace the file whole: on a full disk the old one stays."""
        new = self.path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(known, file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)

    def uid(self, name: str) -> int:
        """Return the number of a learner, a new one at the first time.

        Raises
        ------
        ValueError
            If all numbers are taken.
        """
        with self._one_at_a_time:
            owners = {home.name: home.stat().st_uid for home in self.homes.iterdir()}
            if owners.get(name, 0) >= FIRST_UID:
                return owners[name]
            known = self._read()
            entry = known.setdefault(name, {})
            if "uid" not in entry or entry["uid"] in owners.values():
                taken = [other.get("uid", 0) for other in known.values()] + list(owners.values())
                entry["uid"] = max(
                    FIRST_UID, 1 + max((each for each in taken if each <= LAST_UID), default=0)
                )
                if entry["uid"] > LAST_UID:
                    raise ValueError(f"there have been {LAST_UID - FIRST_UID + 1} names; begin a new room")
                self._write(known)
            return entry["uid"]

    def word_is_right(self, name: str, word: str) -> bool:
        """Whether this is the learner's own word; at the first time it becomes it."""
        with self._one_at_a_time:
            known = self._read()
            entry = known.setdefault(name, {})
            if (forgotten := self.forgotten / name).exists():
                entry.pop("word", None)
                forgotten.unlink()
            if "word" not in entry:
                salt = secrets.token_hex(8)
                entry["word"] = [salt, _hash(salt, word)]
                self._write(known)
            salt, hashed = entry["word"]
        return hmac.compare_digest(hashed, _hash(salt, word))


def _hash(salt: str, word: str) -> str:
    return hashlib.scrypt(word.encode(), salt=salt.encode(), n=2**13, r=8, p=1).hex()
