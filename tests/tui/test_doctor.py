"""`smid doctor`: what it says in each state of the machine, and that it never waits or breaks."""

import io
import os
import re
import socket
import sys
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib import metadata
from pathlib import Path

import pytest
from msgspec import structs

from core import __version__
from core.clock import ManualClock
from core.config import load_settings
from core.engine.lock import EngineLock
from core.engine.messages import PROTOCOL, Goodbye, Hello, Welcome, encoder, engine_decoder
from core.engine.spec import EngineSpec, engine_digest
from core.outbox import ChannelState, Outbox
from core.paths import make_paths
from core.snapshot import Health, SourceInfo
from tui import cli
from tui.arguments import parse
from tui.commands.doctor import examine, format_checks
from tui.doctor import feeds, machine
from tui.doctor.check import Check, Verdict, fail, ok, warn
from tui.doctor.claims import check_claims
from tui.doctor.engines import check_engine, greet
from tui.doctor.feeds import check_sources, check_yahoo, within
from tui.doctor.figures import check_figures
from tui.doctor.machine import check_clock, check_directories, check_versions
from tui.doctor.terminal import check_terminal

NOW = datetime(2026, 7, 2, 18, 0, tzinfo=UTC)  # a Thursday, 14:00 in New York
SETTINGS = load_settings(source="simulated")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    # No test asks the network.
    monkeypatch.setattr(feeds, "ask_yahoo", lambda: (200, format_datetime(NOW)))
    return tmp_path


@pytest.fixture
def spec(tmp_path) -> EngineSpec:
    return EngineSpec(source="simulated", data_dir=str(tmp_path / "data"))


def said(checks, name: str) -> Check:
    [check] = [check for check in checks if check.name == name]
    return check


class Tty(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def tty(monkeypatch):
    for stream in ("__stdin__", "__stderr__"):
        monkeypatch.setattr(sys, stream, Tty())
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((120, 40)))


def test_a_good_terminal(tty):
    checks = list(check_terminal({"TERM": "xterm-256color", "COLORTERM": "truecolor", "TMUX": "x"}))
    assert {check.verdict for check in checks} == {Verdict.OK}
    assert "in tmux" in said(checks, "terminal").text
    assert "16 million" in said(checks, "colours").text


@pytest.mark.parametrize(
    ("environ", "name", "verdict", "words"),
    [
        ({"TERM": "dumb"}, "terminal", Verdict.WARN, "TERM=dumb"),
        ({}, "terminal", Verdict.WARN, "(unset)"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "colours", Verdict.NOTE, "NO_COLOR"),
        ({"TERM": "linux"}, "colours", Verdict.NOTE, "16"),
        ({"TERM": "xterm-256color"}, "colours", Verdict.OK, "256"),
    ],
)
def test_terminals(environ, name, verdict, words, tty):
    check = said(check_terminal(environ), name) if name != "terminal" else next(check_terminal(environ))
    assert check.verdict is verdict
    assert words in check.text


def test_a_small_terminal(tty, monkeypatch):
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((60, 20)))
    assert said(check_terminal({"TERM": "xterm"}), "size").verdict is Verdict.WARN


def test_no_terminal_points_to_once(monkeypatch):
    monkeypatch.setattr(sys, "__stdin__", io.StringIO())
    monkeypatch.setattr(sys, "__stderr__", None)
    check = said(check_terminal({}), "terminal")
    assert check.verdict is Verdict.NOTE
    assert "smid once" in check.text


def test_an_encoding_that_is_not_utf8(tty, monkeypatch):
    monkeypatch.setattr(Tty, "encoding", "iso8859-1")
    check = said(check_terminal({"TERM": "xterm"}), "encoding")
    assert check.verdict is Verdict.WARN
    assert "--ascii" in check.text


def test_versions(monkeypatch):
    assert f"numpy {metadata.version('numpy')}" in said(check_versions(), "packages").text
    monkeypatch.setattr(machine, "PACKAGES", ("msgspec", "no-such-package"))
    missing = next(check for check in check_versions() if check.verdict is Verdict.FAIL)
    assert "no-such-package" in missing.text


