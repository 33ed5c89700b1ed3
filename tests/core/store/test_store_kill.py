"""What was saved is there after kill -9, however often and whenever the writer is killed."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from core.store import open_store

AT = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)

# Saves rounds of 200 bars, each with its own price, and says each round after it is saved.
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import numpy as np
from core.market.bars import Bars
from core.store import open_store

at = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)
store = open_store(Path(sys.argv[1]), at)
sessions = np.datetime64("2025-01-01") + np.arange(200)
print("begin", store.notice, flush=True)
for round in range(int(sys.argv[2]), 1_000_000):
    price = np.full(200, float(round))
    store.save_bars(Bars("IWM", sessions, price, price, price, price, price, price), at)
    store.save_facts("round", {"IWM": str(round)}, at)
    print(round, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_said_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "smid.sqlite"
    said = 0
    for kills in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(said + 1)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline().split() == ["begin"]
        for _ in range(3 + 4 * kills):
            said = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().splitlines()  # said before the kill arrived
        process.wait()
        process.stdout.close()
        said = int(rest[-1]) if rest else said

        store = open_store(path, AT)
        assert store.notice == ""
        bars = store.load_bars("IWM")
        assert bars is not None
        assert len(bars) == 200
        assert len(set(bars.close.tolist())) == 1, "a round is there as a whole or not at all"
        assert said <= bars.close[0] <= said + 1
        assert said <= int(store.load_facts("round")["IWM"]) <= bars.close[0]
        said = int(bars.close[0])
        store.close()
