"""The readers against answers that Yahoo really gave, where they are at hand (third-party, not part of the project)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from source_makers import REAL, utc

from core.sources.yahoo.chart import Chart, parse_chart
from core.sources.yahoo.errors import Failure, Trouble
from core.sources.yahoo.history import has_matching_close, to_bars, to_minutes, to_quote
from core.sources.yahoo.quotes import Candidate, parse_quotes

DIRECTORY = REAL / "fixtures" / "yahoo"
NOW = utc("2026-12-31")
pytestmark = pytest.mark.skipif(not DIRECTORY.is_dir(), reason="the recorded answers are not beside the checkout")


def load(name: str) -> Any:
    body = json.loads(Path(DIRECTORY / name).read_text(encoding="utf-8"))
    return body["response"]["body"] if "response" in body else body


def read(name: str, symbol: str) -> Chart:
    return parse_chart(load(name), symbol, "1d")


def test_a_batch_of_two() -> None:
    parsed = parse_quotes(load("quote-AAPL-BABA.json"), ["BABA", "AAPL"])
    apple = parsed["AAPL"]
    assert isinstance(apple, Candidate)
    assert apple.is_stock
    assert apple.quote.price == 244.6
    assert apple.quote.previous_close == 241.53
    assert (apple.quote.open, apple.quote.high, apple.quote.low) == (241.07, 245.41, 241)
    assert apple.quote.volume == 40_896_227
    assert apple.quote.time == utc("2025-02-14 21:00")
    assert apple.quote.name == "Apple Inc."
    assert isinstance(parsed["BABA"], Candidate)
    assert parsed["BABA"].quote.price == 124.73


def test_an_index_that_does_not_trade() -> None:
    candidate = parse_quotes(load("quote-^VXAPL.json"), ["^VXAPL"])["^VXAPL"]
    assert isinstance(candidate, Candidate)
    assert candidate.quote.price == 23.77
    assert candidate.quote.delayed_by == 900
    assert candidate.quote.open is candidate.quote.high is candidate.quote.volume is None


@pytest.mark.parametrize(
    ("name", "symbol", "trouble"),
    [
        ("quote-BRKS.json", "BRKS", Trouble.ABSENT),
        ("quote-SIMP.json", "SIMP", Trouble.ABSENT),
        ("quote-ADH.json", "ADH", Trouble.UNUSABLE),
        ("raw/quote_v7_GS2C.json", "GS2C", Trouble.ABSENT),
    ],
)
def test_symbols_without_a_price(name: str, symbol: str, trouble: Trouble) -> None:
    failure = parse_quotes(load(name), [symbol])[symbol]
    assert isinstance(failure, Failure)
    assert failure.trouble is trouble


def test_a_week_of_spy() -> None:
    chart = read("chart-SPY-2026-02-13-to-2026-02-20.json", "SPY")
    bars = to_bars(chart, NOW)
    # Monday the 16th was a holiday.
    expected = ["2026-02-13", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"]
    assert bars.sessions.astype(str).tolist() == expected
    assert bars.close.tolist() == [681.75, 682.85, 686.29, 684.48, 689.43]
    assert bars.open.tolist() == [681.69, 680.14, 684.02, 683.84, 682.32]
    assert bars.volume[-1] == 99_952_100
    assert has_matching_close(chart, bars)
    assert to_quote(chart).price == bars.close[-1]
    assert to_quote(chart).time == utc("2026-02-20 21:00")
    assert chart.is_in_session(utc("2026-02-20 20:59"))
    assert not chart.is_in_session(utc("2026-02-20 21:00"))


def test_a_split_and_a_past_range() -> None:
    chart = read("chart-AAPL-2020-08-31-to-2020-11-07.json", "AAPL")
    bars = to_bars(chart, NOW)
    assert list(chart.splits.values()) == [4.0]
    assert bars.close[:3].tolist() == [129.04, 134.18, 131.4], "already in new shares"
    assert has_matching_close(chart, bars), "today's price is no measure of the bars of 2020"
    assert (np.diff(bars.sessions) > np.timedelta64(0)).all()


def test_dividends_are_what_parts_adjusted_from_raw() -> None:
    body = load("historical-via-chart-MSFT-dividends-2021-02-01-to-2022-01-31.json")
    bars = to_bars(parse_chart(body, "MSFT", "1d"), NOW)
    paid = body["chart"]["result"][0]["events"]["dividends"].values()
    assert len(paid) == 4
    ratio = bars.adj_close / bars.close
    for dividend in paid:
        row = int(np.searchsorted(bars.sessions, np.datetime64(dividend["date"], "s").astype("datetime64[D]")))
        assert ratio[row - 1] / ratio[row] == pytest.approx(1 - dividend["amount"] / bars.close[row - 1], abs=2e-6)


def test_a_future_is_read_too() -> None:
    assert len(to_bars(read("chart-GC=F-2020-01-01-to-2020-01-03.json", "GC=F"), NOW)) > 0


def test_quarters_in_place_of_days_are_refused() -> None:
    # Asked for range=max and days, Yahoo has answered with quarters; that is why history is asked for by dates.
    with pytest.raises(Failure, match="wrong interval"):
        read("raw/history_chart_VFINX.json", "VFINX")


def test_minutes_of_a_weekend_are_none() -> None:
    body = load("chart-AAPL-2025-02-01-to-2025-02-02-includePrePost-false-interval-1m.json")
    with pytest.raises(Failure, match="no bars of AAPL"):
        to_minutes(parse_chart(body, "AAPL", "1m"), NOW)


def test_the_bodies_of_refusals() -> None:
    bodies = json.loads((DIRECTORY / "error_bodies.json").read_text(encoding="utf-8"))
    with pytest.raises(Failure) as absent:
        parse_chart(bodies["chart_404"]["body"], "SPY", "1d")
    assert absent.value.trouble is Trouble.ABSENT
    with pytest.raises(Failure, match="cannot be read"):
        parse_quotes(bodies["quote_401"]["body"], ["SPY"])
