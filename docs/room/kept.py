"""Files that are whole, or as they were, on a full disk and after a power cut."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def keep(path: Path, content: bytes | str, mode: int = 0o600) -> None:
    """Write a file beside the old one, see it on the disk, and put it in its place.

    Raises
    ------
    OSError
        If it cannot be written; then the old one is still there, and nothing beside it.
    """
    half = path.with_name(f"{path.name}.new")
    try:
        with half.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        half.chmod(mode)
        half.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            half.unlink()
        raise
