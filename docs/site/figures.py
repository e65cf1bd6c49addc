"""The figures to move, drawn beforehand: every state that a page can show without Python.

A state is drawn by the lesson's own code: of the notebook those statements are run on which the figure
depends, and no others. What a figure says of its first states must be, word for word, what the notebook has
stored. `figure.js` plays the states in the page.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from itertools import chain, product
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import nbformat
import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
COLORS = 48  # of a drawn figure; more would only be shades at the edges of letters
MOST = 600_000  # bytes for the figure of a lesson

Frame = tuple[np.ndarray, str]  # a picture, shape (height, width, 3), and what it shows


class Scene(NamedTuple):
    """Some controls, and a frame for each combination of their values, the last control moving fastest.

    `start` has the place at which a control begins, where that is not its first.
    """

    name: str
    controls: dict[str, list[str]]
    frames: Iterator[Frame]
    start: dict[str, int] = {}  # noqa: RUF012


class Recipe(NamedTuple):
    """How a figure is drawn beforehand.

    `scenes` makes the states of an Explorer; `choose` is the name of the control that chooses a scene;
    `only_running` says what needs Python, and so a lesson that runs.
    """

    scenes: Callable[[Any], list[Scene]]
    choose: str
    only_running: str


def _grid(explorer: Any, name: str, fixed: dict[str, Any], moving: dict[str, list[Any]]) -> Scene:
    """Return a scene of all combinations of values of some controls, the others as given."""
    first = explorer.values | fixed

    def frames() -> Iterator[Frame]:
        for values in product(*moving.values()):
            yield explorer.frame(**(first | dict(zip(moving, values, strict=True))))

    labels = {control: [_label(v) for v in values] for control, values in moving.items()}
    # Where the figure itself begins, if that is among the states.
    start = {c: values.index(first[c]) for c, values in moving.items() if first[c] in values}
    return Scene(name, labels, frames(), start)


def _label(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _tree(explorer: Any) -> list[Scene]:
    cuts = sorted({*(round(0.05 * i, 2) for i in range(2, 21)), 0.93})  # 0.93 lies in a very narrow range
    methods = list(explorer.controls["method"].options)
    return [
        _grid(explorer, data, {"data": data}, {"method": methods, "cut": cuts})
        for data in explorer.controls["data"].options
    ]


def _end(explorer: Any, **values: Any) -> int:
    """Return after how many steps a run is at its end."""
    for step in range(explorer.controls["step"].max):
        if "the end" in explorer.frame(**(explorer.values | values | {"step": step}))[1]:
            return step
    return explorer.controls["step"].max


def _kmeans(explorer: Any) -> list[Scene]:
    starts = [name for name in explorer.controls["start"].options if name != "your own"]
    scenes = [
        _grid(explorer, name, {"start": name}, {"step": [*range(_end(explorer, start=name) + 1)]})
        for name in starts
    ]
    higher = [round(0.1 * i, 1) for i in range(6)]

    def moved() -> Iterator[Frame]:
        for up in higher:
            explorer.set(start="side by side", star=1, step=0)
            explorer.controls["x"].value, explorer.controls["y"].value = -1.0, 0.0
            explorer.controls["y"].value = up  # as by hand: the figure makes it a start of one's own
            for step in (0, explorer.controls["step"].max):
                yield explorer.frame(**(explorer.values | {"step": step}))

    def together() -> Iterator[Frame]:
        for star in range(1, 5):
            explorer.controls["star"].value = star
            explorer.controls["x"].value = explorer.controls["y"].value = 3.0
        for step in range(all_steps):
            yield explorer.frame(**(explorer.values | {"step": step}))

    all_steps = 8

    return [
        *scenes,
        Scene(
            "side by side, star 1 higher",
            {"star 1 up by": [f"{up:.1f}" for up in higher], "step": ["0", "the last"]},
            moved(),
        ),
        Scene("all four on (3, 3)", {"step": [str(step) for step in range(all_steps)]}, together()),
    ]


def _dbscan(explorer: Any) -> list[Scene]:
    eps = [0.08, 0.12, 0.15, 0.16, 0.17, 0.18, 0.19, 0.24, 0.3]
    first = explorer.values
    kinds: dict[str, list[int]] = {"border": [], "core": [], "noise": []}
    for point in range(explorer.controls["point"].max + 1):
        said = explorer.frame(**(first | {"point": point}))[1]
        kind = next(kind for kind in kinds if f"included: {kind}" in said)
        if len(kinds[kind]) < (6 if kind == "border" else 2):
            kinds[kind].append(point)
    return [
        _grid(explorer, "eps and min_samples", {}, {"min_samples": [1, 3, 5, 10, 23, 24, 30], "eps": eps}),
        _grid(explorer, "the circle around a point", {}, {"point": sorted(chain(*kinds.values()))}),
    ]


def _em(explorer: Any) -> list[Scene]:
    scenes = []
    for name in explorer.controls["start"].options:
        last = _end(explorer, start=name)
        # The first steps do most; 13 is where a question of the lesson stops.
        steps = [step for step in (*range(6), 8, 10, 13, 20, 40) if step < last] + [last]
        scenes.append(_grid(explorer, name, {"start": name}, {"step": steps}))
    end = {"start": "one in each", "step": explorer.controls["step"].max}
    sure = [0, 100, 300]
    points = sorted({explorer.values["point"], 200, 291, *sure})
    return [*scenes, _grid(explorer, "one in each: points at the end", end, {"point": points})]


def _scores(explorer: Any) -> list[Scene]:
    ten, rare = explorer.controls["start"].options

    def anew(start: str) -> None:
        """Begin anew, as by choosing the start from the list."""
        for name in (rare if start == ten else ten, start):
            explorer.controls["start"].value = name

    def single_moves() -> Iterator[Frame]:
        for point, cluster in product(range(1, 11), range(1, 5)):
            anew(ten)
            yield explorer.frame(start=ten, point=point, cluster=cluster)

    def rare_moves() -> Iterator[Frame]:
        for of_b in range(3):
            anew(rare)
            for b in range(of_b):
                explorer.frame(start=rare, point=11 + b, cluster=2)
            yield explorer.frame(start=rare, point=11 + max(of_b - 1, 0), cluster=2 if of_b else 1)
            for a in range(10):
                yield explorer.frame(start=rare, point=1 + a, cluster=3)

    moves = {"point": [str(i) for i in range(1, 11)], "into cluster": [str(i) for i in range(1, 5)]}
    counts = {
        "b moved into cluster 2": ["0", "1", "2"],
        "a moved into cluster 3": [str(i) for i in range(11)],
    }
    return [Scene(f"{ten}, one of them moved", moves, single_moves()), Scene(rare, counts, rare_moves())]


def _maps(explorer: Any) -> list[Scene]:
    moving = {name: list(explorer.controls[name].options) for name in ("perplexity", "start")}
    moving["start"] = moving["start"][:2]  # a second random start would take a page too much
    return [_grid(explorer, data, {"data": data}, moving) for data in explorer.controls["data"].options]


def _weights(explorer: Any) -> list[Scene]:
    moving = {name: list(explorer.controls[name].options) for name in ("k", "weight")}
    return [_grid(explorer, "", {}, moving)]


def _scalings(explorer: Any) -> list[Scene]:
    moving = {
        name: [value for _, value in explorer.controls[name].options]
        for name in ("rows", "piece", "workers_now")  # last what changes the picture least
    }
    return [_grid(explorer, "", {}, moving)]


def _confidences(explorer: Any) -> list[Scene]:
    moving = {
        "knows": [10, 30, 50, 60, 70, 80, 90, 100],
        "power": [1, 2, 3],
        "says": [value for _, value in explorer.controls["says"].options],  # moves a dot and two bars
    }
    return [_grid(explorer, "", {}, moving)]


def _every_k(explorer: Any) -> list[Scene]:
    control = explorer.controls["k"]
    ks = list(control.options) if hasattr(control, "options") else list(range(control.min, control.max + 1))
    return [_grid(explorer, "", {}, {"k": ks})]


RECIPES = {
    "explore_tree": Recipe(_tree, "data", "the line at any other height"),
    "explore_kmeans": Recipe(_kmeans, "start", "stars wherever you click, and so every start of your own"),
    "explore_dbscan": Recipe(
        _dbscan, "move", "all other values, and the circle around whatever point you click"
    ),
    "explore_em": Recipe(_em, "start", "every step, and the responsibilities of whatever point you click"),
    "explore_scores": Recipe(_scores, "start", "points dragged one after the other into any box"),
    "explore_map": Recipe(_maps, "data", "another random start"),
    "explore_weight": Recipe(_weights, "", "weights for a category of your own"),
    "explore_scaling": Recipe(_scalings, "", "a forecast with the numbers of your own machine"),
    "explore_confidence": Recipe(_confidences, "", "other powers"),
    "explore_k": Recipe(_every_k, "", "the segments of your own customers"),
    "explore_palette": Recipe(_every_k, "", "the palette of a photo of your own"),
}


def find_figure(notebook: nbformat.NotebookNode) -> int | None:
    """Return the place of the cell with a figure to move, if the notebook has one."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and _call(ast.parse(cell.source).body) is not None:
            return place
    return None


