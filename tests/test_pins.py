"""The pinned versions can be had by every Python that pyproject.toml allows, the oldest too."""

import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PINS = [line.split("==")[0] for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if "==" in line]
OLDEST = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"].removeprefix(">=")


@pytest.mark.parametrize("name", PINS)
def test_the_oldest_python_can_have_it(name: str) -> None:
    try:
        wanted = metadata(name)["Requires-Python"]
    except PackageNotFoundError:
        pytest.skip("not for this system")
    assert f"{OLDEST}.0" in SpecifierSet(wanted or "")
