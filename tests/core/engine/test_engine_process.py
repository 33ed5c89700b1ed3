"""Real engines in real processes: election, sharing, death of either side, and ends without remains."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs
from viewing import Home, home

from core.engine import spawn
from core.engine.last_known import load_last_known
from core.engine.link import LinkState
from core.engine.messages import Claimed, WantClaims, WantHistory
from core.engine.spec import to_arguments
from core.snapshot import Health

__all__ = ["home"]

VIEWER = """
import asyncio, sys
from pathlib import Path
from core.clock import SystemClock
from core.config import load_settings
from core.engine.client import EngineClient, EngineSpec

class Viewer:
    def on_snapshot(self, snapshot):
        if snapshot.measures:
            print("numbers", flush=True)
    def on_history(self, history): ...
    def on_explained(self, explained): ...
    def on_bell(self, bell): ...
    def on_link(self, link): ...
    def on_notice(self, notice): ...

spec = EngineSpec("simulated", sys.argv[1], sys.argv[2])
settings = load_settings(Path(sys.argv[2]), source="simulated")
asyncio.run(EngineClient(spec, settings, SystemClock(), Viewer()).run())
"""


def log_of(home: Home) -> str:
    return home.spec.paths.log.read_text()


async def test_two_viewers_starting_together_share_one_engine_and_one_poller(home: Home) -> None:
    async with home.viewing() as (first, a), home.viewing() as (second, b):
        await asyncio.gather(first.until_numbers(), second.until_numbers())
        assert a.engine is not None
        assert b.engine is not None
        assert a.engine.pid == b.engine.pid == home.holder()
        assert log_of(home).count("serving simulated") == 1
        await first.until(lambda: len(first.snapshots) > 3)
        number = first.snapshots[-1].sequence
        await second.until(lambda: any(s.sequence == number for s in second.snapshots))
        twin = next(s for s in second.snapshots if s.sequence == number)
        assert twin == next(s for s in first.snapshots if s.sequence == number)


async def test_curves_by_the_session_and_by_the_minute(home: Home) -> None:
    async with home.viewing() as (viewer, client):
        client.send(WantHistory(subject="IWM/SPY"))  # asked before there is an engine
        await viewer.until_numbers()
        await viewer.until(lambda: len(viewer.histories) == 1)  # of what there was by then
        client.send(WantHistory(subject="IWM/SPY"))
        client.send(WantHistory(subject="IWM/SPY", unit="minute"))
        client.send(WantHistory(subject="NOT/THERE"))
        await viewer.until(lambda: len(viewer.histories) == 4)
        found = {(h.subject, h.unit): h for h in viewer.histories}
        assert len(found["IWM/SPY", "session"].times) > 4000
        minutes = found["IWM/SPY", "minute"]
        assert len(minutes.times) == len(minutes.values) > 1
        assert all(second % 60 == 0 for second in minutes.times)
        assert found["NOT/THERE", "minute"].reason


def names_of(told: object) -> list[str]:
    return [one.id for one in told.ledger.claims] if isinstance(told, Claimed) and told.ledger else []


async def test_claims_are_told_when_asked_for_and_anew_when_their_file_changes(home: Home) -> None:
    file = home.directory / "claims.toml"
    claim = '[{}]\nkind = "condition"\nsays = "so"\nwho = "me"\nsaid = "2025"\nholds = "IWM/SPY.ratio > 0"\n'
    file.write_text(claim.format("first"))
    home.configure(more=f'[claims]\nfile = "{file}"\nshipped = false')
    async with home.viewing() as (viewer, client):
        client.send(WantClaims())
        await viewer.until(lambda: bool(viewer.explained))
        told = viewer.explained[-1]
        assert isinstance(told, Claimed)
        assert told.ledger is not None
        assert told.ledger.label == "SIMULATED"
        client.send(WantClaims(known=told.key))
        file.write_text(claim.format("second"))
        await viewer.until(lambda: bool(viewer.explained) and "second" in names_of(viewer.explained[-1]))


async def test_a_killed_engine_is_restarted_and_the_snapshot_stays(home: Home) -> None:
    async with home.viewing() as (viewer, client):
        await viewer.until_numbers()
        await viewer.until(lambda: home.spec.paths.last_known.exists())
        assert client.engine is not None
        killed = client.engine.pid
        os.kill(killed, signal.SIGKILL)
        text = await viewer.until_link(LinkState.LOST)
        assert text == "The engine ended. Starting it again."
        viewer.snapshots.clear()
        await viewer.until(lambda: bool(viewer.snapshots))
        first = viewer.snapshots[0]
        assert first.measures, "the new engine begins with what the old one had saved"
        assert first.source.health is Health.WAITING
        assert "last known values" in first.source.reason
        await viewer.until_link(LinkState.LIVE)
        await viewer.until_numbers()
        assert client.engine.pid != killed


async def test_a_killed_viewer_leaves_the_engine_which_lingers_and_ends(home: Home) -> None:
    home.configure(linger=0.5)
    command = [sys.executable, "-c", VIEWER, str(home.directory / "data"), str(home.config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "numbers\n"
        assert home.holder() is not None
        process.kill()
        await home.until_ended()
    assert "ending: nobody is watching any more" in log_of(home)
    assert not home.spec.paths.socket.exists()
    known = load_last_known(home.spec)
    assert known is not None
    assert known.snapshot.measures


async def test_an_engine_that_does_not_answer_is_ended_and_replaced(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawn, "END_SECONDS", 0.3)  # a stopped process does not hear SIGTERM; SIGKILL ends it
    async with home.viewing(silence_seconds=1.0) as (viewer, client):
        await viewer.until_numbers()
        assert client.engine is not None
        stopped = client.engine.pid
        os.kill(stopped, signal.SIGSTOP)
        text = await viewer.until_link(LinkState.LOST)
        assert text.startswith("The engine does not answer.")
        await viewer.until_link(LinkState.LIVE)
        await viewer.until_numbers()
        assert client.engine.pid != stopped


async def test_an_engine_told_to_end_says_so_and_cleans_up(home: Home) -> None:
    async with home.viewing() as (viewer, _):
        await viewer.until_numbers()
    pid = home.holder()
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    await home.until_ended()
    assert "ending: it was told to end (SIGTERM)" in log_of(home)
    assert not home.spec.paths.socket.exists()
    assert {p.name for p in home.spec.paths.data.iterdir()} == {"engine.lock", "smid.log", "last_known.msgpack"}


async def test_other_settings_replace_a_lonely_engine_and_join_a_used_one(home: Home) -> None:
    other = home.directory / "other.toml"
    other.write_text(home.config.read_text() + '[universe]\npairs = ["IWM/SPY"]\n')
    changed = structs.replace(home.spec, config_file=str(other))
    async with home.viewing() as (viewer, client):
        await viewer.until_numbers()
        assert client.engine is not None
        old = client.engine.pid
        async with home.viewing(spec=changed) as (second, joined):
            await second.until_numbers()
            await second.until(lambda: bool(second.notices))
            assert "other settings" in second.notices[0].text
            assert joined.engine is not None
            assert joined.engine.pid == old
    await home.until_left()
    async with home.viewing(spec=changed) as (third, replaced):
        snapshot = await third.until_numbers()
        assert replaced.engine is not None
        assert replaced.engine.pid != old
        assert snapshot.pairs[0] == "IWM/SPY"
        assert len(snapshot.pairs) < len(viewer.snapshots[-1].pairs)
        assert third.notices == []


@pytest.mark.parametrize(
    ("more", "complaint"), [("[theme]\nname = 7", "theme"), ("[engine]\nlinger = 1", "linger_seconds"), ("[[[", "toml")]
)
async def test_a_mistake_in_the_settings_is_told(home: Home, more: str, complaint: str) -> None:
    async with home.viewing() as (viewer, _):
        home.config.write_text(more)  # after the viewer has read a good one
        text = await viewer.until_link(LinkState.REFUSED)
        assert complaint in text
        assert "Traceback" not in text
        home.configure()
        await viewer.until_link(LinkState.LIVE)  # put right, it goes on by itself


async def test_a_directory_that_cannot_be_used_is_told(home: Home) -> None:
    (home.directory / "file").write_text("")
    spec = structs.replace(home.spec, data_dir=str(home.directory / "file"))
    async with home.viewing(spec=spec) as (viewer, _):
        text = await viewer.until_link(LinkState.REFUSED)
        assert text.startswith(f"Cannot use the directory {home.directory}/file/simulated: Not a directory; --data-dir")


async def test_a_source_that_cannot_be_opened_is_told(home: Home) -> None:
    empty = home.directory / "empty"
    empty.mkdir()
    async with home.viewing(spec=structs.replace(home.spec, source=f"files:{empty}")) as (viewer, _):
        text = await viewer.until_link(LinkState.REFUSED)
        assert "has no CSV file" in text


async def test_a_source_that_turns_out_wrong_when_opened_is_told(home: Home) -> None:
    bars = home.directory / "bars"
    bars.mkdir()
    (bars / "SPY.csv").write_text("Date,Close\n")
    async with home.viewing(spec=structs.replace(home.spec, source=f"files:{bars}")) as (viewer, _):
        text = await viewer.until_link(LinkState.REFUSED)
        assert "SPY.csv line 1" in text


def test_in_the_foreground_the_reason_of_the_end_is_told(home: Home) -> None:
    bars = home.directory / "bars"
    bars.mkdir()
    (bars / "SPY.csv").write_text("Date,Close\n")
    arguments = ["engine", "--source", f"files:{bars}", "--data-dir", str(home.directory / "data")]
    command = [sys.executable, "-m", "tui.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"smid: {bars} has no readable file: SPY.csv line 1")
    assert done.stderr.count("\n") == 1, "and nothing of an engine that runs"
    (bars / "SPY.csv").unlink()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"smid: {bars} has no CSV file of daily bars, such as SPY.csv.\n"


def test_in_the_foreground_it_says_that_it_runs_once_it_does(home: Home) -> None:
    arguments = ["engine", "--source", "simulated", "--data-dir", str(home.directory / "data"), "--stay"]
    command = [sys.executable, "-m", "tui.cli", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("smid: the engine of simulated runs; it logs to ")
        process.terminate()
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0


async def test_a_directory_named_core_where_one_stands_is_not_taken_for_ours(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = home.directory / "trap" / "core"
    trap.mkdir(parents=True)
    (trap / "__init__.py").write_text("raise SystemExit('trapped')")
    monkeypatch.chdir(trap.parent)
    async with home.viewing() as (viewer, _):
        await viewer.until_link(LinkState.LIVE)


def test_in_the_foreground_nothing_is_printed_and_a_second_one_is_refused(home: Home) -> None:
    command = [sys.executable, "-m", "core.engine", *to_arguments(structs.replace(home.spec, stay=True))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "smid-engine ready \n"
        again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        assert again.returncode == 2
        assert again.stderr == f"smid-engine busy An engine is running here already (process {process.pid}).\n"
        process.terminate()
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_the_engine_answers_before_the_heavy_imports() -> None:
    code = (
        "import sys; import core.engine.service, core.engine.__main__;"
        "print(sorted({'pandas', 'yfinance', 'exchange_calendars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_whole_house_is_private(home: Home) -> None:
    command = [sys.executable, "-m", "core.engine", *to_arguments(home.spec)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, umask=0) as process:
        assert process.stderr is not None
        process.stderr.readline()
        data = home.spec.paths.data
        loose = [p for p in (data, home.spec.paths.cache, *Path(data).iterdir()) if p.stat().st_mode & 0o077]
        process.terminate()
        process.communicate(timeout=30)
    assert loose == []
