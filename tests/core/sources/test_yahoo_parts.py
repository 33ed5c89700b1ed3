"""The parts of the Yahoo source one by one: reading, judging, classifying."""

import math
from datetime import timedelta

import numpy as np
import pytest
from source_makers import utc

from core.clock import ManualClock
from core.market.quotes import Quote
from core.sources.base import ProblemKind
from core.sources.yahoo.chart import chart_url, parse_chart, to_floats, to_shortest
from core.sources.yahoo.errors import Failure, Trouble, classify, from_status, read_retry_after
from core.sources.yahoo.fields import read_name, read_number, read_price, read_time
from core.sources.yahoo.history import to_bars, to_minutes, to_rows_since
from core.sources.yahoo.judge import Judge, Judgement, Verdict
from core.sources.yahoo.quotes import Candidate, parse_quotes

NOW = utc("2026-03-24 15:00")
AT = int(NOW.timestamp())


def quote(symbol: str = "SPY", price: float = 100.0, later: float = 0.0, **more: float) -> Quote:
    return Quote(symbol=symbol, price=price, time=NOW + timedelta(seconds=later), **more)


def record(**more: object) -> dict[str, object]:
    return {"symbol": "SPY", "quoteType": "ETF", "regularMarketPrice": 600.5, "regularMarketTime": AT, **more}


def answer(*records: object) -> dict[str, object]:
    return {"quoteResponse": {"result": list(records), "error": None}}


def chart(stamps: list[object], close: list[object], **more: object) -> dict[str, object]:
    meta = {"symbol": "SPY", "dataGranularity": "1d", "exchangeTimezoneName": "America/New_York"}
    quote = dict.fromkeys(("open", "high", "low", "close"), close) | {"volume": [1] * len(close)}
    result = {"meta": meta | more, "timestamp": stamps, "indicators": {"quote": [quote]}}
    return {"chart": {"result": [result], "error": None}}


@pytest.mark.parametrize("value", [None, True, "1", math.nan, math.inf, -math.inf, [], {}])
def test_what_is_no_number(value: object) -> None:
    assert read_number(value) is None
    assert read_price(value, "SPY") is None
    assert read_time(value) is None


@pytest.mark.parametrize(
    ("symbol", "value", "expected"),
    [("SPY", 1, 1.0), ("SPY", 0, None), ("SPY", -1.0, None), ("^IRX", -0.105, -0.105), ("^TNX", 0.0, 0.0)],
)
def test_only_a_rate_may_be_zero_or_less(symbol: str, value: float, expected: float | None) -> None:
    assert read_price(value, symbol) == expected


def test_a_name_is_cleaned_and_cut() -> None:
    assert read_name({"longName": "A\x1b[31mB" + "x" * 200}).isprintable()
    assert len(read_name({"shortName": "x" * 200})) == 60
    assert read_name({}) == ""


def test_a_quote_is_read_with_its_units() -> None:
    body = answer(record(exchangeDataDelayedBy=15, regularMarketVolume=12, regularMarketOpen=0, longName="Fund"))
    candidate = parse_quotes(body, ["SPY"])["SPY"]
    assert isinstance(candidate, Candidate)
    assert candidate.quote.time == NOW
    assert candidate.quote.delayed_by == 900.0, "Yahoo says minutes"
    assert candidate.quote.volume == 12
    assert candidate.quote.open is None
    assert candidate.quote.name == "Fund"
    assert not candidate.is_stock


def test_an_index_has_no_volume_and_a_fund_may_have_none_yet() -> None:
    for kind, expected in (("INDEX", None), ("ETF", 0.0)):
        candidate = parse_quotes(answer(record(quoteType=kind, regularMarketVolume=0)), ["SPY"])["SPY"]
        assert isinstance(candidate, Candidate)
        assert candidate.quote.volume == expected


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"quoteResponse": None},
        {"quoteResponse": {"result": None}},
        {"quoteResponse": {"result": {}}},
        {"quoteResponse": {"result": [], "error": {"code": "x"}}},
        {"finance": {"result": None, "error": {}}},
    ],
)
def test_what_is_no_answer_is_a_failure(body: object) -> None:
    with pytest.raises(Failure, match="cannot be read"):
        parse_quotes(body, ["SPY"])


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}])
def test_junk_among_the_records_leaves_the_others(junk: object) -> None:
    parsed = parse_quotes(answer(record(), {"symbol": "IWM", "quoteType": junk}), ["SPY", "IWM"])
    assert isinstance(parsed["SPY"], Candidate)
    assert isinstance(parsed["IWM"], Failure)


