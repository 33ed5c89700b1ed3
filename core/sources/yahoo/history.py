"""From a chart to bars: one row a session, unusable numbers as NaN, implausible answers refused."""

from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Bars, Floats, MinuteBars, Sessions
from core.market.quotes import Quote
from core.sources.yahoo.chart import Chart
from core.sources.yahoo.errors import Failure, Trouble
from core.sources.yahoo.fields import RATES, read_name, read_price, read_time
from core.sources.yahoo.quotes import read_volume

Flags = NDArray[np.bool_]

_USABLE = 0.9  # below it the whole answer is refused
_TIME = "regularMarketTime"
_SAME_DAYS = np.timedelta64(7, "D")
_AHEAD = 60.0  # seconds that Yahoo's clock may be before ours


def to_bars(chart: Chart, now: datetime) -> Bars:
    """Daily bars, oldest first; the running session's bar, where there is one, is the last.

    A day that comes twice (Yahoo adds the last trade as a row of its own) keeps its later row. A row without a
    close or from the future is left out. Raises `Failure` for an answer without rows or with too many unusable ones.
    """
    dates = _local_dates(chart)
    close = _positive(chart.columns["close"], chart.symbol)
    usable = _usable_rows(chart, close, now)
    rows = _last_of_each(dates, usable)

    def column(values: Floats) -> Floats:
        return _positive(values, chart.symbol)[rows]

    volume = chart.columns["volume"][rows]
    return Bars(
        symbol=chart.symbol,
        sessions=dates[rows],
        open=column(chart.columns["open"]),
        high=column(chart.columns["high"]),
        low=column(chart.columns["low"]),
        close=close[rows],
        adj_close=column(chart.adj_close),
        volume=np.where(volume >= 0, volume, np.nan),
    )


def to_minutes(chart: Chart, now: datetime) -> MinuteBars:
    """Minute bars of the chart's newest session, floored to the minute, the later of two in one minute.

    Raises `Failure` for an answer without rows or with too many unusable ones; single spikes are left out.
    """
    close = _positive(chart.columns["close"], chart.symbol)
    usable = _usable_rows(chart, close, now)
    dates = _local_dates(chart)
    times = (chart.stamps // 60 * 60).astype("datetime64[s]")
    usable = usable & (dates == dates[usable].max())
    if chart.symbol not in RATES:
        typical = float(np.median(close[usable]))
        usable = usable & (close > typical / 2) & (close < typical * 2)  # a lone spike would flatten the curve
    rows = _last_of_each(times, usable)
    volume = chart.columns["volume"][rows]
    return MinuteBars(chart.symbol, times[rows], close[rows], np.where(volume >= 0, volume, np.nan))


def to_quote(chart: Chart) -> Quote:
    """The last trade as the chart's own head tells it; raises `Failure` where it does not."""
    meta = chart.meta
    price = read_price(meta.get("regularMarketPrice"), chart.symbol)
    time = read_time(meta.get(_TIME))
    if price is None or time is None:
        raise Failure(Trouble.UNUSABLE, f"Yahoo gives no usable price for {chart.symbol}")
    previous = meta.get("previousClose", meta.get("chartPreviousClose"))
    return Quote(
        symbol=chart.symbol,
        price=price,
        time=time,
        previous_close=read_price(previous, chart.symbol),
        high=read_price(meta.get("regularMarketDayHigh"), chart.symbol),
        low=read_price(meta.get("regularMarketDayLow"), chart.symbol),
        volume=read_volume(meta.get("regularMarketVolume"), is_index=is_index(chart)),
        name=read_name(meta),
    )


def is_index(chart: Chart) -> bool:
    """Whether it is an index, which has no volume."""
    return chart.meta.get("instrumentType") == "INDEX"


def is_stock(chart: Chart) -> bool:
    """Whether it is a single stock, which moves more than a fund or an index."""
    return chart.meta.get("instrumentType") == "EQUITY"


def to_rows_since(bars: Bars, first: date | None) -> Bars:
    """The rows from `first` on."""
    if first is None:
        return bars
    rows = bars.sessions >= np.datetime64(first, "D")
    columns = (bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume)
    return Bars(bars.symbol, bars.sessions[rows], *(values[rows] for values in columns))


def has_matching_close(chart: Chart, bars: Bars) -> bool:
    """Whether the newest close fits the last trade that the same answer tells, where both are of the same days."""
    last, time = read_price(chart.meta.get("regularMarketPrice"), bars.symbol), read_time(chart.meta.get(_TIME))
    if bars.symbol in RATES or last is None or time is None:
        return True
    days_apart = np.datetime64(time.date(), "D") - bars.sessions[-1]
    return bool(days_apart > _SAME_DAYS) or 0.5 <= last / float(bars.close[-1]) <= 2.0


def _local_dates(chart: Chart) -> Sessions:
    # "Today" is the exchange's date, never the machine's.
    moments = (datetime.fromtimestamp(int(stamp), UTC) for stamp in chart.stamps)
    return np.array([moment.astimezone(chart.zone).date() for moment in moments], dtype="datetime64[D]")


def _positive(values: Floats, symbol: str) -> Floats:
    return values if symbol in RATES else np.where(values > 0, values, np.nan)


def _usable_rows(chart: Chart, close: Floats, now: datetime) -> Flags:
    """Rows with a close and a time that has come; raises `Failure` if they are too few."""
    if not len(chart):
        raise Failure(Trouble.UNUSABLE, f"Yahoo sends no bars of {chart.symbol}")
    past = (chart.stamps > 0) & (chart.stamps <= now.timestamp() + _AHEAD)
    usable: Flags = np.isfinite(close) & past
    given = int(np.count_nonzero(usable))
    # The newest row alone is often still empty.
    if given == 0 or given < _USABLE * (len(chart) - 1):
        raise Failure(Trouble.UNUSABLE, f"Yahoo's bars of {chart.symbol} are unusable: {given} of {len(chart)}")
    return usable


def _last_of_each(keys: Sessions, usable: Flags) -> NDArray[np.intp]:
    """Row numbers of the last usable row of every key, in the order of the keys."""
    rows = np.flatnonzero(usable)
    order = rows[np.argsort(keys[rows], kind="stable")]
    ends = np.append(keys[order][1:] != keys[order][:-1], True)
    last: NDArray[np.intp] = order[ends]
    return last
