"""`smid once` as a person starts it: on real daily bars (where they are), and on the simulated market.

Expected values are computed here from the very CSV rows, by the formulas of the standard library.
"""

import csv
import math
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest

ROOT = Path(__file__).parents[2]
DAILY = ROOT.parent / "shared" / "market" / "daily"

real = pytest.mark.skipif(not DAILY.is_dir(), reason="the recorded market is not here")


@pytest.fixture(scope="module")
def smid(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        environ = {**os.environ, "HOME": str(home), "TERM": "dumb"}
        for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
            environ[variable] = str(home)
        command = [sys.executable, "-m", "tui.cli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=120
        )

    return run


@pytest.fixture(scope="module")
def answer(smid):
    done = smid("once", "--json", "--source", f"files:{DAILY}", "--as-of", "2026-02-27", "--since", "2024-12-31")
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout)


def rows_of(symbol: str, until: str) -> dict[str, tuple[float, float]]:
    """Session to (close, adjusted close), up to and with `until`."""
    with (DAILY / f"{symbol}.csv").open(newline="") as file:
        return {
            row["Date"]: (float(row["Close"]), float(row["Adj Close"] or row["Close"]))
            for row in csv.DictReader(file)
            if row["Date"] <= until
        }


@pytest.fixture(scope="module")
def prices():
    """Adjusted closes of IWM and SPY on their joint sessions to 2026-02-27, oldest first, as adjusted on that day."""
    small, large = rows_of("IWM", "2026-02-27"), rows_of("SPY", "2026-02-27")
    days = [day for day in small if day in large]
    return days, *([rows[day][1] * rows[days[-1]][0] / rows[days[-1]][1] for day in days] for rows in (small, large))


def value(answer, address: str):
    measure = answer["measures"][address]
    assert measure["reason"] in (None, ""), f"{address}: {measure['reason']}"
    return measure["value"]


@real
@pytest.mark.parametrize("sessions", [1, 5, 20, 63, 126, 252])
def test_gaps(sessions, answer, prices):
    _, small, large = prices
    gap = small[-1] / small[-1 - sessions] - large[-1] / large[-1 - sessions]
    assert value(answer, f"IWM/SPY.gap_{sessions}d") == pytest.approx(gap, rel=1e-9)


@real
@pytest.mark.parametrize(("name", "start"), [("ytd", "2025-12-31"), ("since", "2024-12-31")])
def test_gaps_since_a_day(name, start, answer, prices):
    days, small, large = prices
    first = days.index(start)
    gap = small[-1] / small[first] - large[-1] / large[first]
    assert value(answer, f"IWM/SPY.gap_{name}") == pytest.approx(gap, rel=1e-9)


@real
def test_ratio_and_averages(answer, prices):
    _, small, large = prices
    ratio = [a / b for a, b in zip(small, large, strict=True)]
    assert value(answer, "IWM/SPY.ratio") == pytest.approx(ratio[-1], rel=1e-9)
    assert value(answer, "IWM/SPY.sma_200") == pytest.approx(statistics.fmean(ratio[-200:]), rel=1e-9)
    assert value(answer, "IWM.sma_50") == pytest.approx(statistics.fmean(small[-50:]), rel=1e-9)
    assert value(answer, "IWM.last") == rows_of("IWM", "2026-02-27")["2026-02-27"][0], "as quoted, not adjusted"


@real
def test_volatility(answer, prices):
    _, small, large = prices
    returns = [[math.log(b / a) for a, b in zip(p[-21:-1], p[-20:], strict=True)] for p in (small, large)]
    daily = [statistics.stdev(r) for r in returns]
    assert value(answer, "IWM.volatility_20d") == pytest.approx(daily[0] * math.sqrt(252), rel=1e-9)
    assert value(answer, "IWM/SPY.volatility_ratio_20d") == pytest.approx(daily[0] / daily[1], rel=1e-9)


@real
def test_blocks_around_the_numbers(answer):
    assert answer["session"]["date"] == "2026-02-27"
    assert answer["session"]["is_final"] is True
    assert answer["as_of"].startswith("2026-02-27T21:")
    assert not [address for address, measure in answer["measures"].items() if measure["provisional"]]
    assert answer["source"]["name"] == "files"
    assert answer["source"]["is_live"] is False
    assert answer["quality"]["IWM"]["state"] == "ok"
    assert answer["quality"]["IWM/SPY"]["last_session"] == "2026-02-27"
    for address, measure in answer["measures"].items():
        assert measure["value"] is not None or measure["reason"], f"{address} is missing without a reason"


