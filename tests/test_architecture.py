"""The house rules that a machine can hold: who imports whom, where time is read, how long things get."""

import ast
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("core", "widgets", "tui")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
MODULES = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in FILES]

SCREEN = {"textual", "rich", "plotext"}
HEAVY = {"numpy", "pandas", "yfinance", "bottleneck", "exchange_calendars", "sqlite3"}

MOST_LINES, MOST_IN_FUNCTION = 300, 50

# A longer file or function says why, in a comment that begins like this.
REASON = re.compile(r"#\s*(?:noqa:\s*PLR\d+\s*-|long\b)", re.IGNORECASE)


def loaded_by(module: str) -> set[str]:
    """What a fresh process has in `sys.modules` after importing `module`: top-level names and ours in full."""
    code = f"import sys; import {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = done.stdout.split()
    return {name.partition(".")[0] for name in names} | {n for n in names if n.startswith(PACKAGES)}


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def code_of(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file without comments and texts, with their numbers."""
    lines = file.read_text("utf-8").splitlines()
    with tokenize.open(file) as stream:
        hidden = [t for t in tokenize.generate_tokens(stream.readline) if t.type in (tokenize.COMMENT, tokenize.STRING)]
    for token in reversed(hidden):
        (first, start), (last, end) = token.start, token.end
        for row in range(first, last + 1):
            line = lines[row - 1]
            left, right = start if row == first else 0, end if row == last else len(line)
            lines[row - 1] = line[:left] + " " * (right - left) + line[right:]
    yield from enumerate(lines, 1)


def imports_of(file: Path) -> set[str]:
    """All modules that a file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_each_module_stands_alone_and_loads_no_more_than_it_may(module):
    loaded = loaded_by(module)
    package = module.partition(".")[0]
    if package == "core":
        assert not loaded & SCREEN, "the core knows no screen"
        assert not loaded & {"tui", "widgets"}
    elif package == "widgets":
        assert "tui" not in loaded
    if package in ("widgets", "tui"):
        assert not loaded & HEAVY, "the viewer is Textual, plotext and a socket"
    if not module.startswith("core.sources.yahoo"):
        assert "yfinance" not in loaded
    assert not loaded & {"arch", "scipy", "statsmodels"}, "over a second and 100 MB: in a process of its own alone"


def test_the_whole_viewer_is_light():
    """Everything that the monitor imports by the time it runs, imported together."""
    modules = ["tui.monitor", "tui.app", "core.engine.client", *(m for m in MODULES if m.startswith("widgets"))]
    assert not loaded_by(", ".join(modules)) & HEAVY


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_heavy_libraries_have_one_place_each(file):
    places = {
        "yfinance": "core/sources/yahoo",
        "plotext": "widgets/",
        "exchange_calendars": "core/market/",
        "arch": "core/engine/fitting.py",
        "sqlite3": ("core/store", "core/engine/"),
        "textual": ("widgets/", "tui/"),
        "rich": ("widgets/", "tui/"),
    }
    for name in imports_of(file):
        place = places.get(name.partition(".")[0])
        assert place is None or relative(file).startswith(place), f"{relative(file)} imports {name}"


def test_only_one_module_draws_with_plotext():
    assert len([file for file in FILES if any(name.startswith("plotext") for name in imports_of(file))]) <= 1


READS_TIME = re.compile(
    r"\b(?:datetime|date)\.(?:now|utcnow|today)\(|\btime\.(?:time|monotonic|perf_counter|localtime|gmtime)(?:_ns)?\("
    r"|\bfrom time import (?!gmtime$|sleep$)|\bget_running_loop\(\)\.time\(|\bloop\.time\("
)


@pytest.mark.parametrize("file", [file for file in FILES if relative(file) != "core/clock.py"], ids=relative)
def test_time_is_read_in_one_place(file):
    found = [f"{relative(file)}:{number}: {line.strip()}" for number, line in code_of(file) if READS_TIME.search(line)]
    assert not found, "take a core.clock.Clock"


PERCENT = re.compile(r"\*\s*100(?:\.0)?\b(?!_)|(?<![\w.])100(?:\.0)?\s*\*(?!\*)|:[^{}\"']*%\}")


@pytest.mark.parametrize(
    "file", [f for f in FILES if f.parts[len(ROOT.parts)] != "core" and f.name != "format.py"], ids=relative
)
def test_percent_is_made_in_one_place(file):
    text = file.read_text("utf-8").splitlines()
    found = [f"{relative(file)}:{n}: {line.strip()}" for n, line in enumerate(text, 1) if PERCENT.search(line)]
    assert not found, "a fraction becomes a percent in widgets/format.py"


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_files_and_functions_stay_short(file):
    lines = file.read_text("utf-8").splitlines()
    explained = any(REASON.search(line) for line in lines)
    assert len(lines) <= MOST_LINES or explained, f"{relative(file)} has {len(lines)} lines"
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MOST_IN_FUNCTION or explained, f"{relative(file)}:{node.name} has {length} lines"


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_every_module_says_what_it_is(file):
    assert ast.get_docstring(tree_of(file))


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_nothing_prints_but_the_command_line(file):
    if relative(file) == "tui/cli.py" or relative(file).startswith("tui/commands/"):
        return
    calls = [n for n in ast.walk(tree_of(file)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    assert not [f"{relative(file)}:{call.lineno}" for call in calls if call.func.id == "print"]


def test_no_trace_of_the_machine_it_was_written_on():
    """No absolute path of a home or checkout in anything that is shipped."""
    for file in [*FILES, ROOT / "config.toml", ROOT / "pyproject.toml", ROOT / "constraints.txt"]:
        assert not re.search(rf"{re.escape(str(ROOT))}|/home/\w+|/root/", file.read_text("utf-8")), relative(file)


def test_the_import_contracts_hold():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_greps_can_fail():
    """Each pattern finds what it is for, and not its neighbours."""
    for bad in ("datetime.now(UTC)", "time.monotonic()", "from time import monotonic", "date.today()"):
        assert READS_TIME.search(bad), bad
    for fine in ("clock.now()", "self._clock.monotonic()", "from time import gmtime", "datetime.fromtimestamp(x)"):
        assert not READS_TIME.search(fine), fine
    for bad in ("value * 100", "100 * value", 'f"{value:.1%}"', "100.0 * x"):
        assert PERCENT.search(bad), bad
    for fine in ("value * 1000", "width * 100_000", "(0, 100)", 'f"{a:>4}"'):
        assert not PERCENT.search(fine), fine