def _call(statements: list[ast.stmt]) -> str | None:
    """Return the name of the `explore_...` function that the last of some statements calls."""
    match statements[-1:]:
        case [ast.Expr(ast.Call(ast.Name(name)))] if name in RECIPES:
            return name
    return None


def run_figure(notebook: nbformat.NotebookNode) -> tuple[str, Any]:
    """Run what a lesson's figure depends on; return the name of its function, and the Explorer.

    Raises
    ------
    ValueError
        If it does not say of its first states what the notebook has stored.
    """
    place = find_figure(notebook)
    if place is None:
        raise ValueError("no figure to move in this notebook")
    cell = notebook.cells[place]
    before: list[ast.stmt] = []
    for earlier in notebook.cells[:place]:
        if earlier.cell_type == "code" and "solution" not in earlier.metadata.get("tags", []):
            before += ast.parse(earlier.source).body
    *own, last = ast.parse(cell.source).body
    needed = _names(last)
    chosen: list[ast.stmt] = []
    for statement in reversed([*before, *own]):
        if _changes(statement) & needed:
            chosen.insert(0, statement)
            needed |= _names(statement)
    space: dict[str, Any] = {}
    module = ast.Module([*chosen], type_ignores=[])
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(ast.fix_missing_locations(module), "lesson", "exec"), space)
        explorer = eval(compile(ast.Expression(last.value), "lesson", "eval"), space)
    stored = [output.data.get("text/plain") for output in cell.outputs if "data" in output]
    if explorer.poster()[1] not in stored:
        raise ValueError("the figure does not say what the notebook has stored: run `make refresh`")
    return _call([last]), explorer


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _changes(statement: ast.stmt) -> set[str | None]:
    """Return the names that a statement binds, or whose values it may change in place."""
    found: set[str | None] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {(alias.asname or alias.name).split(".")[0] for alias in names}
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                found.add(_owner(node))
            case ast.Expr(ast.Call(ast.Attribute() as method)):
                found.add(_owner(method))
    return found


