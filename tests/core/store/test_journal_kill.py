"""The journal after kill -9: what was said to be written is there, once, in its order; a transaction is whole."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from core.journal.entry import Query
from core.store import open_store, reading_journal

AT = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)

# Each round appends three entries in one transaction, and says its number once they are saved.
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from core.journal.entry import Change, Entry
from core.rules.level import Level
from core.store import open_store

at = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)
store = open_store(Path(sys.argv[1]), at)
print("begin", store.notice, flush=True)
for round in range(int(sys.argv[2]), 1_000_000):
    store.journal.append(
        Entry(time=at, session=None, change=Change.RAISED, rule="streak", subject=f"S{part}", note=str(round))
        for part in range(3)
    )
    print(round, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_said_was_written(tmp_path: Path) -> None:
    path, said = tmp_path / "smid.sqlite", 0
    for kills in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(said + 1)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline().split() == ["begin"]
        for _ in range(2 + 7 * kills):
            said = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().splitlines()  # said before the kill arrived
        process.wait()
        process.stdout.close()
        said = int(rest[-1]) if rest and rest[-1] else said

        with reading_journal(path) as journal:  # as `smid journal` does, beside what a killed engine left
            assert journal is not None
            seen = len(journal.read(Query()))
        store = open_store(path, AT)
        assert store.notice == ""
        assert len(store.journal.read(Query())) == seen
        kept = [(int(entry.note), entry.subject) for entry in store.journal.read(Query())[::-1]]
        last = kept[-1][0]
        assert kept == [(number, f"S{part}") for number in range(1, last + 1) for part in range(3)]
        assert said <= last <= said + 1
        said = last
        store.close()
