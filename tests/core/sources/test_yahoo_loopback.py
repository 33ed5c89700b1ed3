"""The loopback server itself: it agrees with itself, can be steered, and reaches other processes safely."""

import json
import os
import subprocess
import sys
import urllib.error
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
from source_makers import EXCHANGE, utc

from core.clock import ManualClock
from tests.loopback.answers import build_chart, build_quote
from tests.loopback.clock import FollowingClock, MarketClock
from tests.loopback.market import calendar, days_of, trade_at
from tests.loopback.redirect import environment, new_session
from tests.loopback.server import Loopback

NOW = utc("2026-03-24 15:00")
ROOT = Path(__file__).parents[3]
POLL = """
import sys
from pathlib import Path
from core.clock import SystemClock
from core.config import load_settings
from core.sources.base import Context
from core.sources.registry import open_source
source = open_source("yahoo", Context(SystemClock(), load_settings(), Path(sys.argv[1])))
answer = source.fetch_quotes(["SPY"])
print(SystemClock().now().isoformat(timespec="minutes"), answer.value.quotes["SPY"].time.isoformat(timespec="minutes"))
source.close()
"""

WAIT = """
import asyncio
from time import monotonic
from core.clock import SystemClock
begin, market = monotonic(), SystemClock().monotonic()
asyncio.run(asyncio.sleep(600))
print(monotonic() - begin < 100, SystemClock().monotonic() - market >= 600)
"""


@pytest.fixture
def server():
    with Loopback(ManualClock(NOW)) as server:
        yield server


def control(server: Loopback, query: str = "") -> dict[str, object]:
    with urlopen(f"{server.url}/control{query}", timeout=5) as answer:
        body: dict[str, object] = json.load(answer)
        return body


def test_its_sessions_are_the_exchanges() -> None:
    first, last = utc("2010-01-01").date(), utc("2026-06-30").date()
    days = calendar().sessions
    mine = days[(days >= np.datetime64(first)) & (days <= np.datetime64(last))]
    assert mine.tolist() == EXCHANGE.sessions(first, last).tolist()


def test_quote_chart_and_minutes_tell_the_same() -> None:
    quote = build_quote("SPY", NOW)
    daily = build_chart("SPY", NOW, {"interval": "1d", "range": "5d"})
    minutes = build_chart("SPY", NOW, {"interval": "1m", "range": "1d"})
    price = quote["regularMarketPrice"]
    assert daily["indicators"]["quote"][0]["close"][-1] == pytest.approx(price, rel=1e-7)
    assert daily["indicators"]["quote"][0]["close"][-2] == pytest.approx(quote["regularMarketPreviousClose"], rel=1e-7)
    assert minutes["indicators"]["quote"][0]["close"][-1] == pytest.approx(price, rel=1e-7)
    assert len(daily["timestamp"]) == 5


@pytest.mark.parametrize("symbol", ["SPY", "^VIX", "^IRX", "AAPL", "ZZZ"])
def test_bars_are_possible(symbol: str) -> None:
    days = days_of(symbol)
    assert (days.low > 0).all()
    assert (days.high >= np.maximum(days.open, days.close)).all()
    assert (days.low <= np.minimum(days.open, days.close)).all()
    assert (np.abs(np.diff(np.log(days.close))) < 0.7).all()


def test_a_trade_is_within_its_day_and_history_never_changes() -> None:
    for minutes in range(0, 390, 13):
        trade = trade_at("IWM", utc("2026-03-24 13:30") + timedelta(minutes=minutes, seconds=7))
        assert trade.low <= trade.price <= trade.high
    body = {"interval": "1d", "range": "1y"}
    early = build_chart("IWM", NOW, body)["indicators"]["quote"][0]["close"]
    late = build_chart("IWM", NOW + timedelta(hours=4), body)["indicators"]["quote"][0]["close"]
    assert early[:-1] == late[:-1]


def test_it_is_steered_by_a_url(server: Loopback) -> None:
    assert control(server)["mode"] == "ok"
    state = control(server, "?mode=null&on=quote&symbols=SPY,IWM")
    assert (state["mode"], state["on"], state["symbols"]) == ("null", ["quote"], ["IWM", "SPY"])
    assert server.script.of("quote", "SPY") == "null"
    assert server.script.of("chart", "SPY") == server.script.of("quote", "QQQ") == "ok"
    with pytest.raises(urllib.error.HTTPError, match="400"):
        control(server, "?mode=nonsense")
    assert server.total == 0, "the control does not count"


