"""JupyterLite for the site: JupyterLab and Python in a page, with the lessons, their data and packages.

Python in a page is Pyodide. Its runtime and the packages that must be compiled for it come from Pyodide's
public host, or from a folder with a copy of them; all other packages are plain wheels, which the site carries
itself. Which versions is said by `pyodide-lock.json` beside this file, which has of Pyodide's own lock file
what the lessons need, and by `requirements.txt`.

    python docs/site/lite.py --fetch DIR    fetch Pyodide's files, for CLUSTERING_COURSE_PYODIDE=DIR
    python docs/site/lite.py --pin DIR      write `pyodide-lock.json` anew, for the version in a folder
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LOCK = HERE / "pyodide-lock.json"
# Pure packages of the course's own environment: their parts in JavaScript are those of that environment, too.
OURS = {
    "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
    "comm": ("traitlets",),
    "ipywidgets": ("comm", "ipython", "jupyterlab-widgets", "traitlets"),
    "jupyterlab-widgets": (),
    "narwhals": (),
    "plotly": ("narwhals", "packaging", "clustering-course"),
    "psygnal": (),
    "seaborn": ("matplotlib", "numpy", "pandas"),
    "tzdata": (),
}
# Plotly asks for nbformat only to know that it is there; a page has no build of what that needs.
STAND_INS = {"nbformat.py": '"""Stands for nbformat, for which Plotly asks."""\n\n__version__ = "5.10"\n'}
# What `helpers` may import.
COURSE = (
    "anywidget",
    "ipython",
    "ipywidgets",
    "matplotlib",
    "numpy",
    "pandas",
    "pillow",
    "scikit-learn",
    "scipy",
)
KERNEL = ("micropip", "jedi", "ipython")  # what the kernel installs when it starts
RUNTIME = ("pyodide.mjs", "pyodide.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
KERNEL_SETTINGS = "@jupyterlite/pyodide-kernel-extension:kernel"
LOCAL = "../pyodide/"  # where a copy of Pyodide is, seen from the packages
ENVIRONMENT = {
    # In what the browser keeps: the home folder of Python in a page is gone when its kernel stops.
    "CLUSTERING_COURSE_PROGRESS": "/drive/progress.jsonl",
    # threadpoolctl looks for libraries with threads in a way that Pyodide advises against, and finds none.
    "PYTHONWARNINGS": "ignore:JsProxy.as_object_map() is deprecated:RuntimeWarning",
}
# What a lesson reads from the course's folder, and finds beside `helpers` in a page.
READ = ("data/*.csv", "tests/claims/held.csv")


def pyodide_version() -> str:
    """Return the version of Pyodide that the site names, and that is tested."""
    return json.loads(LOCK.read_text())["info"]["version"]


def public_host(version: str | None = None) -> str:
    """Return the address at which Pyodide's authors publish a version; by default, the one of the site."""
    return f"https://cdn.jsdelivr.net/pyodide/v{version or pyodide_version()}/full/"


def build_lite(target: Path, cache: Path, pyodide: Path | None) -> None:
    """Write JupyterLite with the lessons.

    Parameters
    ----------
    target : Path
        Where to; must not exist, since an incremental build drops parts silently.
    cache : Path
        A folder that keeps downloaded wheels for the next time.
    pyodide : Path, optional
        A folder with Pyodide's files. Default: pages load them from `public_host()`.

    Raises
    ------
    FileNotFoundError, ValueError
        If a file of Pyodide is missing in the folder, or is not the one that the lock file names.
    """
    with tempfile.TemporaryDirectory() as folder:
        _run_jupyterlite(Path(folder), target, install_kernel(cache / "kernel"))
    packages = target / "static" / "packages"
    packages.mkdir(parents=True)
    lock = json.loads(LOCK.read_text())
    for wheel in download_wheels(cache, lock):
        shutil.copy(wheel, packages)
    course_wheel(packages)
    if pyodide is not None:
        copy_pyodide(pyodide, target / "static" / "pyodide", lock)
    configure(target, public_host() if pyodide is None else LOCAL)


def configure(target: Path, host: str) -> None:
    """Say where Pyodide and the packages are, and that nothing is asked of a package index.

    Parameters
    ----------
    target : Path
        The folder of JupyterLite, with all plain wheels in `static/packages`.
    host : str
        Where Pyodide's own files are: an address, or a path seen from `static/packages`.
    """
    packages = target / "static" / "packages"
    (packages / "pyodide-lock.json").write_text(json.dumps(_site_lock(packages, host), indent=1))
    course = next(packages.glob("clustering_course-*.whl"))
    (packages / "course.json").write_text(json.dumps({"pyodide": host, "course": course.name}))
    file = target / "jupyter-lite.json"
    config = json.loads(file.read_text())
    data = config["jupyter-config-data"]
    data["appName"] = "Clustering, by running it"
    data["exposeAppInBrowser"] = True  # for the tests
    kernel = data.setdefault("litePluginSettings", {}).setdefault(KERNEL_SETTINGS, {})
    kernel["pyodideUrl"] = ("./static/packages/" if host == LOCAL else "") + host + "pyodide.mjs"
    kernel["disablePyPIFallback"] = True
    kernel["loadPyodideOptions"] = {"lockFileURL": "./static/packages/pyodide-lock.json", "env": ENVIRONMENT}
    file.write_text(json.dumps(config, indent=1, sort_keys=True))