def _owner(node: ast.AST) -> str | None:
    """Return the name at the beginning of `name.attribute[item].method`."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def write_figure(notebook: nbformat.NotebookNode, name: str, folder: Path) -> int:
    """Draw all states of a lesson's figure into `folder`; return how many bytes a page fetches for them.

    `<name>.json` has the controls, what each state shows, and where its picture is. A drawing is stored by
    the numbers of its colours, each picture as what differs from the one before; a photo has its own file.
    """
    function, explorer = run_figure(notebook)
    recipe = RECIPES[function]
    scenes = []
    for scene in recipe.scenes(explorer):
        frames = list(scene.frames)
        states = np.prod([len(values) for values in scene.controls.values()])
        if len(frames) != states:
            raise ValueError(f"{function}, {scene.name}: {len(frames)} pictures for {states} states")
        scenes.append((scene, frames))
    height, width = scenes[0][1][0][0].shape[:2]
    about: dict[str, Any] = {"choose": recipe.choose, "onlyRunning": recipe.only_running}
    about |= {"width": width, "height": height, "scenes": []}
    photo = function == "explore_palette"
    if not photo:
        palette = _palette([pixels for _, frames in scenes for pixels, _ in frames])
        about["colors"] = palette.getpalette()[: 3 * COLORS]
    total = 0
    for number, (scene, frames) in enumerate(scenes):
        distinct: dict[bytes, int] = {}
        order = [distinct.setdefault(pixels.tobytes(), len(distinct)) for pixels, _ in frames]
        pictures = [np.frombuffer(raw, dtype=np.uint8).reshape(height, width, 3) for raw in distinct]
        entry = {"name": scene.name, "order": order, "texts": [text for _, text in frames]}
        entry["controls"] = [
            {"name": key, "values": values, "start": scene.start.get(key, 0)}
            for key, values in scene.controls.items()
        ]
        if photo:
            entry["files"] = []
            for place, picture in enumerate(pictures):
                file = folder / f"{name}-{place}.webp"
                Image.fromarray(picture).save(file, quality=90, method=6)
                entry["files"].append(file.name)
                total += file.stat().st_size
        else:
            entry["file"] = f"{name}-{number}.bin"
            packed = _pack(pictures, palette)
            (folder / entry["file"]).write_bytes(packed)
            total += len(packed)
        about["scenes"].append(entry)
    text = json.dumps(about, separators=(",", ":"), ensure_ascii=False)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    total += len(text.encode())
    if total > MOST:
        raise ValueError(f"{name}: the figure takes {total / 1000:.0f} kB, more than {MOST / 1000:.0f}")
    return total


def _palette(pictures: list[np.ndarray]) -> Image.Image:
    """Choose colours that serve all pictures of a figure."""
    some = np.vstack(pictures[:: max(1, len(pictures) // 16)])
    numbers = some.astype(np.int32) @ [65536, 256, 1]
    values, counts = np.unique(numbers, return_counts=True)
    # The most frequent colours stay what they are: paper is white, and a cluster has its colour.
    exact = values[np.argsort(counts)[::-1][: COLORS // 2]]
    colors = np.stack([exact // 65536, exact // 256 % 256, exact % 256], axis=1).ravel().tolist()
    between = Image.fromarray(some).quantize(COLORS // 2, dither=Image.Dither.NONE)
    palette = Image.new("P", (1, 1))
    palette.putpalette(colors + between.getpalette()[: 3 * (COLORS // 2)])
    return palette


def _pack(pictures: list[np.ndarray], palette: Image.Image) -> bytes:
    colors = np.array(palette.getpalette()[: 3 * COLORS]).reshape(-1, 3)
    packer, packed, before = zlib.compressobj(9), b"", 0
    for picture in pictures:
        # By the nearest colour of its own, which Pillow only approximates: white must stay white.
        values, place = np.unique(picture.astype(np.int32) @ [65536, 256, 1], return_inverse=True)
        distinct = np.stack([values // 65536, values // 256 % 256, values % 256], axis=1)
        nearest = ((distinct[:, None] - colors) ** 2).sum(axis=2).argmin(axis=1).astype(np.uint8)
        numbers = nearest[place.ravel()]
        packed += packer.compress((numbers ^ before).tobytes())
        before = numbers
    return packed + packer.flush()


def main(notebook: str, folder: str) -> None:
    """Draw the figure of one lesson; print how many bytes it takes, or 0 if the lesson has none."""
    mpl.use("agg")
    os.environ["QUICK"] = "1"  # what only other cells need is done on a smaller scale
    path = Path(notebook).resolve()
    lesson = nbformat.read(path, as_version=4)
    os.chdir(path.parent)  # where a lesson reads its data from
    if find_figure(lesson) is None:
        print(0)
        return
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        total = write_figure(lesson, path.stem[:2], Path(folder).resolve())
    print(total)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(*sys.argv[1:])
