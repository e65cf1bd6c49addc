"""Who is in the room: names, the words that protect them, and the number under which programs run."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import threading
import unicodedata
from pathlib import Path

from kept import keep
from limits import is_learners_number, learner_numbers

LONGEST_NAME = 32
# Letters and marks that leave no trace (Default_Ignorable_Code_Point): with them two names look alike.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def normalize(name: str) -> str:
    """Return a name as the room writes it: "Ada  O'Neil" is "ada-oneil", however it is typed."""
    before = None
    while name != before:  # a letter and a mark that come together now may be written as one
        before = name
        name = unicodedata.normalize("NFKC", name).lower().replace("'", "").replace("\u2019", "")
        name = "-".join(name.split())
    return name


def _is_odd(sign: str) -> bool:
    return bool(UNSEEN.match(sign)) or (unicodedata.category(sign)[0] not in "LMN" and sign not in "._-")


def fault_of_name(name: str) -> str | None:
    """Say what is wrong with a normalized name, which will be that of a folder, or None."""
    if not name:
        return "Type your name."
    if len(name) > LONGEST_NAME:
        return f"This name has {len(name)} letters; up to {LONGEST_NAME} are allowed."
    # Letters with the marks that belong to them, and numbers, in every script.
    odd = next(filter(_is_odd, name), None)
    if odd is not None:
        # What cannot be seen, or steers what is around it, is told by its number.
        seen = odd.isprintable() and not UNSEEN.match(odd)
        told = f"“{odd}”" if seen else f"the sign U+{ord(odd):04X}"
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
        if not isinstance(known, dict):
            raise ValueError(f"{self.path.name} is not what it was")
        for name, entry in known.items():
            if not (
                isinstance(entry, dict)
                and ("uid" not in entry or (type(entry["uid"]) is int and is_learners_number(entry["uid"])))
                and ("word" not in entry or [type(part) for part in entry["word"] or ()] == [str, str])
            ):
                raise ValueError(f"{self.path.name} is not what it was, at {name!r}")
        return known

    def _write(self, known: dict[str, dict]) -> None:
        keep(self.path, json.dumps(known, indent=1, ensure_ascii=False))

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
            forgotten = [path for path in self.forgotten.iterdir() if normalize(path.name) == name]
            if forgotten:
                entry.pop("word", None)
            if "word" not in entry:
                salt = secrets.token_hex(8)
                entry["word"] = [salt, _hash(salt, word)]
                self._write(known)
            for path in forgotten:
                path.unlink()
            salt, hashed = entry["word"]
        return hmac.compare_digest(hashed, _hash(salt, word))


def _hash(salt: str, word: str) -> str:
    return hashlib.scrypt(word.encode(), salt=salt.encode(), n=2**13, r=8, p=1).hex()
