"""`python -m tests.loopback.day`: a trading day of Yahoo's with all its mishaps, on the real monitor, in minutes.

It starts a loopback server, opens the monitor on it in this terminal, and then the server does what `STORY` says, at
the market's time. Quit the monitor when you have seen enough: what was asked of the server in each chapter is printed.

python -m tests.loopback.day                          8 minutes, lunch left out
python -m tests.loopback.day --speed 5 --from 09:58   slower, and not from the beginning
python -m tests.loopback.day --whole --log day.txt    the whole day without a gap, told to a file as it goes
python -m tests.loopback.run --url URL -- smid once --text   beside it; the URL is in the log's first line
"""

import argparse
import asyncio
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.engine.lock import find_holder
from core.engine.spawn import end_engine
from core.paths import make_paths
from tests.loopback.clock import MarketClock
from tests.loopback.market import calendar
from tests.loopback.run import to_command, to_environment
from tests.loopback.server import Loopback

DATE = "2026-03-24"  # a Tuesday; New York is at UTC-4
NEW_YORK = ZoneInfo("America/New_York")
LOOK_SECONDS = 0.02
USUAL = timedelta(seconds=30)  # at the machine's own pace first: starting a process takes what it takes


@dataclass(frozen=True)
class Chapter:
    """From `at` (New York) the server is in `mode` on the endpoints `on`, for `symbols` (none named: all)."""

    at: str
    mode: str
    tells: str
    on: str = "quote,chart"
    symbols: str = ""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(f"{DATE} {self.at}").replace(tzinfo=NEW_YORK).astimezone(UTC)


STORY = (
    Chapter("09:25", "ok", "before the open: yesterday's close, one history after the other"),
    Chapter("09:30", "ok", "open"),
    Chapter("09:40", "429", "too many requests, for ten minutes"),
    Chapter("09:50", "ok", "recovery, when the wait is over: half an hour at most"),
    Chapter("10:25", "hang", "no answers for three minutes"),
    Chapter("10:28", "ok", "recovery"),
    Chapter("10:33", "500", "errors of the server for three minutes"),
    Chapter("10:36", "ok", "recovery"),
    Chapter("10:42", "401", "the list of quotes is refused for five minutes: charts stand in", on="quote"),
    Chapter("10:47", "ok", "recovery"),
    Chapter("10:55", "absurd", "IWM a million times too high for three minutes", symbols="IWM"),
    Chapter("10:58", "ok", "recovery"),
    Chapter("11:02", "consent", "a consent page for a minute"),
    Chapter("11:03", "ok", "recovery"),
    Chapter("11:10", "ok", "lunch"),
    Chapter("15:50", "ok", "the last ten minutes"),
    Chapter("16:00", "ok", "closed"),
    Chapter("16:20", "ok", "the closing values are final: fetched once more"),
    Chapter("16:40", "ok", "after hours"),
)
LUNCH = "11:10"


def main() -> None:
    args = _parse()
    with tempfile.TemporaryDirectory(prefix="smid-day-") as name:
        directory = Path(name)
        clock = MarketClock(directory / "clock")
        with Loopback(clock, port=args.port) as server:
            calendar()  # now, not within the first request
            command = to_command(args.command, directory / "data")
            if command is None:
                raise SystemExit(f"there is no command {args.command[0]}")
            day = Day(server, clock, args.speed, args.log)
            day.begin(args.begin, skips_lunch=not args.whole)
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda *_: sys.exit(0))
            teller = threading.Thread(target=day.tell)
            teller.start()
            try:
                subprocess.run(command, env=to_environment(server.url, str(clock.file)), check=False)
            finally:
                day.ended.set()
                teller.join()
                _end_engine(directory / "data")
    print("\n".join(day.lines))


class Day:
    """Turns the pages of `STORY` on a server, and notes in `lines` (and in a file) what it was asked meanwhile."""

    def __init__(self, server: Loopback, clock: MarketClock, speed: float, file: Path | None) -> None:
        self._server, self._clock, self._speed, self._file = server, clock, speed, file
        self._left: list[Chapter] = []
        self._skips_lunch = True
        self.ended = threading.Event()
        self.lines: list[str] = []

    def begin(self, at: str, *, skips_lunch: bool) -> None:
        """Go to `at`, in the chapter that holds it."""
        self._skips_lunch = skips_lunch
        begun = [chapter for chapter in STORY if chapter.at <= at] or [STORY[0]]
        self._left = [chapter for chapter in STORY if chapter not in begun]
        self._clock.set(max(Chapter(at, "ok", "").moment, begun[-1].moment), 1.0)
        self._note(f"{self._server.url}, {self._speed:g} times as fast as life after {USUAL.seconds} s")
        self._open(begun[-1])

    def tell(self) -> None:
        """Until `ended`."""
        hurries_at = self._clock.now() + USUAL
        while not self.ended.wait(LOOK_SECONDS):
            if self._clock.now() >= hurries_at and self._clock.speed != self._speed:
                self._clock.set(speed=self._speed)
            if self._left and self._clock.now() >= self._left[0].moment:
                self._open(self._left.pop(0))
        self._note("end")

    def _open(self, chapter: Chapter) -> None:
        self._server.set(chapter.mode, on=chapter.on, symbols=chapter.symbols)
        self._note(f"{chapter.mode:<8} {chapter.tells}")
        if chapter.at == LUNCH and self._skips_lunch:
            self._clock.set(self._left[0].moment)

    def _note(self, what: str) -> None:
        """What was asked since the note before, and what comes."""
        asked = " ".join(f"{name} {number}" for name, number in sorted(self._server.counts.items()))
        self._server.reset_counts()
        now = self._clock.now().astimezone(NEW_YORK)
        fresh = [f"         asked: {asked or 'nothing'}"] if self.lines else []
        fresh.append(f"{now:%H:%M:%S} {what}")
        self.lines += fresh
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                print("\n".join(fresh), file=file)


def _end_engine(data_dir: Path) -> None:
    """The monitor's engine lingers, as it should; here nobody comes back."""
    paths = make_paths("yahoo", data_dir)
    pid = find_holder(paths.lock)
    if pid is not None:
        asyncio.run(end_engine(paths, pid))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.loopback.day", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--speed", type=float, default=20.0, help="market seconds a second (20)")
    parser.add_argument("--from", dest="begin", default=STORY[0].at, metavar="HH:MM", help="New York time to begin at")
    parser.add_argument("--whole", action="store_true", help="do not leave out lunch")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="a file to write the story to as it goes")
    parser.add_argument("command", nargs="*", default=["smid"], help="after --, in place of the monitor")
    return parser.parse_args()


if __name__ == "__main__":
    main()
