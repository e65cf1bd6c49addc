"""Every way of installing the course gets the versions of two lists, and these are portable: requirements.txt
for all lessons, requirements-scale.txt for what lesson 14 needs beyond it."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement

LISTS = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.txt", "requirements-scale.txt")
}


def pins_of(text):
    return [Requirement(line.rstrip(" \\")) for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]


# What a room runs, in an environment of its own.
ROOM = (ROOT / "requirements-room.txt").read_text(encoding="utf-8")
PROXY = json.loads((ROOT / "docs" / "room" / "package-lock.json").read_text(encoding="utf-8"))

PINS = [pin for text in LISTS.values() for pin in pins_of(text)]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
GROUPS = PYPROJECT["dependency-groups"]
FIRST = LISTS["requirements.txt"]
DIRECT = [Requirement(text) for text in [*PROJECT["dependencies"], *EXTRAS["test"], *EXTRAS["scale"]]]
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = [
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "aarch64"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
]


def environments():
    for system in SYSTEMS:
        for python in PYTHONS:
            yield {**system, "python_version": python, "python_full_version": f"{python}.9", "extra": ""}


@pytest.mark.parametrize(
    ("text", "least"),
    [(LISTS["requirements.txt"], 100), (LISTS["requirements-scale.txt"], 10), (ROOM, 60)],
    ids=["lessons", "scale", "room"],
)
def test_the_list_is_pinned_and_hashed(text, least):
    assert len(pins_of(text)) > least
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    for entry in entries[1:] if not re.match(r"[A-Za-z0-9]", entries[0]) else entries:
        assert re.match(r"[\w.\-]+==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


def test_the_lists_name_no_index_and_no_machine():
    for text in [*LISTS.values(), ROOM]:
        assert not re.search(r"https?://|index-url|find-links|file:", text)
    for name, package in PROXY["packages"].items():
        assert "resolved" not in package, f"{name} says where it comes from"
        assert not name or package["integrity"].startswith("sha512-")


def test_a_room_has_the_lessons_versions_and_the_lessons_have_no_hub():
    lessons, room = ({pin.name: str(pin.specifier) for pin in pins_of(text)} for text in (FIRST, ROOM))
    shared = set(lessons) & set(room)
    assert {"jupyterlab", "jupyterlab-widgets", "anywidget"} <= shared
    assert {name: room[name] for name in shared} == {name: lessons[name] for name in shared}
    assert "jupyterhub" in room
    assert not {"jupyterhub", "segno"} & set(lessons)
    wanted = [Requirement(text) for text in GROUPS["room"]]
    assert {one.name.lower() for one in wanted} <= set(room)
    for one in wanted:
        assert one.specifier.contains(room[one.name.lower()].removeprefix("==")), f"{one}: run `make lock`"


def test_the_second_list_has_only_what_the_first_has_not():
    first, second = ({pin.name for pin in pins_of(text)} for text in LISTS.values())
    assert not first & second
    assert not {"dask", "distributed", "pyarrow"} & first, "lessons 01 to 13 do not pay for lesson 14"


@pytest.mark.parametrize(
    "environment", list(environments()), ids=lambda e: f"{e['sys_platform']}-{e['python_version']}"
)
def test_every_direct_dependency_is_pinned_once_on_every_system(environment):
    for wanted in DIRECT:
        if wanted.marker and not wanted.marker.evaluate(environment):
            continue
        pins = [
            pin
            for pin in PINS
            if pin.name.lower() == wanted.name.lower()
            and (not pin.marker or pin.marker.evaluate(environment))
        ]
        assert len(pins) == 1, f"{wanted.name}: {len(pins)} pins; run `make lock`"
        version = str(next(iter(pins[0].specifier)).version)
        assert wanted.specifier.contains(version), f"{wanted} but {version} is pinned; run `make lock`"


def test_what_runs_here_is_what_the_lists_say():
    differing = {}
    for pin in PINS:
        if not pin.marker or pin.marker.evaluate():
            installed = importlib.metadata.version(pin.name)
            if not pin.specifier.contains(installed):
                differing[pin.name] = f"{next(iter(pin.specifier)).version} -> {installed}"
    if os.environ.get("PINS") == "latest":
        moved = "; ".join(f"{name} {versions}" for name, versions in differing.items())
        pytest.skip(f"PINS=latest, {len(differing)} packages have moved: {moved}")
    assert not differing


def test_conda_installs_the_list_and_nothing_else():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *from_conda, from_pip = conda["dependencies"]
    assert from_pip == {"pip": ["-r requirements.txt"]}
    python, pip = from_conda
    assert pip == "pip"
    assert python.removeprefix("python=") in PYTHONS


def test_binder_installs_both_lists_and_what_the_links_of_a_hub_need():
    binder = ROOT / "binder"
    files = {path.name: path.read_text(encoding="utf-8") for path in binder.iterdir()}
    assert set(files) == {"requirements.txt", "runtime.txt", "postBuild"}
    assert files["requirements.txt"].split() == [word for name in LISTS for word in ("-r", f"../{name}")]
    assert files["runtime.txt"].strip().removeprefix("python-") in PYTHONS
    installs = re.findall(r"pip install (.+)", files["postBuild"])
    course, puller = installs
    assert course.endswith("-e .")
    assert re.search(r" nbgitpuller==[\d.]+$", puller)
    assert all("--no-deps" in install for install in installs)
    assert (binder / "postBuild").stat().st_mode & 0o100, "Binder skips a postBuild that is not executable"


def test_ci_runs_every_python_that_is_promised():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert tuple(workflow["jobs"]["test"]["strategy"]["matrix"]["python"]) == PYTHONS
    assert PROJECT["requires-python"] == ">=3.11,<3.14"


def test_a_workflow_tries_the_newest_versions_every_week():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "latest.yml").read_text(encoding="utf-8"))
    (when,) = workflow[True]["schedule"]  # YAML reads the key `on` as a truth value
    assert re.fullmatch(r"\d+ \d+ \* \* \d", when["cron"])
    assert any("PINS=latest" in step.get("run", "") for step in workflow["jobs"]["test"]["steps"])


def test_the_version_is_the_same_everywhere():
    version = PROJECT["version"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"] == version
    latest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert latest.group(1) == version


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "helpers").rglob("*.py"))
}


def test_importing_the_helpers_does_not_import_tensorflow():
    modules = ", ".join(name for name in MODULES if name != "helpers.quiet")  # whose job that is
    code = f"import sys, {modules}; sys.exit(bool({{'tensorflow', 'keras'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def imports_of(name):
    """Return the modules of the course that a module imports when it is loaded."""
    package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.parse(MODULES[name].read_text(encoding="utf-8")).body:  # not those within functions
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            base = ".".join(filter(None, (base, node.module)))
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found & set(MODULES) - {name}


def test_no_helpers_import_each_other_in_a_circle():
    assert len(MODULES) > 25
    left = {name: imports_of(name) for name in MODULES}
    while free := [name for name, wanted in left.items() if not wanted & set(left)]:
        for name in free:
            del left[name]
    assert not left, f"these import each other: {left}"