def test_directories(tmp_path):
    paths = make_paths("simulated", tmp_path / "data")
    assert "made at the first start" in said(check_directories(paths), "data").text
    assert not paths.data.exists(), "looking makes nothing"
    paths.data.mkdir(parents=True, mode=0o700)
    paths.data.chmod(0o755)
    check = said(check_directories(paths), "data")
    assert check.verdict is Verdict.WARN
    assert "0755" in check.text
    paths.data.chmod(0o700)
    assert said(check_directories(paths), "data") == ok("data", f"{paths.data} (mode 0700)")


def test_a_directory_in_the_way(tmp_path):
    (tmp_path / "data").touch()
    check = said(check_directories(make_paths("simulated", tmp_path / "data")), "data")
    assert check.verdict is Verdict.FAIL
    assert "--data-dir" in check.text


def test_a_directory_without_rights(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_args: False)
    check = said(check_directories(make_paths("simulated", tmp_path / "data")), "data")
    assert check.verdict is Verdict.FAIL
    assert "cannot be written" in check.text


def test_the_exchange_now():
    """2026-07-02 is a full session that closes at 20:00 UTC; 2026-07-03 the holiday of the 4th, a Saturday."""
    checks = list(check_clock(NOW))
    assert "Thu 14:00 in New York" in said(checks, "clock").text
    assert "open, session 2026-07-02; closes 2026-07-02 20:00 UTC" in said(checks, "exchange").text
    closed = said(check_clock(NOW + timedelta(days=1)), "exchange").text
    assert re.search(r"closed \(.*Independence.*\), session 2026-07-02; opens 2026-07-06 13:30 UTC", closed)


def test_a_clock_that_is_years_behind():
    [check] = check_clock(datetime(1970, 1, 1, tzinfo=UTC))
    assert check.verdict is Verdict.FAIL


def test_no_time_zones(monkeypatch):
    def unknown(_key):
        raise machine.ZoneInfoNotFoundError

    monkeypatch.setattr(machine, "ZoneInfo", unknown)
    [check] = check_clock(NOW)
    assert check.verdict is Verdict.FAIL
    assert "tzdata" in check.text


def test_no_engine(spec):
    assert said(check_engine(spec, SETTINGS), "engine").verdict is Verdict.NOTE


@pytest.fixture
def engine(spec):
    """Holds the lock and answers one visitor with what the test gives it."""
    spec.paths.data.mkdir(parents=True)
    lock = EngineLock(spec.paths.lock)
    assert lock.acquire()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(spec.paths.socket))
    listener.listen()
    heard: list[object] = []

    def serve(answer: bytes) -> None:
        def work() -> None:
            line, _ = listener.accept()
            with line:
                size = int.from_bytes(line.recv(4), "big")
                heard.append(engine_decoder.decode(line.recv(size)))
                line.sendall(answer)

        threading.Thread(target=work, daemon=True).start()

    serve.heard = heard
    yield serve
    listener.close()
    lock.release()


def framed(message) -> bytes:
    payload = encoder.encode(message)
    return len(payload).to_bytes(4, "big") + payload


def welcome(spec, **changes) -> bytes:
    own = {
        "protocol": PROTOCOL,
        "program": __version__,
        "settings": engine_digest(SETTINGS),
        "pid": 42,
        "viewers": 2,
        "attached": 3,
    }
    return framed(Welcome(**{**own, **changes}))


def test_an_engine_that_is_ours(spec, engine):
    engine(welcome(spec))
    check = said(check_engine(spec, SETTINGS), "engine")
    assert check == ok("engine", f"process 42, version {__version__}, 3 viewers")
    [hello] = engine.heard
    assert isinstance(hello, Hello)
    assert hello.protocol != PROTOCOL, "it does not take a viewer's place"


