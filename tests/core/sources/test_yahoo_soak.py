"""Some hundred polls: memory, threads and open files stay what they were."""

import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from yahoo_lab import THREE, open_lab

STATM = Path("/proc/self/statm")
pytestmark = pytest.mark.skipif(not STATM.exists(), reason="needs /proc")


def measure() -> tuple[float, int, int]:
    """Resident megabytes, threads (the server's own not counted), open files."""
    gc.collect()
    resident = int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    own = [thread for thread in threading.enumerate() if "process_request_thread" not in thread.name]
    return resident, len(own), len(list(Path("/proc/self/fd").iterdir()))


def test_hundreds_of_polls_leave_nothing_behind(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    with open_lab(tmp_path) as lab:

        def work(rounds: int) -> None:
            for number in range(rounds):
                # Failures too: what leaks, leaks there.
                lab.server.set(("ok", "ok", "ok", "500", "truncated", "401", "null")[number % 7])
                lab.clock.advance(150)
                lab.source.fetch_quotes(THREE)
                if number % 10 == 0:
                    lab.source.fetch_minutes("SPY")
            lab.server.reset_counts()

        work(100)
        before = measure()
        work(300)
        after = measure()
    record_property("before", before)
    record_property("after", after)
    assert after[0] - before[0] < 4.0, "megabytes"
    assert after[1] == before[1], "threads"
    assert abs(after[2] - before[2]) <= 2, "open files: a connection more or less"