def _site_lock(packages: Path, host: str) -> dict:
    """Return the lock file of the site: what comes from Pyodide, and the wheels in a folder."""
    lock = json.loads(LOCK.read_text())
    wheels = {_normal(wheel.name.split("-")[0]): wheel for wheel in packages.glob("*.whl")}
    for entry in lock["packages"].values():
        if entry["from"] == "pyodide":
            entry["file_name"] = host + entry["file_name"]
    for name, needs in OURS.items():
        lock["packages"][name] = _entry(name, wheels[name], needs)
    course = _entry("clustering-course", wheels["clustering-course"], COURSE)
    lock["packages"]["clustering-course"] = course | {"imports": ["helpers"]}
    return lock


def install_kernel(folder: Path) -> Path:
    """Install the kernel of the pages into a folder of its own, if it is not there; return the folder."""
    pinned = HERE / "kernel.txt"
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != pinned.read_text():
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _pip([*command, "--no-deps", "--require-hashes", "--target", str(folder), "-r", str(pinned)])
        stamp.write_text(pinned.read_text())
    return folder


def _pip(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"What the pages need was not downloaded:\n{done.stderr[-3000:]}")


def _run_jupyterlite(folder: Path, target: Path, kernel: Path) -> None:
    """Let JupyterLite write its application and the lessons' files."""
    for pattern in ("notebooks/*.ipynb", *READ[:1]):
        for file in sorted(ROOT.glob(pattern)):
            copy = folder / "files" / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
    settings = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 30},
    }
    (folder / "overrides.json").write_text(json.dumps(settings))
    command = [
        sys.executable,
        "-m",
        "jupyterlite_core",
        "build",
        "--no-sourcemaps",
        "--no-unused-shared-packages",
    ]
    command += [
        "--apps",
        "lab",
        "--lite-dir",
        str(folder),
        "--contents",
        "files",
        "--output-dir",
        str(target),
    ]
    extensions = kernel / "share" / "jupyter" / "labextensions"
    command += [f"--FederatedExtensionAddon.extra_labextensions_path={extensions}"]
    environment = os.environ | {"PYTHONPATH": str(kernel)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"JupyterLite was not built:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def download_wheels(cache: Path, lock: dict) -> list[Path]:
    """Return the plain wheels that the site carries; those not in `cache` are downloaded."""
    cache.mkdir(parents=True, exist_ok=True)
    wanted = [
        f"{name}=={entry['version']} --hash=sha256:{entry['sha256']}"
        for name, entry in lock["packages"].items()
        if entry["from"] == "index"
    ]
    pinned = (ROOT / "requirements.txt").read_text()
    for name in OURS:
        block = re.search(rf"^{name}==(\S+).*\\\n((?:    --hash.*\n)+)", pinned, re.MULTILINE)
        if block is None:
            raise ValueError(f"requirements.txt has no {name}")
        if block[1] == version(name):
            wanted.append(" ".join([f"{name}=={block[1]}", *re.findall(r"--hash=\S+", block[2])]))
        else:  # the newest versions are being tried
            wanted.append(f"{name}=={version(name)}")
    stamp = cache / "wanted.txt"
    if not stamp.exists() or stamp.read_text() != "\n".join(wanted):
        hashed = all("--hash" in line for line in wanted)
        list_file = cache / "list.txt"
        list_file.write_text("\n".join(wanted if hashed else [line.split(" --hash")[0] for line in wanted]))
        for old in cache.glob("*.whl"):
            old.unlink()
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        command += ["--only-binary=:all:", "--python-version=3.14", "--implementation=py", "--abi=none"]
        command += ["--platform=any", "--dest", str(cache), "-r", str(list_file)]
        _pip(command)
        stamp.write_text("\n".join(wanted))
    return sorted(cache.glob("*.whl"))


def _normal(name: str) -> str:
    """Return a package's name as lock files spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _entry(name: str, wheel: Path, needs: tuple[str, ...]) -> dict:
    """Describe a wheel as Pyodide's lock file does."""
    with zipfile.ZipFile(wheel) as archive:
        folders = {file.split("/")[0] for file in archive.namelist() if "/" in file}
        modules = {file[:-3] for file in archive.namelist() if re.fullmatch(r"\w+\.py", file)}
    imports = sorted({folder for folder in folders if re.fullmatch(r"\w+", folder)} | modules)
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "install_dir": "site",
        "package_type": "package",
        "imports": imports,
        "depends": list(needs),
        "unvendored_tests": False,
    }