@pytest.mark.parametrize(
    ("health", "reason", "verdict", "words"),
    [
        (Health.OK, "", Verdict.OK, "3 viewers; yahoo ok"),
        (Health.WAITING, "", Verdict.OK, "; yahoo waiting"),
        (Health.RATE_LIMITED, "asks us to wait\x1b", Verdict.WARN, "; yahoo rate limited: asks us to wait"),
    ],
)
def test_how_the_source_of_the_engine_stands(health, reason, verdict, words, spec, engine):
    engine(welcome(spec, source=SourceInfo(name="yahoo", label="", health=health, reason=reason)))
    check = said(check_engine(spec, SETTINGS), "engine")
    assert check.verdict is verdict
    assert words in check.text
    assert "\x1b" not in check.text


def test_notifications_that_do_not_get_through(spec, engine):
    at = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)
    good, bad = (
        ChannelState(name="hook", last_success=at),
        ChannelState(name="email", last_failure=at, reason="refused"),
    )
    engine(welcome(spec, outbox=Outbox(trouble="the journal cannot be kept: full", channels=(good, bad))))
    told = [check for check in check_engine(spec, SETTINGS) if check.name == "notify"]
    assert [(check.verdict, check.text) for check in told] == [
        (Verdict.WARN, "the journal cannot be kept: full"),
        (Verdict.WARN, "not sent by email: refused"),
        (Verdict.OK, "last sent by hook 2026-02-27 21:20 UTC"),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"settings": "other"}, "other settings"),
        ({"program": "0.0.9"}, "another version"),
        ({"protocol": PROTOCOL + 1}, "another version"),
        ({"program": "\x1b[31m"}, "another version"),
    ],
)
def test_an_engine_that_differs(changes, words, spec, engine):
    engine(welcome(spec, **changes))
    check = said(check_engine(spec, SETTINGS), "engine")
    assert check.verdict is Verdict.WARN
    assert words in check.text
    assert "\x1b" not in check.text


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0", b"\0\0\0\x04abcd", b"\xff\xff\xff\xff" + b"x" * 100, framed(Goodbye(reason="full"))],
    ids=["hangs up", "cut", "nonsense", "endless", "goodbye"],
)
def test_an_engine_that_answers_nonsense(answer, spec, engine):
    engine(answer)
    check = said(check_engine(spec, SETTINGS), "engine")
    assert check.verdict is Verdict.WARN
    assert str(os.getpid()) in check.text


def test_an_engine_that_hangs(spec, engine, monkeypatch):
    monkeypatch.setattr("tui.doctor.engines.DEADLINE_SECONDS", 0.05)
    with pytest.raises(TimeoutError):
        greet(spec.paths.socket)  # nobody accepts


def test_engines_of_other_sources(spec, engine):
    other = EngineSpec(source="yahoo", data_dir=spec.data_dir)
    assert f"simulated (process {os.getpid()})" in said(check_engine(other, SETTINGS), "engines").text


def test_claims_and_those_that_are_wrong(tmp_path):
    file = tmp_path / "claims.toml"
    settings = load_settings()
    (good,) = check_claims(settings)
    assert (good.verdict, good.text) == (Verdict.OK, "50 claims")
    file.write_text("".join(f"[wrong_{number}]\n" for number in range(7)))
    claims = structs.replace(settings.claims, file=str(file))
    bad = list(check_claims(structs.replace(settings, claims=claims)))
    assert [one.verdict for one in bad] == [Verdict.WARN] * 6
    assert "[wrong_0] says is missing" in bad[0].text
    assert bad[-1].text == "2 more claims are wrong"