def test_its_clock_is_set_by_a_url(tmp_path: Path) -> None:
    clock = MarketClock(tmp_path / "clock")
    with Loopback(clock) as server:
        state = control(server, "?clock=2026-11-20T18:00:00Z")
        assert str(state["clock"]).startswith("2026-11-20T18:00")
        assert state["open"] is True
        assert str(control(server, "?clock=close")["clock"]).startswith("2026-11-20T20:59")
        assert str(control(server, "?clock=%2B120")["clock"]).startswith("2026-11-20T21:01")
        assert control(server)["open"] is False
        following = FollowingClock(tmp_path / "clock", ManualClock(utc("2030-01-01")))
        assert following.now() > utc("2029-01-01"), "the same offset on another machine time"


def test_its_clock_runs_faster_and_jumps(tmp_path: Path) -> None:
    real = ManualClock(NOW)
    clock = MarketClock(tmp_path / "clock", real)
    following = FollowingClock(tmp_path / "clock", real)
    begin = clock.monotonic()
    clock.set(speed=20)
    real.advance(3)
    assert clock.now() == following.now() == NOW + timedelta(seconds=60)
    clock.set(NOW + timedelta(hours=2), speed=1)
    real.advance(5)
    assert clock.now() == following.now() == NOW + timedelta(hours=2, seconds=5)
    assert clock.monotonic() == following.monotonic() == begin + 65, "a jump is none of the monotonic clock's"
    (tmp_path / "clock").unlink()
    assert following.now() == clock.now(), "the server ends before its clients"


def test_the_waits_of_an_engine_are_the_markets(tmp_path: Path) -> None:
    clock = MarketClock(tmp_path / "clock")
    clock.set(speed=6000)
    added = environment("http://127.0.0.1:9", tmp_path / "clock")
    command = [sys.executable, "-c", WAIT, "engine"]
    run = subprocess.run(
        command, env={**os.environ, **added}, capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path
    )
    assert run.stdout.split() == ["True", "True"]


def test_the_quotes_want_cookie_and_crumb(server: Loopback) -> None:
    session = new_session(server.url)
    address = "https://query1.finance.yahoo.com/v7/finance/quote"
    assert session.request("GET", address, params={"symbols": "SPY"}).status_code == 401
    session.request("GET", "https://fc.yahoo.com")
    crumb = session.request("GET", "https://query1.finance.yahoo.com/v1/test/getcrumb").text
    good = session.request("GET", address, params={"symbols": "SPY", "crumb": crumb})
    assert good.json()["quoteResponse"]["result"][0]["symbol"] == "SPY"
    session.close()


def test_a_redirected_session_cannot_leave_the_machine(server: Loopback) -> None:
    session = new_session(server.url)
    answer = session.request("GET", "https://example.com/anything")
    assert answer.status_code == 404
    assert answer.primary_ip == "127.0.0.1"
    assert server.paths == ["example.com/anything"]
    session.close()


def test_another_process_is_redirected_by_its_environment_alone(tmp_path: Path) -> None:
    clock = MarketClock(tmp_path / "clock")
    clock.set(NOW)
    with Loopback(clock) as server:
        added = environment(server.url, tmp_path / "clock")
        command = [sys.executable, "-c", POLL, str(tmp_path / "cache")]
        run = subprocess.run(
            command, env={**os.environ, **added}, capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path
        )
        assert server.counts == {"cookie": 1, "crumb": 1, "quote": 1}
    now, traded = run.stdout.split()
    assert now == traded == "2026-03-24T15:00+00:00"
    assert run.stderr == ""


def test_the_server_and_the_launcher_work_by_hand(tmp_path: Path) -> None:
    code = "import signal; from tests.loopback.__main__ import main; main()"
    command = [sys.executable, "-c", code, "--port", "0", "--clock", "2026-11-20T15:00:00Z"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3].rstrip(",")
        launcher = [sys.executable, "-m", "tests.loopback.run", "--url", url, "--", sys.executable, "-c", POLL]
        run = subprocess.run(
            [*launcher, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
        )
        process.terminate()
        assert process.wait(10) == 0
    assert run.stdout.split() == ["2026-11-20T15:00+00:00", "2026-11-20T15:00+00:00"]
    assert run.stderr == ""
