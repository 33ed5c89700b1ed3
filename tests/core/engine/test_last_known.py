"""The last known screen: marked as such, private, and never another recording's."""

import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from core.engine.last_known import LastKnown, load_last_known, save_last_known
from core.engine.spec import EngineSpec
from core.snapshot import EMPTY, Health, History, Measure, Quality, Snapshot, SourceInfo, SubjectState

AT = datetime(2026, 2, 25, 15, 4, tzinfo=UTC)
SNAPSHOT = structs.replace(
    EMPTY,
    as_of=AT,
    source=SourceInfo(name="yahoo", health=Health.OK, last_success=AT, next_poll=AT, fresh=1, total=2),
    measures={"IWM.price": Measure(200.0, "price", AT)},
    quality={
        "IWM": Quality(state=SubjectState.OK),
        "SPY": Quality(state=SubjectState.MISSING, reason="no data yet"),
    },
)
HISTORY = History(subject="IWM/SPY", unit="session", key="k", times=(1, 2), values=(0.4, None))


def saved(spec: EngineSpec, snapshot: Snapshot = SNAPSHOT) -> None:
    spec.paths.data.mkdir(parents=True, exist_ok=True)
    known = LastKnown(saved_at=AT, snapshot=snapshot, histories={"IWM/SPY": HISTORY})
    save_last_known(spec.paths.last_known, known)


def test_it_comes_back_marked_with_its_age(tmp_path: Path) -> None:
    spec = EngineSpec("yahoo", str(tmp_path))
    saved(spec)
    known = load_last_known(spec)
    assert known is not None
    assert known.histories == {"IWM/SPY": HISTORY}
    assert known.snapshot.measures == SNAPSHOT.measures
    assert known.snapshot.source.health is Health.WAITING
    assert known.snapshot.source.reason == "last known values of 2026-02-25 15:04 UTC"
    assert known.snapshot.source.last_success == AT
    assert (known.snapshot.source.fresh, known.snapshot.source.total) == (0, 2)
    assert known.snapshot.quality["IWM"].state is SubjectState.STALE
    assert known.snapshot.quality["SPY"] == SNAPSHOT.quality["SPY"]
    assert stat.S_IMODE(spec.paths.last_known.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x80", b"not msgpack", None])
def test_nothing_usable_is_no_failure(tmp_path: Path, content: bytes | None) -> None:
    spec = EngineSpec("yahoo", str(tmp_path))
    if content is not None:
        saved(spec)
        spec.paths.last_known.write_bytes(content)
    assert load_last_known(spec) is None


def test_another_schema_or_date_or_a_replay_has_none(tmp_path: Path) -> None:
    spec = EngineSpec("yahoo", str(tmp_path))
    saved(spec, structs.replace(SNAPSHOT, schema="smid.snapshot/0"))
    assert load_last_known(spec) is None
    saved(EngineSpec("files:/bars", str(tmp_path), date="2026-02-26"))
    assert load_last_known(EngineSpec("files:/bars", str(tmp_path), date="2026-02-25")) is None
    assert load_last_known(EngineSpec("files:/bars", str(tmp_path), date="2026-02-26")) is not None
    replay = EngineSpec("replay:/bars", str(tmp_path))
    saved(replay)
    assert load_last_known(replay) is None


def test_a_viewer_loads_neither_numpy_nor_a_thread() -> None:
    code = (
        "import sys, threading; import core.engine.client;"
        "heavy = {'numpy', 'pandas', 'yfinance', 'sqlite3', 'exchange_calendars', 'concurrent.futures.thread'};"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) or threading.active_count() > 1 else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