def course_wheel(folder: Path) -> Path:
    """Write the wheel of `helpers`, with the files that it reads from beside itself; return where it is."""
    name = f"clustering_course-{version('clustering-course')}"
    wheel = folder / f"{name}-py3-none-any.whl"
    parts = [
        file for file in sorted((ROOT / "helpers").rglob("*")) if file.suffix in {".py", ".js", ".mplstyle"}
    ]
    for pattern in READ:
        parts += sorted(ROOT.glob(pattern))
    metadata = f"Metadata-Version: 2.1\nName: clustering-course\nVersion: {version('clustering-course')}\n"
    tags = "Wheel-Version: 1.0\nGenerator: the course's site\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    about = {"METADATA": metadata, "WHEEL": tags}
    contents = {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in parts}
    contents |= {file: text.encode() for file, text in STAND_INS.items()}
    contents |= {f"{name}.dist-info/{file}": text.encode() for file, text in about.items()}
    record = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in contents.items():
            # A fixed date: the same files make the same wheel.
            archive.writestr(zipfile.ZipInfo(file, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
            record.append(f"{file},sha256={digest},{len(content)}")
        listed = "\n".join([*record, f"{name}.dist-info/RECORD,,"])
        archive.writestr(zipfile.ZipInfo(f"{name}.dist-info/RECORD", (2020, 1, 1, 0, 0, 0)), listed)
    return wheel


def _files_of_pyodide(lock: dict) -> dict[str, str]:
    """Return the SHA-256 of each file that comes from Pyodide, by its name."""
    files = {file: lock["info"]["runtime"][file] for file in RUNTIME}
    for entry in lock["packages"].values():
        if entry["from"] == "pyodide":
            files[entry["file_name"]] = entry["sha256"]
    return files


def _checked(name: str | Path, content: bytes, sha256: str, version: str) -> bytes:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(
            f"{name}: expected the file of Pyodide {version} (SHA-256 {sha256[:12]}...), "
            f"found another ({found[:12]}...)."
        )
    return content


def copy_pyodide(source: Path, target: Path, lock: dict) -> None:
    """Copy the runtime and the compiled packages, if they are those that the lock file names."""
    target.mkdir(parents=True, exist_ok=True)
    version = lock["info"]["version"]
    for file, sha256 in _files_of_pyodide(lock).items():
        if not (source / file).is_file():
            raise FileNotFoundError(f"{source / file}: expected the file of Pyodide {version}, found none.")
        content = _checked(source / file, (source / file).read_bytes(), sha256, version)
        (target / file).write_bytes(content)


def _fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read()


def fetch_pyodide(folder: Path, lock: dict, fetch: Callable[[str], bytes] = _fetch) -> None:
    """Fetch from Pyodide's public host what the site needs of it; what is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    version = lock["info"]["version"]
    for file, sha256 in _files_of_pyodide(lock).items():
        there = folder / file
        if there.is_file() and hashlib.sha256(there.read_bytes()).hexdigest() == sha256:
            continue
        print(file, flush=True)
        content = _checked(file, fetch(public_host(version) + file), sha256, version)
        part = there.with_name(there.name + ".part")
        part.write_bytes(content)
        part.replace(there)


def pin(folder: Path) -> None:
    """Write `pyodide-lock.json` anew from the whole lock file of a version, in a folder with its files.

    What the lessons need is followed from package to package. Of a package whose file is not the one that
    Pyodide's lock file names, being plain Python and packed again there, the file of the index is taken.
    """
    whole = json.loads((folder / "pyodide-lock.json").read_text())
    packages = whole["packages"]
    wanted = [*COURSE, *KERNEL]
    wanted += [need for needs in OURS.values() for need in needs]
    chosen: dict[str, dict] = {}
    while wanted:
        name = _normal(wanted.pop())
        if name in chosen or name in OURS or name == "clustering-course":
            continue
        entry = packages[name]
        wanted += entry["depends"]
        file = folder / entry["file_name"]
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        chosen[name] = entry | {"sha256": sha256, "from": "pyodide" if sha256 == entry["sha256"] else "index"}
    module = (folder / "pyodide.mjs").read_text()
    runtime = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in RUNTIME}
    found = re.search(r'"(\d+\.\d+\.\d+)"', module)
    if found is None:
        raise ValueError(f"{folder / 'pyodide.mjs'} does not say which version it is.")
    info = whole["info"] | {"version": found[1], "runtime": runtime}
    LOCK.write_text(json.dumps({"info": info, "packages": dict(sorted(chosen.items()))}, indent=1) + "\n")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Keep the Python of the pages.")
    chosen = arguments.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--fetch", type=Path, metavar="DIR", help="fetch Pyodide's files into a folder")
    chosen.add_argument("--pin", type=Path, metavar="DIR", help="take the version of a folder from now on")
    given = arguments.parse_args()
    if given.fetch:
        fetch_pyodide(given.fetch, json.loads(LOCK.read_text()))
    else:
        pin(given.pin)
