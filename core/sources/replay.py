"""A recorded trading day played again: no bar is used before the replayed moment at which it was complete."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from core.clock import Clock
from core.errors import UsageError
from core.market.bars import Bars, MinuteBars
from core.market.csv import CsvError
from core.market.quotes import Quote
from core.market.sessions import Exchange
from core.sources.base import Context, Ok, Playback, Problem, ProblemKind, QuoteBatch
from core.sources.directory import to_directory
from core.sources.folder import DailyFolder, NoFileError, cut_bars, last_session, to_problem
from core.sources.recordings import Recording, RecordingFolder, find_recordings, pick_day
from core.sources.tape import FASTEST, SLOWEST, Tape
from core.text import clean

_FINAL_AFTER = timedelta(minutes=20)
_DAY = timedelta(days=1)


class ReplaySource:
    """One session from its open to 20 minutes after its close, over the daily bars of the sessions before it."""

    name = "replay"
    is_live = False
    poll_seconds: float | None

    def __init__(
        self, recordings: RecordingFolder, daily: DailyFolder, day: date, context: Context, exchange: Exchange
    ) -> None:
        self.label = f"REPLAY {day.isoformat()}"
        self.poll_seconds = context.settings.refresh.simulated_seconds
        self._recordings, self._daily, self._day, self._exchange = recordings, daily, day, exchange
        self._clock: Clock = context.clock
        self._opens, self._closes = exchange.opens_at(day), exchange.closes_at(day)
        self._loaded: dict[str, Recording | CsvError] = {}
        begin, end = self._opens, self._closes + _FINAL_AFTER
        self._tape = Tape(begin, end, begin, self._clock.monotonic(), context.speed or SLOWEST, waiting=True)
        self._unread = set(context.settings.symbols)
        """Symbols whose history nobody has asked for: without them the open would be missed."""

    def now(self) -> datetime:
        return self._tape.time(self._clock.monotonic())

    def fetch_history(self, symbol: str, since: date | None = None) -> Ok[Bars] | Problem:
        """The sessions before the replayed one, and that one as soon as it is final."""
        at = self.now()
        is_over = at >= self._closes + _FINAL_AFTER
        answer = self._daily.history(symbol, since, self._day + _DAY if is_over else self._day, self._day, at)
        self._unread.discard(symbol)
        if self._tape.waiting and not self._unread:
            self._tape = self._tape.started(self._clock.monotonic())
        return Ok(self._with_recorded(answer.value, is_over=is_over), at) if isinstance(answer, Ok) else answer

    def fetch_quotes(self, symbols: Sequence[str]) -> Ok[QuoteBatch] | Problem:
        at = self.now()
        answers = {symbol: self._quote(symbol, at) for symbol in symbols}
        quotes = {symbol: answer for symbol, answer in answers.items() if isinstance(answer, Quote)}
        problems = {symbol: answer for symbol, answer in answers.items() if isinstance(answer, Problem)}
        return Ok(QuoteBatch(quotes, problems), at)

    def fetch_minutes(self, symbol: str) -> Ok[MinuteBars] | Problem:
        """The bars that are complete; their interval is the recording's."""
        at = self.now()
        try:
            recording = self._recording(symbol)
        except CsvError as error:
            return to_problem(error, at)
        rows = slice(recording.count(at))
        if not recording.count(at):
            return Problem(kind=ProblemKind.MISSING, reason=f"{symbol}: no recorded bar is complete yet", at=at)
        return Ok(MinuteBars(symbol, recording.times[rows], recording.close[rows], recording.volume[rows]), at)

    def close(self) -> None:
        """Nothing is held open."""

    def playback(self) -> Playback:
        return self._tape.playback()

    def pause(self, paused: bool) -> None:
        self._tape = self._tape.with_pause(paused, self._clock.monotonic())

    def step(self, seconds: float) -> None:
        self._tape = self._tape.with_step(seconds, self._clock.monotonic())

    def set_speed(self, speed: float) -> None:
        self._tape = self._tape.with_speed(speed, self._clock.monotonic())

    def _recording(self, symbol: str) -> Recording:
        """The session's bars of `symbol`; raises `CsvError` where there are none or the file is bad."""
        if symbol not in self._loaded:
            try:
                found = self._recordings.load(symbol, self._opens, self._closes)
                missing = NoFileError(f"{clean(symbol, 20)}: not recorded on {self._day}")
                self._loaded[symbol] = missing if found is None else found
            except CsvError as error:
                self._loaded[symbol] = error
            except OSError as error:
                self._loaded[symbol] = CsvError(f"{clean(symbol, 20)}: cannot be read: {clean(error.strerror)}")
        answer = self._loaded[symbol]
        if isinstance(answer, CsvError):
            raise answer
        return answer

    def _with_recorded(self, bars: Bars, *, is_over: bool) -> Bars:
        """`bars`, with the notes on the recording, and once it is over with its session where the file has none."""
        try:
            recording = self._recording(bars.symbol)
        except CsvError:
            return bars
        bars = replace(bars, notes=(*bars.notes, *recording.notes))
        if not is_over or bars.sessions[-1] == np.datetime64(self._day):
            return bars
        close = recording.close[-1]
        row = (recording.open[-1], recording.high[-1], recording.low[-1], close, close, recording.total[-1])
        columns = (bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume)
        sessions = np.append(bars.sessions, np.datetime64(self._day))
        grown = (np.append(c, v) for c, v in zip(columns, row, strict=True))
        return Bars(bars.symbol, sessions, *grown, notes=bars.notes)

    def _quote(self, symbol: str, at: datetime) -> Quote | Problem:
        try:
            recording = self._recording(symbol)
        except CsvError as error:
            return to_problem(error, at)
        previous, session = self._previous(symbol)
        if recording.count(at):
            return recording.quote(symbol, recording.count(at) - 1, previous)
        if previous is None or session is None:
            return Problem(kind=ProblemKind.MISSING, reason=f"{symbol}: no recorded bar is complete yet", at=at)
        return Quote(
            symbol=symbol, price=previous, time=self._exchange.closes_at(last_session(session, self._exchange))
        )

    def _previous(self, symbol: str) -> tuple[float | None, date | None]:
        """The last close before the replayed day, as quoted, and its session."""
        try:
            bars = cut_bars(self._daily.load(symbol), self._day - _DAY * 30, self._day)
        except CsvError:
            return None, None  # told by fetch_history; the recording can be shown without it
        rows = np.flatnonzero(np.isfinite(bars.close))
        if not len(rows):
            return None, None
        return float(bars.close[rows[-1]]), bars.sessions[rows[-1]].item()


def open_source(arg: str, context: Context) -> ReplaySource:
    """Open the recordings in `arg`; `context.date` picks the day, None the last recorded one of the benchmark."""
    if context.speed is not None and not SLOWEST <= context.speed <= FASTEST:
        raise UsageError(f"A replay runs at {SLOWEST:.0f} to {FASTEST:.0f} times its speed, not at {context.speed:g}.")
    directory = to_directory(arg, "replay")
    recordings = find_recordings(directory)
    exchange = context.exchange or Exchange()
    day = pick_day(recordings, context, exchange)
    return ReplaySource(recordings, DailyFolder(_find_daily(directory)), day, context, exchange)


def _find_daily(directory: Path) -> Path:
    """Where the daily bars are: in a directory `daily` here or beside, or among the recordings."""
    for path in (directory / "daily", directory.parent / "daily"):
        if DailyFolder(path).symbols():
            return path
    return directory
