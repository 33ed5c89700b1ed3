"""Over every measure of the economy: answered or says why not, dated, and blind to what was published later."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from economy_world import ECONOMY, REVISED, economy, make_series
from hypothesis import given, settings
from hypothesis import strategies as st
from study_lines import walk
from study_panels import cut_rows, make_panel

from core.drivers import NO_DRIVERS, Drivers
from core.macro.catalogue import CATALOGUE
from core.macro.macro import Macro
from core.macro.series import build_series
from core.market.symbols import SubjectKind
from core.studies.around import Around
from core.studies.given import give
from core.studies.past import to_past
from core.studies.registry import STUDIES, definitions, measure_subject

PANEL = make_panel({"IWM": walk(1900, 1), "HYG": walk(1900, 2), "IEF": walk(1900, 3)}, first="2018-11-01")
OF_PRICES = ("US.credit_change_20d", "US.credit_pullback_63d")


def measures(panel=PANEL, drivers=ECONOMY):
    around = Around(panel, drivers=drivers)
    return measure_subject(give(around, around.line("US"), None))


def test_every_measure_is_answered_and_dated():
    found = measures()
    assert found.keys() == {f"US.{name}" for name in definitions(SubjectKind.ECONOMY)}
    newest = datetime.combine(PANEL.sessions[-1].item(), datetime.min.time(), UTC)
    for address, measure in found.items():
        assert measure.value is not None, address
        assert measure.as_of is not None, address
        assert address in OF_PRICES or measure.as_of < newest, address
        assert not measure.provisional
        assert not isinstance(measure.value, float) or math.isfinite(measure.value)


@pytest.mark.parametrize("panel", [PANEL, cut_rows(PANEL, 0)], ids=["sessions", "none"])
def test_without_series_every_measure_says_why_not(panel):
    for address, measure in measures(panel, NO_DRIVERS).items():
        if address in OF_PRICES and len(panel.sessions):
            continue
        assert measure.value is None, address
        assert measure.reason, address


def test_a_series_that_is_not_there_takes_only_what_rests_on_it():
    drivers = Drivers(Macro(ECONOMY.macro.series, {}))
    gone = {name: one for name, one in drivers.macro.series.items() if name != "T10Y3M"}
    found = measures(drivers=Drivers(Macro(gone, {"T10Y3M": "404, there is no such series"})))
    silent = {address: measure.reason for address, measure in found.items() if measure.value is None}
    assert silent.keys() == {"US.term_spread", "US.term_spread_change_20d", "US.term_spread_percentile"}
    assert set(silent.values()) == {"needs T10Y3M of FRED: 404, there is no such series"}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1_000_000), row=st.integers(300, 1899))
def test_no_measure_of_the_economy_looks_ahead(seed, row):
    """At a session, everything published later may be anything or not be there at all."""
    drivers, panel = economy(seed), cut_rows(PANEL, row)
    day = panel.sessions[-1]
    known = {}
    for name, one in drivers.macro.series.items():
        past = one.available <= day
        known[name] = build_series(name, one.observed[past], one.available[past], one.values[past])
    other = {
        name: build_series(name, one.observed, one.available, np.where(one.available <= day, one.values, 1e6))
        for name, one in drivers.macro.series.items()
    }
    expected = measures(panel, Drivers(Macro(known)))
    assert measures(panel, drivers) == expected
    assert measures(panel, Drivers(Macro(other))) == expected


def test_a_revision_counts_from_the_day_it_was_seen():
    first = make_series("UNRATE")
    day = first.available[-10]
    changed = build_series(
        "UNRATE",
        np.append(first.observed, first.observed[-10]),
        np.append(first.available, day + 35),
        np.append(first.values, 9.0),
    )
    before, after = changed.known(day + 34), changed.known(day + 35)
    assert before.values[before.observed == first.observed[-10]] == first.values[-10]
    assert after.values[after.observed == first.observed[-10]] == 9.0
    assert len(np.unique(after.observed)) == len(after.observed)


def test_a_series_that_is_revised_is_called_so():
    around = Around(PANEL, drivers=ECONOMY)
    told = give(around, around.line("US"), None)
    study = next(one for one in STUDIES if "claims" in (d.name for d in one.economy))
    assert "ICSA of FRED, revised: its past is today's" in study.explain(told, "claims")[0].text
    assert "revised" not in study.explain(told, "gasoline")[0].text


def test_every_series_that_is_asked_for_is_in_the_catalogue():
    for name, info in CATALOGUE.items():
        assert info.id == name
        assert info.title
    assert "USREC" not in CATALOGUE, "dated years later: never an input"


@pytest.mark.parametrize("name", definitions(SubjectKind.ECONOMY))
def test_explanations_end_with_the_measure(name):
    around = Around(PANEL, drivers=ECONOMY)
    told = give(around, around.line("US"), None)
    study = next(one for one in STUDIES if name in (d.name for d in one.economy))
    steps = study.explain(told, name)
    assert steps[-1].result == study.calculate(told)[name]
    assert len(steps) > 1
    assert any("of FRED" in step.text or "HYG/IEF" in step.text for step in steps)


@pytest.mark.parametrize("name", definitions(SubjectKind.ECONOMY))
def test_a_past_is_what_was_known_then(name):
    """Every twentieth session of the last two years, the whole past at once against the panel cut there."""
    around = Around(PANEL, drivers=REVISED)
    past = to_past(give(around, around.line("US"), None), name)
    assert len(past) == len(PANEL.sessions)
    for row in range(1400, 1900, 20):
        then = measures(cut_rows(PANEL, row + 1), REVISED)[f"US.{name}"].value
        assert past[row] == pytest.approx(np.nan if then is None else then, rel=1e-12, nan_ok=True), row
