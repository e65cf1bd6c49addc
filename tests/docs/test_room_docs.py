"""What instructors are told of rooms: links are well formed, values as measured and as the chart wants."""

from __future__ import annotations

import importlib.util
import os
import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from conftest import NOTEBOOKS, ROOT
from jsonschema import validate

SPEC = importlib.util.spec_from_file_location("capacity", ROOT / "docs" / "room" / "capacity.py")
capacity = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(capacity)
NEEDS = capacity.read_needs()
TEXT = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
LINKS = re.findall(r"^\| (\d\d) \| `(https://HUB\S+)` \|$", TEXT, flags=re.MULTILINE)
VALUES = yaml.safe_load(re.search(r"```yaml\n(.+?)```", TEXT, flags=re.DOTALL)[1])
NO_SCHEMA = (
    "the chart's schema is not here: unpack the chart of Zero to JupyterHub, and set Z2JH_SCHEMA to its "
    "values.schema.json"
)
# What that schema (jupyterhub/values.schema.yaml in the chart's repository) says of the values that we set;
# beside its names it allows no others, but in `config` and `extraEnv`.
READ = {
    "hub": {"activeServerLimit": int, "config": dict},
    "proxy": {"https": {"enabled": bool, "hosts": list, "letsencrypt": {"contactEmail": str}}},
    "singleuser": {
        "image": {"name": str, "tag": str},
        "defaultUrl": str,
        "memory": {"guarantee": str, "limit": str},
        "cpu": {"guarantee": float | int, "limit": float | int},
        "extraEnv": dict,
        "storage": {"capacity": str},
        "startTimeout": int,
    },
    "scheduling": {"userPlaceholder": {"enabled": bool, "replicas": int}},
    "cull": {"enabled": bool, "timeout": int, "every": int},
}


def test_there_is_a_link_for_each_lesson():
    assert [lesson for lesson, _ in LINKS] == [path.stem[:2] for path in NOTEBOOKS]


@pytest.mark.parametrize(("lesson", "link"), LINKS)
def test_a_link_brings_the_repository_and_opens_its_lesson(lesson, link):
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "HUB", "/hub/user-redirect/git-pull")
    asked = parse_qs(parts.query, strict_parsing=True)
    assert sorted(asked) == ["branch", "repo", "urlpath"]
    assert asked["repo"] == ["https://github.com/OWNER/NAME"]
    assert asked["branch"] == ["main"]
    name, notebook = re.fullmatch(r"lab/tree/NAME/(notebooks)/(.+)", asked["urlpath"][0]).groups()
    assert notebook.startswith(lesson)
    assert (ROOT / name / notebook).exists()
    assert not re.search(r"[:/ ]", parts.query), "what stands in a query is quoted"


def test_the_image_has_what_the_links_need():
    assert re.search(r"pip install .*nbgitpuller==", (ROOT / "binder" / "postBuild").read_text())


def test_the_values_give_each_learner_what_was_measured():
    limit = int(re.fullmatch(r"(\d+)G", VALUES["singleuser"]["memory"]["limit"])[1])
    assert limit * 1000 > max(need.own for need in NEEDS.values())


def test_the_values_name_the_image_that_was_built():
    image = VALUES["singleuser"]["image"]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    built = re.search(r"--image-name (\S+)", TEXT)[1]
    pushed = re.search(r"docker push (\S+)", TEXT)[1]
    assert built == pushed == f"{image['name']}:{image['tag']}"
    assert image["tag"] == version


def misfits(values, known, path=""):
    """Return the paths of values that are not known, or of another kind."""
    if not isinstance(known, dict):
        return [] if isinstance(values, known) else [path]
    if not isinstance(values, dict):
        return [path]
    found = [f"{path}.{name}" for name in values if name not in known]
    for name in set(values) & set(known):
        found += misfits(values[name], known[name], f"{path}.{name}")
    return found


def test_the_values_have_names_and_kinds_that_were_read_in_the_charts_schema():
    assert misfits(VALUES, READ) == []
    wrong = {"hub": {"activeServersLimit": 3}, "cull": {"every": "5"}, "extra": 1}
    assert sorted(misfits(wrong, READ)) == [".cull.every", ".extra", ".hub.activeServersLimit"]


def of_a_part(schema):
    """Return a schema that does not ask for what the chart has by default, and we do not set."""
    if isinstance(schema, list):
        return [of_a_part(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    asks = {name for name, value in schema.items() if name == "required" and isinstance(value, list)}
    return {name: of_a_part(value) for name, value in schema.items() if name not in asks}


def test_the_values_fit_the_schema_of_the_chart():
    if not (schema := os.environ.get("Z2JH_SCHEMA")):
        pytest.skip(NO_SCHEMA)
    validate(VALUES, of_a_part(yaml.safe_load(Path(schema).read_text(encoding="utf-8"))))


def test_a_learners_work_is_on_their_disk():
    """The image is built for the user and the home that the chart gives a disk to, and starts there."""
    spawner = VALUES["hub"]["config"]["KubeSpawner"]
    assert spawner["working_dir"] == spawner["notebook_dir"] == "/home/jovyan"
    assert "--user-id 1000 --user-name jovyan --target-repo-dir /srv/course" in TEXT


def test_widgets_of_a_server_are_those_of_the_kernel():
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    named = re.search(r"pip install (anywidget==\S+) (ipywidgets==\S+)", TEXT).groups()
    for each in named:
        assert f"\n{each} " in pinned


def test_a_made_up_password_takes_as_long_to_guess_as_is_told():
    source = (ROOT / "docs" / "room" / "room.py").read_text(encoding="utf-8")
    words = re.search(r'_WORDS = """(.+?)"""', source, flags=re.DOTALL)[1].split()
    assert len(words) == len(set(words))
    assert f"of {len(words) ** 3 * 90 // 10**6} million" in TEXT


def test_the_memory_of_learners_is_the_measured_one():
    low, high = (f"{end(need.own for need in NEEDS.values()) / 1000:.1f}" for end in (min, max))
    assert f"{low} to {high} GB" in TEXT


def test_the_minutes_for_a_heavy_lesson_are_the_measured_ones():
    minutes = capacity.minutes_for_all(NEEDS["11_embedding"], learners=30, cores=2)
    assert f"thirty who run lesson 11 on two cores wait {minutes:.0f} minutes" in " ".join(TEXT.split())