def test_a_delisted_symbol_is_absent_and_a_priceless_one_unusable() -> None:
    parsed = parse_quotes(answer({"symbol": "A", "quoteType": "NONE"}, {"symbol": "B"}), ["A", "B", "C", "D"])
    troubles = {symbol: failure.trouble for symbol, failure in parsed.items() if isinstance(failure, Failure)}
    assert troubles == {
        "A": Trouble.ABSENT,
        "B": Trouble.UNUSABLE,
        "C": Trouble.ABSENT,
        "D": Trouble.ABSENT,
    }


def test_single_precision_is_undone_and_double_left() -> None:
    values = np.array([689.4299926757812, 681.75, 6909.509765625, np.nan, 0.1, 1 / 3])
    assert to_shortest(values).tolist()[:3] == [689.43, 681.75, 6909.51]
    assert np.isnan(to_shortest(values)[3])
    assert to_shortest(values)[4:].tolist() == [0.1, 1 / 3]


def test_a_column_is_padded_and_cut_to_length() -> None:
    assert to_floats(None, 2).tolist() == pytest.approx([np.nan, np.nan], nan_ok=True)
    assert to_floats([1, None, "x", 4, 5], 4).tolist() == pytest.approx([1, np.nan, np.nan, 4], nan_ok=True)


@pytest.mark.parametrize(("symbol", "path"), [("^VIX", "%5EVIX"), ("DX-Y.NYB", "DX-Y.NYB"), ("GC=F", "GC%3DF")])
def test_a_symbol_in_an_address(symbol: str, path: str) -> None:
    assert chart_url(symbol).endswith(f"/v8/finance/chart/{path}")


def test_a_day_that_comes_twice_keeps_the_later_row_that_has_a_price() -> None:
    day = 86_400
    stamps = [AT - 2 * day, AT - day, AT - day + 60, AT - 60, AT]
    bars = to_bars(parse_chart(chart(stamps, [1.0, 2.0, 3.0, 4.0, None]), "SPY", "1d"), NOW)
    assert bars.sessions.astype(str).tolist() == ["2026-03-22", "2026-03-23", "2026-03-24"]
    assert bars.close.tolist() == [1.0, 3.0, 4.0]
    assert bars.adj_close.tolist() == bars.close.tolist(), "without an adjusted column the close is it"


def test_the_exchange_decides_the_date_not_utc() -> None:
    # 00:30 UTC on the 24th is the evening of the 23rd in New York and the 24th in Tokyo.
    stamp = int(utc("2026-03-24 00:30").timestamp())
    for zone, day in (("America/New_York", "2026-03-23"), ("Asia/Tokyo", "2026-03-24")):
        read = parse_chart(chart([stamp], [1.0], exchangeTimezoneName=zone), "SPY", "1d")
        assert str(to_bars(read, NOW).sessions[0]) == day


def test_rows_from_the_future_and_without_time_are_left_out() -> None:
    stamps = [None, *range(AT - 30 * 86_400, AT, 86_400), AT + 86_400]
    bars = to_bars(parse_chart(chart(stamps, [1.0] * 32), "SPY", "1d"), NOW)
    assert len(bars) == 30
    assert bars.sessions[-1] < np.datetime64("2026-03-25")


