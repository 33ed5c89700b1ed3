"""The wheel: installed away from the checkout it finds the shipped settings and gives numbers."""

import os
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(
    find_spec("hatchling") is None, reason="the build backend hatchling is not installed, and tests use no network"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy of nothing: hatchling reads the checkout and writes elsewhere."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [file] = target.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*command, "--no-index", "--target", str(target), str(wheel)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture
def smid(installed, tmp_path):
    """Runs the installed command in an empty directory, a new home and hardly any environment."""

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        environ = {"PYTHONPATH": str(installed), "HOME": str(tmp_path), "PATH": os.defpath}
        # -S would hide the libraries as well; the checkout's own path entry is overruled by PYTHONPATH.
        command = [sys.executable, str(installed / "bin" / "smid"), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, check=False, timeout=120)

    return run


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"core/config.toml", "core/py.typed", "widgets/py.typed", "tui/py.typed", "tui/smid.tcss"} <= names
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"core", "widgets", "tui"}
    assert not [name for name in names if name.endswith((".pyc", ".csv", ".sqlite")) or "test" in name]


def test_it_finds_the_shipped_settings(smid, installed):
    done = smid("config", "show")
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(done.stdout.decode()) == tomllib.loads((ROOT / "config.toml").read_text("utf-8"))
    assert f"# shipped: {installed / 'core' / 'config.toml'}" in done.stdout.decode()


def test_it_gives_numbers(smid):
    done = smid("once", "--source", "simulated", "--json")
    assert done.returncode == 0, done.stderr
    answer = msgspec.json.decode(done.stdout)
    assert answer["source"]["label"] == "SIMULATED"
    assert isinstance(answer["measures"]["IWM/SPY.gap_20d"]["value"], float)


def test_it_knows_its_version(smid):
    assert smid("--version").stdout.startswith(b"smid ")
