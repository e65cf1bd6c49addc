"""Who is in the room: names, the words that protect them, and the number under which programs run."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
import unicodedata
from pathlib import Path

from limits import is_learners_number, learner_numbers

LONGEST_NAME = 32


def normalize(name: str) -> str:
    """Return a name as the room writes it: "Ada  O'Neil" is "ada-oneil", however it is typed."""
    name = unicodedata.normalize("NFKC", name).lower()
    return "-".join(name.replace("'", "").replace("\u2019", "").split())


def fault_of_name(name: str) -> str | None:
    """Say what is wrong with a normalized name, which will be that of a folder, or None."""
    if not name:
        return "Type your name."
    if len(name) > LONGEST_NAME:
        return f"This name has {len(name)} letters; up to {LONGEST_NAME} are allowed."
    # Letters with the marks that belong to them, and numbers, in every script.
    odd = next((one for one in name if unicodedata.category(one)[0] not in "LMN" and one not in "._-"), None)
    if odd is not None:
        # What cannot be seen, or steers what is around it, is told by its number.
        told = f"“{odd}”" if odd.isprintable() else f"the sign U+{ord(odd):04X}"
        return f"A name may have letters, digits, spaces, dots and hyphens, and not {told}."
    if unicodedata.category(name[0])[0] not in "LN":
        return "A name begins with a letter or a digit."
    return None


class Learners:
    """What is known of each learner, in one file that can be read and mended by hand.

    Parameters
    ----------
    path : pathlib.Path
        The file, JSON: for each name a "uid", and under "word" a salt and what it makes of their own word.
    homes : pathlib.Path
        The folder of all homes; whose a home is, its owner says, and not the file.
    forgotten : pathlib.Path
        A folder: for whom there is a file of their name, however written, the next word counts, and the file
        goes.
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
            If all numbers are taken, which can happen where the system knows few.
        """
        with self._one_at_a_time:
            owners = {home.name: home.stat().st_uid for home in self.homes.iterdir()}
            if is_learners_number(owners.get(name, 0)):
                return owners[name]
            known = self._read()
            entry = known.setdefault(name, {})
            if "uid" not in entry or entry["uid"] in owners.values():
                numbers = learner_numbers()
                taken = {other.get("uid") for other in known.values()} | set(owners.values())
                # The last is for trials, and nobody's.
                if len(numbers) - 1 <= sum(number in numbers for number in taken - {None}):
                    raise ValueError(f"there have been {len(numbers) - 1} names; begin a new room")
                while (number := numbers[secrets.randbelow(len(numbers) - 1)]) in taken:
                    pass
                entry["uid"] = number
                self._write(known)
            return entry["uid"]

    def word_is_right(self, name: str, word: str) -> bool:
        """Whether this is the learner's own word; at the first time it becomes it."""
        with self._one_at_a_time:
            known = self._read()
            entry = known.setdefault(name, {})
            for forgotten in self.forgotten.iterdir():
                if normalize(forgotten.name) == name:
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
