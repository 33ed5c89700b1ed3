"""Nothing that steers a terminal comes through from files, names and settings: the bytes at the pty are looked at."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from pty_screen import PtyScreen, environment

# Every way of steering a terminal that has been used against people: titles, clipboard, queries, erasing, 8-bit
# introducers, backspaces, bidirectional and invisible characters.
PAYLOADS = (
    "\x1b]0;EVIL\x07",
    "\x1b]52;c;RVZJTA==\x1b\\",
    "\x1b[2JEVIL",
    "\x1b[6nEVIL",
    "\x1bPEVIL\x1b\\",
    "\x9b31mEVIL",
    "EVIL\x08\x08\x08\x08GOOD",
    "EVIL\u202eLIVE\u200b",
)
# What Textual itself writes: colours, moves, modes; the keyboard protocol; queries of modes; the shape of the pointer.
OURS = re.compile(
    rb"\x1b\[[0-9;]*[mHKJABCDGd]|\x1b\[\?[0-9;]*[hl]|\x1b\[[<>=][0-9;]*u|\x1b\[\?[0-9;]*\$p|\x1b\[\?u|\x1b\[c|\x1b7|\x1b8"
    rb"|\x1b\]22;[a-z]*\x07"
)
STEERING = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def steering(output: bytes) -> list[str]:
    """Characters that steer a terminal and are not part of what the program itself writes."""
    return [
        found.group() for found in re.finditer(".{0,12}" + STEERING.pattern + ".{0,12}", OURS.sub(b"", output).decode())
    ]


def write_market(directory: Path) -> None:
    """Two good files, and for each payload one with a line that has it in a cell, the header or everywhere."""
    directory.mkdir()
    header = "Date,Open,High,Low,Close,Adj Close,Volume"
    days = [date(2025, 12, 1) + timedelta(days=n) for n in range(110)]
    rows = [
        f"{d},100,101,99,{100 + n % 7},{100 + n % 7},1000"
        for n, d in enumerate(day for day in days if day.weekday() < 5)
    ]
    for symbol in ("IWM", "SPY"):
        (directory / f"{symbol}.csv").write_text("\n".join([header, *rows]) + "\n")
    names = ("IJR", "MDY", "RSP", "^RUT", "^GSPC", "QQQ", "IWN", "IWO")
    for number, (symbol, payload) in enumerate(zip(names, PAYLOADS, strict=True)):
        lines = [
            [header, *rows, f"2026-03-20,{payload},1,1,1,1,1"],
            [f"{payload},{header}", *rows],
            [header, f"{payload},100,101,99,100,100,1000", *rows],
        ][number % 3]
        (directory / f"{symbol}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def market(tmp_path: Path) -> Path:
    """A directory with a hostile name, too; shell completion types such names for people."""
    directory = tmp_path / "m\x1b]0;EVIL\x07\u202e"
    write_market(directory)
    return directory


def test_the_search_finds_what_it_is_for() -> None:
    ours = b"\x1b[?1049h\x1b[1;38;2;1;2;3mtext\x1b[0m\x1b[3;4H\r\n"
    assert steering(ours) == []
    assert all(steering(ours + payload.encode()) for payload in PAYLOADS if payload != PAYLOADS[2])
    assert b"\x1b[2JEVIL" in ours + PAYLOADS[2].encode()


@pytest.mark.parametrize("keys", ["", "5z", "?"])
def test_on_the_screen(market: Path, tmp_path: Path, keys: str) -> None:
    settings = tmp_path / "s.toml"
    settings.write_text("[engine]\nlinger_seconds = 0\n")  # no engine stays behind the test
    arguments = ["-m", "tui.cli", "--source", f"files:{market}", "--data-dir", str(tmp_path / "data")]
    arguments += ["--config", str(settings)]
    with PtyScreen(arguments, environment(tmp_path)) as screen:
        screen.until_text("FILES as of 2026-03-20")
        screen.until(lambda: "no data" in screen.text() or "fail" in screen.text(), screen.text())
        assert "IWM" in screen.text()
        screen.type(keys)
        screen.until_quiet()
        screen.type("\x03")
        screen.wait()
    assert steering(bytes(screen.output)) == []
    assert b"\x1b[2JEVIL" not in screen.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["once", "--text"],
        ["once", "--json"],
        ["doctor"],
        ["once", "--as-of", "\x1b]0;EVIL\x07"],
        ["once", "--config", "no\x1b[2JEVIL.toml"],
        ["\x1b]0;EVIL\x07"],
        ["config", "check", "--config", "{settings}"],
    ],
    ids=lambda arguments: " ".join(arguments).encode("unicode_escape").decode(),
)
def test_on_standard_output_and_error(market: Path, tmp_path: Path, arguments: list[str]) -> None:
    settings = tmp_path / "s.toml"
    settings.write_text('[source]\n"na\\u001b]0;EVIL\\u0007me" = "x"\n')
    given = [argument.format(settings=settings) if "{" in argument else argument for argument in arguments]
    if given[0] in ("once", "doctor"):
        given += ["--source", f"files:{market}", "--data-dir", str(tmp_path / "data")]
    with PtyScreen(["-m", "tui.cli", *given], environment(tmp_path)) as screen:
        screen.wait()
    assert len(screen.output) > 20
    assert steering(bytes(screen.output)) == []
    assert b"\x1b[2JEVIL" not in screen.output
