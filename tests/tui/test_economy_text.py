"""The economy on the page of `once --text`, and what the doctor says of FRED."""

from datetime import UTC, datetime, timedelta

import pytest
from made import make_settings, make_snapshot
from msgspec import structs

from core.economy import EconomyInfo
from core.engine.last_known import LastKnown, save_last_known
from core.engine.spec import EngineSpec
from core.rules.level import Level
from core.snapshot import Measure
from tui.doctor.check import Verdict
from tui.doctor.feeds import check_economy
from tui.report import format_report

NOW = datetime(2026, 3, 24, 19, 32, tzinfo=UTC)
MONTH = datetime(2026, 2, 1, tzinfo=UTC)
MEASURES = {
    "US.recession_probability": Measure(0.3146, "fraction", MONTH),
    "US.recession_probability_change_3m": Measure(-0.021, "fraction", MONTH),
    "US.recession_probability_percentile": Measure(0.84, "fraction", MONTH),
    "US.financial_conditions": Measure(-0.52, "number", MONTH),
    "US.high_yield_spread": Measure(None, "fraction", None, reason="needs BAMLH0A0HYM2 of FRED: not yet"),
}


def scene(**economy):
    snapshot = make_snapshot()
    known = EconomyInfo(origin="FRED", held=37, total=39, levels={"recession_probability": Level.WATCH}, checked=NOW)
    return structs.replace(snapshot, measures=snapshot.measures | MEASURES, economy=structs.replace(known, **economy))


def test_a_line_for_each_number_that_is_known():
    text = format_report(scene(), make_settings())
    table = text[text.index("ECONOMY") :].partition("\n\n")[0].split("\n")
    assert table[0] == "ECONOMY (FRED: 37 of 39 series), as known on the day"
    assert table[2].split() == [
        "odds",
        "of",
        "a",
        "recession",
        "%",
        "31.5",
        "2026-02-01",
        "-2.1",
        "3m",
        "84th",
        "watch",
    ]
    assert table[3].split() == ["financial", "conditions", "-0.52", "2026-02-01", "n/a", "4w", "n/a"]
    assert len(table) == 4
    assert max(map(len, table)) <= 78


def test_trouble_is_told_below():
    assert "\n  FRED asks us to wait (429)\n" in format_report(
        scene(trouble="FRED asks us to wait (429)"), make_settings()
    )


def test_without_series_there_is_no_section():
    assert "ECONOMY" not in format_report(make_snapshot(), make_settings())


@pytest.fixture
def spec(tmp_path):
    made = EngineSpec(source="yahoo", data_dir=str(tmp_path))
    made.paths.last_known.parent.mkdir(parents=True, exist_ok=True)
    return made


def told(spec, **economy):
    save_last_known(spec.paths.last_known, LastKnown(saved_at=NOW, snapshot=scene(**economy), histories={}))
    return check_economy(spec, NOW + timedelta(hours=3))


def test_the_doctor_says_what_is_held_and_what_fails(spec):
    assert check_economy(spec, NOW).verdict is Verdict.NOTE
    assert told(spec) == (Verdict.OK, "fred", "37 of 39 series held, last looked at 3h ago")
    failing = told(spec, trouble="2 of 39 series fail; EPUTRADE: FRED answers 404: there is no such series")
    assert failing.verdict is Verdict.WARN
    assert failing.text.endswith("there is no such series")