def test_minutes_are_floored_sorted_and_of_one_session() -> None:
    begin = int(utc("2026-03-24 13:30").timestamp())
    stamps = [begin - 86_400, begin + 60, begin, begin + 125, begin + 150, begin + 185]
    read = parse_chart(chart(stamps, [109.0, 102.0, 101.0, 103.0, 103.5, None], dataGranularity="1m"), "SPY", "1m")
    with pytest.raises(Failure, match="unusable"):
        to_minutes(parse_chart(chart(stamps, [None] * 6, dataGranularity="1m"), "SPY", "1m"), NOW)
    minutes = to_minutes(read, NOW)
    assert ((minutes.times.astype(int) - begin) // 60).tolist() == [0, 1, 2]
    assert minutes.close.tolist() == [101.0, 102.0, 103.5]


def test_a_lone_spike_does_not_flatten_the_minutes() -> None:
    begin = int(utc("2026-03-24 13:30").timestamp())
    stamps = [begin + 60 * minute for minute in range(30)]
    closes = [100.0 + minute for minute in range(29)] + [1e8]
    minutes = to_minutes(parse_chart(chart(stamps, closes, dataGranularity="1m"), "SPY", "1m"), NOW)
    assert minutes.close.tolist() == closes[:-1]


def test_the_tail_since_a_day() -> None:
    stamps = list(range(AT - 3 * 86_400, AT, 86_400))
    bars = to_bars(parse_chart(chart(stamps, [1.0, 2.0, 3.0]), "SPY", "1d"), NOW)
    tail = to_rows_since(bars, utc("2026-03-22").date())
    assert tail.close.tolist() == [2.0, 3.0]
    assert len(to_rows_since(bars, None)) == 3


@pytest.mark.parametrize(
    ("status", "trouble", "kind"),
    [
        (429, Trouble.LIMITED, ProblemKind.RATE_LIMITED),
        (401, Trouble.REFUSED, ProblemKind.ERROR),
        (403, Trouble.REFUSED, ProblemKind.ERROR),
        (404, Trouble.ABSENT, ProblemKind.MISSING),
        (410, Trouble.ABSENT, ProblemKind.MISSING),
        (500, Trouble.FAULT, ProblemKind.ERROR),
        (599, Trouble.FAULT, ProblemKind.ERROR),
        (418, Trouble.FAULT, ProblemKind.ERROR),
    ],
)
def test_a_status_is_sorted(status: int, trouble: Trouble, kind: ProblemKind) -> None:
    assert from_status(status).trouble is trouble
    assert from_status(status).kind is kind


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "does not answer"),
        (ConnectionResetError(), "connection"),
        (ValueError("bad"), "cannot be read"),
        (KeyError("timestamp"), "unexpected answer from Yahoo (KeyError)"),
        (UnboundLocalError(), "unexpected"),
    ],
)
def test_whatever_escapes_becomes_a_sentence(error: Exception, words: str) -> None:
    assert words in classify(error).reason


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", None),
        ("120", 120.0),
        ("-5", None),
        ("soon", None),
        ("999999999", 86_400.0),
        ("Tue, 24 Mar 2026 15:02:00 GMT", 120.0),
        ("Tue, 24 Mar 2026 14:00:00 GMT", None),
    ],
)
def test_retry_after_in_both_its_forms(header: str | None, seconds: float | None) -> None:
    assert read_retry_after(header, NOW) == seconds


@pytest.fixture
def judge() -> Judge:
    return Judge(ManualClock(NOW))


def weigh(judge: Judge, quote: Quote, is_stock: bool = False) -> Judgement:
    return judge.weigh(Candidate(quote, is_stock))


@pytest.mark.parametrize(
    ("symbol", "is_stock", "price", "believed"),
    [
        ("SPY", False, 120.0, True),
        ("SPY", False, 120.1, False),
        ("SPY", False, 80.0, True),
        ("SPY", False, 79.9, False),
        ("AAPL", True, 140.0, True),
        ("AAPL", True, 140.1, False),
    ],
)
def test_the_limits_of_a_move(judge: Judge, symbol: str, is_stock: bool, price: float, believed: bool) -> None:
    assert weigh(judge, quote(symbol), is_stock).verdict is Verdict.ACCEPT
    judgement = weigh(judge, quote(symbol, price), is_stock)
    assert (judgement.verdict is Verdict.ACCEPT) is believed


def test_a_rate_moves_in_points(judge: Judge) -> None:
    assert weigh(judge, quote("^IRX", 0.01)).verdict is Verdict.ACCEPT
    assert weigh(judge, quote("^IRX", -0.10)).verdict is Verdict.ACCEPT
    assert weigh(judge, quote("^IRX", 0.90)).verdict is Verdict.ACCEPT
    assert weigh(judge, quote("^IRX", 2.00)).verdict is Verdict.REJECT


