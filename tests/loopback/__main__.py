"""`python -m tests.loopback [--port N] [--mode ok] [--clock open]`: a Yahoo of one's own, steered by URL.

python -m tests.loopback --port 8765 --clock open
python -m tests.loopback.run --url http://127.0.0.1:8765 -- smid
curl 'http://127.0.0.1:8765/control?mode=429'             all endpoints (modes are listed in the answer)
curl 'http://127.0.0.1:8765/control?mode=500&on=quote'    only quotes
curl 'http://127.0.0.1:8765/control?mode=null&symbols=SPY,IWM'
curl 'http://127.0.0.1:8765/control?clock=close'          or open, +600, 2026-11-20T14:30:00Z
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tests.loopback.clock import MarketClock
from tests.loopback.market import calendar
from tests.loopback.modes import MODES
from tests.loopback.server import Loopback


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.loopback", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--mode", default="ok", choices=sorted(MODES), metavar="MODE", help=", ".join(sorted(MODES)))
    parser.add_argument("--clock", help="open, close, +SECONDS or an ISO time (UTC); the machine's time otherwise")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smid-loopback-") as directory:
        clock = MarketClock(Path(directory) / "clock")
        with Loopback(clock, port=args.port) as server:
            calendar()  # now, not within the first request
            server.steer({"mode": args.mode, **({"clock": args.clock} if args.clock else {})})
            print(f"Yahoo's protocol at {server.url}, {clock.now():%Y-%m-%d %H:%M:%S} UTC; see {server.url}/control")
            print(f"python -m tests.loopback.run --url {server.url} -- smid", flush=True)
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            try:
                signal.pause()
            except KeyboardInterrupt:
                print()


if __name__ == "__main__":
    main()
