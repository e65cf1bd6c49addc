import subprocess
import sys

import pytest
from conftest import ROOT

from helpers import datasets


@pytest.mark.parametrize(
    ("name", "libraries"),
    [("load_customers", ["pandas"]), ("load_photo", ["PIL"]), ("load_mnist", []), ("DataError", [])],
)
def test_import_only_what_is_needed(name, libraries):
    code = (
        f"import sys; from helpers.datasets import {name}; "
        "print(sorted({'PIL', 'keras', 'pandas', 'sklearn', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (str(libraries), "")


def test_names():
    assert dir(datasets) == sorted(datasets.__all__)
    assert [getattr(datasets, name).__name__ for name in datasets.__all__] == datasets.__all__
    with pytest.raises(ImportError, match="load_nothing"):
        from helpers.datasets import load_nothing  # noqa: F401
