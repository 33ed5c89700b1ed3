"""Records on disk: private, whole, one signal at a time, and gone when they rest on something else."""

import stat
from datetime import UTC, datetime

import pytest
from evidence_worlds import legs, line_of
from msgspec import structs

from core.config import load_settings, shipped_file
from core.evidence.build import build_pair, frame, list_episodes, name_all_episodes
from core.evidence.ground import Ground
from core.evidence.kept import drop_others, load_pair, load_short, make_key, save_pair
from core.evidence.record import LISTED
from core.evidence.signals import SIGNALS
from core.evidence.words import find_main, say_record

AT = datetime(2026, 2, 27, 23, tzinfo=UTC)
NAMES = ("trend_50_up", "pullback_63d_4", "narrow_rotation")


@pytest.fixture(scope="module")
def evidence():
    ground, signals = Ground(line_of(*legs(1500, 5))), tuple(SIGNALS[name] for name in NAMES)
    record = name_all_episodes(ground, build_pair(ground, signals, "k", 792), signals)
    return frame((record,), "k", 792, AT, "SIMULATED")


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "cache" / "evidence" / "simulated"


def test_what_is_kept_comes_back(evidence, directory):
    save_pair(directory, "a" * 16, evidence)
    assert load_pair(directory, "a" * 16, "IWM/SPY") == evidence
    one = load_pair(directory, "a" * 16, "IWM/SPY", "pullback_63d_4")
    assert one.pairs[0].signals == (evidence.find("IWM/SPY", "pullback_63d_4"),)
    assert (one.label, one.pairs[0].sessions) == ("SIMULATED", 1500)
    assert load_pair(directory, "a" * 16, "IWM/SPY", "no such signal").pairs[0].signals == ()
    assert load_pair(directory, "b" * 16, "IWM/SPY") is None
    assert load_pair(directory, "a" * 16, "IJR/SPY") is None


def test_short_forms_are_beside_it(evidence, directory):
    save_pair(directory, "a" * 16, evidence)
    said = load_short(directory, "a" * 16, "IWM/SPY")
    assert said == {one.name: say_record(one) for one in evidence.pairs[0].signals}
    assert said["narrow_rotation"].startswith("no evidence: needs a holdings file of IWM")
    assert said["trend_50_up"].endswith(("grade A", "grade B", "grade C", "against what it says"))


def test_files_are_private_and_nothing_is_left_half_written(evidence, directory):
    save_pair(directory, "a" * 16, evidence)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    files = list(directory.iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert sorted(file.suffix for file in files) == [".msgpack", ".short"]


@pytest.mark.parametrize("damage", [b"", b"\xff\x00", b"\x81\xa5frame\x01"])
def test_a_damaged_file_is_none(evidence, directory, damage):
    save_pair(directory, "a" * 16, evidence)
    for file in directory.iterdir():
        file.write_bytes(damage)
    assert load_pair(directory, "a" * 16, "IWM/SPY") is None
    assert load_short(directory, "a" * 16, "IWM/SPY") is None


def test_records_of_other_data_are_removed(evidence, directory):
    drop_others(directory, "a" * 16)  # nothing there yet
    for key in ("a" * 16, "b" * 16):
        save_pair(directory, key, evidence)
    (directory / f".{'b' * 16}-x.msgpack.killed").write_bytes(b"half")
    drop_others(directory, "b" * 16)
    assert {file.name[:16] for file in directory.iterdir()} == {"b" * 16}


def test_the_key_changes_with_what_a_record_rests_on(tmp_path):
    settings = load_settings(shipped_file())
    fewer = structs.replace(settings, universe=structs.replace(settings.universe, pairs=("IWM/SPY",), averages=()))
    bars = tmp_path / "bars.csv"
    bars.write_text("Date,Close\n")
    counted = structs.replace(
        settings, breadth=structs.replace(settings.breadth, holdings=(f"IWM={bars}",), bars=(str(tmp_path),))
    )
    keys = {make_key("k", one) for one in (settings, fewer, counted)} | {make_key("other", settings)}
    assert len(keys) == 4
    before = make_key("k", counted)
    bars.write_text("Date,Close\n2026-02-27,1\n")
    assert make_key("k", counted) != before
    assert make_key("k", settings) in keys


def test_every_episode_is_named(evidence):
    """The newest alone are in a record as it is made; what is kept has all, which are those of the definition."""
    ground, signal = Ground(line_of(*legs(1500, 5))), SIGNALS["trend_50_up"]
    outcomes = evidence.find("IWM/SPY", signal.name).outcomes
    assert any(one.n_episodes > LISTED for one in outcomes)
    for one in outcomes:
        assert len(one.episodes) == one.n_episodes
        assert one.episodes == list_episodes(ground, signal, one.kind, one.horizon)


def test_what_is_told_first_is_the_same_for_all_of_a_horizon(evidence):
    for record in evidence.pairs[0].signals:
        main = find_main(record)
        assert main is None or (main.kind, main.horizon) == ("entry", 60)
    months_12 = structs.replace(evidence.pairs[0].signals[0], horizon="6-12 months")
    assert find_main(months_12).horizon == 120