def test_time_goes_forward_and_not_ahead(judge: Judge) -> None:
    assert weigh(judge, quote(later=60)).verdict is Verdict.ACCEPT
    assert weigh(judge, quote(later=61)).reason == "the quote of SPY is ahead of this machine's clock"
    assert weigh(judge, quote(later=60)).verdict is Verdict.ACCEPT, "the same trade again"
    backwards = weigh(judge, quote(later=59))
    assert backwards.verdict is Verdict.REJECT
    assert backwards.kind is ProblemKind.STALE


@pytest.mark.parametrize(("previous", "kept"), [(51.0, 51.0), (149.0, 149.0), (49.0, None), (151.0, None)])
def test_a_previous_close_is_within_half_of_the_price(judge: Judge, previous: float, kept: float | None) -> None:
    weigh(judge, quote())
    assert weigh(judge, quote(previous_close=previous)).quote.previous_close == kept


def test_an_absurd_previous_close_at_first_contact_delays_the_quote_and_is_dropped(judge: Judge) -> None:
    assert weigh(judge, quote(previous_close=0.01)).verdict is Verdict.REJECT
    second = weigh(judge, quote(previous_close=0.01))
    assert second.verdict is Verdict.ASK_CHART
    accepted = judge.decide(second.quote, 100.0, has_split=False)
    assert accepted.verdict is Verdict.ACCEPT
    assert accepted.quote.previous_close is None


def test_a_doubt_needs_the_same_price_twice_and_then_the_chart(judge: Judge) -> None:
    weigh(judge, quote())
    assert weigh(judge, quote(price=130)).verdict is Verdict.REJECT
    assert weigh(judge, quote(price=160)).verdict is Verdict.REJECT, "another price is another doubt"
    second = weigh(judge, quote(price=161))
    assert second.verdict is Verdict.ASK_CHART
    assert judge.decide(second.quote, None, has_split=False).verdict is Verdict.REJECT
    assert judge.decide(second.quote, 100.0, has_split=False).verdict is Verdict.REJECT
    assert judge.decide(second.quote, 162.0, has_split=False).verdict is Verdict.ACCEPT
    assert weigh(judge, quote(price=161)).verdict is Verdict.ACCEPT


def test_a_refused_price_is_called_so_until_it_is_looked_at_again() -> None:
    clock = ManualClock(NOW)
    judge = Judge(clock)
    weigh(judge, quote())
    jumps = "SPY jumps from 100.00 to 100,000,000.00: waiting for it to be confirmed"
    assert weigh(judge, quote(price=1e8)).reason == jumps
    assert weigh(judge, quote(price=1e8)).verdict is Verdict.ASK_CHART
    refused = judge.decide(quote(price=1e8), 100.0, has_split=False).reason
    assert refused == "SPY at 100,000,000.00 is not believable: not used"
    for _ in range(3):
        clock.advance(15)
        assert weigh(judge, quote(price=1e8)).reason == refused, "the screen does not change its mind at every poll"
    clock.advance(15)
    assert weigh(judge, quote(price=1e8)).verdict is Verdict.ASK_CHART


def test_a_first_quote_is_measured_by_history_or_by_its_previous_close(judge: Judge) -> None:
    assert judge.weigh_history("SPY", 100.0, has_split=False)
    assert weigh(judge, quote(price=150)).verdict is Verdict.REJECT
    assert weigh(judge, quote("IWM", 150, previous_close=100)).verdict is Verdict.REJECT
    assert weigh(judge, quote("IJR", 150)).verdict is Verdict.ACCEPT, "there is nothing to measure it against"


def test_a_history_of_another_scale_must_be_told_twice_or_explained(judge: Judge) -> None:
    assert judge.weigh_history("SPY", 100.0, has_split=False)
    assert not judge.weigh_history("SPY", 1.0, has_split=False)
    assert judge.weigh_history("SPY", 100.0, has_split=False), "the doubt is forgotten"
    assert not judge.weigh_history("SPY", 1.0, has_split=False)
    assert judge.weigh_history("SPY", 1.01, has_split=False)
    assert judge.weigh_history("SPY", 100.0, has_split=True)