@real
def test_nothing_later_is_used(smid, answer, tmp_path):
    """The same numbers from files that end that day."""
    for file in DAILY.glob("*.csv"):
        head, *lines = file.read_text("utf-8").splitlines()
        kept = [head, *(line for line in lines if line[:10] <= "2026-02-27")]
        (tmp_path / file.name).write_text("\n".join(kept) + "\n", "utf-8")
    (tmp_path / "macro").symlink_to(DAILY.parent / "macro")  # cut by what was published by then
    done = smid("once", "--json", "--source", f"files:{tmp_path}", "--since", "2024-12-31")
    assert done.returncode == 0, done.stderr
    cut = msgspec.json.decode(done.stdout)
    assert cut["measures"] == answer["measures"]
    assert cut["findings"] == answer["findings"]


@real
def test_the_json_keeps_to_the_schema(smid, answer):
    jsonschema.validate(answer, msgspec.json.decode(smid("schema").stdout))


@real
def test_a_weekend_shows_the_session_before_it_and_says_so(smid, answer):
    done = smid("once", "--json", "--source", f"files:{DAILY}", "--as-of", "2026-03-01", "--since", "2024-12-31")
    assert done.returncode == 0, done.stderr
    assert b"2026-03-01 was no session" in done.stderr
    assert msgspec.json.decode(done.stdout)["measures"] == answer["measures"]


@real
@pytest.mark.parametrize(("day", "words"), [("1999-01-04", b"1999-01-04"), ("2026-06-30", b"2026-06-30")])
def test_days_that_the_files_do_not_hold(day, words, smid):
    done = smid("once", "--source", f"files:{DAILY}", "--as-of", day)
    assert done.returncode in (2, 4)
    assert done.stdout == b""
    assert re.fullmatch(rb"smid: [^\n]+\n", done.stderr)
    assert words in done.stderr


@real
def test_the_page_reads_in_an_email(smid):
    done = smid("once", "--source", f"files:{DAILY}", "--as-of", "2026-02-27")
    assert done.returncode == 0, done.stderr
    page = done.stdout.decode()
    assert max(map(len, page.splitlines())) <= 78
    assert page.isascii()
    assert "2026-02-27" in page


def test_simulated_is_labelled_everywhere_and_repeats(smid):
    page = smid("once", "--source", "simulated:7").stdout.decode()
    assert "SIMULATED" in page.splitlines()[0]
    done = smid("once", "--source", "simulated:7", "--json")
    assert done.returncode == 0, done.stderr
    answer = msgspec.json.decode(done.stdout)
    assert answer["source"]["label"] == "SIMULATED"
    assert answer["session"]["phase"] == "open"
    jsonschema.validate(answer, msgspec.json.decode(smid("schema").stdout))


@pytest.mark.parametrize(("broken", "words"), [(False, b"has no CSV file"), (True, b"SPY.csv line 1: expected")])
def test_a_directory_without_a_usable_file_is_no_data(broken, words, smid, tmp_path):
    if broken:
        (tmp_path / "SPY.csv").write_text("Date,Close\n")
    done = smid("once", "--source", f"files:{tmp_path}")
    assert (done.returncode, done.stdout) == (4, b"")
    assert re.fullmatch(rb"smid: [^\n]+\n", done.stderr)
    assert words in done.stderr


def test_a_directory_that_is_none_is_a_wrong_argument(smid, tmp_path):
    done = smid("once", "--source", f"files:{tmp_path}/nowhere")
    assert (done.returncode, done.stdout) == (2, b"")


@real
def test_one_sector_alone_is_no_data(smid, tmp_path):
    (tmp_path / "XLF.csv").write_bytes((DAILY / "XLF.csv").read_bytes())
    done = smid("once", "--source", f"files:{tmp_path}")
    assert (done.returncode, done.stdout) == (4, b"")
    assert b"has usable data of no pair: 52 of 53 symbols fail" in done.stderr