def test_figures_and_the_line_that_is_wrong(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("date,index,metric,period,value,source\n2026-01-31,S&P 500,pe,,x,me\n")
    settings = structs.replace(load_settings(None).fundamentals, files=(str(file),))
    good, bad = check_figures(settings)
    assert good.text == "21 published figures, of 1 files of yours beside ours"
    assert bad.text == "mine.csv line 2 column value: expected a number of 3 to 100, for pe, found 'x'"


def test_yahoo_answers():
    assert list(check_yahoo(NOW, probe=lambda: (401, format_datetime(NOW)))) == [ok("yahoo", "reachable")]


def test_yahoo_refuses():
    [check] = check_yahoo(NOW, probe=lambda: (429, ""))
    assert check.verdict is Verdict.WARN
    assert "429" in check.text


def test_a_clock_that_yahoo_contradicts():
    checks = list(check_yahoo(NOW, probe=lambda: (200, format_datetime(NOW - timedelta(minutes=30)))))
    assert said(checks, "clock") == warn("clock", "30m away from Yahoo's: ages of prices are wrong until it is set")


def test_no_network():
    def unreachable():
        raise socket.gaierror(-2, "Name or service not known")

    [check] = check_yahoo(NOW, probe=unreachable)
    assert check.verdict is Verdict.WARN
    assert "Name or service not known" in check.text
    assert "smid demo" in check.text


def test_a_network_that_hangs():
    forever = threading.Event()

    def hang():
        forever.wait(60)
        return 200, ""

    with pytest.raises(TimeoutError, match="no answer"):
        within(hang, 0.01)
    forever.set()


def test_every_source_is_told(spec):
    checks = list(check_sources(spec, SETTINGS.symbols, NOW))
    assert {"yahoo", "simulated", "files", "replay"} <= {check.name for check in checks}
    assert "(yours)" in said(checks, "simulated").text
    gone = EngineSpec(source="files:/nowhere", data_dir=spec.data_dir)
    check = said(check_sources(gone, SETTINGS.symbols, NOW), "files")
    assert check.verdict is Verdict.WARN
    assert "/nowhere" in check.text


def test_symbols_without_a_file_are_told(spec, tmp_path):
    bars = tmp_path / "bars"
    bars.mkdir()
    files = EngineSpec(source=f"files:{bars}", data_dir=spec.data_dir)
    check = said(check_sources(files, ("IWM", "SPY", "IJR"), NOW), "files")
    assert check == warn("files", f"{bars} has no CSV file of daily bars, such as SPY.csv. (yours)")
    for symbol in ("SPY", "QQQ"):
        (bars / f"{symbol}.csv").touch()
    check = said(check_sources(files, ("IWM", "SPY", "IJR"), NOW), "files")
    assert check == warn("files", f"files:{bars} (yours): no file of 2 of 3 symbols: IWM, IJR")
    assert said(check_sources(files, ("SPY",), NOW), "files").verdict is Verdict.OK


def test_wrong_settings_fail_and_the_rest_is_still_told(tmp_path):
    (tmp_path / "mine.toml").write_text("[refresh]\nopen_seconds = 1\n")
    options = parse(["doctor", "--config", str(tmp_path / "mine.toml")])
    checks = list(examine(options, ManualClock(NOW)))
    assert said(checks, "settings").verdict is Verdict.FAIL
    assert said(checks, "clock").verdict is Verdict.OK


def test_the_page_fits_and_counts():
    page = format_checks([ok("a", "word " * 40), warn("b", "x"), fail("c", "y")])
    assert max(map(len, page.splitlines())) <= 78
    assert page.endswith("1 to look at, 1 that stop smid from running.\n")
    assert format_checks([ok("a", "x")]).endswith("All is well.\n")


def test_the_command(capfdbinary, tmp_path):
    assert cli.main(["doctor", "--source", "simulated"]) == 0
    page = capfdbinary.readouterr().out.decode()
    assert re.search(r"^  ok  settings", page, re.MULTILINE)
    assert len(page.splitlines()) <= 40, "one screen"
    (tmp_path / "file").touch()
    assert cli.main(["doctor", "--source", "simulated", "--data-dir", str(tmp_path / "file")]) == 2
    assert "FAIL  data" in capfdbinary.readouterr().out.decode()
    assert [p.name for p in Path(tmp_path).iterdir()] == ["file"], "looking leaves nothing behind"
