"""The command line: one clear line for what is wrong, help that reads well, exit codes, quiet ends."""

import os
import re
import resource
import signal
import subprocess
import sys
import types
from difflib import get_close_matches
from pathlib import Path

import pytest

from core.errors import ConfigError, NoDataError, OutputError, SmidError, UsageError
from tui import cli
from tui.arguments import parse
from tui.usage import COMMANDS

ROOT = Path(__file__).parents[2]
NAMES = [name for name in COMMANDS if name]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Nobody's own settings, and no engine of theirs."""
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    return tmp_path


@pytest.fixture
def command(monkeypatch):
    """Replaces `smid schema` by a function of the test's own."""

    def use(run):
        monkeypatch.setitem(sys.modules, "tui.commands.schema", types.SimpleNamespace(run=run))
        return ["schema"]

    return use


def smid(*arguments, **options):
    """A process of its own, as a person would start it."""
    command = [sys.executable, "-m", "tui.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, **options)


def run(arguments, *, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options):
    """The same with streams of the test's own."""
    command = [sys.executable, "-m", "tui.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=stdout, stderr=stderr, text=True, check=False, **options)


def fail(arguments, capsys) -> str:
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("smid: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["onec"], ["'onec'", "did you mean once?", "'smid --help'"]),
        (["--jsn"], ["unknown option '--jsn'"]),
        (["once", "--jsn"], ["unknown option '--jsn'", "did you mean --json?", "'smid once --help'"]),
        (["--sorce", "x", "once"], ["'--sorce'", "did you mean --source?"]),
        (["once", "--as_of=2026-01-01"], ["'--as_of'", "did you mean --as-of?"]),
        (["once", "extra"], ["unknown argument 'extra'"]),
        (["once", "--json", "--text"], ["--text", "not allowed with", "--json"]),
        (["once", "--as-of", "02/27/2026"], ["'02/27/2026' is not a date", "2026-02-27"]),
        (["once", "--as-of"], ["--as-of: expected one argument"]),
        (["once", "--fail-on", "wran"], ["'wran'", "info, watch, warn, critical", "did you mean warn?"]),
        (["once", "--fail-on", "ok"], ["'ok'", "info, watch, warn, critical"]),
        (["once", "--stay"], ["unknown option '--stay'"]),
        (["--as-of", "2026-01-01", "once"], ["--as-of before a command is the monitor's; it goes after 'smid once'"]),
        (
            ["--as-of=2026-01-01", "doctor"],
            ["--as-of before a command is the monitor's; there is none for 'smid doctor'"],
        ),
        (["doctor", "--as-of", "2026-01-01"], ["unknown option '--as-of' (did you mean --ascii?)"]),
        (["--as-of", "2026-01-01"], ["--as-of needs a source that holds the past: --source files:DIR."]),
        (["--as-of", "2031-01-01", "--source", "files:."], ["--as-of 2031-01-01 lies in the future."]),
        (["--json"], ["--json is an option of 'smid once'"]),
        (["replay"], ["DIR", "required"]),
        (["replay", ".", "--speed", "0"], ["'0' is not a speed", "1 to 600"]),
        (["replay", ".", "--speed", "nan"], ["'nan' is not a speed"]),
        (["replay", ".", "--source", "yahoo"], ["leave out --source"]),
        (["replay", "/nowhere"], ["/nowhere"]),
        (["config"], ["show|check|init"]),
        (["config", "shwo"], ["'shwo'", "did you mean show?"]),
        (["demo", "--source", "yahoo"], ["smid --source yahoo"]),
        (["once", "--source", "yaho"], ["'yaho'", "yahoo"]),
        (["once", "--source", "files:/nowhere"], ["/nowhere"]),
        (["once", "--source", "files"], ["files:DIR"]),
        (["once", "--source", "simulated:x"], ["'x'", "seed"]),
        (["once", "--config", "/nowhere/c.toml"], ["/nowhere/c.toml", "No such file"]),
        (["once", "--data-dir", ""], ["--data-dir"]),
        (["once", "--as-of", "2999-01-01"], ["2999-01-01", "future"]),
        (["once", "--since", "2999-01-01"], ["--since", "future"]),
        (["once", "--as-of", "2020-01-02", "--since", "2020-01-03"], ["--since 2020-01-03 is after"]),
        (["once", "--as-of", "2020-01-02", "--source", "yahoo"], ["--source files:DIR"]),
        (["\x1b[31mred"], ["red"]),
        (["--\x1b]0;x\x07"], ["unknown option"]),
    ],
)
def test_what_is_wrong_is_told_in_one_line(arguments, said, capsys):
    err = fail(arguments, capsys)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", err)
    for words in said:
        assert words in err


def test_a_source_of_the_settings_is_blamed_on_the_file(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    file.write_text('[source]\nname = "yaho"\n')
    assert f'{file}: [source] name = "yaho"' in fail(["once", "--config", str(file)], capsys)


def test_common_options_stand_before_or_after_the_command():
    common = ["--config", "c", "--source", "simulated", "--data-dir", "d", "--ascii"]
    before, after = parse([*common, "once", "--json"]), parse(["once", "--json", *common])
    assert vars(before) == vars(after)
    assert (before.config, before.source, before.data_dir, before.ascii) == ("c", "simulated", "d", True)
    plain = parse(["once"])
    assert (plain.config, plain.source, plain.data_dir, plain.ascii) == (None, None, None, False)


def test_no_command_is_the_monitor():
    assert parse([]).command == "monitor"
    assert parse(["--source", "simulated"]).command == "monitor"


@pytest.mark.parametrize("name", ["", *NAMES])
@pytest.mark.parametrize("columns", ["40", "150"])
def test_help_reads_well(name, columns, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    with pytest.raises(SystemExit) as ended:
        parse([name, "--help"] if name else ["--help"])
    page = capsys.readouterr().out
    assert ended.value.code == 0
    assert max(map(len, page.splitlines())) <= 80
    assert "example" in page
    assert "common options" in page
    if not name:
        assert all(re.search(rf"^    {other} ", page, re.MULTILINE) for other in NAMES)


def test_the_examples_of_the_help_are_right():
    """Each is read by the parser it advertises."""
    for usage in COMMANDS.values():
        for line in re.findall(r"^  smid(?: (.+?))?(?:  +.*| [|>].*)?$", usage.examples, re.MULTILINE):
            assert parse(line.split()).command in NAMES


def test_every_command_has_its_module():
    for name in NAMES:
        assert (ROOT / "tui" / "commands" / f"{name}.py").is_file()


@pytest.mark.parametrize(
    ("error", "code"), [(SmidError, 2), (UsageError, 2), (ConfigError, 2), (NoDataError, 4), (OutputError, 1)]
)
def test_errors_are_sentences_with_their_exit_code(error, code, command, capsys):
    def run(_options):
        raise error("no\x1b[2J good")

    assert cli.main(command(run)) == code
    assert capsys.readouterr().err == "smid: no\N{REPLACEMENT CHARACTER}[2J good\n"


def test_ctrl_c_ends_quietly(command, capsys):
    def run(_options):
        raise KeyboardInterrupt

    assert cli.main(command(run)) == 130
    assert capsys.readouterr() == ("", "")


def test_a_defect_keeps_its_traceback(command):
    def run(_options):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cli.main(command(run))


def test_ctrl_c_in_a_process():
    """SIGINT while `once` works: 130 and not a word on stdout, no traceback."""
    code = (
        "import sys, time, types; from tui import cli\n"
        "def run(options): print('begun', file=sys.stderr, flush=True); [time.sleep(0.05) for _ in iter(int, 1)]\n"
        "sys.modules['tui.commands.once'] = types.SimpleNamespace(run=run); sys.exit(cli.main(['once']))"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 130


def test_a_closed_pipe_is_quiet():
    """As in `smid schema | true`: the reader is gone before the first byte."""
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [sys.executable, "-m", "tui.cli", "schema"], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (process.returncode, process.stderr) == (141, b"")


@pytest.mark.parametrize("buffering", ["", "1"])
@pytest.mark.parametrize("arguments", [["schema"], ["config", "show"], ["--help"], ["once", "--help"], ["--version"]])
def test_a_full_disk_is_told(arguments, buffering, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", buffering)
    with Path("/dev/full").open("w") as full:
        done = run(arguments, stdout=full)
    assert (done.returncode, done.stderr) == (1, "smid: The answer cannot be written: No space left on device.\n")


@pytest.mark.parametrize("buffering", ["", "1"])
def test_a_disk_that_takes_only_a_part_is_told(buffering, tmp_path, monkeypatch):
    """As a quota does: the first write comes back short, the next one fails."""
    monkeypatch.setenv("PYTHONUNBUFFERED", buffering)
    with (tmp_path / "answer").open("w") as file:
        done = run(
            ["schema"],
            stdout=file,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        )
    assert (done.returncode, done.stderr) == (1, "smid: The answer cannot be written: File too large.\n")


@pytest.mark.parametrize("arguments", [["schema"], ["--version"]])
def test_a_closed_stdout_is_told(arguments):
    done = run(arguments, preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr) == (1, "smid: The answer cannot be written: standard output is closed.\n")


@pytest.mark.parametrize("buffering", ["", "1"])
def test_complaints_that_nobody_can_hear_leave_the_exit_code(buffering, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", buffering)
    wrong = ["once", "--source", "bogus"]
    done = run(wrong, stdout=subprocess.PIPE, preexec_fn=lambda: os.close(2))
    assert (done.returncode, done.stdout) == (2, ""), "stdout is for answers"
    with Path("/dev/full").open("w") as full:
        assert run(wrong, stderr=full).returncode == 2


def test_version():
    done = smid("--version")
    assert done.returncode == 0
    assert re.fullmatch(r"smid \d+\.\d+\.\d+\n", done.stdout)


def test_the_command_line_starts_light():
    """Nothing heavy before a command asks for it, and the monitor's path never loads numpy or pandas."""
    code = (
        "import sys; from tui.arguments import parse; from tui.commands import monitor\n"
        "from tui.commands.common import load\n"
        "load(parse(['--source', 'simulated'])); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"numpy", "pandas", "yfinance", "textual", "plotext", "asyncio", "exchange_calendars", "sqlite3"}
    assert not heavy & set(done.stdout.split())


def test_the_hint_is_difflibs():
    """The oracle of the hints above, from the library itself."""
    assert get_close_matches("onec", NAMES, n=1, cutoff=0.5) == ["once"]
