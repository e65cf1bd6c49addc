"""How long each section of each lesson takes in a room, counted from the notebooks: `make plan`.

No room was timed. A section is counted as its words, spoken; its lines of code, read together; a minute to
commit to each prediction; and half a minute to look at each picture. The plans in `instructors.md` are sums
of these numbers, and `tests/docs/test_instructors.py` holds them to it.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
WORDS_A_MINUTE = 180  # a calm speaker
SECONDS_A_LINE = 5
SECONDS_A_PREDICTION = 60
SECONDS_A_PICTURE = 30
# Minutes for one exercise, with its hints; a case of the clinic is read as well.
EXERCISE = {"predict": 5, "judge": 5, "build": 10, "choose": 10, "repair": 8}
NOT_TAUGHT = ("Your turn", "Common claims, checked", "Key points", "Next", "References")
HIDDEN = {"hide-input", "solution", "exercise"}


def minutes(path: Path) -> dict[str, int]:
    """Return for each section that is taught, by its heading, the minutes that it takes in a room."""
    seconds: dict[str, float] = {}
    section = ""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
                if heading := re.match(r"## (.*)", part):
                    section = heading[1]
                spoken = len(part.split()) / WORDS_A_MINUTE * 60
                predicted = part.count("**Predict") * SECONDS_A_PREDICTION
                seconds[section] = seconds.get(section, 0) + spoken + predicted
        else:
            shown = not HIDDEN & set(cell.metadata.get("tags", []))
            lines = sum(bool(line.strip()) for line in cell.source.splitlines()) * shown
            pictures = sum("image/" in str(list(out.get("data", {}))) for out in cell.outputs)
            seconds[section] = seconds.get(section, 0) + lines * SECONDS_A_LINE + pictures * SECONDS_A_PICTURE
    taught = {name: spent for name, spent in seconds.items() if name and name not in NOT_TAUGHT}
    return {name: max(1, round(spent / 60)) for name, spent in taught.items()}


if __name__ == "__main__":
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        found = minutes(path)
        print(f"{path.stem}: {sum(found.values())} minutes")
        for name, spent in found.items():
            print(f"  {spent:>3}  {name}")
